package dev.firesteel.scheduler;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.job.JobResult;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import java.util.List;

/**
 * Something that the scheduler wants done outside. Actions are carried out in the order they are
 * given: what a task reads is registered before the task is launched.
 */
public sealed interface SchedulerAction {

  /** Calls the method of the handler that belongs to this action. */
  void dispatch(Handler handler);

  /** One method for each kind of action. */
  interface Handler {
    /** Carries out {@link Launch}. */
    void on(Launch action);

    /** Carries out {@link Kill}. */
    void on(Kill action);

    /** Carries out {@link Met}. */
    void on(Met action);

    /** Carries out {@link EndJob}. */
    void on(EndJob action);

    /** Carries out {@link RegisterFile}. */
    void on(RegisterFile action);

    /** Carries out {@link ForgetFile}. */
    void on(ForgetFile action);

    /** Carries out {@link RegisterMapOutput}. */
    void on(RegisterMapOutput action);

    /** Carries out {@link UnregisterMapOutput}. */
    void on(UnregisterMapOutput action);

    /** Carries out {@link RemoveShuffle}. */
    void on(RemoveShuffle action);

    /** Carries out {@link RegisterBlock}. */
    void on(RegisterBlock action);

    /** Carries out {@link RemoveBlock}. */
    void on(RemoveBlock action);

    /** Carries out {@link DeleteFile}. */
    void on(DeleteFile action);

    /** Carries out {@link ReleaseExecutor}. */
    void on(ReleaseExecutor action);

    /** Carries out {@link AttemptEnded}. */
    void on(AttemptEnded action);

    /** Carries out {@link Answer}. */
    void on(Answer action);

    /** Carries out {@link ReportFault}. */
    void on(ReportFault action);

    /** Carries out {@link StageStarted}. */
    void on(StageStarted action);

    /** Carries out {@link StageEnded}. */
    void on(StageEnded action);
  }

  /** An executor is to run a task attempt. */
  record Launch(String executor, TaskDescription task) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** An executor is to end an attempt. */
  record Kill(String executor, long attempt, String reason) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * A task of a barrier stage is to go on: all have made the call in which it waits.
   *
   * @param messages what they said, by partition
   */
  record Met(String executor, BarrierCall call, List<String> messages) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A job has ended. */
  record EndJob(long job, JobResult result) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A file of the driver's can be resolved by name from now on. */
  record RegisterFile(BlockId id, String path) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * The name of a file of the driver's is no longer needed; nor is the file, if it is a closure or
   * a broadcast. Several inputs may share a file: it goes by {@link DeleteFile}.
   */
  record ForgetFile(BlockId id) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A map output can be read from now on. */
  record RegisterMapOutput(
      ShuffleId shuffle, int maps, int map, long attempt, OutputFile file, ShuffleReport report)
      implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A map output is lost. */
  record UnregisterMapOutput(ShuffleId shuffle, int map) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** The files of a shuffle are no longer needed. */
  record RemoveShuffle(ShuffleId shuffle) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A persisted block can be read from now on. */
  record RegisterBlock(StoredBlock block, StorageLevel level) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A persisted block is no longer needed, or is damaged. */
  record RemoveBlock(BlockId.Rdd block) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A file is no longer needed: the output of an attempt that did not count, an input. */
  record DeleteFile(Location location) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** An executor that was lost is used no more: what stands for it is closed. */
  record ReleaseExecutor(String executor) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** Listeners are to know that an attempt has ended. */
  record AttemptEnded(TaskOutcome outcome) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** Somebody who asked is to get an answer, now that what was wanted before has been done. */
  record Answer(Runnable answer) implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * The log is to have a fault of the scheduler's own that it has dealt with.
   *
   * @param story the events that came before, one a line
   */
  record ReportFault(String message, Throwable cause, List<String> story)
      implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * Listeners are to know that a stage computes, or computes again.
   *
   * @param job the earliest job that needs it
   * @param attempt how often it was started before
   * @param name the operation that made its RDD, and its place in the user's program
   * @param tasks how many partitions are missing
   */
  record StageStarted(long job, int stage, int attempt, String name, int tasks)
      implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * Listeners are to know that nothing more is computed for a stage.
   *
   * @param complete whether all its partitions are there
   */
  record StageEnded(int stage, int attempt, String name, boolean complete)
      implements SchedulerAction {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }
}
