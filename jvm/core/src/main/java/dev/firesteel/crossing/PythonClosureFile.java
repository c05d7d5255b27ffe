package dev.firesteel.crossing;

import static dev.firesteel.crossing.Opcodes.APPENDS;
import static dev.firesteel.crossing.Opcodes.EMPTY_LIST;
import static dev.firesteel.crossing.Opcodes.MARK;
import static dev.firesteel.crossing.Opcodes.NONE;
import static dev.firesteel.crossing.Opcodes.PROTO;
import static dev.firesteel.crossing.Opcodes.REDUCE;
import static dev.firesteel.crossing.Opcodes.STACK_GLOBAL;
import static dev.firesteel.crossing.Opcodes.STOP;
import static dev.firesteel.crossing.Opcodes.TUPLE;

import dev.firesteel.types.PythonFunction;
import dev.firesteel.util.FileTrees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The file of a closure of Python functions that a Java program names: {@code FSC1}, the CRC32C of
 * its name and of what follows, and the pickle that a worker reads like one of a Python driver. The
 * functions in it are calls of {@code firesteel._worker.function_references.resolve}, which finds
 * them.
 */
public final class PythonClosureFile {
  private static final byte[] MAGIC = {'F', 'S', 'C', '1'};

  private PythonClosureFile() {}

  /**
   * Writes the file.
   *
   * @param path a file that does not exist yet
   * @param name the closure's name, such as {@code closure_1_7}
   * @param steps first to last
   */
  public static void write(Path path, String name, List<PythonStep> steps) throws IOException {
    byte[] pickle = pickle(steps);
    CRC32C sum = new CRC32C();
    sum.update(name.getBytes(StandardCharsets.UTF_8));
    sum.update(pickle);
    ByteBuffer file =
        ByteBuffer.allocate(MAGIC.length + 4 + pickle.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(MAGIC).putInt((int) sum.getValue()).put(pickle).flip();
    try (FileChannel out =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileTrees.privateFile())) {
      while (file.hasRemaining()) {
        out.write(file);
      }
    }
  }

  static byte[] pickle(List<PythonStep> steps) {
    PickleBytes out = new PickleBytes();
    out.write(PROTO, 5);
    out.write(EMPTY_LIST, MARK);
    for (PythonStep step : steps) {
      out.write(MARK);
      out.text(step.kind());
      function(out, step.function());
      out.text(step.site());
      out.write(TUPLE);
    }
    out.write(APPENDS, STOP);
    return out.toByteArray();
  }

  private static void function(PickleBytes out, PythonFunction function) {
    out.text("firesteel._worker.function_references");
    out.text("resolve");
    out.write(STACK_GLOBAL, MARK);
    out.text(function.reference());
    String source = function.source();
    if (source == null) {
      out.write(NONE);
    } else {
      out.text(source);
    }
    texts(out, function.pythonPath());
    texts(out, function.requirements());
    out.write(TUPLE, REDUCE);
  }

  private static void texts(PickleBytes out, List<String> texts) {
    out.write(EMPTY_LIST, MARK);
    texts.forEach(out::text);
    out.write(APPENDS);
  }
}
