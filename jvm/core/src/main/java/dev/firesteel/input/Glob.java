package dev.firesteel.input;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Path patterns as Hadoop has them: {@code *} and {@code ?} within a component, {@code [abc]},
 * {@code [a-z]}, {@code [^a]}, {@code {a,b}} (also across components), and a backslash before a
 * character that is meant as it is.
 */
final class Glob {
  private Glob() {}

  /** A pattern that can't be read, such as one with an open bracket. */
  static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    SyntaxException(String message) {
      super(message);
    }
  }

  /** Whether a path holds a character of the pattern language. */
  static boolean isPattern(String path) {
    for (int i = 0; i < path.length(); i++) {
      if ("*?[{\\".indexOf(path.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The existing paths that match an absolute pattern, sorted, each once.
   *
   * @throws AccessDeniedException when a directory on the way can't be listed
   */
  static List<Path> expand(String pattern) throws IOException, SyntaxException {
    TreeSet<Path> matches = new TreeSet<>();
    for (String alternative : alternatives(pattern)) {
      List<Path> level = List.of(Path.of("/"));
      for (String component : components(alternative)) {
        level = step(level, component);
      }
      matches.addAll(level);
    }
    return new ArrayList<>(matches);
  }

  private static List<Path> step(List<Path> parents, String component)
      throws IOException, SyntaxException {
    List<Path> children = new ArrayList<>();
    if (!isPattern(component)) {
      for (Path parent : parents) {
        Path child = parent.resolve(component);
        if (Files.exists(child)) {
          children.add(child);
        }
      }
      return children;
    }
    Pattern regex = regex(component);
    for (Path parent : parents) {
      if (!Files.isDirectory(parent)) {
        continue;
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
        for (Path entry : entries) {
          if (regex.matcher(entry.getFileName().toString()).matches() && Files.exists(entry)) {
            children.add(entry);
          }
        }
      }
    }
    return children;
  }

  /** A path's components; a backslash keeps the character behind it. */
  private static List<String> components(String path) {
    List<String> components = new ArrayList<>();
    for (String component : path.split("/", -1)) {
      if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    return components;
  }

  /** Replaces every pair of braces by its alternatives, the outermost first. */
  static List<String> alternatives(String pattern) throws SyntaxException {
    int open = find(pattern, 0, "{");
    if (open < 0) {
      return new ArrayList<>(List.of(pattern));
    }
    List<Integer> cuts = new ArrayList<>();
    cuts.add(open);
    int depth = 0;
    int at = open;
    do {
      char c = pattern.charAt(at);
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
        if (depth == 0) {
          break;
        }
      } else if (c == ',' && depth == 1) {
        cuts.add(at);
      }
      at = find(pattern, at + 1, "{},");
    } while (at >= 0);
    if (at < 0) {
      throw new SyntaxException("there is no } for the { at position " + open);
    }
    cuts.add(at);
    List<String> expanded = new ArrayList<>();
    for (int i = 0; i + 1 < cuts.size(); i++) {
      expanded.addAll(
          alternatives(
              pattern.substring(0, open)
                  + pattern.substring(cuts.get(i) + 1, cuts.get(i + 1))
                  + pattern.substring(at + 1)));
    }
    return expanded;
  }

  /** The first of some characters that is not behind a backslash. */
  private static int find(String text, int from, String wanted) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (wanted.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** The regular expression of one component, which has no braces any more. */
  static Pattern regex(String component) throws SyntaxException {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < component.length(); i++) {
      char c = component.charAt(i);
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (c == '\\') {
        i++;
        if (i == component.length()) {
          throw new SyntaxException("nothing follows the backslash at the end");
        }
        regex.append(Pattern.quote(component.substring(i, i + 1)));
      } else if (c == '[') {
        i = appendSet(regex, component, i);
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new SyntaxException(
          "the set in '" + component + "' can't be read: " + e.getDescription());
    }
  }

  /** Appends the set that begins at a bracket; returns where it ends. */
  private static int appendSet(StringBuilder regex, String component, int open)
      throws SyntaxException {
    int i = open + 1;
    regex.append('[');
    if (i < component.length() && (component.charAt(i) == '^' || component.charAt(i) == '!')) {
      regex.append('^');
      i++;
    }
    int first = i;
    for (; i < component.length(); i++) {
      char c = component.charAt(i);
      if (c == ']' && i > first) {
        regex.append(']');
        return i;
      }
      if (c == '\\' && i + 1 < component.length()) {
        i++;
        c = component.charAt(i);
        regex.append('\\').append(c);
      } else if (c == '-') {
        regex.append('-');
      } else if (Character.isLetterOrDigit(c)) {
        regex.append(c);
      } else {
        regex.append('\\').append(c);
      }
    }
    throw new SyntaxException("there is no ] for the [ at position " + open);
  }
}
