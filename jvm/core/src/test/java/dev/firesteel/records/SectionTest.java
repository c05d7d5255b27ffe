package dev.firesteel.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.storage.BatchFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sections of files, written and read as records; nothing else passes for them. */
class SectionTest {
  private static final BatchFile.Identity IDENTITY = new BatchFile.Identity("rdd_0_1_2", 3, 4);

  @TempDir Path directory;

  private static RecordReader reader(SectionReader section, long expected) {
    ClassLoader loader = SectionTest.class.getClassLoader();
    return new RecordReader(section, new BatchDecoder(loader), IDENTITY.name(), expected);
  }

  private static List<Object> all(RecordReader records) {
    List<Object> all = new ArrayList<>();
    records.forEachRemaining(all::add);
    return all;
  }

  private static byte[] section(BatchFile.Identity identity, List<?> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RecordWriter writer = new RecordWriter(identity, out::writeBytes);
    records.forEach(writer::add);
    writer.finish();
    assertThat(writer.written().length()).isEqualTo(out.size());
    assertThat(writer.written().records()).isEqualTo(records.size());
    return out.toByteArray();
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).map(x -> x * 7_919).boxed().toList();
  }

  @Test
  void recordsComeBackFromMemoryAndFromTheMiddleOfAFile() throws IOException {
    for (int count : new int[] {0, 1, 63, 64, 65, 200_000}) {
      List<Integer> records = numbers(count);
      byte[] bytes = section(IDENTITY, records);
      assertThat(all(reader(SectionReader.open(bytes, IDENTITY), count))).isEqualTo(records);
      Path file = directory.resolve("file" + count);
      byte[] padded = new byte[bytes.length + 17];
      System.arraycopy(bytes, 0, padded, 10, bytes.length);
      Files.write(file, padded);
      SectionReader.Part part = SectionReader.Part.whole(10, bytes.length);
      assertThat(all(reader(SectionReader.open(file, IDENTITY, part), count))).isEqualTo(records);
    }
  }

  @Test
  void aPartOfASectionIsReadByTheNumberOfItsFirstBatch() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RecordWriter writer = new RecordWriter(IDENTITY, out::writeBytes);
    numbers(100).forEach(writer::add);
    writer.finishPart();
    long offset = writer.written().length();
    long first = writer.written().batches();
    writer.add("x");
    writer.finishPart();
    Path file = Files.write(directory.resolve("slices"), out.toByteArray());
    long length = writer.written().length() - offset;
    SectionReader.Part part = new SectionReader.Part(offset, length, first, false);
    assertThat(all(reader(SectionReader.open(file, IDENTITY, part), 1))).containsExactly("x");
    SectionReader.Part other = new SectionReader.Part(offset, length, first - 1, false);
    assertThatThrownBy(() -> all(reader(SectionReader.open(file, IDENTITY, other), 1)))
        .isInstanceOf(DamagedException.class)
        .hasMessage("The block rdd_0_1_2 has a batch 1 that is damaged or of another block");
    SectionReader.Part less = new SectionReader.Part(offset, length - 1, first, false);
    assertThatThrownBy(() -> all(reader(SectionReader.open(file, IDENTITY, less), 1)))
        .isInstanceOf(DamagedException.class);
  }

  @Test
  void nothingElsePasses() {
    byte[] good = section(IDENTITY, numbers(1_000));
    for (int at = 0; at < good.length; at += 13) {
      byte[] bad = good.clone();
      bad[at] ^= 4;
      assertDamaged(bad, IDENTITY, 1_000);
      assertDamaged(Arrays.copyOf(good, at), IDENTITY, 1_000);
    }
    assertDamaged(good, new BatchFile.Identity("rdd_0_1_2", 3, 5), 1_000);
    assertDamaged(good, new BatchFile.Identity("rdd_0_1_2", 2, 4), 1_000);
    assertDamaged(good, new BatchFile.Identity("rdd_0_1_3", 3, 4), 1_000);
    assertDamaged(good, IDENTITY, 999);
    assertDamaged(Arrays.copyOf(good, good.length + 1), IDENTITY, 1_000);
  }

  private static void assertDamaged(byte[] bytes, BatchFile.Identity identity, long expected) {
    assertThatThrownBy(() -> all(reader(SectionReader.open(bytes, identity), expected)))
        .isInstanceOfSatisfying(
            DamagedException.class, e -> assertThat(e.block()).isEqualTo(identity.name()));
  }

  @Test
  void aFileThatIsNotThereIsDamageToo() {
    Path missing = directory.resolve("missing");
    SectionReader.Part part = SectionReader.Part.whole(0, 64);
    assertThatThrownBy(() -> SectionReader.open(missing, IDENTITY, part))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("The block rdd_0_1_2 cannot be opened");
    assertThatThrownBy(() -> SectionReader.open(directory.resolve("."), IDENTITY, part).next())
        .isInstanceOf(DamagedException.class);
  }

  @Test
  void batchesGrowForSmallRecordsAndShrinkForLargeOnes() throws IOException {
    assertThat(batchesOf(IntStream.range(0, 300_000).boxed().toList())).isLessThan(25);
    List<byte[]> large = IntStream.range(0, 50).mapToObj(i -> new byte[1 << 20]).toList();
    assertThat(batchesOf(large)).isGreaterThanOrEqualTo(50);
  }

  private static int batchesOf(List<?> records) throws IOException {
    SectionReader section = SectionReader.open(section(IDENTITY, records), IDENTITY);
    int batches = 0;
    while (section.next().isPresent()) {
      batches++;
    }
    return batches;
  }

  @Test
  void closingEndsIt() {
    RecordReader records =
        reader(SectionReader.open(section(IDENTITY, numbers(1_000)), IDENTITY), 1_000);
    assertThat(records.next()).isEqualTo(0);
    records.close();
    assertThat(records.hasNext()).isFalse();
  }
}
