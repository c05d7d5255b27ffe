package dev.firesteel.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.storage.BatchFile;
import dev.firesteel.types.Pair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Records that go through a batch come back equal, and of the same classes. */
class BatchCodecTest {
  private static final ClassLoader LOADER = BatchCodecTest.class.getClassLoader();

  private final BatchEncoder encoder = new BatchEncoder();
  private final BatchDecoder decoder = new BatchDecoder(LOADER);
  private final Random random = new Random(5);

  private Object[] back(Object... records) {
    BatchFile.Batch batch = encoder.encode(records, 0, records.length);
    assertThat(batch.codec()).isEqualTo(16);
    assertThat(batch.records()).isEqualTo(records.length);
    return decoder.decode(batch);
  }

  private int size(Object... records) {
    return encoder.encode(records, 0, records.length).payload().length;
  }

  private void holds(Object... records) {
    Object[] found = back(records);
    assertThat(same(found, records)).as(Arrays.deepToString(found)).isTrue();
    for (int i = 0; i < records.length; i++) {
      Class<?> type = records[i] == null ? null : records[i].getClass();
      assertThat(found[i] == null ? null : found[i].getClass()).isEqualTo(type);
    }
  }

  /** Equal, where arrays are when their elements are. */
  private static boolean same(Object one, Object other) {
    if (one instanceof Pair<?, ?> pair && other instanceof Pair<?, ?> also) {
      return same(pair.key(), also.key()) && same(pair.value(), also.value());
    }
    if (one instanceof List<?> list && other instanceof List<?> also) {
      return same(list.toArray(), also.toArray());
    }
    if (one instanceof Object[] array && other instanceof Object[] also) {
      return array.length == also.length
          && IntStream.range(0, array.length).allMatch(i -> same(array[i], also[i]));
    }
    return Arrays.deepEquals(new Object[] {one}, new Object[] {other});
  }

  /** A class of the user's. */
  record Point(int x, List<String> names) implements Serializable {}

