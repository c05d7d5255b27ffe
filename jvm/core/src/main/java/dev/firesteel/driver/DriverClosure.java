package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.lineage.Language;
import org.jspecify.annotations.Nullable;

/** Functions that nodes and shuffles share; serialized when they are first sent. */
public final class DriverClosure {
  private final Object payload;
  private final Language language;
  private final String site;

  /** Guarded by the session's lock. */
  @Nullable Entry entry;

  /**
   * Functions.
   *
   * @param payload what the closure file holds, in the form that the language's writer takes
   * @param site the operation and its place, for errors
   */
  public DriverClosure(Object payload, Language language, String site) {
    this.payload = requireNonNull(payload, "payload is null");
    this.language = requireNonNull(language, "language is null");
    this.site = requireNonNull(site, "site is null");
  }

  /** Functions in Java. */
  public static DriverClosure java(Object payload, String site) {
    return new DriverClosure(payload, Language.JAVA, site);
  }

  /** Returns what the closure file holds. */
  public Object payload() {
    return payload;
  }

  /** Returns the language of the functions. */
  public Language language() {
    return language;
  }

  /** Returns the operation and its place. */
  public String site() {
    return site;
  }
}
