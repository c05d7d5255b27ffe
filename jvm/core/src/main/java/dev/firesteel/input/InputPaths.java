package dev.firesteel.input;

import dev.firesteel.input.InputException.Condition;
import java.util.ArrayList;
import java.util.List;

/** Reads the paths that users write: lists separated by commas, and {@code file:} URIs. */
final class InputPaths {
  private InputPaths() {}

  /** Cuts a list at its commas, but not within braces: {@code a,{b,c}/d} is two paths. */
  static List<String> split(String list) {
    List<String> paths = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth = Math.max(0, depth - 1);
      } else if (c == ',' && depth == 0) {
        paths.add(list.substring(start, i));
        start = i + 1;
      }
    }
    paths.add(list.substring(start));
    return paths;
  }

  /**
   * The local path that a user's path stands for: absolute, without doubled slashes.
   *
   * @throws InputException when it belongs to another file system, or is relative or empty
   */
  static String local(String path) throws InputException {
    String rest = path;
    int colon = path.indexOf(':');
    int slash = path.indexOf('/');
    if (colon > 0 && (slash < 0 || colon < slash)) {
      String scheme = path.substring(0, colon);
      if (!scheme.equalsIgnoreCase("file")) {
        throw new InputException(
            Condition.SCHEME_NOT_YET,
            "Paths that begin with %s: are not supported yet (%s). Copy the data to this machine, or mount it, and give its path, for example file:///data/input.txt"
                .formatted(scheme, path),
            path);
      }
      rest = withoutAuthority(path.substring(colon + 1), path);
    }
    if (rest.isEmpty()) {
      throw new InputException(
          Condition.PATH_NOT_FOUND, "Can not create a Path from an empty string", path);
    }
    if (rest.charAt(0) != '/') {
      throw new InputException(
          Condition.PATH_NOT_FOUND,
          "Input path is relative, and should be absolute: " + path,
          path);
    }
    return squeeze(rest);
  }

  private static String withoutAuthority(String rest, String path) throws InputException {
    if (!rest.startsWith("//")) {
      return rest;
    }
    int end = rest.indexOf('/', 2);
    String host = end < 0 ? rest.substring(2) : rest.substring(2, end);
    if (!host.isEmpty() && !host.equals("localhost")) {
      throw new InputException(
          Condition.PATH_NOT_FOUND,
          "The URI %s names the host '%s', and files are read from this machine only. Write file:///%s"
              .formatted(path, host, rest.substring(2)),
          path);
    }
    return end < 0 ? "/" : rest.substring(end);
  }

  /** Without doubled slashes and without one at the end. */
  private static String squeeze(String path) {
    StringBuilder squeezed = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '/' || squeezed.length() == 0 || squeezed.charAt(squeezed.length() - 1) != '/') {
        squeezed.append(c);
      }
    }
    int length = squeezed.length();
    if (length > 1 && squeezed.charAt(length - 1) == '/') {
      squeezed.setLength(length - 1);
    }
    return squeezed.toString();
  }
}
