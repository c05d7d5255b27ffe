package dev.firesteel.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry's locks, as other processes see them. */
class RegistryTest {
  @TempDir Path temporary;

  @Test
  void cleaningGivesNoLockOfThisProcessUp() throws IOException {
    Registry registry = Registry.open(temporary);
    try (Registry.Entry entry = registry.register("living", List.of())) {
      Path lock = entry.directory().resolve("lock");
      assertThat(isLocked(lock)).isTrue();

      assertThat(registry.clean()).isEmpty();

      assertThat(isLocked(lock)).as("another process would still find it locked").isTrue();
    }
  }

  @Test
  void theRegistryIsOfTheUserWhoseFilesTheseAre() throws IOException {
    Path made = Files.createFile(temporary.resolve("mine"));
    String status = "Name:\tjava\nUid:\t1000\t1001\t1002\t1003\nGid:\t7\t7\t7\t7\n";
    assertThat(Registry.uidIn(Files.writeString(temporary.resolve("status"), status)))
        .isEqualTo(1003);

    Registry.open(temporary);
    Registry.open(temporary); // and finds it again

    assertThat(temporary.resolve("firesteel-" + Registry.uid(made))).isDirectory();
  }

  /**
   * POSIX locks never hinder their own process, so the kernel's table is asked instead of trying.
   */
  private static boolean isLocked(Path file) throws IOException {
    String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
    return Files.readAllLines(Path.of("/proc/locks")).stream()
        .anyMatch(line -> line.contains("POSIX") && line.contains(inode));
  }
}
