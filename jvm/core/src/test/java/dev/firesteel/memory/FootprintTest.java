package dev.firesteel.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.types.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FootprintTest {
  record Node(long value, Object next) {}

  @Test
  void simpleValues() {
    assertThat(Footprint.of(null)).isZero();
    assertThat(Footprint.of(1L)).isEqualTo(24);
    assertThat(Footprint.of("word")).isEqualTo(48);
    assertThat(Footprint.of(new byte[1000])).isEqualTo(1016);
    assertThat(Footprint.of(new long[1000])).isEqualTo(8016);
    assertThat(Footprint.of(Pair.of("word", 1L))).isEqualTo(24 + 48 + 24);
    assertThat(Footprint.of(Thread.State.NEW)).isZero();
  }

  @Test
  void longCollectionsAreEstimatedFromAFew() {
    List<Object> list = new ArrayList<>();
    Map<Object, Object> map = new HashMap<>();
    for (long i = 0; i < 100_000; i++) {
      list.add(i);
      map.put(i, "value");
    }
    assertThat(Footprint.of(list)).isBetween(2_700_000L, 3_000_000L);
    assertThat(Footprint.of(list.toArray())).isBetween(2_700_000L, 3_000_000L);
    assertThat(Footprint.of(map)).isBetween(9_000_000L, 13_000_000L);
  }

  @Test
  void whatRefersToItselfIsCountedOnce() {
    Object[] self = new Object[1];
    self[0] = new Node(1, self);
    assertThat(Footprint.of(self)).isBetween(40L, 60L);
  }

  @Test
  void ofAVeryDeepStructureOnlyThePartThatWasLookedAtCounts() {
    Object deep = null;
    for (int i = 0; i < 100_000; i++) {
      deep = new Node(i, deep);
    }
    assertThat(Footprint.of(deep)).isPositive();
  }
}
