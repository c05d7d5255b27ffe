package dev.firesteel.job;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.LineageUpdate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job that a driver asks for.
 *
 * @param driver which driver
 * @param job unique in the application, chosen by the driver so that it can cancel it at any time
 * @param site the action, such as {@code "collect at app.py:12"}
 * @param update applied before the job starts
 * @param target the node whose partitions are computed
 * @param partitions which of them, in the order of the answer, or null for all
 * @param path the driver's {@code sys.path}
 * @param properties local properties, such as {@code spark.scheduler.pool}
 * @param maxResultSize the most bytes that all results together may have, 0 for no limit
 * @param after the first job of the same action, whose results the driver may have used already;
 *     null when this is the first
 */
public record JobRequest(
    int driver,
    long job,
    String site,
    LineageUpdate update,
    NodeId target,
    @Nullable List<Integer> partitions,
    JobSink sink,
    List<String> path,
    Map<String, String> properties,
    long maxResultSize,
    @Nullable Long after) {
  public JobRequest {
    requireNonNull(site, "site is null");
    requireNonNull(update, "update is null");
    requireNonNull(target, "target is null");
    requireNonNull(sink, "sink is null");
    partitions = partitions == null ? null : List.copyOf(partitions);
    path = List.copyOf(path);
    properties = Map.copyOf(properties);
  }
}
