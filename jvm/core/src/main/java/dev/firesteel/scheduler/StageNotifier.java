package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.scheduler.States.StageState;
import java.util.function.Consumer;

/** What listeners are told of stages: each start, and the end of each. */
final class StageNotifier {
  private final Consumer<SchedulerAction> actions;

  StageNotifier(Consumer<SchedulerAction> actions) {
    this.actions = requireNonNull(actions, "actions is null");
  }

  /** Tells that a stage computes so many partitions; after its state has changed. */
  void started(Stage stage, int partitions) {
    actions.accept(
        new SchedulerAction.StageStarted(
            stage.firstJob().id(), stage.id, stage.attempt, stage.site, partitions));
  }

  /** Tells that a stage computes nothing more, if it did; before its state changes. */
  void ended(Stage stage, boolean complete) {
    if (stage.state.is(StageState.RUNNING)) {
      actions.accept(new SchedulerAction.StageEnded(stage.id, stage.attempt, stage.site, complete));
    }
  }
}
