package dev.firesteel.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.ShuffleId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of a shuffle says where its outputs are now, and is as the Python side reads it. */
class MapOutputTrackerTest {
  private static final ShuffleId SHUFFLE = new ShuffleId(0, 4);

  @TempDir Path root;

  private MapOutputTracker tracker;

  @BeforeEach
  void makeTracker() {
    tracker = new MapOutputTracker(root.resolve("tables"), Runnable::run);
    tracker.registerShuffle(SHUFFLE, 2, 3);
  }

  private MapOutput output(int map, long attempt) throws IOException {
    Path file = Files.writeString(root.resolve("shuffle_0_4_" + map + "." + attempt), "data");
    return new MapOutput(attempt, file, new long[] {4, 0, 0}, new long[] {1, 0, 0}, new int[3]);
  }

  @Test
  void theTableIsAsTheGoldenOne() throws Exception {
    tracker.registerOutput(
        SHUFFLE,
        0,
        new MapOutput(
            17,
            Path.of("/tmp/a/shuffle_0_4_0.17"),
            new long[] {96, 0, 64},
            new long[] {5, 0, 4},
            new int[3]));
    tracker.registerOutput(
        SHUFFLE,
        1,
        new MapOutput(
            4_294_967_301L,
            Path.of("/var/tmp/é/shuffle_0_4_1.4294967301"),
            new long[] {0, 64, 32},
            new long[] {0, 2, 1},
            new int[3]));
    Path golden = Path.of(System.getProperty("firesteel.wire"), "shuffle_table.bin");
    assertThat(tracker.table(SHUFFLE)).hasBinaryContent(Files.readAllBytes(golden));
  }

  @Test
  void aTableIsWrittenOncePerState() throws Exception {
    tracker.registerOutput(SHUFFLE, 0, output(0, 1));
    tracker.registerOutput(SHUFFLE, 1, output(1, 2));
    Path first = tracker.table(SHUFFLE);
    assertThat(tracker.table(SHUFFLE)).isEqualTo(first);
    tracker.registerOutput(SHUFFLE, 1, output(1, 3));
    assertThat(tracker.table(SHUFFLE)).isNotEqualTo(first).exists();
    assertThat(first).as("running tasks may still read it").exists();
  }

  @Test
  void aTableThatWasFoundDamagedIsWrittenAnew() throws Exception {
    tracker.registerOutput(SHUFFLE, 0, output(0, 1));
    tracker.registerOutput(SHUFFLE, 1, output(1, 2));
    Path first = tracker.table(SHUFFLE);
    byte[] good = Files.readAllBytes(first);
    Files.write(first, new byte[7]);
    tracker.tableLost(SHUFFLE);
    assertThat(tracker.table(SHUFFLE)).isNotEqualTo(first).hasBinaryContent(good);
    tracker.tableLost(new ShuffleId(0, 99));
    assertThat(tracker.contains(new ShuffleId(0, 99))).isFalse();
  }

  @Test
  void aMissingOutputIsNamed() throws Exception {
    tracker.registerOutput(SHUFFLE, 0, output(0, 1));
    assertThat(tracker.missing(SHUFFLE)).containsExactly(1);
    assertThatThrownBy(() -> tracker.table(SHUFFLE))
        .isInstanceOf(MissingMapOutputException.class)
        .hasMessage("The output of map task 1 of shuffle_0_4 is missing");
  }

  @Test
  void aLostOutputGoesWithItsFile() throws Exception {
    MapOutput lost = output(0, 1);
    tracker.registerOutput(SHUFFLE, 0, lost);
    assertThat(tracker.unregisterOutput(SHUFFLE, 0)).contains(lost);
    assertThat(lost.path()).doesNotExist();
    assertThat(tracker.missing(SHUFFLE)).containsExactly(0, 1);
    assertThat(tracker.unregisterOutput(SHUFFLE, 0)).isEmpty();
  }

  @Test
  void aReleasedShuffleLeavesNoFile() throws Exception {
    tracker.registerOutput(SHUFFLE, 0, output(0, 1));
    tracker.registerOutput(SHUFFLE, 1, output(1, 2));
    tracker.table(SHUFFLE);
    tracker.registerOutput(SHUFFLE, 1, output(1, 3));
    tracker.table(SHUFFLE);
    tracker.unregisterShuffle(SHUFFLE);
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
    tracker.unregisterShuffle(SHUFFLE);
  }

  @Test
  void anotherShapeOfTheSameShuffleIsRefused() throws Exception {
    assertThatThrownBy(() -> tracker.registerShuffle(SHUFFLE, 5, 3))
        .isInstanceOf(IllegalStateException.class);
    MapOutput narrow = new MapOutput(1, root, new long[1], new long[1], new int[1]);
    assertThatThrownBy(() -> tracker.registerOutput(SHUFFLE, 0, narrow))
        .hasMessageContaining("1 sections instead of 3");
    assertThat(List.of(tracker.contains(SHUFFLE), tracker.contains(new ShuffleId(0, 5))))
        .containsExactly(true, false);
  }
}
