package dev.firesteel.scheduler;

import dev.firesteel.job.StageProgress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The jobs and stages that ended last, for programs that ask what became of them; as many as Spark
 * keeps. Owned by the scheduler's thread.
 */
final class StageHistory {
  private final Map<Long, List<Integer>> jobs;
  private final Map<Integer, StageProgress> stages;

  StageHistory(int mostJobs, int mostStages) {
    this.jobs = new Latest<>(mostJobs);
    this.stages = new Latest<>(mostStages);
  }

  /** Forgets the eldest when there are too many. */
  private static final class Latest<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int most;

    Latest(int most) {
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }

  /** A job has ended, which needed these stages. */
  void ended(long job, List<Integer> needed) {
    jobs.put(job, List.copyOf(needed));
  }

  /** Nobody needs a stage any more; it was last seen so. */
  void ended(StageProgress stage) {
    stages.put(stage.id(), stage);
  }

  /** Returns the stages that a job needed; none if it is forgotten. */
  List<Integer> stagesOf(long job) {
    return jobs.getOrDefault(job, List.of());
  }

  /** Returns what became of a stage; null if it is forgotten. */
  @Nullable StageProgress stage(int id) {
    return stages.get(id);
  }
}
