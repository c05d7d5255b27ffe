package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Has map outputs come and go: in the scheduler's own record, in the table that readers are given,
 * and in the task set that has to write a lost one again, if there is one. Owned by the scheduler's
 * thread.
 */
final class MapOutputs {
  private final Lineage lineage;
  private final ShuffleOutputs shuffles;
  private final StageGraph stages;
  private final TaskScheduler tasks;
  private final Consumer<SchedulerAction> actions;

  MapOutputs(
      Lineage lineage,
      ShuffleOutputs shuffles,
      StageGraph stages,
      TaskScheduler tasks,
      Consumer<SchedulerAction> actions) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.stages = requireNonNull(stages, "stages is null");
    this.tasks = requireNonNull(tasks, "tasks is null");
    this.actions = requireNonNull(actions, "actions is null");
  }

  /**
   * An attempt has written a map output.
   *
   * @param executor which executor has it
   * @return whether it differs from the one that was lost before
   */
  boolean register(
      ShuffleId shuffle,
      int map,
      long attempt,
      String executor,
      OutputFile file,
      ShuffleReport sections) {
    boolean differs = shuffles.register(shuffle, map, attempt, executor, sections);
    actions.accept(
        new SchedulerAction.RegisterMapOutput(
            shuffle, lineage.maps(shuffle), map, attempt, file, sections));
    return differs;
  }

  /** A map output is lost. */
  void unregister(BlockId.ShuffleMap lost) {
    shuffles.unregister(lost.shuffle(), lost.map());
    actions.accept(new SchedulerAction.UnregisterMapOutput(lost.shuffle(), lost.map()));
    Stage writer = stages.findMapStage(lost.shuffle());
    if (writer != null && tasks.find(writer.id) != null) {
      tasks.reopen(writer.id, List.of(lost.map()));
    }
  }

  /** An executor is gone, with the map outputs that it had. */
  void lose(String executor) {
    shuffles.on(executor).forEach(this::unregister);
  }

  /** Drops the outputs of a shuffle, which will be computed again if they are needed. */
  void unregisterAll(ShuffleId shuffle) {
    int maps = lineage.maps(shuffle);
    for (int map = 0; map < maps; map++) {
      if (shuffles.attempt(shuffle, map) != 0) {
        unregister(new BlockId.ShuffleMap(shuffle, map));
      }
    }
  }

  /** Returns the map partitions of a shuffle whose outputs do not exist. */
  Set<Integer> missing(ShuffleId shuffle) {
    Set<Integer> missing = new TreeSet<>();
    int maps = lineage.maps(shuffle);
    for (int map = 0; map < maps; map++) {
      if (shuffles.attempt(shuffle, map) == 0) {
        missing.add(map);
      }
    }
    return missing;
  }
}
