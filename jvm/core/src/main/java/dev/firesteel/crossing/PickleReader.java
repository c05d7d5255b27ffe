package dev.firesteel.crossing;

import static dev.firesteel.crossing.Opcodes.*;

import dev.firesteel.types.Pair;
import dev.firesteel.types.Tuple;
import dev.firesteel.util.ProtocolException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickles that workers write for Java: those opcodes that Python's pickler uses for basic
 * types, and the calls of {@link Called}. Nothing else can be made by a pickle. For one pickle, and
 * one thread.
 */
public final class PickleReader {
  private static final Object[] NOTHING = {};

  private final byte[] bytes;
  private int at;

  private @Nullable Object[] stack = new Object[256];
  private int top;
  private int[] marks = new int[16];
  private int marked;
  private @Nullable Object[] memo = new Object[64];
  private int memoized;

  /** Names on the stack that have not been called. */
  private int uncalled;

  private PickleReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a list of records.
   *
   * @throws ProtocolException if it is no such pickle
   * @throws RecordRefusedException if a record holds something that Java can't
   */
  @SuppressWarnings("unchecked") // a list of anything
  public static List<@Nullable Object> records(byte[] pickle) {
    Object found;
    PickleReader reader = new PickleReader(pickle);
    try {
      found = reader.read();
    } catch (IndexOutOfBoundsException
        | NegativeArraySizeException
        | NullPointerException
        | ClassCastException
        | ArithmeticException
        | DateTimeException e) {
      throw new ProtocolException("A pickle is not as Python writes it", e);
    }
    if (reader.uncalled != 0) {
      throw new RecordRefusedException("it holds a function or a class");
    }
    if (found instanceof List<?> list) {
      return (List<@Nullable Object>) list;
    }
    throw new ProtocolException("A pickle of records holds no list");
  }

  private void push(@Nullable Object value) {
    if (top == stack.length) {
      stack = Arrays.copyOf(stack, 2 * top);
    }
    stack[top++] = value;
  }

  private @Nullable Object pop() {
    Object value = stack[--top];
    stack[top] = null;
    return value;
  }

  private int u1() {
    return bytes[at++] & 0xff;
  }

  private int u2() {
    return u1() | (u1() << 8);
  }

  private int i4() {
    return u2() | (u2() << 16);
  }

  private int length4() {
    int length = i4();
    if (length < 0) {
      throw new ProtocolException("A pickle has a value of more than 2 GiB");
    }
    return length;
  }

  private int length8() {
    int length = length4();
    if (i4() != 0) {
      throw new ProtocolException("A pickle has a value of more than 2 GiB");
    }
    return length;
  }

  private @Nullable Object read() {
    while (true) {
      int opcode = u1();
      switch (opcode) {
        case BININT1 -> push((long) u1());
        case BININT2 -> push((long) u2());
        case BININT -> push((long) i4());
        case SHORT_BINUNICODE -> push(text(u1()));
        case BINUNICODE -> push(text(length4()));
        case BINFLOAT -> push(Double.longBitsToDouble(big8()));
        case NONE -> push(null);
        case TRUE -> push(true);
        case FALSE -> push(false);
        case MARK -> mark();
        case TUPLE2 -> tuple(2);
        case TUPLE1 -> tuple(1);
        case TUPLE3 -> tuple(3);
        case TUPLE -> tuple(top - unmark());
        case EMPTY_TUPLE -> tuple(0);
        case MEMOIZE -> memoize(memoized, stack[top - 1]);
        case BINPUT -> memoize(u1(), stack[top - 1]);
        case LONG_BINPUT -> memoize(length4(), stack[top - 1]);
        case BINGET -> recall(u1());
        case LONG_BINGET -> recall(length4());
        case EMPTY_LIST -> push(new ArrayList<>());
        case APPEND -> append(top - 1);
        case APPENDS -> append(unmark());
        case EMPTY_DICT -> push(new LinkedHashMap<>());
        case SETITEM -> put(top - 2);
        case SETITEMS -> put(unmark());
        case EMPTY_SET -> push(new LinkedHashSet<>());
        case ADDITEMS -> addAll(unmark());
        case FROZENSET -> frozenSet(unmark());
        case LONG1 -> push(integer(u1()));
        case LONG4 -> push(integer(length4()));
        case SHORT_BINBYTES -> push(raw(u1()));
        case BINBYTES -> push(raw(length4()));
        case BINBYTES8, BYTEARRAY8 -> push(raw(length8()));
        case BINUNICODE8 -> push(text(length8()));
        case STACK_GLOBAL -> name();
        case REDUCE -> call();
        case POP -> pop();
        case POP_MARK -> drop(unmark());
        case PROTO -> at++;
        case FRAME -> at += 8;
        case STOP -> {
          return pop();
        }
        default ->
            throw new ProtocolException("A pickle has the opcode 0x" + Integer.toHexString(opcode));
      }
    }
  }

  private long big8() {
    long bits = 0;
    for (int i = 0; i < 8; i++) {
      bits = (bits << 8) | u1();
    }
    return bits;
  }

