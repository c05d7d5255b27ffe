package dev.firesteel.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
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
    return splitter.text(List.of(paths), minPartitions).partitions().stream()
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
    List<List<FileSplit>> partitions = splitter.text(List.of(root + "/d"), 8).partitions();
    assertThat(partitions).hasSize(2);
    assertThat(partitions.get(0).get(0).codec()).isEqualTo("gzip");
    assertThat(partitions.get(1).get(0).codec()).isEqualTo("bzip2");
    assertThat(partitions.get(1).get(0).length()).isEqualTo(5_000);
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
    FileSet set = splitter.text(List.of(file.toString()), 1);
    FileSplit split = set.partitions().get(0).get(0);
    assertThat(split.modifiedNanos()).isEqualTo(1_700_000_000_123_456_789L);
    assertThat(split.size()).isEqualTo(10);
    assertThat(split.uri()).isEqualTo("file:" + file);
    assertThat(splitter.find(set.id())).contains(set);
  }

  @Test
  void packsWholeFilesUpToTheWantedSize() throws IOException {
    file("d/a", 40);
    file("d/b", 60);
    file("d/c", 0);
    file("d/e", 100);
    // 200 bytes in 2 partitions: a partition closes at 100.
    assertThat(splitter.whole(List.of(root + "/d"), 2).partitions())
        .extracting(List::size)
        .containsExactly(2, 2);
    assertThat(splitter.whole(List.of(root + "/d"), 1).partitions()).hasSize(1);
    file("e/x", 0);
    file("e/y", 0);
    assertThat(splitter.whole(List.of(root + "/e"), 2).partitions()).hasSize(1);
  }

  @Test
  void whatIsForgottenIsNotFound() throws IOException {
    String path = file("a", 100).toString();
    FileSet first = splitter.text(List.of(path), 1);
    FileSet second = splitter.text(List.of(path), 1);
    splitter.forget(List.of(first.id(), 99L));
    assertThat(splitter.find(first.id())).isEmpty();
    assertThat(splitter.find(second.id())).contains(second);
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
