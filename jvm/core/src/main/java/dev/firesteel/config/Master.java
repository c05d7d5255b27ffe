package dev.firesteel.config;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * What a master text such as {@code local[4]} asks for.
 *
 * @param text as the user wrote it
 * @param slots how many tasks run at a time
 * @param maxFailures the F of {@code local[N,F]}: attempts of a task whose function raises; nothing
 *     where a user's exception fails the job at once
 * @param inline tasks run in the driver's own process
 */
public record Master(String text, int slots, OptionalInt maxFailures, boolean inline) {
  private static final String UNDERSTOOD =
      "Understood are local (one task at a time), local[N], local[*] (one per processor), local[N,F] and"
          + " local[*,F] (each task tried up to F times)";

  public Master {
    requireNonNull(text, "text is null");
    requireNonNull(maxFailures, "maxFailures is null");
  }

  /**
   * Reads a master text.
   *
   * @param processors what {@code *} stands for
   * @throws ConfigException {@code MASTER_NOT_YET} for a kind of cluster that is not there yet,
   *     {@code INVALID_MASTER} for anything else that is not understood
   */
  public static Master parse(String text, int processors) {
    String master = text.trim();
    if (master.equals("local")) {
      return new Master(master, 1, OptionalInt.empty(), false);
    }
    if (master.equals("inline")) {
      return new Master(master, 1, OptionalInt.empty(), true);
    }
    if (master.startsWith("local[") && master.endsWith("]")) {
      return local(master, processors);
    }
    refuseClusters(master);
    throw invalid(master, "");
  }

  private static Master local(String master, int processors) {
    String inside = master.substring("local[".length(), master.length() - 1);
    int comma = inside.indexOf(',');
    String threads = (comma < 0 ? inside : inside.substring(0, comma)).trim();
    int slots =
        threads.equals("*")
            ? processors
            : positive(threads, master, "the number of tasks at a time");
    OptionalInt failures =
        comma < 0
            ? OptionalInt.empty()
            : OptionalInt.of(
                positive(inside.substring(comma + 1).trim(), master, "the number of attempts"));
    return new Master(master, slots, failures, false);
  }

  private static int positive(String digits, String master, String what) {
    int number;
    try {
      number = Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      number = 0;
    }
    if (number < 1) {
      throw invalid(
          master, ": " + what + ", '" + digits + "', is not a whole number of at least 1");
    }
    return number;
  }

  private static void refuseClusters(String master) {
    boolean localCluster = master.startsWith("local-cluster[");
    boolean spark = master.startsWith("spark://");
    boolean yarn = master.equals("yarn") || master.startsWith("yarn-");
    boolean kubernetes = master.startsWith("k8s://");
    if (localCluster) {
      throw new ConfigException(
          "MASTER_NOT_YET",
          "The master '%s' is not supported yet: executors in processes of their own are planned. Use local[N], which runs every task in a worker process of its own already."
              .formatted(master));
    }
    if (spark || yarn || kubernetes) {
      throw new ConfigException(
          "MASTER_NOT_YET",
          "The master '%s' is not supported yet: running on an existing Spark cluster is planned. Use local[*] to use this machine's processors, or run the same program with PySpark on the cluster."
              .formatted(master));
    }
  }

  private static ConfigException invalid(String master, String why) {
    return new ConfigException(
        "INVALID_MASTER",
        "The master '%s' is not understood%s. %s. For example: --master local[2]"
            .formatted(master, why, UNDERSTOOD));
  }
}
