package dev.firesteel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.util.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application's directories are private, removed at its end, and after a crash by the next one.
 */
class AppDirectoriesTest {
  @TempDir Path temporary;
  @TempDir Path disk;
  @TempDir Path memory;

  private AppDirectories create(String id) throws IOException {
    return AppDirectories.create(id, temporary, List.of(disk), memory);
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private Path registry() throws IOException {
    return temporary.resolve("firesteel-" + Registry.uid(temporary));
  }

  @Test
  void areForThisUserAlone() throws IOException {
    try (AppDirectories directories = create("local-1")) {
      for (Path path :
          List.of(
              directories.disks().get(0),
              directories.memory().orElseThrow(),
              directories.driver(),
              directories.all().get(directories.all().size() - 1),
              registry())) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isEqualTo("rwx------");
      }
      assertThat(directories.socket().toString().length()).isLessThan(100);
    }
  }

  @Test
  void closingLeavesNothing() throws IOException {
    AppDirectories directories = create("local-1");
    Files.writeString(directories.driver().resolve("closure_0_1"), "x");
    directories.close();
    directories.close();
    assertThat(entries(disk)).isEmpty();
    assertThat(entries(memory)).isEmpty();
    assertThat(entries(registry())).isEmpty();
  }

  @Test
  void aLocalDirectoryThatIsThereTwiceCountsOnce() throws IOException {
    Path alias = Files.createSymbolicLink(temporary.resolve("alias"), disk);
    try (AppDirectories directories =
        AppDirectories.create(
            "local-1", temporary, List.of(disk, disk.resolve("."), alias), memory)) {
      assertThat(directories.disks()).containsExactly(disk.resolve("firesteel-local-1"));
    }
    assertThat(entries(disk)).isEmpty();
  }

  @Test
  void bothTiersMayBeInOneDirectory() throws IOException {
    try (AppDirectories directories =
        AppDirectories.create("local-1", temporary, List.of(disk, memory), memory)) {
      Path inMemory = directories.memory().orElseThrow();
      assertThat(inMemory).isDirectory();
      assertThat(directories.tiers().isMemory(inMemory.resolve("rdd_0_0_0"))).isTrue();
      for (Path root : directories.disks()) {
        assertThat(directories.tiers().isMemory(root.resolve("rdd_0_0_0"))).isFalse();
      }
    }
    assertThat(entries(disk)).isEmpty();
    assertThat(entries(memory)).isEmpty();
  }

  @Test
  void aLocalDirectoryThatCannotBeMadeIsNamedWithTheSetting() throws IOException {
    Path file = Files.writeString(disk.resolve("file"), "");
    assertThatThrownBy(
            () -> AppDirectories.create("local-1", temporary, List.of(disk, file), memory))
        .isInstanceOf(StorageException.class)
        .hasMessageContainingAll(file.toString(), "spark.local.dir");
    assertThat(entries(disk)).containsExactly(file);
  }

  @Test
  void leftoversOfACrashedApplicationAreRemovedAndThoseOfALivingOneAreNot() throws Exception {
    Process crashed = holder("local-crashed");
    try {
      assertThat(crashed.getInputStream().read()).isEqualTo('r');
      try (AppDirectories living = create("local-living")) {
        assertThat(Registry.open(temporary).clean()).isEmpty();
        crashed.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        assertThat(disk.resolve("firesteel-local-crashed")).exists();

        assertThat(Registry.open(temporary).clean())
            .containsExactly(registry().resolve("local-crashed"));

        assertThat(disk.resolve("firesteel-local-crashed")).doesNotExist();
        assertThat(memory.resolve("firesteel-local-crashed")).doesNotExist();
        assertThat(living.driver()).exists();
      }
    } finally {
      crashed.destroyForcibly();
    }
  }

  @Test
  void rootsAreRemovedThoughTheRegistryThatNamedThemHasGone() throws Exception {
    Process crashed = holder("local-crashed");
    Path unmarked = Files.createDirectory(memory.resolve("firesteel-local-unmarked"));
    try {
      assertThat(crashed.getInputStream().read()).isEqualTo('r');
      FileTrees.delete(registry());
      try (AppDirectories living = create("local-living")) {
        assertThat(living.cleanBeside()).isEmpty();
        crashed.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

        assertThat(living.cleanBeside())
            .containsExactlyInAnyOrder(
                disk.resolve("firesteel-local-crashed"),
                memory.resolve("firesteel-local-crashed"),
                temporary.resolve("firesteel-local-crashed"));

        assertThat(disk.resolve("firesteel-local-crashed")).doesNotExist();
        assertThat(unmarked).exists();
        assertThat(living.driver()).exists();
        assertThat(living.cleanBeside()).isEmpty();
      }
    } finally {
      crashed.destroyForcibly();
    }
  }

  /** A second JVM that has an application and does not end it. */
  private Process holder(String id) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            id,
            temporary.toString(),
            disk.toString(),
            memory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The program of the second JVM. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      AppDirectories held =
          AppDirectories.create(
              arguments[0],
              Path.of(arguments[1]),
              List.of(Path.of(arguments[2])),
              Path.of(arguments[3]));
      Files.writeString(held.driver().resolve("left"), "over");
      System.out.print('r');
      System.out.flush();
      while (System.in.read() >= 0) {
        // until it is killed
      }
    }
  }

  @Test
  void anEntryThatNamesForeignDirectoriesDoesNotHaveThemRemoved() throws IOException {
    Path precious = Files.createDirectory(disk.resolve("precious"));
    Registry.open(temporary);
    Path entry = Files.createDirectory(registry().resolve("local-evil"));
    Files.writeString(entry.resolve("lock"), "");
    Files.writeString(entry.resolve("roots"), precious + "\n");
    Registry.open(temporary).clean();
    assertThat(precious).exists();
    assertThat(entry).doesNotExist();
  }

  @Test
  void aRegistryThatOthersMayWriteIsRefused() throws IOException {
    Registry.open(temporary);
    Files.setPosixFilePermissions(registry(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> create("local-1"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("chmod 700");
    assertThat(entries(disk)).isEmpty();
  }

  @Test
  void aLongTemporaryDirectoryDoesNotMakeALongSocketPath() throws IOException {
    Path deep = Files.createDirectories(temporary.resolve("d".repeat(120)));
    try (AppDirectories directories =
        AppDirectories.create("test-" + ProcessHandle.current().pid(), deep, List.of(disk), null)) {
      assertThat(directories.socket().toString().length()).isLessThan(100);
      assertThat(directories.socket().getParent()).exists();
    }
  }
}
