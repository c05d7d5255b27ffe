package dev.firesteel.crossing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.types.Pair;
import dev.firesteel.types.Tuple;
import dev.firesteel.util.ProtocolException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records become pickles and come back; Python's own pickles are read. */
class PickleTest {
  /** What Python's pickler wrote; tests/unit/test_data_exchange.py has the same values. */
  private static final String OF_PYTHON =
      "gAWVlgEAAAAAAABdlChOiEsBSv////+KBgAAAAAAAYoJAAAAAAAAAIAAiggAAAAAAAAAgEc/4AAAAAAAAIwJw6ntoIDwn5iA"
          + "lEMCYWKUlgEAAAAAAAAAY5RLAYwBYZSGlClLAYWUSwFLAksDh5RdlChLAV2USwJhZX2UaAROc4+UKEsBkChLApGUjAhk"
          + "YXRldGltZZSMBGRhdGWUk5RN6AdLAksdh5RSlGgNjAR0aW1llJOUKEsBSwJLA0sEdJRSlIwYZmlyZXN0ZWVsLl9kYXRh"
          + "LmV4Y2hhbmdllIwGbW9tZW50lJOUKE3oB0sBSwJLA0sESwVLBk5OdJRSlGgYKE3oB0sBSwJLA0sESwVLBk1YTU50lFKU"
          + "aBgoTegHSwdLAksASwBLAEsATSAcjA1FdXJvcGUvQmVybGlulHSUUpRoDYwJdGltZWRlbHRhlJOUSv////9LAEsFh5RS"
          + "lIwHZGVjaW1hbJSMB0RlY2ltYWyUk5SMBDEuNTCUhZRSlGgWjAdudW1iZXJzlJOUjAFplEMIAQAAAP7///+UhpRSlGUu";

  private static List<Object> read(String base64) {
    return PickleReader.records(Base64.getDecoder().decode(base64));
  }

  private static byte[] write(Object... records) {
    PickleWriter writer = new PickleWriter();
    for (Object record : records) {
      writer.add(record);
    }
    return writer.finish();
  }

  private static Object there(Object record) {
    return PickleReader.records(write(record)).get(0);
  }

  @Test
  void readsWhatPythonWrites() {
    List<Object> found = read(OF_PYTHON);
    assertThat(found)
        .usingRecursiveComparison()
        .isEqualTo(
            Arrays.asList(
                null,
                true,
                1L,
                -1L,
                1L << 40,
                BigInteger.ONE.shiftLeft(63),
                Long.MIN_VALUE,
                0.5,
                "é\ud800\ud83d\ude00",
                new byte[] {'a', 'b'},
                new byte[] {'c'},
                Pair.of(1L, "a"),
                Tuple.of(),
                Tuple.of(1L),
                Tuple.of(1L, 2L, 3L),
                List.of(1L, List.of(2L)),
                nullValue("a"),
                Set.of(1L),
                Set.of(2L),
                LocalDate.of(2024, 2, 29),
                LocalTime.of(1, 2, 3, 4_000),
                LocalDateTime.of(2024, 1, 2, 3, 4, 5, 6_000),
                OffsetDateTime.of(2024, 1, 2, 3, 4, 5, 6_000, ZoneOffset.ofHoursMinutes(5, 30)),
                ZonedDateTime.of(2024, 7, 2, 0, 0, 0, 0, ZoneId.of("Europe/Berlin")),
                Duration.ofDays(-1).plusNanos(5_000),
                new BigDecimal("1.50"),
                new int[] {1, -2}));
  }

  private static Map<String, Object> nullValue(String key) {
    Map<String, Object> map = new HashMap<>();
    map.put(key, null);
    return map;
  }

  @Test
  void sharedListsOfPythonStayShared() {
    List<Object> found = read("gAWVEQAAAAAAAABdlChdlEsBYWgBXZRoAWFlLg==");
    assertThat(found.get(0)).isSameAs(found.get(1)).isSameAs(((List<?>) found.get(2)).get(0));
  }

  @Test
  void aDictWithTwoNansIsRefused() {
    assertThatThrownBy(() -> read("gAWVHAAAAAAAAABdfShHf/gAAAAAAABLAUd/+AAAAAAAAEsCdWEu"))
        .isInstanceOf(RecordRefusedException.class)
        .hasMessageContaining("keys that are equal in Java");
  }

