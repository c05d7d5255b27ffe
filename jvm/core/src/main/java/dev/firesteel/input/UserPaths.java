package dev.firesteel.input;

import dev.firesteel.input.InputException.Condition;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the paths that users write, for all inputs and outputs: relative ones, {@code file:} URIs,
 * lists separated by commas. As in Hadoop nothing is decoded: {@code file:/a%20b} is a file with a
 * percent sign in its name.
 */
public final class UserPaths {
  /** Without a slash a colon belongs to the name: {@code report:1}. */
  private static final Pattern SCHEME =
      Pattern.compile("(?:(file)|([A-Za-z][A-Za-z0-9+.-]*)(?=:/)):");

  private UserPaths() {}

  /**
   * Cuts a list at its commas, but not within braces: {@code a,{b,c}/d} is two paths. Blanks beside
   * a comma do not count.
   */
  static List<String> split(String list) {
    List<String> paths = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= list.length(); i++) {
      char c = i == list.length() ? ',' : list.charAt(i);
      depth = Math.max(0, depth + (c == '{' ? 1 : c == '}' ? -1 : 0));
      if (i == list.length() || (c == ',' && depth == 0)) {
        String path = list.substring(start, i);
        path = start > 0 ? path.stripLeading() : path;
        path = i < list.length() ? path.stripTrailing() : path;
        if (!path.isEmpty()) {
          paths.add(path);
        }
        start = i + 1;
      }
    }
    return paths.isEmpty() ? List.of("") : paths;
  }

  /**
   * The local path that a user's path stands for: absolute, without {@code ..}, doubled slashes or
   * a slash at the end.
   *
   * @param directory what relative paths are relative to; null if it has been removed
   * @throws InputException when it belongs to another file system, or names none
   */
  public static String local(String path, @Nullable String directory) throws InputException {
    Matcher scheme = SCHEME.matcher(path);
    if (!scheme.lookingAt()) {
      return normalized(path.isEmpty() ? "" : absolute(path, directory), path);
    }
    if (scheme.group(1) == null && !"file".equalsIgnoreCase(scheme.group(2))) {
      throw new InputException(
          Condition.SCHEME_NOT_YET,
          "Paths that begin with %s: are not supported yet (%s). Copy the data to this machine, or mount it, and give its path, for example file:///data/input.txt"
              .formatted(scheme.group(2), path),
          path);
    }
    return normalized(withoutAuthority(path.substring(scheme.end()), path), path);
  }

  /**
   * The local path of a file that goes with the application. Spark takes these for URIs proper:
   * what follows {@code file:} is decoded, and a path without it is not.
   *
   * @param directory what relative paths are relative to; null if it has been removed
   * @throws InputException when it belongs to another file system, or names none
   */
  public static String localOfUri(String uri, @Nullable String directory) throws InputException {
    String path = local(uri, directory);
    if (!SCHEME.matcher(uri).lookingAt()) {
      return path;
    }
    try {
      return normalized(new URI("file:" + path).getPath(), uri);
    } catch (URISyntaxException e) {
      return path; // with blanks in it, for example: nothing is encoded here
    }
  }

  private static String absolute(String path, @Nullable String directory) throws InputException {
    if (path.startsWith("/")) {
      return path;
    }
    if (directory == null) {
      throw new InputException(
          Condition.PATH_NOT_FOUND,
          "The working directory has been removed, so that the relative path %s names nothing; give an absolute one"
              .formatted(path),
          path);
    }
    return directory + "/" + path;
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

  private static String normalized(String path, String given) throws InputException {
    if (path.isEmpty()) {
      throw new InputException(
          Condition.PATH_NOT_FOUND, "Can not create a Path from an empty string", given);
    }
    if (path.charAt(0) != '/') {
      throw new InputException(
          Condition.PATH_NOT_FOUND,
          "Input path is relative, and should be absolute: " + given,
          given);
    }
    Deque<String> components = new ArrayDeque<>();
    for (String component : path.split("/", -1)) {
      if (component.equals("..")) {
        components.pollLast();
      } else if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    return "/" + String.join("/", components);
  }
}
