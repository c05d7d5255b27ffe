package dev.firesteel.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs are listed by their formats, and remembered until they are forgotten. */
class FormatListingsTest {
  @TempDir Path root;

  private final InputListings listings =
      new FormatListings(new InputFormats(), FormatListingsTest.class::getClassLoader, 1_000);

  @Test
  void whatIsForgottenIsNotFound() throws IOException {
    String path = Files.write(root.resolve("a"), new byte[100]).toString();
    List<Split> splits = listings.list("text", List.of(path), null, 1, Map.of());
    InputFormat.Listing first = listings.remember(splits);
    InputFormat.Listing second = listings.remember(splits);
    listings.forget(List.of(first.id(), 99L));
    assertThat(listings.find(first.id())).isEmpty();
    assertThat(listings.find(second.id())).contains(second);
  }

  @Test
  void theFormatCutsWithTheSizesThatItIsGiven() throws IOException {
    String path = Files.write(root.resolve("a"), new byte[3_000]).toString();
    assertThat(listings.list("text", List.of(path), null, 1, Map.of()))
        .extracting(split -> FileSplit.decode(split).get(0).length())
        .containsExactly(1_000L, 1_000L, 1_000L);
    assertThat(listings.list("wholetext", List.of(path), null, 1, Map.of()))
        .extracting(split -> FileSplit.decode(split).get(0).length())
        .containsExactly(3_000L);
  }

  @Test
  void anUnknownFormatIsRefusedByItsName() {
    assertThatThrownBy(() -> listings.list("avro", List.of("/none"), null, 1, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no input format avro")
        .hasMessageContaining("text");
  }
}
