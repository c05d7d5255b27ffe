package dev.firesteel.interpreter;

import dev.firesteel.input.FileSplit;
import dev.firesteel.input.FileSplitter;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Text files, a record for each line: {@code textFile}. A split is a byte range of one file. The
 * option {@code delimiter} is what is between records in place of line ends.
 */
public final class TextFormat implements InputFormat {
  private static final int BUFFER = 1 << 18;

  @Override
  public String name() {
    return "text";
  }

  @Override
  public List<Split> splits(Wanted wanted) throws IOException {
    return FileSplit.encode(
        new FileSplitter(wanted.largest())
            .text(wanted.paths(), wanted.directory(), wanted.minPartitions()));
  }

  @Override
  public Iterator<?> open(Split split, Map<String, String> options, Reading reading) {
    FileSplit range = FileSplit.decode(split).get(0);
    reading.read(range.length());
    boolean fromStart = range.start() == 0 || range.codec() != null;
    String delimiter = options.get("delimiter");
    if (delimiter == null) {
      return reading.closing(new Lines(TextInput.lines(range), range.path(), fromStart, BUFFER));
    }
    byte[] bytes = delimiter.getBytes(StandardCharsets.UTF_8);
    return reading.closing(
        new DelimitedRecords(
            TextInput.records(range, bytes), range.path(), fromStart, bytes, BUFFER));
  }
}
