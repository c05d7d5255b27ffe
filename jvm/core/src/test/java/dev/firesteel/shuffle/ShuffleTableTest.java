package dev.firesteel.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.ShuffleId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShuffleTableTest {
  private static final ShuffleId SHUFFLE = new ShuffleId(0, 7);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("table");
    TableFile.write(
        file,
        List.of(
            output(11, "one", new long[] {100, 0, 50}),
            output(12, "zwölf", new long[] {0, 30, 60})),
        3);
  }

  private static MapOutput output(long attempt, String name, long[] lengths) {
    long[] records = {lengths[0] / 10, lengths[1] / 10, lengths[2] / 10};
    return new MapOutput(attempt, Path.of("/data", name), lengths, records, new int[3]);
  }

  @Test
  void aReducerFindsItsSections() throws Exception {
    Path one = Path.of("/data/one");
    Path other = Path.of("/data/zwölf");
    assertThat(ShuffleTable.sections(file, SHUFFLE, 0))
        .containsExactly(new ShuffleTable.Section(0, 11, one, 0, 0, 100, 10));
    assertThat(ShuffleTable.sections(file, SHUFFLE, 1))
        .containsExactly(new ShuffleTable.Section(1, 12, other, 1, 0, 30, 3));
    assertThat(ShuffleTable.sections(file, SHUFFLE, 2))
        .containsExactly(
            new ShuffleTable.Section(0, 11, one, 2, 100, 50, 5),
            new ShuffleTable.Section(1, 12, other, 2, 30, 60, 6));
  }

  @Test
  void aByteThatChangedIsNoticedByWhoReadsIt() throws Exception {
    byte[] written = Files.readAllBytes(file);
    int row = written.length - (2 * 24 + 4);
    for (int at = 0; at < written.length; at++) {
      byte[] damaged = written.clone();
      damaged[at] ^= 0x10;
      Files.write(file, damaged);
      boolean ofOthers = at >= row - 2 * (2 * 24 + 4) && at < row;
      if (ofOthers) {
        assertThat(ShuffleTable.sections(file, SHUFFLE, 2)).as("byte %d", at).hasSize(2);
      } else {
        assertThatThrownBy(() -> ShuffleTable.sections(file, SHUFFLE, 2))
            .as("byte %d", at)
            .isInstanceOf(DamagedTableException.class)
            .hasMessageContaining("shuffle_0_7");
      }
    }
  }

  @Test
  void aTableThatWasCutIsDamaged() throws IOException {
    byte[] written = Files.readAllBytes(file);
    for (int length : List.of(0, 10, 16, 40, written.length - 1)) {
      Files.write(file, java.util.Arrays.copyOf(written, length));
      assertThatThrownBy(() -> ShuffleTable.sections(file, SHUFFLE, 0))
          .isInstanceOf(DamagedTableException.class);
    }
  }
}
