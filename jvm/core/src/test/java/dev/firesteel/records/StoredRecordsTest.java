package dev.firesteel.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of records: whole blocks, slices of a collection, and files that fail. */
class StoredRecordsTest {
  private static final ClassLoader LOADER = StoredRecordsTest.class.getClassLoader();

  @TempDir Path directory;

  private static List<Object> all(Iterator<Object> records) {
    List<Object> all = new ArrayList<>();
    records.forEachRemaining(all::add);
    return all;
  }

  @Test
  void slicesAreReadEachByItself() {
    List<List<?>> slices =
        List.of(
            List.of(), List.of("a", 1), Collections.nCopies(100_000, 7L), List.of(), List.of(2));
    Path path = directory.resolve("input");
    List<SliceWriter.Slice> rows = SliceWriter.write(path, "input_0_1", slices);
    assertThat(rows).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertThat(all(StoredRecords.slice(path, "input_0_1", rows.get(i), LOADER)))
          .isEqualTo(slices.get(i));
    }
    assertThatThrownBy(() -> all(StoredRecords.slice(path, "input_0_2", rows.get(1), LOADER)))
        .isInstanceOf(DamagedException.class);
    assertThat(directory.resolve("input.tmp")).doesNotExist();
  }

  @Test
  void aBlockMustHaveItsLength() throws IOException {
    Path path = Files.write(directory.resolve("b"), new byte[40]);
    StoredRecords.Block block = new StoredRecords.Block("rdd_0_1_2", 3, 41, 1);
    assertThatThrownBy(() -> StoredRecords.open(path, block, LOADER))
        .isInstanceOf(DamagedException.class)
        .hasMessage("The block rdd_0_1_2 has 40 bytes, 41 were written");
    assertThatThrownBy(() -> StoredRecords.open(directory.resolve("none"), block, LOADER))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("cannot be opened");
    assertThatThrownBy(() -> StoredRecords.open(new byte[3], block, LOADER))
        .isInstanceOf(DamagedException.class);
  }

  @Test
  void aFileThatIsNotCompleteLeavesNothing() throws IOException {
    Path path = directory.resolve("new");
    try (NewFile file = new NewFile(path)) {
      file.write(new byte[5]);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.unfinished())))
          .isEqualTo("rw-------");
      assertThatThrownBy(() -> new NewFile(path))
          .isInstanceOf(DiskException.class)
          .hasMessageContaining("new.tmp");
    }
    assertThat(directory).isEmptyDirectory();
    try (NewFile file = new NewFile(path)) {
      file.write(new byte[5]);
      file.commit();
      assertThat(file.size()).isEqualTo(5);
    }
    assertThat(path).hasSize(5);
  }

  @Test
  void aFullDiskIsToldWithItsDirectoryAndWhatIsFree() {
    DiskException told =
        new DiskException(directory.resolve("x"), 12, new IOException("No space left on device"));
    assertThat(told)
        .hasMessageContaining("No space left on device: writing 12 bytes to x in " + directory)
        .hasMessageContaining("bytes are free. Free some, or set spark.local.dir");
  }
}