  private static String text(Random random) {
    String[] some = {"a", "Z", "é", "€", "😀", "\ud800", "\udc00", "\0", "?", "\n"};
    int kinds = 1 + random.nextInt(random.nextInt(4) == 0 ? some.length : 2);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(random.nextBoolean() ? 4 : 200); i > 0; i--) {
      text.append(some[random.nextInt(kinds)]);
    }
    return text.toString();
  }

  private static long number(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextInt(400) - 200;
      case 2 -> random.nextInt(100_000) - 50_000;
      case 3 -> random.nextInt();
      case 4 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
      default -> random.nextLong();
    };
  }

  /** One kind of values, which nests up to a depth. */
  private static Supplier<Object> kind(Random random, int depth) {
    int which = random.nextInt(depth > 0 ? 27 : 22);
    return switch (which) {
      case 0 -> () -> null;
      case 1, 2 -> () -> text(random);
      case 3 -> () -> number(random);
      case 4 -> () -> (int) number(random);
      case 5 -> () -> (short) number(random);
      case 6 -> () -> (byte) number(random);
      case 7 -> () -> (char) number(random);
      case 8 -> random::nextBoolean;
      case 9 -> () -> Double.longBitsToDouble(random.nextLong());
      case 10 -> () -> Float.intBitsToFloat(random.nextInt());
      case 11 -> () -> text(random).getBytes(StandardCharsets.UTF_16);
      case 12 -> () -> random.longs(random.nextInt(9)).toArray();
      case 13 -> () -> random.ints(random.nextInt(9)).toArray();
      case 14 -> () -> random.doubles(random.nextInt(9)).toArray();
      case 15 -> () -> new float[] {random.nextFloat(), Float.NaN};
      case 16 -> () -> new boolean[] {random.nextBoolean(), true, false};
      case 17 -> () -> new short[] {(short) random.nextInt(), 3};
      case 18 -> () -> text(random).toCharArray();
      case 19 -> () -> new BigInteger(70, random);
      case 20 -> () -> LocalDate.ofEpochDay(random.nextInt(100_000));
      case 21 -> () -> new Point(random.nextInt(9), List.of(text(random)));
      case 22, 23 -> {
        Supplier<Object> key = kind(random, depth - 1);
        Supplier<Object> value = kind(random, depth - 1);
        yield () -> Pair.of(key.get(), value.get());
      }
      case 24 -> {
        Supplier<Object> element = kind(random, depth - 1);
        yield () -> {
          List<Object> list = new ArrayList<>();
          for (int i = random.nextInt(5); i > 0; i--) {
            list.add(element.get());
          }
          return list;
        };
      }
      default -> {
        Supplier<Object> one = kind(random, depth - 1);
        Supplier<Object> other = kind(random, depth - 1);
        yield () -> random.nextInt(10) == 0 ? one.get() : other.get();
      }
    };
  }

  @Test
  void anyRecordsComeBack() {
    for (int round = 0; round < 2_000; round++) {
      Supplier<Object> kind = kind(random, 3);
      Object[] records = new Object[random.nextInt(12)];
      Arrays.setAll(records, i -> kind.get());
      BatchFile.Batch batch = encoder.encode(records, 0, records.length);
      assertThat(same(decoder.decode(batch), records))
          .as("round %d: %s", round, Arrays.deepToString(records))
          .isTrue();
    }
  }

  @Test
  void classesStayWhatTheyWere() {
    holds(1L, 1, (short) 1, (byte) 1, 'c', true, 1.0, 1.0f, "1", null, new byte[] {1}, 1L);
    holds((byte) 1, (byte) -128, (byte) 127);
    holds('\uffff', '\0');
    holds(new ArrayList<>(List.of(1, "x")), new ArrayList<>());
    holds(List.of(1, 2), Arrays.asList(3, null), Map.of("a", 1));
    holds(-0.0, Double.NaN, Double.NEGATIVE_INFINITY);
    holds();
  }

  @Test
  void theBitsOfNaNsStay() {
    double odd = Double.longBitsToDouble(0x7ff8_0000_dead_beefL);
    assertThat(Double.doubleToRawLongBits((Double) back(odd)[0])).isEqualTo(0x7ff8_0000_dead_beefL);
  }

  @Test
  void aPartOfAnArrayIsABatch() {
    Object[] records = {1, "b", 3L, null, 5};
    assertThat(decoder.decode(encoder.encode(records, 1, 4))).containsExactly("b", 3L, null);
  }

  @Test
  void pairsMayBeTakenByColumn() {
    Object[] keys = {"a", "b", "c"};
    Object[] values = {1L, null, 3L};
    Object[] pairs = {Pair.of("a", 1L), Pair.of("b", null), Pair.of("c", 3L)};
    BatchFile.Batch batch = encoder.encode(pairs, 0, 3);
    assertThat(decoder.decode(batch)).isEqualTo(pairs);
    BatchDecoder.Columns columns = decoder.decodePairs(batch);
    assertThat(columns.keys()).isEqualTo(keys);
    assertThat(columns.values()).isEqualTo(values);
    assertThat(decoder.decodePairs(encoder.encode(pairs, 1, 2)).keys()).containsExactly("b");
    assertThatThrownBy(() -> decoder.decodePairs(encoder.encode(keys, 0, 3)))
        .isInstanceOf(ClassCastException.class);
  }

  @Test
  void commonTypesTakeLittleRoom() {
    Object[] counts = new Object[1_000];
    Arrays.setAll(counts, i -> Pair.of("word" + (1_000 + i), 1L));
    assertThat(size(counts)).isLessThan(1_000 * 9 + 64); // a constant column, one byte a length
    Arrays.setAll(counts, i -> Pair.of("word" + (1_000 + i), (long) i));
    assertThat(size(counts)).isLessThan(1_000 * 11 + 64);
    Arrays.setAll(counts, i -> (double) i);
    assertThat(size(counts)).isLessThan(1_000 * 8 + 64);
  }

  @Test
  void manyLevelsOfPairsAndListsComeBack() {
    Object deep = "x";
    for (int i = 0; i < 50; i++) {
      deep = i % 2 == 0 ? Pair.of(deep, i) : new ArrayList<>(List.of(deep));
    }
    holds(deep, deep);
    List<Object> itself = new ArrayList<>();
    itself.add(itself);
    List<?> found = (List<?>) back(itself)[0];
    for (int i = 0; i < 100; i++) {
      found = (List<?>) found.get(0);
      assertThat(found).hasSize(1);
    }
  }

  @Test
  void whatIsNotSerializableIsToldWithItsClass() {
    assertThatThrownBy(() -> back(new Point(1, List.of()), new Object()))
        .isInstanceOf(UnserializableException.class)
        .hasMessageContaining("a record of type java.lang.Object")
        .hasRootCauseInstanceOf(NotSerializableException.class);
    assertThat(back(1, 2)).containsExactly(1, 2);
  }

  /** Its copies can't be read. */
  static final class Unreadable implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws InvalidObjectException {
      throw new IllegalStateException("not today");
    }
  }

  @Test
  void whatCannotBeReadIsTold() throws IOException {
    assertThatThrownBy(() -> back(new Unreadable()))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("not today");
    assertThatThrownBy(() -> decoder.decode(new BatchFile.Batch(0, 0, 1, new byte[9])))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("is not of Java records: it has codec 0");
    BatchFile.Batch batch = encoder.encode(new Object[] {new Point(1, List.of())}, 0, 1);
    String bytes = new String(batch.payload(), StandardCharsets.ISO_8859_1);
    byte[] other =
        bytes
            .replace("BatchCodecTest$Point", "BatchCodecTest$Paint")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> decoder.decode(new BatchFile.Batch(16, 0, 1, other)))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("ClassNotFoundException");
  }

  @Test
  void isSmallerThanJavasOwn() throws IOException {
    ByteArrayOutputStream own = new ByteArrayOutputStream();
    Object[] records = new Object[100];
    Arrays.setAll(records, i -> Pair.of("k" + i, (long) i));
    try (ObjectOutputStream out = new ObjectOutputStream(own)) {
      out.writeObject(records);
    }
    assertThat(size(records)).isLessThan(own.size() / 3);
  }
}
