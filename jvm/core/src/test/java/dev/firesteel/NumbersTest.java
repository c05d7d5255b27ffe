package dev.firesteel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Numbers that both languages state are the same: test_wire_numbers.py reads the file too. */
class NumbersTest {
  private static final Path FILE = Path.of(System.getProperty("firesteel.wire"), "numbers.json");

  private static final Pattern ROW =
      Pattern.compile("\"(\\w+)\": \\[(\\d+), \"[^\"]+\", \"([\\w.]+)\\.(\\w+)\"\\]");

  @TestFactory
  Stream<DynamicTest> theNumberIsTheOneAgreedOn() throws IOException {
    String text = Files.readString(FILE);
    assertThat(ROW.matcher(text).results()).hasSize(text.split("\\[", -1).length - 1);
    return ROW.matcher(text)
        .results()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.group(1),
                    () ->
                        assertThat(stated(row.group(3), row.group(4)))
                            .isEqualTo(Long.parseLong(row.group(2)))));
  }

  private static long stated(String owner, String name) throws ReflectiveOperationException {
    Field field = Class.forName(owner).getDeclaredField(name);
    field.setAccessible(true);
    return ((Number) field.get(null)).longValue();
  }
}
