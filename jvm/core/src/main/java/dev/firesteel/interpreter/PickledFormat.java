package dev.firesteel.interpreter;

import dev.firesteel.input.FileSplit;
import dev.firesteel.input.FileSplitter;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What {@code saveAsPickleFile} of Python wrote, which only Python reads. A split is a file. */
public final class PickledFormat implements InputFormat {

  @Override
  public String name() {
    return "pickled";
  }

  @Override
  public List<Split> splits(Wanted wanted) throws IOException {
    return FileSplit.encode(FileSplitter.each(wanted.paths(), wanted.directory()));
  }

  @Override
  public Iterator<?> open(Split split, Map<String, String> options, Reading reading)
      throws IOException {
    throw new IOException("it holds Python's pickles, which functions in Java cannot read");
  }
}
