package dev.firesteel.input;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Path patterns as Hadoop has them: {@code *} and {@code ?} within a component, {@code [abc]},
 * {@code [a-z]}, {@code [^a]}, {@code {a,b}} (nested, and also across components), and a backslash
 * before a character that is meant as it is. What Hadoop hands to Java's regular expressions by
 * accident, such as {@code [a&&b]}, is refused.
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
    return holds(path, "*?[{\\");
  }

  private static boolean holds(String text, String characters) {
    return text.chars().anyMatch(c -> characters.indexOf(c) >= 0);
  }

  /**
   * The existing paths that match an absolute pattern, sorted. Braces across components are as many
   * patterns, so that a path may be there twice: {@code {x/a,x/a}}.
   *
   * @throws AccessDeniedException when a directory on the way can't be listed
   */
  static List<Path> expand(String pattern) throws IOException, SyntaxException {
    List<Path> matches = new ArrayList<>();
    for (String alternative : alternatives(pattern)) {
      List<Path> level = List.of(Path.of("/"));
      for (String component : components(alternative)) {
        level = step(level, component);
      }
      matches.addAll(level);
    }
    Collections.sort(matches);
    return matches;
  }

  private static List<Path> step(List<Path> parents, String component)
      throws IOException, SyntaxException {
    List<Path> children = new ArrayList<>();
    if (!holds(component, "*?[{")) {
      String name = plain(component);
      for (Path parent : parents) {
        Path child = parent.resolve(name);
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

  private static List<String> components(String path) {
    List<String> components = new ArrayList<>();
    for (String component : path.split("/", -1)) {
      if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    return components;
  }

  /** Replaces the pairs of braces that hold a slash by their alternatives, the outermost first. */
  static List<String> alternatives(String pattern) throws SyntaxException {
    for (int open = find(pattern, 0, "{"); open >= 0; open = find(pattern, open + 1, "{")) {
      List<Integer> cuts = cuts(pattern, open);
      int close = cuts.get(cuts.size() - 1);
      if (pattern.substring(open, close).indexOf('/') < 0) {
        open = close;
        continue;
      }
      List<String> expanded = new ArrayList<>();
      for (int i = 0; i + 1 < cuts.size(); i++) {
        expanded.addAll(
            alternatives(
                pattern.substring(0, open)
                    + pattern.substring(cuts.get(i) + 1, cuts.get(i + 1))
                    + pattern.substring(close + 1)));
      }
      return expanded;
    }
    return List.of(pattern);
  }

  /** Where a pair of braces opens, where its own commas are, and where it closes. */
  private static List<Integer> cuts(String pattern, int open) throws SyntaxException {
    List<Integer> cuts = new ArrayList<>(List.of(open));
    int depth = 1;
    for (int at = find(pattern, open + 1, "{},"); at >= 0; at = find(pattern, at + 1, "{},")) {
      char c = pattern.charAt(at);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0 || (c == ',' && depth == 1)) {
        cuts.add(at);
      }
      if (depth == 0) {
        return cuts;
      }
    }
    throw new SyntaxException("there is no } for the { at position " + open);
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

  /** The name that a component without wildcards stands for. */
  private static String plain(String component) throws SyntaxException {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < component.length(); i++) {
      name.append(component.charAt(i) == '\\' ? escaped(component, ++i) : component.charAt(i));
    }
    return name.toString();
  }

  private static char escaped(String component, int at) throws SyntaxException {
    if (at == component.length()) {
      throw new SyntaxException("nothing follows the backslash at the end");
    }
    return component.charAt(at);
  }

  /** The regular expression of one component, in which braces hold no slash. */
  static Pattern regex(String component) throws SyntaxException {
    StringBuilder regex = new StringBuilder();
    int braces = 0;
    for (int i = 0; i < component.length(); i++) {
      char c = component.charAt(i);
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (c == '\\') {
        regex.append(Pattern.quote(String.valueOf(special(component, ++i))));
      } else if (c == '[') {
        i = appendSet(regex, component, i);
      } else if (c == '{') {
        regex.append("(?:");
        braces++;
      } else if (c == ',' && braces > 0) {
        regex.append('|');
      } else if (c == '}' && braces > 0) {
        regex.append(')');
        braces--;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    if (braces > 0) {
      throw new SyntaxException("there is no } for a { in '" + component + "'");
    }
    try {
      return Pattern.compile(regex.toString(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new SyntaxException(
          "the set in '" + component + "' can't be read: " + e.getDescription());
    }
  }

  /** What follows a backslash; before a letter it would be a class of characters to Hadoop. */
  private static char special(String component, int at) throws SyntaxException {
    char c = escaped(component, at);
    if (c < 128 && Character.isLetterOrDigit(c)) {
      throw new SyntaxException("a backslash before '" + c + "' has no meaning beside wildcards");
    }
    return c;
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
      if (c == '[' || component.startsWith("&&", i)) {
        throw new SyntaxException(
            "'%s' in a set must have a backslash before it".formatted(c == '[' ? "[" : "&"));
      }
      if (c == '\\' && i + 1 < component.length()) {
        regex.append('\\').append(special(component, ++i));
      } else if (c == '-' || Character.isLetterOrDigit(c)) {
        regex.append(c);
      } else {
        regex.append('\\').append(c);
      }
    }
    throw new SyntaxException("there is no ] for the [ at position " + open);
  }
}
