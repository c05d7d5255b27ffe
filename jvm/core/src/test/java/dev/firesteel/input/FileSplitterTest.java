package dev.firesteel.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs are listed and cut as Hadoop's formats cut them; expectations are worked out by hand. */
class FileSplitterTest {
  @TempDir Path root;

  private final FileSplitter splitter = new FileSplitter(1_000);

  private Path file(String name, int size) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, new byte[size]);
  }

  private List<String> text(int minPartitions, String... paths) throws IOException {
    return splitter.text(List.of(paths), root.toString(), minPartitions).stream()
        .map(partition -> partition.get(0))
        .map(s -> Path.of(s.path()).getFileName() + ":" + s.start() + "+" + s.length())
        .toList();
  }

  @Test
  void cutsByTheWantedPartitions() throws IOException {
    assertThat(text(2, file("a", 100).toString())).containsExactly("a:0+50", "a:50+50");
    // 101 / 2 = 50; what is left, 51, is within a tenth of a split.
    assertThat(text(2, file("b", 101).toString())).containsExactly("b:0+50", "b:50+51");
    // 10 / 4 = 2; 10, 8, 6, 4 are more than 2.2, and 2 is the rest.
    assertThat(text(4, file("c", 10).toString()))
        .containsExactly("c:0+2", "c:2+2", "c:4+2", "c:6+2", "c:8+2");
  }

  @Test
  void cutsByTheBlockWhenThatIsSmaller() throws IOException {
    assertThat(text(1, file("a", 2_050).toString())).containsExactly("a:0+1000", "a:1000+1050");
    assertThat(text(1, file("b", 2_101).toString()))
        .containsExactly("b:0+1000", "b:1000+1000", "b:2000+101");
  }

  @Test
  void theGoalCountsAllFilesAndEmptyOnesGiveNoSplit() throws IOException {
    file("d/a", 300);
    file("d/b", 100);
    file("d/empty", 0);
    assertThat(text(2, root + "/d")).containsExactly("a:0+200", "a:200+100", "b:0+100");
    assertThat(text(2, file("empty", 0).toString())).isEmpty();
  }

  @Test
  void fewerBytesThanPartitionsAreCutIntoSingleBytes() throws IOException {
    assertThat(text(10, file("a", 3).toString())).containsExactly("a:0+1", "a:1+1", "a:2+1");
  }

  @Test
  void compressedFilesAreNotCut() throws IOException {
    file("d/a.gz", 5_000);
    file("d/b.BZ2", 5_000);
    List<List<FileSplit>> partitions = splitter.text(List.of(root + "/d"), null, 8);
    assertThat(partitions).hasSize(2);
    assertThat(partitions.get(0).get(0).codec()).isEqualTo("gzip");
    assertThat(partitions.get(1).get(0).codec()).isEqualTo("bzip2");
    assertThat(partitions.get(1).get(0).length()).isEqualTo(5_000);
  }

  @Test
  void whereTheNameSaysNothingTheFirstBytesTell() throws IOException {
    Map<String, byte[]> archives =
        Map.of(
            "gzip", new byte[] {0x1f, (byte) 0x8b, 8, 0},
            "bzip2", "BZh91AY&SY".getBytes(StandardCharsets.ISO_8859_1),
            "zstd", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0});
    for (Map.Entry<String, byte[]> archive : archives.entrySet()) {
      for (String name : List.of("x.gzip", "x.log", "x")) {
        Path file = Files.write(root.resolve(name), archive.getValue());
        assertThat(splitter.text(List.of(file.toString()), null, 8))
            .singleElement()
            .extracting(splits -> splits.get(0).codec())
            .isEqualTo(archive.getKey());
      }
    }
    for (String beginning :
        List.of("PK\3\4", "\3757zXZ\0", "SEQ\6", "Obj\1", "\4\"M\30", "7z\274\257'\34")) {
      Files.write(root.resolve("x"), beginning.getBytes(StandardCharsets.ISO_8859_1));
      assertCondition(InputException.Condition.NOT_READABLE, root + "/x", "cannot be read as text");
    }
    for (String text : List.of("", "P", "PK", "BZh9 and more", "SEQ6", "Object", "(c) 2024")) {
      Files.writeString(root.resolve("x"), text);
      assertThat(splitter.text(List.of(root + "/x"), null, 1))
          .allSatisfy(splits -> assertThat(splits.get(0).codec()).isNull());
    }
  }

  @Test
  void bytesAreListedAsTheyAre() throws IOException {
    file("d/a.gz", 3);
    file("d/b.snappy", 3);
    file("d/sub/c", 3);
    assertThat(splitter.binary(List.of("d"), root.toString(), 2))
        .flatMap(files -> files)
        .extracting(FileSplit::uri)
        .containsExactly("file:" + root + "/d/a.gz", "file:" + root + "/d/b.snappy");
    assertThatThrownBy(() -> FileSplitter.each(List.of("d"), root.toString()))
        .hasMessageContaining("Not a file");
  }

  private List<List<String>> ranges(List<List<FileSplit>> partitions) {
    return partitions.stream()
        .map(
            files ->
                files.stream()
                    .map(
                        s ->
                            root.relativize(Path.of(s.path())) + ":" + s.start() + "+" + s.length())
                    .toList())
        .toList();
  }

  @Test
  void binaryFilesAreInAsManyPartitionsAsAreWantedOrTheirSizeAsksFor() throws IOException {
    List<String> none = List.of(root + "/d");
    Files.createDirectory(root.resolve("d"));
    assertThat(ranges(splitter.binary(none, null, 3))).containsExactly(List.of());
    for (int i = 0; i < 5; i++) {
      file("d/" + i, 1);
    }
    assertThat(ranges(splitter.binary(none, null, 2)))
        .containsExactly(List.of("d/0:0+1", "d/1:0+1"), List.of("d/2:0+1", "d/3:0+1", "d/4:0+1"));
    assertThat(splitter.binary(none, null, 9)).hasSize(5);
    assertThat(splitter.binary(none, null, -9)).hasSize(1);
    file("d/5", 4_000);
    assertThat(splitter.binary(none, null, 1)).hasSize(4);
  }

  @Test
  void filesOfRecordsAreCutBetweenThem() throws IOException {
    file("a", 2_100);
    file("b", 0);
    file("c", 300);
    assertThat(ranges(splitter.records(List.of(root + "/[a-c]"), null, 300)))
        .containsExactly(
            List.of("a:0+900"), List.of("a:900+900"), List.of("a:1800+300"), List.of("c:0+300"));
    assertThat(ranges(splitter.records(List.of(root + "/a"), null, 2_100)))
        .as("records are longer than what a split should have")
        .containsExactly(List.of("a:0+2100"));
    assertThat(ranges(splitter.records(List.of(root + "/b"), null, 7))).containsExactly(List.of());
    assertThatThrownBy(() -> splitter.records(List.of(root + "/c"), null, 7))
        .isInstanceOf(InputException.class)
        .hasMessage(root + "/c has 300 bytes, which is no multiple of recordLength, 7");
  }

  @Test
  void wholeFilesOfADirectoryAreThoseInItAndLinksToNothingDoNotCount() throws IOException {
    file("d/a", 10);
    file("d/sub/b", 10);
    Files.createSymbolicLink(root.resolve("d/dangling"), root.resolve("gone"));
    Files.createSymbolicLink(root.resolve("d/link"), root.resolve("d/a"));
    assertThat(splitter.whole(List.of(root + "/d"), null, 1).get(0))
        .extracting(FileSplit::path)
        .containsExactly(root + "/d/a", root + "/d/link");
    assertThat(text(1, root + "/d/*[ak]")).containsExactly("a:0+10", "link:0+10");
    assertCondition(
        InputException.Condition.PATH_NOT_FOUND, root + "/d/dangling", "(it is a link to nothing)");
  }

  @Test
  void pathsAreNotDecodedAndRelativeToTheDriversDirectory() throws IOException {
    for (String name : List.of("a%20b", "a b", "c#d", "e?f", "x:y", "ä", " g ")) {
      file("d/" + name, 10);
    }
    assertThat(text(1, "d/a%20b", "file:" + root + "/d/a%20b", "file://" + root + "//d/./a%20b"))
        .containsExactly("a%20b:0+10", "a%20b:0+10", "a%20b:0+10");
    assertThat(text(1, "d/sub/../a b", "file:" + root + "/d/c#d", "d/x:y", "d/ g "))
        .containsExactly("a b:0+10", "c#d:0+10", "x:y:0+10", " g :0+10");
    assertThat(text(1, "d/a b , d/ä,")).containsExactly("a b:0+10", "ä:0+10");
    assertThatThrownBy(() -> splitter.text(List.of("d/ä"), null, 1))
        .hasMessageContaining("working directory has been removed");
    assertThat(UserPaths.localOfUri("file:" + root + "/d/a%20b", null)).endsWith("/d/a b");
    assertThat(UserPaths.localOfUri("file:" + root + "/d/a b", null)).endsWith("/d/a b");
    assertThat(UserPaths.localOfUri(root + "/d/a%20b", null)).endsWith("/d/a%20b");
    assertThat(UserPaths.local("../../x", "/y")).isEqualTo("/x");
  }

  @Test
  void hiddenNamesDoNotCount() throws IOException {
    file("d/part-0", 10);
    file("d/_SUCCESS", 10);
    file("d/.part-0.crc", 10);
    assertThat(text(1, root + "/d")).containsExactly("part-0:0+10");
    assertThat(text(1, root + "/d/*")).containsExactly("part-0:0+10");
    assertThatThrownBy(() -> text(1, root + "/d/_SUCCESS"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("matches 0 files");
  }

  @Test
  void takesListsUrisAndPatternsInOrder() throws IOException {
    file("b", 10);
    file("a", 10);
    assertThat(text(1, root + "/b,file:" + root + "/a,file://" + root + "/{a,b}"))
        .containsExactly("b:0+10", "a:0+10", "a:0+10", "b:0+10");
  }

  @Test
  void rememberSizeAndTimeToTheNanosecond() throws IOException {
    Path file = file("a", 10);
    Files.setLastModifiedTime(
        file, FileTime.from(Instant.ofEpochSecond(1_700_000_000L, 123_456_789)));
    FileSplit split = splitter.text(List.of(file.toString()), null, 1).get(0).get(0);
    assertThat(split.modifiedNanos()).isEqualTo(1_700_000_000_123_456_789L);
    assertThat(split.size()).isEqualTo(10);
    assertThat(split.uri()).isEqualTo("file:" + file);
  }

  @Test
  void packsWholeFilesUpToTheWantedSize() throws IOException {
    file("d/a", 40);
    file("d/b", 60);
    file("d/c", 0);
    file("d/e", 100);
    // 200 bytes in 2 partitions: a partition closes at 100.
    assertThat(splitter.whole(List.of(root + "/d"), null, 2))
        .extracting(List::size)
        .containsExactly(2, 2);
    assertThat(splitter.whole(List.of(root + "/d"), null, 1)).hasSize(1);
    file("e/x", 0);
    file("e/y", 0);
    assertThat(splitter.whole(List.of(root + "/e"), null, 2)).hasSize(1);
  }

  @Test
  void saysWhatIsWrongWithAnInput() throws IOException {
    file("d/sub/x", 1);
    file("z.snappy", 1);
    assertCondition(
        InputException.Condition.PATH_NOT_FOUND,
        root + "/none",
        "Input path does not exist: file:" + root + "/none");
    assertCondition(InputException.Condition.NO_MATCH, root + "/none*", "matches 0 files");
    assertCondition(InputException.Condition.NO_MATCH, root + "/{a", "Illegal file pattern");
    assertCondition(InputException.Condition.SCHEME_NOT_YET, "hdfs://host/x", "hdfs:");
    assertCondition(InputException.Condition.SCHEME_NOT_YET, "s3a://bucket/x", "not supported yet");
    assertCondition(InputException.Condition.NOT_READABLE, root + "/d", "Not a file");
    assertCondition(InputException.Condition.NOT_READABLE, root + "/z.snappy", ".snappy");
    assertCondition(InputException.Condition.PATH_NOT_FOUND, "", "empty string");
  }

  private void assertCondition(InputException.Condition condition, String path, String message) {
    assertThatThrownBy(() -> text(1, path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((InputException) e).condition())
        .isEqualTo(condition);
  }
}
