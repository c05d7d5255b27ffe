package dev.firesteel.scheduler;

import java.util.EnumSet;
import java.util.Set;

/** The states of everything that the scheduler tracks, each with its legal predecessors. */
final class States {
  private States() {}

  /** A job. */
  enum JobState implements LifecycleState<JobState> {
    /** Its stages compute, or wait for one another. */
    RUNNING,
    /** Its result is decided; attempts that were killed have yet to end. */
    ENDING,
    /** The result has been handed out. */
    ENDED;

    @Override
    public boolean follows(JobState previous) {
      Set<JobState> legal =
          switch (this) {
            case RUNNING -> EnumSet.noneOf(JobState.class);
            case ENDING -> EnumSet.of(RUNNING);
            case ENDED -> EnumSet.of(ENDING);
          };
      return legal.contains(previous);
    }
  }

  /** A stage. */
  enum StageState implements LifecycleState<StageState> {
    /** Nothing is known about its parents yet. */
    CREATED,
    /** Waits for map outputs of other stages; attempts that were launched before may still run. */
    WAITING,
    /** Its task set may launch tasks. */
    RUNNING,
    /** All its partitions are there; becomes WAITING or RUNNING again when map outputs are lost. */
    FINISHED,
    /** No job needs it any more. */
    ENDED;

    @Override
    public boolean follows(StageState previous) {
      Set<StageState> legal =
          switch (this) {
            case CREATED -> EnumSet.noneOf(StageState.class);
            case WAITING -> EnumSet.of(CREATED, WAITING, RUNNING, FINISHED);
            case RUNNING -> EnumSet.of(CREATED, WAITING, FINISHED);
            case FINISHED -> EnumSet.of(CREATED, WAITING, RUNNING, FINISHED);
            case ENDED -> EnumSet.of(CREATED, WAITING, RUNNING, FINISHED);
          };
      return legal.contains(previous);
    }
  }

  /** A task set. */
  enum TaskSetState implements LifecycleState<TaskSetState> {
    /** May launch tasks. */
    ACTIVE,
    /** Waits for map outputs; launches nothing. */
    SUSPENDED,
    /** Launches nothing any more; attempts may still run. */
    ENDED;

    @Override
    public boolean follows(TaskSetState previous) {
      Set<TaskSetState> legal =
          switch (this) {
            case ACTIVE -> EnumSet.of(SUSPENDED);
            case SUSPENDED -> EnumSet.of(ACTIVE);
            case ENDED -> EnumSet.of(ACTIVE, SUSPENDED);
          };
      return legal.contains(previous);
    }
  }

  /** A task. */
  enum TaskState implements LifecycleState<TaskState> {
    /** Waits for a slot. */
    PENDING,
    /** Waits for a block that an attempt is computing. */
    PARKED,
    /** An attempt was launched. */
    RUNNING,
    /** An attempt succeeded, and counted. */
    DONE;

    @Override
    public boolean follows(TaskState previous) {
      Set<TaskState> legal =
          switch (this) {
            case PENDING -> EnumSet.of(PARKED, RUNNING, DONE);
            case PARKED -> EnumSet.of(PENDING);
            case RUNNING -> EnumSet.of(PENDING);
            case DONE -> EnumSet.of(RUNNING);
          };
      return legal.contains(previous);
    }
  }
}
