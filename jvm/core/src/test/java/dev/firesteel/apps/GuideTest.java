package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program of docs/java.md is compiled as it stands there, and run. */
@Timeout(120)
class GuideTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?class Guide .*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void theProgramOfTheGuidePrintsWhatItPromises() throws Exception {
    String guide = Files.readString(Path.of(System.getProperty("firesteel.docs"), "java.md"));
    Matcher program = PROGRAM.matcher(guide);
    assertThat(program.find()).isTrue();
    Path source = Files.writeString(directory.resolve("Guide.java"), program.group(1));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-g",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString(),
                source.toString());
    assertThat(status).isZero();
    Path text = Files.writeString(directory.resolve("text.txt"), "to be or not\nto be\n");

    assertThat(run(text))
        .containsExactly("4 different words", "most frequent: to", "characters in a line: 8.5");
  }

  private List<String> run(Path text) throws Exception {
    PrintStream before = System.out;
    ClassLoader loaderBefore = Thread.currentThread().getContextClassLoader();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, loaderBefore)) {
      Thread.currentThread().setContextClassLoader(loader);
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader
          .loadClass("Guide")
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {text.toString()});
    } finally {
      System.setOut(before);
      Thread.currentThread().setContextClassLoader(loaderBefore);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
