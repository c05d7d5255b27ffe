package dev.firesteel.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.input.FileSplit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lines are the same as a plain model of Hadoop's line reader gives, wherever splits, buffers and
 * archives' members end.
 */
class TextInputTest {
  private static final byte[][] PIECES = {
    {'\n'},
    {'\r'},
    {'\r', '\n'},
    {'a'},
    {'b', 'c'},
    "é€😀".getBytes(StandardCharsets.UTF_8),
    {(byte) 0xff},
    {(byte) 0xe2, (byte) 0x82},
    {(byte) 0xef, (byte) 0xbb, (byte) 0xbf},
    {(byte) 0x85},
    {0x0b},
    {0x1c}
  };

  @TempDir Path directory;

  private final Random random = new Random(20_261_122);

  private byte[] text(int most) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = random.nextInt(most); i > 0; i--) {
      text.writeBytes(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toByteArray();
  }

  /** The end of a line and the beginning of the next. */
  private static int[] line(byte[] data, int at) {
    for (int i = at; i < data.length; i++) {
      if (data[i] == '\n') {
        return new int[] {i, i + 1};
      }
      if (data[i] == '\r') {
        return new int[] {i, i + 1 < data.length && data[i + 1] == '\n' ? i + 2 : i + 1};
      }
    }
    return new int[] {data.length, data.length};
  }

  /**
   * LineRecordReader: leave out the first line unless at 0; read while the position is not past the
   * end.
   */
  private static List<Object> model(byte[] data, int start, int length) {
    List<Object> lines = new ArrayList<>();
    boolean marked = data.length >= 3 && Arrays.equals(Arrays.copyOf(data, 3), PIECES[8]);
    int at = start == 0 ? 0 : line(data, start)[1];
    while (at <= start + length && at < data.length) {
      int[] line = line(data, at);
      int from = at == 0 && marked ? 3 : at;
      if (from < line[1]) { // a mark alone is no line
        lines.add(new String(data, from, line[0] - from, StandardCharsets.UTF_8));
      }
      at = line[1];
    }
    return lines;
  }

  private Path file(byte[] data) throws IOException {
    return Files.write(directory.resolve("text"), data);
  }

  private static FileSplit split(Path path, long start, long length, String codec)
      throws IOException {
    long modified = Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS);
    return new FileSplit(
        path.toString(), "file:" + path, start, length, Files.size(path), modified, codec);
  }

  private static List<Object> lines(FileSplit split, int buffer) {
    boolean fromStart = split.start() == 0 || split.codec() != null;
    List<Object> lines = new ArrayList<>();
    new Lines(TextInput.lines(split), split.path(), fromStart, buffer).forEachRemaining(lines::add);
    return lines;
  }

  @Test
  void splitsGiveHadoopsLines() throws IOException {
    for (int round = 0; round < 600; round++) {
      byte[] data = text(40);
      Path path = file(data);
      TreeSet<Integer> edges = new TreeSet<>(List.of(0, data.length));
      for (int i = random.nextInt(4); i > 0 && data.length > 0; i--) {
        edges.add(random.nextInt(data.length));
      }
      int buffer = 1 + random.nextInt(20);
      List<Object> whole = new ArrayList<>();
      for (int start : edges.headSet(data.length)) {
        int length = edges.higher(start) - start;
        List<Object> found = lines(split(path, start, length, null), buffer);
        assertThat(found)
            .as("%s from %d, %d", HexFormat.of().formatHex(data), start, length)
            .isEqualTo(model(data, start, length));
        whole.addAll(found);
      }
      assertThat(whole).isEqualTo(model(data, 0, data.length));
      assertThat(lines(split(path, 0, data.length, null), 1 << 16)).isEqualTo(whole);
    }
  }

  @Test
  void linesMayBeLongAndTheLastWithoutAnEnd() throws IOException {
    String longLine = "x".repeat(5_000_000);
    Path path = file(("a\n" + longLine + "\nb").getBytes(StandardCharsets.UTF_8));
    assertThat(lines(split(path, 0, Files.size(path), null), 1 << 16))
        .isEqualTo(List.of("a", longLine, "b"));
    assertThat(lines(split(path, 100, 1_000, null), 1 << 16)).isEmpty();
    assertThat(lines(split(path, 1, 10, null), 1 << 16)).isEqualTo(List.of(longLine));
  }

  @Test
  void malformedBytesAreReplacedAsInPython() throws IOException {
    String[][] cases = {
      {"78eda08079", "x\ufffdy"},
      {"edbfbf", "\ufffd"},
      {"eda0", "\ufffd"},
      {"eda0df", "\ufffd\ufffd"},
      {"edbf41", "\ufffdA"},
      {"ed", "\ufffd"},
      {"ed80", "\ufffd"},
      {"edc080", "\ufffd\ufffd\ufffd"},
      {"ed9fbf", "\ud7ff"},
      {"c080", "\ufffd\ufffd"},
      {"f09f98", "\ufffd"},
      {"f4908080", "\ufffd\ufffd\ufffd\ufffd"}
    };
    for (String[] each : cases) {
      Path path = file(HexFormat.of().parseHex(each[0]));
      assertThat(lines(split(path, 0, Files.size(path), null), 8)).isEqualTo(List.of(each[1]));
    }
  }

  private static byte[] gzip(byte[] data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(data);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate = new DeflaterOutputStream(out)) {
      deflate.write(data);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void archivesMayHaveSeveralMembersAndPadding(String codec) throws IOException {
    for (int round = 0; round < 60; round++) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      ByteArrayOutputStream archive = new ByteArrayOutputStream();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        byte[] part = text(40);
        data.writeBytes(part);
        archive.writeBytes(codec.equals("gzip") ? gzip(part) : deflate(part));
        archive.writeBytes(new byte[random.nextBoolean() ? 0 : 700]);
      }
      Path path = file(archive.toByteArray());
      assertThat(lines(split(path, 0, Files.size(path), codec), 1 + random.nextInt(64)))
          .isEqualTo(model(data.toByteArray(), 0, data.size()));
    }
    assertThat(lines(split(file(new byte[0]), 0, 0, codec), 64)).isEmpty();
  }

  @Test
  void aHeaderOfAnArchiveMayHaveEveryField() throws IOException {
    byte[] plain = gzip("a\nb".getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] head = Arrays.copyOf(plain, 10);
    head[3] = 4 | 8 | 16; // extra, name, comment
    all.writeBytes(head);
    all.writeBytes(new byte[] {3, 0, 1, 2, 3, 'n', 0, 'c', 'c', 0});
    all.writeBytes(Arrays.copyOfRange(plain, 10, plain.length));
    Path path = file(all.toByteArray());
    assertThat(lines(split(path, 0, Files.size(path), "gzip"), 64)).isEqualTo(List.of("a", "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void aDamagedArchiveIsAnErrorThatNamesIt(String codec) throws IOException {
    byte[] noise = new byte[300_000];
    random.nextBytes(noise);
    byte[] text = HexFormat.of().formatHex(noise).getBytes(StandardCharsets.US_ASCII);
    byte[] good = codec.equals("gzip") ? gzip(text) : deflate(text);
    byte[] sum = good.clone();
    sum[good.length - (codec.equals("gzip") ? 6 : 2)] ^= 1;
    byte[] inside = good.clone();
    Arrays.fill(inside, 1_000, 1_004, (byte) 9);
    byte[] garbage = Arrays.copyOf(good, good.length + 7);
    System.arraycopy("garbage".getBytes(StandardCharsets.US_ASCII), 0, garbage, good.length, 7);
    List<byte[]> bad =
        List.of(
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, good.length / 2),
            Arrays.copyOf(good, 5),
            sum,
            inside,
            garbage);
    for (byte[] each : bad) {
      Path path = file(each);
      assertThatThrownBy(() -> lines(split(path, 0, each.length, codec), 1 << 16))
          .isInstanceOf(DamagedArchiveException.class)
          .hasMessageContaining(path + ": is no intact archive: ");
    }
  }

  @Test
  void javaSaysThatItDoesNotReadZstd() throws IOException {
    Path path = file(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd});
    assertThatThrownBy(() -> lines(split(path, 0, 4, "zstd"), 64))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining(path + ": is of zstd, which functions in Java cannot read. Read it");
  }

  @Test
  void aChangedOrMissingSourceIsTold() throws IOException {
    Path path = file("a\nb\n".getBytes(StandardCharsets.UTF_8));
    FileSplit now = split(path, 0, 4, null);
    String name = path.toString();
    assertThatThrownBy(
            () -> TextInput.lines(new FileSplit(name, "u", 0, 4, 5, now.modifiedNanos(), null)))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("it had 5 bytes, now 4");
    long before = now.modifiedNanos() - 1_000_000_000;
    assertThatThrownBy(() -> TextInput.lines(new FileSplit(name, "u", 0, 4, 4, before, null)))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("modification time");
    Files.delete(path);
    assertThatThrownBy(() -> TextInput.lines(now))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("No such file");
  }

  @Test
  void aFileThatIsCutWhileItIsReadIsTold() throws IOException {
    Path path = file("a\n".repeat(100).getBytes(StandardCharsets.UTF_8));
    Lines lines = new Lines(TextInput.lines(split(path, 0, 200, null)), "text", true, 16);
    assertThat(lines.next()).isEqualTo("a");
    Files.write(path, new byte[20]);
    assertThatThrownBy(() -> lines.forEachRemaining(each -> {}))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("became shorter while it was read");
  }

  @Test
  void bzip2IsReadToo() throws IOException {
    // "a\nb\n" twice, as two members, from bzip2 1.0.8
    byte[] member = HexFormat.of().parseHex(BZIP2);
    byte[] both = Arrays.copyOf(member, 2 * member.length);
    System.arraycopy(member, 0, both, member.length, member.length);
    Path path = file(both);
    assertThat(lines(split(path, 0, both.length, "bzip2"), 16))
        .isEqualTo(List.of("a", "b", "a", "b"));
    for (int at = 0; at < member.length; at++) {
      byte[] bad = member.clone();
      bad[at] ^= 32;
      Bzip2Stream stream = new Bzip2Stream(new ByteArrayInputStream(bad), "damaged.bz2");
      assertThatThrownBy(stream::readAllBytes)
          .as("byte %d", at)
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("damaged.bz2: is no intact archive: ");
    }
  }

  @Test
  void bzip2TakesRunsAndSeveralBlocksBack() throws IOException {
    byte[] archive = HexFormat.of().parseHex(BLOCKS);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    String before =
        "ab".repeat(90_000)
            + "a".repeat(300)
            + "\n".repeat(255)
            + "c".repeat(4)
            + "d".repeat(5)
            + "x".repeat(259);
    data.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
    data.writeBytes(all);
    data.writeBytes("ba".repeat(70_000).getBytes(StandardCharsets.US_ASCII));
    try (Bzip2Stream in = new Bzip2Stream(new ByteArrayInputStream(archive), "a.bz2")) {
      assertThat(in.readAllBytes()).isEqualTo(data.toByteArray());
    }
  }

  private static final String BLOCKS =
      "425a6831314159265359f14b8b270061a30100300020003080291942505aa1282e6282b24ca6b371"
          + "c5b806015f6fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
          + "6001f69b4800000000260000004c04c260000000000013000d000026d00000000000004c01300000"
          + "0000126000980009800000000000000000000000000000000000000000000000000000000428a9e5"
          + "310c46011a321826268c9934d0d31346869804609919366a4c132311e5193469a309a6041a1811a6"
          + "00232601326460021a0c86098268c13464c403441820c962fa338393ad269540f00f0803dd3ea0f8"
          + "fd0105090d111753aa46d5eb11d235baed7a4a525a626ec1393cc6c478acb0b4b8bcc0c4c8ccd0d4"
          + "d8dce0e4e8ecf0f4f8fd0105090d1115191d2125292d3135393d4145494d5155595d6165696f8cdc"
          + "dfc770db0e81448100020220202000025120202002000222004ff890011011001100284b96322516"
          + "2790e4e6e8eaedc97778e572de5e9ef99cd346cd8a19b2439c4073df1f7a0ff01030507090b0c021"
          + "e22262a2e32363a3e42464a4e52565a5ffb3006666a6e72767a7e82868a8e92969a9ea2a6aaaeb2b"
          + "6babec2c6caced2d6dadee2e6eaeef2f6faff03070b0f13171b1f23272b2f33373b3f43474b4f535"
          + "75b5f63676b6f73777b7f7b7f83878b8f93979b9fa3a7abafb3b7bbbfc3c7cbcfd3d7d80f741fb80"
          + "f8f9fafb314159265359f14b8b270061a30100300020003080291942505aa1282e6282b24ca6b341"
          + "abbdd0004f7b02006000400061009a8d020ad020ae2ee48a70a120572bc32c";

  private static final String BZIP2 =
      "425a68393141592653593c854112000001410000103000200030cc0c7a8271772453850903c8541120";
}
