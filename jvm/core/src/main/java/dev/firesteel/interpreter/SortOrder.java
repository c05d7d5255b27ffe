package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.types.function.MapFunction;
import java.io.Serializable;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * By what a sort orders records.
 *
 * @param key what of a record is compared, or null for the record itself
 * @param comparator orders the keys, ascending; null for their natural order. It must be
 *     serializable
 * @param site where the program called the sort, for errors
 */
public record SortOrder(
    @Nullable MapFunction<Object, Object> key, @Nullable Comparator<Object> comparator, String site)
    implements Serializable {
  public SortOrder {
    requireNonNull(site, "site is null");
  }
}
