package dev.firesteel.interpreter;

import dev.firesteel.input.FileSplit;
import dev.firesteel.input.FileSplitter;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import dev.firesteel.types.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Text files, a record for each: {@code wholeTextFiles}. A split is one or more files. */
public final class WholeTextFormat implements InputFormat {

  @Override
  public String name() {
    return "wholetext";
  }

  @Override
  public List<Split> splits(Wanted wanted) throws IOException {
    return FileSplit.encode(
        new FileSplitter(wanted.largest())
            .whole(wanted.paths(), wanted.directory(), wanted.minPartitions()));
  }

  @Override
  public Iterator<?> open(Split split, Map<String, String> options, Reading reading) {
    return FileSplit.decode(split).stream().map(file -> read(file, reading)).iterator();
  }

  private static Pair<String, String> read(FileSplit file, Reading reading) {
    reading.read(file.size());
    try (InputStream in = TextInput.whole(file)) {
      return Pair.of(file.uri(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new SourceException(file.path(), "cannot be read: " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new SourceException(file.path(), "is too large to be one record", e);
    }
  }
}
