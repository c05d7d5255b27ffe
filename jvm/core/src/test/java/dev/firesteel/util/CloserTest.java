package dev.firesteel.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Things are closed once, the last first, whatever fails. */
class CloserTest {
  private final List<String> closed = new ArrayList<>();
  private final Closer closer = new Closer();

  @Test
  void closesInReverseOrderAndKeepsTheFirstFailure() {
    closer.add(() -> closed.add("a"));
    closer.add(
        () -> {
          throw new IOException("second");
        });
    closer.add(
        () -> {
          throw new IllegalStateException("first");
        });
    closer.add(() -> closed.add("d"));
    assertThatThrownBy(closer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("first")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("d", "a");
  }

  @Test
  void closesOnceAndWhatComesTooLateAtOnce() throws IOException {
    closer.add(() -> closed.add("a"));
    closer.close();
    closer.close();
    assertThatThrownBy(() -> closer.add(() -> closed.add("late")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(closed).containsExactly("a", "late");
  }
}
