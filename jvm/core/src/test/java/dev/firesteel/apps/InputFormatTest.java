package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.Rdd;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A format that one class of the program adds is read as any other input is. */
@Timeout(120)
class InputFormatTest {
  @TempDir Path directory;

  private FiresteelContext sc;

  @BeforeEach
  void start() {
    sc = Contexts.start(directory.resolve("work"));
  }

  @AfterEach
  void stop() {
    sc.close();
  }

  private Rdd<String> countdown(int... from) {
    List<byte[]> splits = Arrays.stream(from).mapToObj(n -> new byte[] {(byte) n}).toList();
    return sc.read("countdown", Map.of("unit", "T-"), splits);
  }

  @Test
  void aFormatOfTheProgramIsFoundByItsName() {
    Rdd<String> numbers = countdown(2, 0);
    assertThat(numbers.getNumPartitions()).isEqualTo(2);
    assertThat(numbers.collect()).containsExactly("T-2", "T-1", "T-0", "T-0");
    assertThat(numbers.count()).isEqualTo(4);
    assertThat(numbers.map(text -> text.length()).distinct().collect()).containsExactly(3);
  }

  @Test
  void whatGoesWrongWithTheInputIsSaidAsThat() {
    assertThatThrownBy(() -> countdown(1, 101).collect())
        .hasMessageContaining("an input of the format countdown: cannot be read")
        .hasMessageContaining("nobody counts down from 101");
    assertThatThrownBy(() -> countdown(15).collect())
        .hasMessageContaining("an input of the format countdown: cannot be read")
        .hasMessageContaining("13 is not counted");
    assertThatThrownBy(() -> sc.read("avro", Map.of(), List.of(new byte[1])).collect())
        .hasMessageContaining("no input format avro in Java; known are")
        .hasMessageContaining("countdown");
  }
}
