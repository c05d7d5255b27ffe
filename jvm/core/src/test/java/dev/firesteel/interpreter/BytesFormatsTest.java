package dev.firesteel.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.input.FormatListings;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.InputFormats;
import dev.firesteel.input.Split;
import dev.firesteel.types.Pair;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The formats of files of bytes: what their splits hold is the file, byte by byte. */
class BytesFormatsTest {
  private static final int SPLIT = 1_000;
  private static final ClassLoader LOADER = BytesFormatsTest.class.getClassLoader();

  @TempDir Path directory;

  private final InputFormats formats = new InputFormats();
  private final byte[] data = new byte[3_600];
  private Path file = Path.of("");

  @BeforeEach
  void fill() throws IOException {
    new Random(7).nextBytes(data);
    file = Files.write(directory.resolve("a"), data);
  }

  /** Counts what is read, and closes nothing before the end. */
  private static final class Task implements InputFormat.Reading {
    private final List<Closeable> resources = new ArrayList<>();
    private long read;

    @Override
    public void read(long bytes) {
      read += bytes;
    }

    @Override
    public <T extends Closeable> T closing(T resource) {
      resources.add(resource);
      return resource;
    }

    @Override
    public ClassLoader loader() {
      return LOADER;
    }
  }

  private List<Split> list(String format, Map<String, String> options) throws IOException {
    return new FormatListings(formats, () -> LOADER, SPLIT)
        .list(format, List.of(file.toString()), null, 1, options);
  }

  private List<Object> read(String format, Split split, Map<String, String> options)
      throws IOException {
    Task task = new Task();
    List<Object> records = new ArrayList<>();
    Iterator<?> opened = formats.find(format, LOADER).open(split, options, task);
    opened.forEachRemaining(records::add);
    assertThat(task.read).isPositive();
    for (Closeable resource : task.resources) {
      resource.close();
    }
    return records;
  }

  @Test
  void recordsOfOneLengthAreTheFileInPieces() throws IOException {
    for (int length : List.of(1, 9, 36, 900, 1_200, 3_600)) {
      Map<String, String> options = Map.of("length", Integer.toString(length));
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      for (Split split : list("fixedlength", options)) {
        for (Object each : read("fixedlength", split, options)) {
          assertThat((byte[]) each).hasSize(length);
          joined.writeBytes((byte[]) each);
        }
      }
      assertThat(joined.toByteArray()).as("records of %s bytes", length).isEqualTo(data);
    }
  }

  @Test
  void aBinaryFileIsOneRecordUnderItsName() throws IOException {
    List<Split> splits = list("binary", Map.of());
    assertThat(splits).hasSize(1);
    Pair<?, ?> found = (Pair<?, ?>) read("binary", splits.get(0), Map.of()).get(0);
    assertThat(found.key()).isEqualTo("file:" + file);
    assertThat(Arrays.equals((byte[]) found.value(), data)).isTrue();
  }

  @Test
  void aFileThatHasChangedIsRefused() throws IOException {
    Map<String, String> options = Map.of("length", "9");
    Split binary = list("binary", options).get(0);
    Split fixed = list("fixedlength", options).get(0);
    Files.write(file, new byte[3_601]);
    assertThatThrownBy(() -> read("binary", binary, options))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("was changed since the job was planned");
    assertThatThrownBy(() -> read("fixedlength", fixed, options))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("was changed since the job was planned");
  }

  @Test
  void picklesAreLeftToPython() throws IOException {
    Split split = list("pickled", Map.of()).get(0);
    assertThatThrownBy(() -> read("pickled", split, Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("functions in Java cannot read");
  }
}
