package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.StorageLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that the engine knows by its id, or will when the next request arrives: a node, a
 * shuffle or a closure. When nobody refers to the entry any more, the id is released. Guarded by
 * the session's lock.
 */
final class Entry {
  final Object id;

  /** What the engine is told; null once it knows. */
  private @Nullable Object definition;

  private List<Entry> needs;
  private @Nullable Object keep;

  /** Of a pipeline, where its chain of steps begins. */
  @Nullable DriverNode base;

  private boolean known;

  /** The storage level that the engine has been told. */
  @Nullable StorageLevel level;

  /** Whether it may not have heard of that level: a request that told it was refused. */
  boolean levelDoubtful;

  Entry(Object id, Object definition, List<Entry> needs, @Nullable Object keep) {
    this.id = requireNonNull(id, "id is null");
    this.definition = requireNonNull(definition, "definition is null");
    this.needs = List.copyOf(needs);
    this.keep = keep;
  }

  /** The entry of something that the engine has from elsewhere. */
  static Entry known(Object id) {
    Entry entry = new Entry(id, id, List.of(), null);
    entry.acknowledge();
    return entry;
  }

  Object definition() {
    return requireNonNull(definition, "the engine has been told already");
  }

  List<Entry> needs() {
    return needs;
  }

  @Nullable Object keep() {
    return keep;
  }

  boolean known() {
    return known;
  }

  /** The engine has it. */
  void acknowledge() {
    known = true;
    definition = null;
  }

  /** It comes from files now. */
  void cut(Saved files) {
    needs = List.of();
    base = null;
    keep = files;
  }
}