  static List<Object> values() {
    return List.of(
        "",
        "a".repeat(300),
        "ü\ud800 \udc00\ud800 \ud83d\ude00",
        0L,
        255L,
        256L,
        65_536L,
        -1L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        BigInteger.TWO.pow(3_000).negate(),
        Double.NaN,
        Double.NEGATIVE_INFINITY,
        -0.0,
        true,
        new BigDecimal("-1E+7"),
        Pair.of("a", 1L),
        Tuple.of(1L, null, List.of()),
        List.of(List.of(1L), "x"),
        Map.of("a", List.of(1L), "b", 2L),
        Set.of("a", "b"),
        LocalDate.of(1, 1, 1),
        LocalTime.of(23, 59, 59, 999_999_000),
        LocalDateTime.of(9999, 12, 31, 0, 0),
        OffsetDateTime.of(2024, 1, 1, 0, 0, 0, 0, ZoneOffset.ofHours(-18)),
        ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin")),
        Duration.ofSeconds(-1, 5_000),
        new long[] {1, Long.MIN_VALUE},
        new short[] {-1},
        new float[] {1.5f, Float.NaN},
        new double[0],
        new byte[300]);
  }

  @ParameterizedTest
  @MethodSource("values")
  void whatIsWrittenIsReadAsItWas(Object value) {
    assertThat(there(value)).matches(found -> Objects.deepEquals(found, value));
  }

  @Test
  void otherTypesOfTheSameMeaningBecomeTheUsualOnes() {
    assertThat(there(7)).isEqualTo(7L);
    assertThat(there((short) 7)).isEqualTo(7L);
    assertThat(there((byte) 7)).isEqualTo(7L);
    assertThat(there(1.5f)).isEqualTo(1.5);
    assertThat(there('x')).isEqualTo("x");
    assertThat(there("ab".toCharArray())).isEqualTo("ab");
    assertThat(there(BigInteger.TEN)).isEqualTo(10L);
    assertThat(there(new String[] {"a", null})).isEqualTo(Arrays.asList("a", null));
    assertThat(there(new boolean[] {true})).isEqualTo(List.of(true));
    assertThat(there(Instant.EPOCH))
        .isEqualTo(OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC));
  }

  @Test
  void whatIsSharedStaysShared() {
    List<Object> inner = new ArrayList<>(List.of(1L));
    List<Object> loop = new ArrayList<>();
    loop.add(loop);
    List<Object> found = PickleReader.records(write(inner, List.of(inner), loop));
    assertThat(((List<?>) found.get(1)).get(0)).isSameAs(found.get(0));
    assertThat(((List<?>) found.get(2)).get(0)).isSameAs(found.get(2));
  }

  record Point(int x) {}

  enum Colour {
    RED
  }

  @Test
  void whatPythonHasNoTypeForIsRefusedByName() {
    Object deep = List.of();
    for (int i = 0; i < 600; i++) {
      deep = List.of(deep);
    }
    assertRefused(new Point(1), "it holds a dev.firesteel.crossing.PickleTest$Point");
    assertRefused(List.of(Pair.of("a", Colour.RED)), "PickleTest$Colour");
    assertRefused(new Object(), "java.lang.Object");
    assertRefused(new java.util.Date(), "java.util.Date");
    assertRefused(Set.of(List.of(1)), "can't hash");
    assertRefused(Map.of(Pair.of(1, new int[0]), 1), "a int[] is the key");
    assertRefused(Instant.ofEpochSecond(0, 1), "with nanoseconds");
    assertRefused(LocalDate.of(10_000, 1, 1), "the year 10000");
    assertRefused(deep, "nested more than 500 levels");
  }

  private static void assertRefused(Object value, String says) {
    assertThatThrownBy(() -> write(value))
        .isInstanceOf(RecordRefusedException.class)
        .hasMessageContaining(says);
  }

  @Test
  void aDamagedPickleIsAnErrorAndNothingElse() {
    byte[] good = Base64.getDecoder().decode(OF_PYTHON);
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int j = 0; j <= i % 3; j++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(PickleReader.records(bad)).isNotNull();
      } catch (ProtocolException | RecordRefusedException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
