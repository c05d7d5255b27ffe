package dev.firesteel.gateway;

import static dev.firesteel.gateway.GatewayEntry.answer;
import static dev.firesteel.gateway.GatewayEntry.map;

import dev.firesteel.input.InputException;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.InputListings;
import dev.firesteel.input.UserPaths;
import dev.firesteel.util.Fields;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Answers a Python driver's questions about files. Each request names the driver's working
 * directory, which is not the engine's once the program has changed its own.
 */
final class FileRequests {
  private FileRequests() {}

  /** What answers a request, if nothing is wrong with the files. */
  private interface Answering {
    Map<String, Object> answer() throws IOException;
  }

  /**
   * Lists inputs and cuts them into partitions.
   *
   * @param listed takes the number under which they are remembered
   */
  static String describe(InputListings inputs, Fields request, LongConsumer listed) {
    List<String> paths = request.strings("paths");
    String directory = request.stringOrNull("directory");
    int minPartitions = request.integer("min_partitions");
    String format = request.string("format");
    Map<String, String> options = request.stringMap("options");
    return answered(
        paths,
        () -> {
          InputFormat.Listing files =
              inputs.remember(inputs.list(format, paths, directory, minPartitions, options));
          listed.accept(files.id());
          return map("ok", true, "files", files.id(), "partitions", files.splits().size());
        });
  }

  /** Reads a path, which need not be there. */
  static String local(Fields request) {
    String path = request.string("path");
    String directory = request.stringOrNull("directory");
    return answered(
        List.of(path),
        () ->
            map(
                "ok",
                true,
                "path",
                request.flag("decoded")
                    ? UserPaths.localOfUri(path, directory)
                    : UserPaths.local(path, directory)));
  }

  private static String answered(List<String> paths, Answering request) {
    try {
      return answer(request.answer());
    } catch (InputException e) {
      return refused(e.condition(), String.valueOf(e.getMessage()), e.path());
    } catch (IOException e) {
      return refused(
          InputException.Condition.NOT_READABLE,
          "The input can't be listed: " + e,
          String.join(",", paths));
    }
  }

  private static String refused(InputException.Condition condition, String message, String path) {
    return answer(
        map(
            "ok",
            false,
            "error",
            map("condition", condition.name(), "message", message, "path", path)));
  }
}
