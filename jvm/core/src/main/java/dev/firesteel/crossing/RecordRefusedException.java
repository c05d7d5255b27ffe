package dev.firesteel.crossing;

import dev.firesteel.records.TaskFault;
import org.jspecify.annotations.Nullable;

/** A record has a value that the other language has no type for. The message is for the user. */
public final class RecordRefusedException extends TaskFault {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final @Nullable String site;

  /**
   * Says what is refused; where it was and in which record is added further up.
   *
   * @param what such as {@code it holds a com.example.Point}
   */
  RecordRefusedException(String what) {
    this(what, what, null);
  }

  private RecordRefusedException(String message, String what, @Nullable String site) {
    super(message, null);
    this.what = what;
    this.site = site;
  }

  /** The operation that made the record, or null if it is not known. */
  public @Nullable String site() {
    return site;
  }

  /**
   * The same refusal, of a record that is known.
   *
   * @param site the operation that made it, or null if that is not known
   * @param record the record, shortened
   */
  RecordRefusedException of(@Nullable String site, String record) {
    String where = site == null ? "" : " of " + site;
    return new RecordRefusedException(
        "A record%s can't go to Python: %s: %s".formatted(where, what, record), what, site);
  }
}
