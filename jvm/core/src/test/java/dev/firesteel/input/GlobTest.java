package dev.firesteel.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Patterns match what Hadoop's do. */
class GlobTest {
  @TempDir Path root;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String name :
        List.of(
            "a1.txt",
            "a2.txt",
            "b1.txt",
            "c-1.log",
            "x/one.txt",
            "x/two.txt",
            "y/one.txt",
            "a[1].txt",
            "w*.txt")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  private List<String> expand(String pattern) throws Exception {
    return Glob.expand(root + "/" + pattern).stream()
        .map(path -> root.relativize(path).toString())
        .toList();
  }

  @Test
  void matchesWithinAComponent() throws Exception {
    assertThat(expand("*.txt")).containsExactly("a1.txt", "a2.txt", "a[1].txt", "b1.txt", "w*.txt");
    assertThat(expand("?1.txt")).containsExactly("a1.txt", "b1.txt");
    assertThat(expand("nothing*")).isEmpty();
  }

  @Test
  void matchesSets() throws Exception {
    assertThat(expand("[ab]1.txt")).containsExactly("a1.txt", "b1.txt");
    assertThat(expand("[^a]1.txt")).containsExactly("b1.txt");
    assertThat(expand("a[2-9].txt")).containsExactly("a2.txt");
    assertThat(expand("c[-x]1.log")).containsExactly("c-1.log");
  }

  @Test
  void matchesAlternativesAlsoAcrossComponents() throws Exception {
    assertThat(expand("{b1,a1}.txt")).containsExactly("a1.txt", "b1.txt");
    assertThat(expand("{x/two,y/o*}.txt")).containsExactly("x/two.txt", "y/one.txt");
    assertThat(expand("{a{1,2},b1}.txt")).containsExactly("a1.txt", "a2.txt", "b1.txt");
    assertThat(expand("*/one.txt")).containsExactly("x/one.txt", "y/one.txt");
  }

  @Test
  void aBackslashMeansTheCharacterItself() throws Exception {
    assertThat(expand("a\\[1\\].txt")).containsExactly("a[1].txt");
    assertThat(expand("w\\*.txt")).containsExactly("w*.txt");
  }

  @Test
  void bracesAcrossComponentsAreAsManyPatterns() throws Exception {
    assertThat(expand("{a1,a1}.txt")).containsExactly("a1.txt");
    assertThat(expand("{x/one,x/one}.txt")).containsExactly("x/one.txt", "x/one.txt");
    assertThat(expand("{[ab]1,x/{one,two}}.txt"))
        .containsExactly("a1.txt", "b1.txt", "x/one.txt", "x/two.txt");
    assertThat(expand("{[a,b]1,z}.txt")).containsExactly("a1.txt", "b1.txt");
    assertThat(expand("a1}.txt")).isEmpty();
  }

  @Test
  void whatHadoopReadsAsAClassOfCharactersIsRefused() {
    for (String pattern :
        List.of("[[:alpha:]]*", "[a-z&&x]*", "[\\w]*", "\\d*", "[b-a]*", "a*\\")) {
      assertThatThrownBy(() -> expand(pattern))
          .as(pattern)
          .isInstanceOf(Glob.SyntaxException.class);
    }
  }

  @Test
  void openSetsAndBracesAreErrors() {
    assertThatThrownBy(() -> expand("a[1.txt")).isInstanceOf(Glob.SyntaxException.class);
    assertThatThrownBy(() -> expand("{a,b")).isInstanceOf(Glob.SyntaxException.class);
  }
}
