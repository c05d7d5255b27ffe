package dev.firesteel.crossing;

import static dev.firesteel.crossing.Opcodes.*;

import dev.firesteel.types.Pair;
import dev.firesteel.types.Tuple;
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
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a list of records as a pickle of protocol 5 that holds basic types only. For one batch,
 * and one thread.
 *
 * <p>Values that can be changed in Python and are met twice are written once, so that they stay
 * shared. Text keeps its lone surrogates, as Python's own pickles do.
 */
public final class PickleWriter {
  /** The ends of the year 1 and of 9999 in UTC: Python has no others. */
  private static final long FIRST_SECOND = -62_135_596_800L;

  private static final long LAST_SECOND = 253_402_300_799L;

  private static final int DEEPEST = 500;
  private static final int MICROSECOND = 1_000;
  private static final Set<Class<?>> CLEAR_KEYS =
      Set.of(String.class, Long.class, Integer.class, Short.class, Byte.class, BigInteger.class);

  private final PickleBytes out = new PickleBytes();

  /** Where in Python's memo a value is that has been written. */
  private final IdentityHashMap<Object, Integer> memo = new IdentityHashMap<>();

  private int memoized;
  private int depth;

  /** Begins the list. */
  public PickleWriter() {
    out.write(PROTO, 5);
    out.write(EMPTY_LIST, MARK);
  }

  /** How many bytes have been written. */
  public int size() {
    return out.size();
  }

  /**
   * Writes the next record.
   *
   * @throws RecordRefusedException if it has no basic type, or holds something that has none
   */
  public void add(@Nullable Object record) {
    depth = 0;
    write(record);
  }

  /** Ends the list. */
  public byte[] finish() {
    out.write(APPENDS, STOP);
    return out.toByteArray();
  }

  private void write(@Nullable Object value) {
    if (value instanceof String text) {
      out.text(text);
    } else if (value instanceof Long || value instanceof Integer) {
      out.integer(((Number) value).longValue());
    } else if (value instanceof Double number) {
      out.real(number);
    } else if (value instanceof Pair<?, ?> pair) {
      deeper();
      write(pair.key());
      write(pair.value());
      out.write(TUPLE2);
      depth--;
    } else if (!writeScalar(value) && !writeAgain(value)) {
      deeper();
      writeCollection(requireSome(value));
      depth--;
    }
  }

