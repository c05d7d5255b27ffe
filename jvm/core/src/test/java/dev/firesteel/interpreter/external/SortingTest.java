package dev.firesteel.interpreter.external;

import static dev.firesteel.interpreter.external.Spaces.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.interpreter.SortOrder;
import dev.firesteel.interpreter.external.Sorting.Keys;
import dev.firesteel.types.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SortingTest {
  private static final SortOrder BY_KEY =
      new SortOrder(record -> ((Pair<?, ?>) record).key(), null, "sortByKey at App.java:1");

  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource({"67108864,true", "67108864,false", "1048576,true", "102400,true", "102400,false"})
  void sortsStably(long memory, boolean ascending) {
    Random random = new Random(memory);
    List<Pair<Integer, String>> expected = new ArrayList<>();
    try (Workspace workspace = Spaces.of(memory, scratch)) {
      Sorting sorting = new Sorting(workspace, new Keys(BY_KEY, ascending));
      for (int i = 0; i < 40_000; i++) {
        Pair<Integer, String> record = Pair.of(random.nextInt(500), "value " + i);
        expected.add(record);
        sorting.add(record);
      }
      Comparator<Pair<Integer, String>> order = Comparator.comparing(Pair::key);
      expected.sort(ascending ? order : order.reversed());
      assertThat(sorting.records()).isEqualTo(40_000);
      assertThat(all(sorting.result())).isEqualTo(expected);
      assertThat(workspace.spilled() > 0).isEqualTo(memory < 64 << 20);
    }
  }

  @Test
  void keysThatCantBeComparedAreShown() {
    try (Workspace workspace = Spaces.of(1 << 20, scratch)) {
      Sorting sorting = new Sorting(workspace, new Keys(BY_KEY, true));
      sorting.add(Pair.of("text", 1));
      sorting.add(Pair.of(7, 2));
      assertThatThrownBy(() -> sorting.result())
          .isInstanceOf(RecordException.class)
          .hasMessageContaining("sortByKey at App.java:1")
          .hasMessageContaining("text")
          .hasMessageContaining("7");
    }
  }

  @Test
  void aKeyThatIsNullIsShownUnlessAComparatorTakesIt() {
    try (Workspace workspace = Spaces.of(1 << 20, scratch)) {
      Sorting natural = new Sorting(workspace, new Keys(BY_KEY, true));
      natural.add(Pair.of(null, 1));
      natural.add(Pair.of(1, 2));
      assertThatThrownBy(() -> natural.result())
          .isInstanceOf(RecordException.class)
          .hasMessageContaining("null");
      Comparator<Object> nullsLast =
          Comparator.nullsLast((one, other) -> ((Integer) one).compareTo((Integer) other));
      SortOrder order = new SortOrder(BY_KEY.key(), nullsLast, "sortByKey at App.java:2");
      Sorting sorting = new Sorting(workspace, new Keys(order, true));
      sorting.add(Pair.of(null, 1));
      sorting.add(Pair.of(1, 2));
      assertThat(all(sorting.result())).containsExactly(Pair.of(1, 2), Pair.of(null, 1));
    }
  }
}
