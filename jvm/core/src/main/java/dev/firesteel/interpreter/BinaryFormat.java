package dev.firesteel.interpreter;

import dev.firesteel.input.FileSplit;
import dev.firesteel.input.FileSplitter;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import dev.firesteel.types.Pair;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Files as they are, a record (URI, bytes) for each: {@code binaryFiles}. A split is files. */
public final class BinaryFormat implements InputFormat {

  @Override
  public String name() {
    return "binary";
  }

  @Override
  public List<Split> splits(Wanted wanted) throws IOException {
    return FileSplit.encode(
        new FileSplitter(wanted.largest())
            .binary(wanted.paths(), wanted.directory(), wanted.minPartitions()));
  }

  @Override
  public Iterator<?> open(Split split, Map<String, String> options, Reading reading) {
    return FileSplit.decode(split).stream().map(file -> read(file, reading)).iterator();
  }

  private static Pair<String, byte[]> read(FileSplit file, Reading reading) {
    reading.read(file.size());
    return Pair.of(file.uri(), TextInput.content(file));
  }
}
