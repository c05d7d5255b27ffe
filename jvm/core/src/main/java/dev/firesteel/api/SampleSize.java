package dev.firesteel.api;

/** How many to draw so that a sample is hardly ever too small. */
final class SampleSize {
  /** How likely a sample may be too small, and be taken again. */
  private static final double DOUBT = 5e-5;

  private SampleSize() {}

  /**
   * Returns a fraction. With replacement the size of the sample is Poisson-distributed, and some
   * standard deviations are added; without, the bound is Chernoff's for the lower tail of a
   * binomial distribution (M. Mitzenmacher, E. Upfal: Probability and Computing, 2005, theorem
   * 4.5).
   */
  static double generousFraction(int number, long total, boolean withReplacement) {
    double share = (double) number / total;
    if (withReplacement) {
      int deviations = number < 12 ? 9 : 5;
      return share + deviations * Math.sqrt(share / total);
    }
    double gamma = -Math.log(DOUBT) / total;
    return Math.min(1, share + gamma + Math.sqrt(gamma * gamma + 2 * gamma * share));
  }
}
