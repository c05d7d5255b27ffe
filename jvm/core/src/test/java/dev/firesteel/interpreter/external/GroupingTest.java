package dev.firesteel.interpreter.external;

import static dev.firesteel.interpreter.external.Spaces.all;
import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.types.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupingTest {
  private static final long PLENTY = 64L << 20;

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(longs = {PLENTY, 1 << 20, 100 << 10})
  void groupsAreThoseOfAPlainMapInTheOrderOfArrival(long memory) {
    Random random = new Random(memory);
    Map<Object, List<Object>> expected = new HashMap<>();
    try (Workspace workspace = Spaces.of(memory, scratch)) {
      Grouping grouping = new Grouping(workspace);
      for (int i = 0; i < 50_000; i++) {
        Object key = random.nextInt(3) == 0 ? "many" : random.nextInt(2000);
        expected.computeIfAbsent(key, k -> new ArrayList<>()).add("value " + i);
        grouping.add(key, "value " + i);
      }
      Map<Object, List<Object>> found = new HashMap<>();
      for (Iterator<Object> groups = grouping.result(); groups.hasNext(); ) {
        Pair<?, ?> group = (Pair<?, ?>) groups.next();
        Collection<?> values = (Collection<?>) group.value();
        List<Object> once = new ArrayList<>(values);
        assertThat(all(values.iterator())).as("read again").isEqualTo(once);
        assertThat(values).hasSize(once.size());
        assertThat(found.put(group.key(), once)).isNull();
      }
      assertThat(found).isEqualTo(expected);
      assertThat(workspace.spilled() > 0).isEqualTo(memory != PLENTY);
    }
  }

  @Test
  void oneGroupMayBeLargerThanMemory() {
    try (Workspace workspace = Spaces.of(256 << 10, scratch)) {
      Grouping grouping = new Grouping(workspace);
      for (int i = 0; i < 100_000; i++) {
        grouping.add("all", (long) i);
      }
      grouping.add("other", -1L);
      List<Object> groups = all(grouping.result());
      assertThat(groups).hasSize(2).contains(Pair.of("other", List.of(-1L)));
      Pair<?, ?> all = (Pair<?, ?>) groups.stream().filter(this::isLarge).findAny().orElseThrow();
      long next = 0;
      for (Object value : (Iterable<?>) all.value()) {
        assertThat(value).isEqualTo(next++);
      }
      assertThat(next).isEqualTo(100_000);
      assertThat(all.value()).isInstanceOf(GroupedValues.class);
    }
  }

  private boolean isLarge(Object group) {
    return ((Pair<?, ?>) group).key().equals("all");
  }

  @Test
  void theOrderOfGroupsDoesNotDependOnWhatWasSpilled() {
    assertThat(keys(100 << 10)).isEqualTo(keys(PLENTY));
  }

  private List<Object> keys(long memory) {
    try (Workspace workspace = Spaces.of(memory, scratch)) {
      Grouping grouping = new Grouping(workspace);
      for (int i = 0; i < 20_000; i++) {
        grouping.add("key" + i % 5000, i);
      }
      List<Object> keys = new ArrayList<>();
      grouping.result().forEachRemaining(group -> keys.add(((Pair<?, ?>) group).key()));
      return keys;
    }
  }
}
