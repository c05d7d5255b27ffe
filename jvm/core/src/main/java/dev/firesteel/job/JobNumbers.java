package dev.firesteel.job;

/**
 * The numbers of jobs. Each driver of an engine chooses those of its own jobs, from a range that no
 * other has: so it can cancel one at any time, and files tell whose they are.
 */
public final class JobNumbers {
  /** How many jobs a driver can run. The Python driver's is the same, by {@code numbers.json}. */
  static final long OF_A_DRIVER = 1_000_000_000;

  private JobNumbers() {}

  /** Returns the number of a driver's first job. */
  public static long first(int driver) {
    return driver * OF_A_DRIVER;
  }

  /** Returns the driver that runs a job. */
  public static long driver(long job) {
    return job / OF_A_DRIVER;
  }
}
