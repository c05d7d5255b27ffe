package dev.firesteel.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.input.FileSplit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records between delimiters are those of splitting all bytes, wherever splits and buffers fall.
 */
class DelimitedRecordsTest {
  private static final List<String> DELIMITERS =
      List.of("\n\n", "aa", "aba", "\r\n", "|", "ä", "a\na", "bbbb");

  @TempDir Path directory;

  private final Random random = new Random(20261130);

  /** Takes the text apart from its beginning, which is what any cut must give. */
  private static List<String> model(String text, String delimiter) {
    List<String> records = new ArrayList<>();
    int at = 0;
    for (int end = text.indexOf(delimiter); end >= 0; end = text.indexOf(delimiter, at)) {
      records.add(text.substring(at, end));
      at = end + delimiter.length();
    }
    if (at < text.length()) {
      records.add(text.substring(at));
    }
    if (!records.isEmpty() && records.get(0).startsWith("\ufeff")) {
      records.set(0, records.get(0).substring(1));
    }
    return records;
  }

  private static List<String> records(FileSplit split, String delimiter, int buffer)
      throws IOException {
    List<String> records = new ArrayList<>();
    byte[] bytes = delimiter.getBytes(StandardCharsets.UTF_8);
    try (DelimitedRecords read =
        new DelimitedRecords(
            TextInput.records(split, bytes), split.path(), split.start() == 0, bytes, buffer)) {
      read.forEachRemaining(record -> records.add((String) record));
    }
    return records;
  }

  @Test
  void splitsGiveEachRecordOnce() throws IOException {
    String letters = "aaab|\n\rä";
    for (int round = 0; round < 3_000; round++) {
      String delimiter = DELIMITERS.get(random.nextInt(DELIMITERS.size()));
      StringBuilder text = new StringBuilder(random.nextInt(5) == 0 ? "\ufeff" : "");
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      byte[] data = text.toString().getBytes(StandardCharsets.UTF_8);
      assertCuts(data, text.toString(), delimiter, 1 + random.nextInt(30));
    }
  }

  @Test
  void aLongRowOfOverlappingDelimitersIsReadFromItsBeginning() throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write('x');
    data.writeBytes("\n".repeat(200_001).getBytes(StandardCharsets.US_ASCII));
    data.write('y');
    assertCuts(data.toByteArray(), data.toString(StandardCharsets.US_ASCII), "\n\n", 1 << 12);
  }

  private void assertCuts(byte[] data, String text, String delimiter, int buffer)
      throws IOException {
    Path path = Files.write(directory.resolve("text"), data);
    TreeSet<Integer> cuts = new TreeSet<>(List.of(0, data.length));
    for (int i = random.nextInt(5); i > 0; i--) {
      cuts.add(random.nextInt(data.length + 1));
    }
    List<String> found = new ArrayList<>();
    for (int start : cuts.headSet(data.length)) {
      int end = cuts.higher(start);
      FileSplit split =
          new FileSplit(path.toString(), "file:" + path, start, end - start, data.length, 0, null);
      found.addAll(records(split, delimiter, buffer));
    }
    assertThat(found).as("%s by %s at %s", text, delimiter, cuts).isEqualTo(model(text, delimiter));
  }
}
