package dev.firesteel.util;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;

/**
 * MessagePack to and from plain Java values: {@code null}, {@link Boolean}, {@link Long} (or {@link
 * BigInteger}), {@link Double}, {@link String}, {@code byte[]}, {@link List} and {@link Map} with
 * string keys. Small control messages only; records never pass through here.
 */
public final class Msgpack {
  /** Nothing the engine exchanges nests deeper, except plans, which have room. */
  private static final int MAX_DEPTH = 2_000;

  private Msgpack() {}

  /** Bytes that are MessagePack already and are to be put into a message as they are. */
  public record Raw(byte[] bytes) {
    public Raw {
      requireNonNull(bytes, "bytes is null");
    }
  }

  /** Encodes a value. Besides the classes above it takes any integer type and {@link Raw}. */
  public static byte[] pack(@Nullable Object value) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      write(packer, value);
      return packer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("A message could not be encoded", e);
    }
  }

  /** Writes one value, as {@link #pack} does. */
  public static void write(MessagePacker packer, @Nullable Object value) throws IOException {
    if (value == null) {
      packer.packNil();
    } else if (value instanceof String text) {
      packer.packString(text);
    } else if (value instanceof Long number) {
      packer.packLong(number);
    } else if (value instanceof Integer number) {
      packer.packInt(number);
    } else if (value instanceof Boolean flag) {
      packer.packBoolean(flag);
    } else if (value instanceof byte[] bytes) {
      packer.packBinaryHeader(bytes.length);
      packer.writePayload(bytes);
    } else if (value instanceof Raw raw) {
      packer.writePayload(raw.bytes());
    } else if (value instanceof Map<?, ?> map) {
      packer.packMapHeader(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        packer.packString((String) entry.getKey());
        write(packer, entry.getValue());
      }
    } else if (value instanceof long[] numbers) {
      packer.packArrayHeader(numbers.length);
      for (long number : numbers) {
        packer.packLong(number);
      }
    } else if (value instanceof Iterable<?> items) {
      int size = 0;
      for (Object ignored : items) {
        size++;
      }
      packer.packArrayHeader(size);
      for (Object item : items) {
        write(packer, item);
      }
    } else if (value instanceof Double number) {
      packer.packDouble(number);
    } else if (value instanceof BigInteger number) {
      packer.packBigInteger(number);
    } else {
      throw new IllegalArgumentException("A message can't hold a " + value.getClass().getName());
    }
  }

  /**
   * Decodes one value, which must be all there is.
   *
   * @throws ProtocolException when the bytes are not one MessagePack value
   */
  public static @Nullable Object unpack(byte[] bytes) {
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
      Object value = read(unpacker, 0);
      if (unpacker.hasNext()) {
        throw new ProtocolException(
            "A message of "
                + bytes.length
                + " bytes goes on after its value, which ends at byte "
                + unpacker.getTotalReadBytes());
      }
      return value;
    } catch (IOException | RuntimeException e) {
      if (e instanceof ProtocolException known) {
        throw known;
      }
      throw new ProtocolException("A message of " + bytes.length + " bytes is not MessagePack", e);
    }
  }

  /** Decodes a map, the outermost value of every message. */
  public static Fields unpackMap(byte[] bytes) {
    return Fields.of(unpack(bytes), "message");
  }

  private static @Nullable Object read(MessageUnpacker unpacker, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new ProtocolException("A message nests deeper than " + MAX_DEPTH + " levels");
    }
    switch (unpacker.getNextFormat().getValueType()) {
      case NIL:
        unpacker.unpackNil();
        return null;
      case BOOLEAN:
        return unpacker.unpackBoolean();
      case INTEGER:
        return readInteger(unpacker);
      case FLOAT:
        return unpacker.unpackDouble();
      case STRING:
        return unpacker.unpackString();
      case BINARY:
        return unpacker.readPayload(unpacker.unpackBinaryHeader());
      case ARRAY:
        int length = unpacker.unpackArrayHeader();
        List<Object> items = new ArrayList<>(Math.min(length, 1_024));
        for (int i = 0; i < length; i++) {
          items.add(read(unpacker, depth + 1));
        }
        return items;
      case MAP:
        int size = unpacker.unpackMapHeader();
        Map<String, Object> map = new LinkedHashMap<>(Math.min(size * 2, 1_024));
        for (int i = 0; i < size; i++) {
          String key = unpacker.unpackString();
          map.put(key, read(unpacker, depth + 1));
        }
        return map;
      case EXTENSION:
        throw new ProtocolException("A message holds an extension type, and none is defined");
    }
    throw new AssertionError("unreachable");
  }

  private static Object readInteger(MessageUnpacker unpacker) throws IOException {
    if (unpacker.getNextFormat() == org.msgpack.core.MessageFormat.UINT64) {
      BigInteger number = unpacker.unpackBigInteger();
      return number.bitLength() < 64 ? (Object) number.longValue() : number;
    }
    return unpacker.unpackLong();
  }
}