  private byte[] raw(int length) {
    requireLeft(length);
    byte[] found = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return found;
  }

  private void requireLeft(int length) {
    if (length > bytes.length - at) {
      throw new ProtocolException("A pickle ends within a value");
    }
  }

  private Object integer(int length) {
    requireLeft(length);
    if (length == 0) {
      return 0L;
    }
    byte[] big = new byte[length];
    for (int i = length - 1; i >= 0; i--) {
      big[i] = bytes[at++];
    }
    BigInteger value = new BigInteger(big);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(int length) {
    requireLeft(length);
    int end = at + length;
    int i = at;
    while (i < end && bytes[i] >= 0) {
      i++;
    }
    String found =
        i == end
            ? new String(bytes, at, length, StandardCharsets.ISO_8859_1)
            : TextOfPython.decode(bytes, at, end);
    at = end;
    return found;
  }

  private void mark() {
    if (marked == marks.length) {
      marks = Arrays.copyOf(marks, 2 * marked);
    }
    marks[marked++] = top;
  }

  private int unmark() {
    return marks[--marked];
  }

  private void drop(int from) {
    Arrays.fill(stack, from, top, null);
    top = from;
  }

  /** Makes a tuple of what is on top; arguments of a call stay an array. */
  @SuppressWarnings("NullAway") // a pair may hold nulls, as its type parameters say
  private void tuple(int count) {
    int from = top - count;
    if (isCalled()) {
      @Nullable Object[] arguments = count == 0 ? NOTHING : Arrays.copyOfRange(stack, from, top);
      drop(from);
      push(arguments);
    } else if (count == 2) {
      Object value = pop();
      Object key = pop();
      push(Pair.of(key, value));
    } else {
      Tuple made = Tuple.of(Arrays.copyOfRange(stack, from, top));
      drop(from);
      push(made);
    }
  }

  /** Whether the tuple that is just made is the argument of a call, perhaps memoized before. */
  private boolean isCalled() {
    int next = bytes[at] & 0xff;
    return next == REDUCE || (next == MEMOIZE && (bytes[at + 1] & 0xff) == REDUCE);
  }

  private void memoize(int place, @Nullable Object value) {
    if (place > bytes.length) {
      throw new ProtocolException("A pickle remembers more than it holds");
    }
    if (place >= memo.length) {
      memo = Arrays.copyOf(memo, Math.max(2 * memo.length, place + 1));
    }
    memo[place] = value;
    memoized = Math.max(memoized, place + 1);
  }

  private void recall(int place) {
    Object value = memo[place];
    if (value instanceof Called) {
      uncalled++;
    }
    push(value);
  }

  @SuppressWarnings("unchecked") // what is below the items is what they go into
  private void append(int from) {
    List<@Nullable Object> list = (List<@Nullable Object>) stack[from - 1];
    if (list == null) {
      throw new ProtocolException("A pickle appends to nothing");
    }
    if (list instanceof ArrayList<@Nullable Object> array) {
      array.ensureCapacity(array.size() + top - from);
    }
    for (int i = from; i < top; i++) {
      list.add(stack[i]);
    }
    drop(from);
  }

  @SuppressWarnings("unchecked") // see above
  private void put(int from) {
    Map<@Nullable Object, @Nullable Object> map =
        (Map<@Nullable Object, @Nullable Object>) stack[from - 1];
    if (map == null) {
      throw new ProtocolException("A pickle puts into nothing");
    }
    int wanted = map.size() + (top - from) / 2;
    for (int i = from; i < top; i += 2) {
      map.put(stack[i], stack[i + 1]);
    }
    drop(from);
    if (map.size() != wanted) {
      throw new RecordRefusedException(
          "it holds a dict with keys that are equal in Java, as NaNs are");
    }
  }

  @SuppressWarnings("unchecked") // see above
  private void addAll(int from) {
    Set<@Nullable Object> set = (Set<@Nullable Object>) stack[from - 1];
    if (set == null) {
      throw new ProtocolException("A pickle adds to nothing");
    }
    fill(set, from);
  }

  private void frozenSet(int from) {
    Set<@Nullable Object> set = new LinkedHashSet<>();
    fill(set, from);
    push(set);
  }

  private void fill(Set<@Nullable Object> set, int from) {
    int wanted = set.size() + top - from;
    for (int i = from; i < top; i++) {
      set.add(stack[i]);
    }
    drop(from);
    if (set.size() != wanted) {
      throw new RecordRefusedException(
          "it holds a set with elements that are equal in Java, as NaNs are");
    }
  }

  private void name() {
    Object function = pop();
    Object module = pop();
    push(Called.find(String.valueOf(module), String.valueOf(function)));
    uncalled++;
  }

  private void call() {
    Object arguments = pop();
    Object called = pop();
    if (!(called instanceof Called function) || !(arguments instanceof Object[] values)) {
      throw new ProtocolException("A pickle calls something that is no function");
    }
    uncalled--;
    push(Calls.make(function, values));
  }
}
