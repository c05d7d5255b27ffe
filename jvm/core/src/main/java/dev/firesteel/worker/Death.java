package dev.firesteel.worker;

import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param signal the signal that ended it, or null
 * @param status its exit status, or null
 * @param stack where its Python code was when native code crashed, or null
 */
public record Death(@Nullable Integer signal, @Nullable Integer status, @Nullable String stack) {
  private static final String NATIVE =
      ": a crash in native code, most often of a compiled package that the functions use)";

  /** Nobody could say. */
  public static final Death UNKNOWN = new Death(null, null);

  /** Without a stack. */
  public Death(@Nullable Integer signal, @Nullable Integer status) {
    this(signal, status, null);
  }

  private static final String[] SIGNALS = {
    "",
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS"
  };

  /** From what {@link Process#waitFor} returns, which is 128 + the signal for a signal. */
  static Death ofExitValue(int value) {
    return value > 128 && value < 128 + SIGNALS.length
        ? new Death(value - 128, null)
        : new Death(null, value);
  }

  /** A clause such as {@code "was killed by SIGSEGV (a crash in native code)"}. */
  public String how() {
    if (signal != null) {
      return "was killed by " + signalName(signal) + likelyCause(signal);
    }
    if (status != null) {
      return "ended by itself with exit status "
          + status
          + (status == 0 ? "" : " (its standard error may say why)");
    }
    return "ended, and the cause is not known";
  }

  private static String signalName(int signal) {
    return signal > 0 && signal < SIGNALS.length ? SIGNALS[signal] : "signal " + signal;
  }

  private static String likelyCause(int signal) {
    switch (signal) {
      case 9:
        return " (most often the kernel's, because memory ran out: fewer tasks at a time, or more and"
            + " smaller partitions, take less)";
      case 7:
        return " (Bus error: a file it had mapped became unreadable, or memory for shared files ran"
            + " out)";
      case 4:
        return " (Illegal instruction" + NATIVE;
      case 8:
        return " (Floating point exception" + NATIVE;
      case 11:
        return " (Segmentation fault" + NATIVE;
      case 6:
        return " (Aborted: native code gave up; its standard error may say why)";
      default:
        return "";
    }
  }
}
