package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

import dev.firesteel.executor.Executor;
import dev.firesteel.id.BlockId;
import org.jspecify.annotations.Nullable;

/** How a task attempt ended. */
public sealed interface TaskOutcome {

  /** Returns which attempt ended. */
  TaskAttempt attempt();

  /** Calls the method of the handler that belongs to this outcome. */
  void dispatch(Handler handler);

  /** One method for each kind of outcome. */
  interface Handler {
    /** Handles {@link Succeeded}. */
    void onSucceeded(Succeeded outcome);

    /** Handles {@link Failed}. */
    void onFailed(Failed outcome);

    /** Handles {@link Killed}. */
    void onKilled(Killed outcome);

    /** Handles {@link WorkerDied}. */
    void onWorkerDied(WorkerDied outcome);

    /** Handles {@link BlockGone}. */
    void onBlockGone(BlockGone outcome);

    /** Handles {@link ExecutorLost}. */
    void onExecutorLost(ExecutorLost outcome);

    /** Handles {@link LaunchFailed}. */
    void onLaunchFailed(LaunchFailed outcome);
  }

  /** The plan was carried out. */
  record Succeeded(TaskAttempt attempt, TaskReport report) implements TaskOutcome {
    public Succeeded {
      requireNonNull(attempt, "attempt is null");
      requireNonNull(report, "report is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.onSucceeded(this);
    }
  }

  /** The worker says that it could not carry out the plan. */
  record Failed(TaskAttempt attempt, FailureReport failure) implements TaskOutcome {
    public Failed {
      requireNonNull(attempt, "attempt is null");
      requireNonNull(failure, "failure is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.onFailed(this);
    }
  }

  /** The attempt was ended by {@link Executor#kill}. */
  record Killed(TaskAttempt attempt, String reason) implements TaskOutcome {
    public Killed {
      requireNonNull(attempt, "attempt is null");
      requireNonNull(reason, "reason is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.onKilled(this);
    }
  }

  /**
   * The worker process ended before it answered.
   *
   * @param pid the process, or -1 if it is not known
   * @param how a clause such as {@code "was killed by SIGKILL"}
   * @param error where its Python code was when native code crashed, for the driver; or null
   */
  record WorkerDied(TaskAttempt attempt, long pid, String how, byte @Nullable [] error)
      implements TaskOutcome {
    // Written out, because the compiler loses the annotations of a compact constructor's
    // parameters.
    public WorkerDied(TaskAttempt attempt, long pid, String how, byte @Nullable [] error) {
      this.attempt = requireNonNull(attempt, "attempt is null");
      this.pid = pid;
      this.how = requireNonNull(how, "how is null");
      this.error = error;
    }

    /** Nobody knows where its Python code was. */
    public WorkerDied(TaskAttempt attempt, long pid, String how) {
      this(attempt, pid, how, null);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.onWorkerDied(this);
    }
  }

  /**
   * The attempt never reached a worker: a block that its plan reads had made room for others when
   * it was dispatched. Nothing has failed; it is to be planned again.
   */
  record BlockGone(TaskAttempt attempt, BlockId.Rdd block) implements TaskOutcome {
    public BlockGone {
      requireNonNull(attempt, "attempt is null");
      requireNonNull(block, "block is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.onBlockGone(this);
    }
  }

  /**
   * The executor is gone, and the attempt with it.
   *
   * @param executor which one
   * @param reason a clause such as {@code "its process was killed by SIGKILL"}
   */
  record ExecutorLost(TaskAttempt attempt, String executor, String reason) implements TaskOutcome {
    public ExecutorLost {
      requireNonNull(attempt, "attempt is null");
      requireNonNull(executor, "executor is null");
      requireNonNull(reason, "reason is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.onExecutorLost(this);
    }
  }

  /**
   * The attempt never reached a worker.
   *
   * @param lasting whether another attempt would end in the same way
   */
  record LaunchFailed(TaskAttempt attempt, String message, boolean lasting) implements TaskOutcome {
    public LaunchFailed {
      requireNonNull(attempt, "attempt is null");
      requireNonNull(message, "message is null");
    }

    /** Another attempt may succeed. */
    public LaunchFailed(TaskAttempt attempt, String message) {
      this(attempt, message, false);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.onLaunchFailed(this);
    }
  }
}
