package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * What one partition of an input reads: bytes that only its {@link InputFormat} understands, in
 * whichever language it is read. Must not be changed.
 */
public final class Split {
  private final byte[] bytes;

  /** A split of these bytes, which nobody changes from now on. */
  public Split(byte[] bytes) {
    this.bytes = requireNonNull(bytes, "bytes is null");
  }

  /** Returns the bytes; not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Split split && Arrays.equals(bytes, split.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "a split of " + bytes.length + " bytes";
  }
}
