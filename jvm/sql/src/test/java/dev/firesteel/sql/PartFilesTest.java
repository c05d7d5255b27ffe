package dev.firesteel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write that fails leaves nothing, whatever its tasks have got to. */
class PartFilesTest {
  @TempDir Path scratch;
  private Path directory;
  private Path file;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(scratch.resolve("result"));
    file = PartFiles.file(directory.toString(), 0);
  }

  @Test
  void finishedPartitionsGo() throws IOException {
    Files.createFile(file);
    PartFiles.removeAll(directory);
    assertThat(directory).doesNotExist();
  }

  @Test
  void aTaskThatStillRunsCannotLeaveItsPartition() throws IOException {
    Path temporary = Files.createFile(PartFiles.temporary(file, 7));
    PartFiles.removeAll(directory);
    assertThatThrownBy(() -> Files.move(temporary, file)).isInstanceOf(NoSuchFileException.class);
    assertThat(directory).doesNotExist();
  }

  @Test
  void filesOfOthersStay() throws IOException {
    Path other = Files.createFile(directory.resolve("notes"));
    Files.createFile(file);
    PartFiles.removeAll(directory);
    assertThat(other).exists();
    assertThat(file).doesNotExist();
  }

  @Test
  void aDirectoryThatIsGoneIsNoFault() throws IOException {
    Files.delete(directory);
    PartFiles.removeAll(directory);
    assertThat(directory).doesNotExist();
  }
}
