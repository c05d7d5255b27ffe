package dev.firesteel.config;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Prints every declared key as a JSON list, from which docs/configuration.md is generated. */
public final class ConfigDocs {
  private ConfigDocs() {}

  /** Prints the list on standard output. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(json());
  }

  /** The list as JSON. */
  public static String json() {
    StringBuilder json = new StringBuilder("[");
    String separator = "\n";
    for (ConfigKey<?> key : ConfigKeys.all()) {
      json.append(separator).append("  {");
      member(json, "key", key.name()).append(", ");
      member(json, "expected", key.type().expected()).append(", ");
      member(json, "default", key.defaultText()).append(", ");
      member(json, "unit", key.unit()).append(", ");
      member(json, "since", key.since()).append(", ");
      member(json, "meaning", key.meaning()).append('}');
      separator = ",\n";
    }
    return json.append("\n]").toString();
  }

  private static StringBuilder member(StringBuilder json, String name, @Nullable String value) {
    quote(json, name).append(": ");
    return value == null ? json.append("null") : quote(json, value);
  }

  private static StringBuilder quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"');
  }
}
