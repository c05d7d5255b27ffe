package dev.firesteel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Sizes and durations are read as Spark reads them. */
class QuantitiesTest {
  @Test
  void sizesTakeUnitsInAnyCase() {
    assertThat(Quantities.bytes("512m", "b")).isEqualTo(512L << 20);
    assertThat(Quantities.bytes(" 2GB ", "b")).isEqualTo(2L << 30);
    assertThat(Quantities.bytes("7", "k")).isEqualTo(7L << 10);
    assertThat(Quantities.bytes("7b", "k")).isEqualTo(7);
    assertThat(Quantities.bytes("1p", "b")).isEqualTo(1L << 50);
  }

  @Test
  void durationsTakeUnits() {
    assertThat(Quantities.micros("10s", "ms")).isEqualTo(10_000_000);
    assertThat(Quantities.micros("3", "ms")).isEqualTo(3_000);
    assertThat(Quantities.micros("2min", "s")).isEqualTo(Quantities.micros("2m", "s"));
    assertThat(Quantities.micros("1d", "s")).isEqualTo(86_400_000_000L);
  }

  @Test
  void refusesFractionsUnknownUnitsAndWhatDoesNotFit() {
    assertThatThrownBy(() -> Quantities.bytes("1.5g", "b")).hasMessageContaining("fractions");
    assertThatThrownBy(() -> Quantities.bytes("5 parsecs", "b")).hasMessageContaining("parsecs");
    assertThatThrownBy(() -> Quantities.bytes("-1", "b")).hasMessageContaining("number");
    assertThatThrownBy(() -> Quantities.bytes("9000000000g", "b")).hasMessageContaining("large");
    assertThatThrownBy(() -> Quantities.micros("", "s")).hasMessageContaining("number");
  }
}
