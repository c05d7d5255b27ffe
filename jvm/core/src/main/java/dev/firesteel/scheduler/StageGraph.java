package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.planning.NarrowWalk;
import dev.firesteel.scheduler.States.StageState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stages that running jobs need, and which waits for which. Starts those whose parents are
 * there. Owned by the scheduler's thread.
 *
 * <p>Invariants: {@code parents} and {@code children} mirror one another; a stage with parents is
 * WAITING; every stage is needed by a job.
 */
final class StageGraph {
  private final Lineage lineage;
  private final ShuffleOutputs shuffles;
  private final NarrowWalk walk;
  private final Starter starter;
  private final Map<Integer, Stage> byId = new HashMap<>();
  private final Map<ShuffleId, Stage> mapStages = new HashMap<>();
  private int lastStage = -1;

  /** Starts a stage whose parents are all there. */
  @FunctionalInterface
  interface Starter {
    void start(Stage stage);
  }

  StageGraph(Lineage lineage, ShuffleOutputs shuffles, NarrowWalk walk, Starter starter) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.walk = requireNonNull(walk, "walk is null");
    this.starter = requireNonNull(starter, "starter is null");
  }

  /** Makes the result stage of a job. */
  Stage resultStage(Job job) {
    Stage stage =
        new Stage(
            ++lastStage, job.request.target(), lineage.node(job.request.target()).site(), null);
    byId.put(stage.id, stage);
    join(stage, List.of(job));
    return stage;
  }

  /** Returns the result stage of a job that has not ended. */
  Stage resultStageOf(Job job) {
    return job.stages.iterator().next();
  }

  /** Starts a stage if its parents are there, else has it wait and sees to its parents first. */
  void submit(Stage root, String cause) {
    Deque<Stage> waiting = new ArrayDeque<>();
    waiting.push(root);
    while (!waiting.isEmpty()) {
      Stage stage = waiting.pop();
      if (stage.state.is(StageState.RUNNING)
          || stage.state.is(StageState.ENDED)
          || !stage.parents.isEmpty()) {
        continue;
      }
      for (ShuffleId id : missing(stage)) {
        Stage parent = mapStage(id);
        join(parent, stage.jobs);
        stage.parents.add(parent);
        parent.children.add(stage);
        waiting.push(parent);
      }
      if (stage.parents.isEmpty()) {
        starter.start(stage);
      } else {
        stage.state.to(StageState.WAITING, cause);
      }
    }
  }

  /**
   * A stage that waits already has lost more map outputs: it waits for their stages too. If that
   * leaves it with nothing to wait for, it starts.
   */
  void extend(Stage stage, String cause) {
    for (ShuffleId id : missing(stage)) {
      Stage parent = mapStage(id);
      join(parent, stage.jobs);
      stage.parents.add(parent);
      parent.children.add(stage);
    }
    if (stage.parents.isEmpty()) {
      submit(stage, cause);
    } else {
      new ArrayList<>(stage.parents).forEach(parent -> submit(parent, cause));
    }
  }

  /** A stage waits for nothing any more. */
  void detach(Stage stage) {
    stage.parents.forEach(parent -> parent.children.remove(stage));
    stage.parents.clear();
  }

  /** A map stage has all its outputs: stages that waited for it may go on. */
  void finished(Stage stage) {
    List<Stage> children = new ArrayList<>(stage.children);
    stage.children.clear();
    for (Stage child : children) {
      child.parents.remove(stage);
    }
    for (Stage child : children) {
      submit(child, stage + " has finished");
    }
  }

  /** Jobs need a stage, and so all it waits for. */
  private void join(Stage root, Collection<Job> jobs) {
    Deque<Stage> waiting = new ArrayDeque<>();
    waiting.push(root);
    while (!waiting.isEmpty()) {
      Stage stage = waiting.pop();
      if (stage.jobs.addAll(jobs)) {
        jobs.forEach(job -> job.stages.add(stage));
        stage.parents.forEach(waiting::push);
      }
    }
  }

  /** A job no longer needs its stages; returns those that nobody needs now. */
  List<Stage> leave(Job job) {
    List<Stage> unneeded = new ArrayList<>();
    for (Stage stage : job.stages) {
      stage.jobs.remove(job);
      if (stage.jobs.isEmpty()) {
        unneeded.add(stage);
      }
    }
    for (Stage stage : unneeded) {
      detach(stage);
      stage.children.forEach(child -> child.parents.remove(stage));
      stage.children.clear();
      byId.remove(stage.id);
      if (stage.shuffle != null) {
        mapStages.remove(stage.shuffle.id());
      }
    }
    return unneeded;
  }

  private List<ShuffleId> missing(Stage stage) {
    List<ShuffleId> missing = new ArrayList<>();
    for (ShuffleId id : walk.shuffles(stage.node)) {
      shuffles.track(id, lineage.maps(id));
      if (!shuffles.isComplete(id)) {
        missing.add(id);
      }
    }
    return missing;
  }

  private Stage mapStage(ShuffleId id) {
    Stage known = mapStages.get(id);
    if (known != null) {
      return known;
    }
    ShuffleDependency shuffle = lineage.shuffle(id);
    Stage stage = new Stage(++lastStage, shuffle.parent(), shuffle.site(), shuffle);
    byId.put(stage.id, stage);
    mapStages.put(id, stage);
    return stage;
  }

  /** Returns the stages that read a shuffle, not only those that wait for it. */
  List<Stage> readers(ShuffleId shuffle) {
    List<Stage> readers = new ArrayList<>();
    for (Stage stage : byId.values()) {
      if (walk.shufflesBehindBlocks(stage.node).contains(shuffle)) {
        readers.add(stage);
      }
    }
    readers.sort((a, b) -> Integer.compare(a.id, b.id));
    return readers;
  }

  /** Returns a stage, or null if nobody needs it any more. */
  @Nullable Stage find(int stage) {
    return byId.get(stage);
  }

  /** Returns the stage that writes a shuffle, or null if there is none now. */
  @Nullable Stage findMapStage(ShuffleId shuffle) {
    return mapStages.get(shuffle);
  }

  /** Returns how many stages there are. */
  int size() {
    return byId.size();
  }

  /** Checks what must hold between events; for tests. */
  void checkInvariants() {
    Set<Stage> stages = new HashSet<>(byId.values());
    for (Stage stage : stages) {
      check(!stage.jobs.isEmpty(), stage, "is needed by no job");
      check(stages.containsAll(stage.parents), stage, "waits for a stage that has gone");
      check(stage.parents.isEmpty() || stage.state.is(StageState.WAITING), stage, "has parents");
      check(
          !stage.state.is(StageState.WAITING) || !stage.parents.isEmpty(),
          stage,
          "waits for nothing");
      for (Stage parent : stage.parents) {
        check(parent.children.contains(stage), stage, "is no child of its parent");
      }
    }
  }

  private static void check(boolean holds, Stage stage, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(stage + " " + otherwise + " while " + stage.state.get());
    }
  }
}
