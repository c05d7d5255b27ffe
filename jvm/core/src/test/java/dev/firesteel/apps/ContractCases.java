package dev.firesteel.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the cases of tests/contract; README.md there has the form. */
final class ContractCases {
  private static final Pattern WORDS = Pattern.compile("\"[^\"]*\"|\\S+");

  private ContractCases() {}

  /** One thing to do, what it is called then, and what is to come of it. */
  record Line(
      String text,
      @Nullable String variable,
      List<String> words,
      @Nullable String value,
      @Nullable List<String> error) {}

  /** A case: its settings, whether it needs a context of its own, and its lines. */
  static final class Case {
    final String name;
    final Map<String, String> conf = new LinkedHashMap<>();
    final List<Line> lines = new ArrayList<>();
    boolean alone;

    Case(String name) {
      this.name = name;
    }

    boolean needsItsOwn() {
      return alone || !conf.isEmpty();
    }
  }

  /** Returns the cases of all files of a directory. */
  static List<Case> in(Path directory) throws IOException {
    List<Case> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".cases")).sorted().toList()) {
        for (String row : Files.readAllLines(file)) {
          read(row.strip(), cases);
        }
      }
    }
    return cases;
  }

  private static void read(String text, List<Case> cases) {
    if (text.isEmpty() || text.startsWith("#")) {
      return;
    }
    if (text.startsWith("== ")) {
      cases.add(new Case(text.substring(3)));
      return;
    }
    Case current = cases.get(cases.size() - 1);
    if (text.equals("alone")) {
      current.alone = true;
    } else if (text.startsWith("conf ")) {
      String[] pair = text.substring(5).split("=", 2);
      current.conf.put(pair[0], pair[1]);
    } else {
      current.lines.add(line(text));
    }
  }

  private static Line line(String text) {
    int wrong = text.indexOf(" !! ");
    String doing = wrong < 0 ? text : text.substring(0, wrong);
    List<String> error =
        wrong < 0
            ? null
            : words(text.substring(wrong + 4)).stream()
                .map(word -> word.replace("\"", ""))
                .toList();
    int arrow = doing.indexOf(" ->");
    String value = arrow < 0 ? null : doing.substring(arrow + 3).strip();
    List<String> words = words(arrow < 0 ? doing : doing.substring(0, arrow));
    boolean named = words.size() > 2 && words.get(1).equals("=");
    return new Line(
        text,
        named ? words.get(0) : null,
        named ? words.subList(2, words.size()) : words,
        value,
        error);
  }

  private static List<String> words(String text) {
    return WORDS.matcher(text).results().map(found -> found.group()).toList();
  }
}
