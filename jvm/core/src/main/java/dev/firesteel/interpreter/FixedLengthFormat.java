package dev.firesteel.interpreter;

import dev.firesteel.input.FileSplit;
import dev.firesteel.input.FileSplitter;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Files of records that have the same length, the option {@code length}: {@code binaryRecords}. A
 * split is a range of a file that holds whole records.
 */
public final class FixedLengthFormat implements InputFormat {
  private static final int BUFFER = 1 << 18;

  @Override
  public String name() {
    return "fixedlength";
  }

  @Override
  public List<Split> splits(Wanted wanted) throws IOException {
    return FileSplit.encode(
        new FileSplitter(wanted.largest())
            .records(wanted.paths(), wanted.directory(), length(wanted.options())));
  }

  private static long length(Map<String, String> options) {
    return Long.parseLong(options.getOrDefault("length", ""));
  }

  @Override
  public Iterator<?> open(Split split, Map<String, String> options, Reading reading) {
    long length = length(options);
    return FileSplit.decode(split).stream()
        .flatMap(
            range -> {
              reading.read(range.length());
              InputStream in =
                  reading.closing(new BufferedInputStream(TextInput.bytes(range), BUFFER));
              return LongStream.range(0, range.length() / length)
                  .mapToObj(record -> next(in, range, length));
            })
        .iterator();
  }

  private static byte[] next(InputStream in, FileSplit range, long length) {
    try {
      return in.readNBytes(Math.toIntExact(length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ArithmeticException | OutOfMemoryError e) {
      throw new SourceException(range.path(), "has records that are too large", e);
    }
  }
}
