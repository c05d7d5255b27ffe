package dev.firesteel.accumulator;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;
import dev.firesteel.lineage.Language;
import org.jspecify.annotations.Nullable;

/**
 * What the functions of one language in a task have added to accumulators. Only a driver of that
 * language can read it.
 *
 * @param bytes pickled, or serialized by Java
 * @param file the file that holds it, to which the bytes lead, if it is large; or null
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record AccumulatorUpdate(Language language, byte[] bytes, Location.@Nullable File file) {
  public AccumulatorUpdate(Language language, byte[] bytes, Location.@Nullable File file) {
    this.language = requireNonNull(language, "language is null");
    this.bytes = requireNonNull(bytes, "bytes is null");
    this.file = file;
  }
}