  private static Object requireSome(@Nullable Object value) {
    if (value == null) {
      throw new AssertionError("null is a scalar");
    }
    return value;
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw new RecordRefusedException("it is nested more than " + DEEPEST + " levels deep");
    }
  }

  /** Writes a value that holds no others, and that Python can't change; false if it is none. */
  private boolean writeScalar(@Nullable Object value) {
    if (value == null) {
      out.write(NONE);
    } else if (value instanceof Boolean flag) {
      out.write(flag ? TRUE : FALSE);
    } else if (value instanceof Short || value instanceof Byte) {
      out.integer(((Number) value).longValue());
    } else if (value instanceof Float number) {
      out.real(number);
    } else if (value instanceof BigInteger number) {
      out.integer(number);
    } else if (value instanceof byte[] bytes) {
      out.bytes(bytes);
    } else if (value instanceof Character character) {
      out.text(String.valueOf(character));
    } else if (value instanceof char[] characters) {
      out.text(new String(characters));
    } else if (value instanceof BigDecimal number) {
      call(Called.DECIMAL, number.toString());
    } else {
      return writeTime(value);
    }
    return true;
  }

  private boolean writeTime(Object value) {
    if (value instanceof LocalDate date) {
      call(
          Called.DATE, (long) year(date), (long) date.getMonthValue(), (long) date.getDayOfMonth());
    } else if (value instanceof LocalTime time) {
      long micros = micros(time.getNano(), time);
      call(
          Called.TIME,
          (long) time.getHour(),
          (long) time.getMinute(),
          (long) time.getSecond(),
          micros);
    } else if (value instanceof LocalDateTime moment) {
      writeMoment(moment, null, null);
    } else if (value instanceof OffsetDateTime moment) {
      writeMoment(moment.toLocalDateTime(), moment.getOffset(), null);
    } else if (value instanceof ZonedDateTime moment) {
      writeMoment(moment.toLocalDateTime(), moment.getOffset(), moment.getZone());
    } else if (value instanceof Instant moment) {
      if (moment.getEpochSecond() < FIRST_SECOND || moment.getEpochSecond() > LAST_SECOND) {
        throw new RecordRefusedException("it holds an Instant outside of the years 1 to 9999");
      }
      writeMoment(LocalDateTime.ofInstant(moment, ZoneOffset.UTC), ZoneOffset.UTC, null);
    } else if (value instanceof Duration span) {
      long days = Math.floorDiv(span.getSeconds(), 86_400L);
      if (Math.abs(days) >= 1_000_000_000L) {
        throw new RecordRefusedException("it holds a Duration of " + days + " days");
      }
      call(
          Called.DURATION,
          days,
          Math.floorMod(span.getSeconds(), 86_400L),
          micros(span.getNano(), span));
    } else {
      return false;
    }
    return true;
  }

  private void writeMoment(
      LocalDateTime moment, @Nullable ZoneOffset offset, @Nullable ZoneId zone) {
    call(
        Called.MOMENT,
        (long) year(moment.toLocalDate()),
        (long) moment.getMonthValue(),
        (long) moment.getDayOfMonth(),
        (long) moment.getHour(),
        (long) moment.getMinute(),
        (long) moment.getSecond(),
        micros(moment.getNano(), moment),
        offset == null ? null : (Object) (long) offset.getTotalSeconds(),
        zone == null || zone instanceof ZoneOffset ? null : zone.getId());
  }

  private static int year(LocalDate date) {
    int year = date.getYear();
    if (year < 1 || year > 9999) {
      throw new RecordRefusedException("it holds a date of the year " + year);
    }
    return year;
  }

  private static long micros(int nanos, Object of) {
    if (nanos % MICROSECOND != 0) {
      throw new RecordRefusedException(
          "it holds a %s with nanoseconds, and Python has microseconds (truncatedTo(ChronoUnit.MICROS) leaves them out)"
              .formatted(of.getClass().getSimpleName()));
    }
    return nanos / MICROSECOND;
  }

  /** Writes where a value is that has been written before; false if it has not. */
  private boolean writeAgain(@Nullable Object value) {
    Integer place = memo.get(value);
    if (place == null) {
      return false;
    }
    out.get(place);
    return true;
  }

  private void memoize(Object value) {
    out.write(MEMOIZE);
    memo.put(value, memoized++);
  }

  private void writeCollection(Object value) {
    if (value instanceof Map<?, ?> map) {
      writeMap(map);
    } else if (value instanceof Set<?> set) {
      writeSet(set);
    } else if (value instanceof Collection<?> list) {
      writeList(value, list);
    } else if (value instanceof Object[] array) {
      writeList(value, Arrays.asList(array));
    } else if (value instanceof Tuple tuple) {
      writeTuple(tuple, false);
    } else if (value.getClass().isArray()) {
      writeNumbers(value);
    } else {
      throw new RecordRefusedException("it holds a " + value.getClass().getTypeName());
    }
  }

  private void writeList(Object value, Iterable<?> list) {
    out.write(EMPTY_LIST);
    memoize(value);
    out.write(MARK);
    for (Object each : list) {
      write(each);
    }
    out.write(APPENDS);
  }

  private void writeTuple(Tuple tuple, boolean key) {
    out.write(MARK);
    for (int i = 0; i < tuple.size(); i++) {
      if (key) {
        writeKey(tuple.get(i));
      } else {
        write(tuple.get(i));
      }
    }
    out.write(TUPLE);
  }

  private void writeMap(Map<?, ?> map) {
    if (areClear(map.keySet())) {
      out.write(EMPTY_DICT);
      memoize(map);
      out.write(MARK);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        writeKey(entry.getKey());
        write(entry.getValue());
      }
      out.write(SETITEMS);
      return;
    }
    name(Called.TABLE);
    out.write(MARK);
    writeKeys(map.keySet());
    out.write(EMPTY_LIST, MARK);
    for (Object value : map.values()) {
      write(value);
    }
    out.write(APPENDS, TUPLE);
    out.write(REDUCE);
    memoize(map);
  }

  private void writeSet(Set<?> set) {
    if (areClear(set)) {
      out.write(EMPTY_SET);
      memoize(set);
      out.write(MARK);
      set.forEach(this::writeKey);
      out.write(ADDITEMS);
      return;
    }
    name(Called.UNIQUE);
    out.write(MARK);
    writeKeys(set);
    out.write(TUPLE, REDUCE);
    memoize(set);
  }

  private void writeKeys(Set<?> keys) {
    out.write(EMPTY_LIST, MARK);
    keys.forEach(this::writeKey);
    out.write(APPENDS);
  }

  /**
   * Whether keys that differ here are certain to differ in Python, where 1, 1.0 and True do not.
   */
  private static boolean areClear(Set<?> keys) {
    Class<?> first = null;
    for (Object key : keys) {
      Class<?> type = key == null ? Void.class : key.getClass();
      if (first == null) {
        if (!CLEAR_KEYS.contains(type)) {
          return false;
        }
        first = type;
      } else if (type != first) {
        return false;
      }
    }
    return true;
  }

  /** Writes an element of a set or a key of a map, which Python must be able to hash. */
  private void writeKey(@Nullable Object value) {
    deeper();
    if (value instanceof Pair<?, ?> pair) {
      writeKey(pair.key());
      writeKey(pair.value());
      out.write(TUPLE2);
    } else if (value instanceof Tuple tuple) {
      writeTuple(tuple, true);
    } else if (value instanceof Set<?> set) {
      name(Called.FROZEN);
      out.write(MARK);
      writeKeys(set);
      out.write(TUPLE, REDUCE);
    } else if (value instanceof Map || value instanceof Collection || isArray(value)) {
      throw new RecordRefusedException(
          "a %s is the key of a map or the element of a set, which Python can't hash; a Pair, a Tuple or a Set can be"
              .formatted(requireSome(value).getClass().getTypeName()));
    } else {
      write(value);
    }
    depth--;
  }

  private static boolean isArray(@Nullable Object value) {
    return value != null
        && value.getClass().isArray()
        && !(value instanceof byte[])
        && !(value instanceof char[]);
  }

  private void writeNumbers(Object array) {
    if (array instanceof boolean[] flags) {
      out.write(EMPTY_LIST);
      memoize(array);
      out.write(MARK);
      for (boolean flag : flags) {
        out.write(flag ? TRUE : FALSE);
      }
      out.write(APPENDS);
      return;
    }
    name(Called.NUMBERS);
    Numbers numbers = Numbers.of(array);
    out.text(numbers.code());
    out.bytes(numbers.toBytes(array));
    out.write(TUPLE2, REDUCE);
    memoize(array);
  }

  private void call(Called called, @Nullable Object... arguments) {
    name(called);
    out.write(MARK);
    for (Object each : arguments) {
      write(each);
    }
    out.write(TUPLE, REDUCE);
  }

  private void name(Called called) {
    Integer place = memo.get(called);
    if (place != null) {
      out.get(place);
      return;
    }
    out.text(called.module);
    out.text(called.function);
    out.write(STACK_GLOBAL);
    memoize(called);
  }
}
