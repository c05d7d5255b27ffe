package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.job.JobResult.ResultRow;
import dev.firesteel.job.JobSink;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes RDDs to directories of block files: those that are marked, after a job that computed them,
 * and those that the program saves. Thread-safe.
 */
public final class Checkpoints {
  private static final Log LOG = Log.of("driver");

  private final Jobs jobs;
  private final Requests requests;
  private final Releases releases;
  private final Path own;
  private final AtomicLong locals = new AtomicLong();

  /** Guarded by this. */
  private final Set<DriverNode> marked = Collections.newSetFromMap(new WeakHashMap<>());

  /** Where a node is to be written: a directory, or null for the application's own. */
  record Mark(@Nullable Path directory) {}

  /**
   * Marks nothing yet.
   *
   * @param own where checkpoints are that end with the application
   */
  Checkpoints(Jobs jobs, Requests requests, Releases releases, Path own) {
    this.jobs = requireNonNull(jobs, "jobs is null");
    this.requests = requireNonNull(requests, "requests is null");
    this.releases = requireNonNull(releases, "releases is null");
    this.own = requireNonNull(own, "own is null");
  }

  /**
   * Marks a node to be written after the next job that needs it; without effect if it is marked
   * already.
   *
   * @param directory below which it is written, or null for the application's own, which ends with
   *     it
   */
  public void mark(DriverNode node, @Nullable Path directory) {
    synchronized (this) {
      if (node.saved == null && node.mark == null) {
        node.mark = new Mark(directory);
        marked.add(node);
      }
    }
  }

  /** Returns the directory of a node's checkpoint once it is written, or null. */
  public static @Nullable String directory(DriverNode node) {
    Saved saved = node.saved;
    return saved == null ? null : saved.directory();
  }

  /** Writes the marked nodes at and below a target, those that others come from first. */
  void write(DriverNode target, Map<String, String> properties) throws InterruptedException {
    List<DriverNode> wanted;
    synchronized (this) {
      if (marked.isEmpty()) {
        return;
      }
      wanted = below(target, marked);
      wanted.forEach(marked::remove);
    }
    // A parent is older than its children.
    wanted.sort(Comparator.comparingLong(node -> node.id().number()));
    int written = 0;
    try {
      for (DriverNode node : wanted) {
        writeOne(node, properties);
        written++;
      }
    } finally {
      synchronized (this) {
        marked.addAll(wanted.subList(written, wanted.size()));
      }
    }
  }

  private void writeOne(DriverNode node, Map<String, String> properties)
      throws InterruptedException {
    Path base = requireNonNull(node.mark, "a marked node has a mark").directory();
    Path directory =
        base == null
            ? own.resolve("checkpoint-" + locals.incrementAndGet())
            : base.resolve("rdd-" + node.id().number());
    List<SavedPart> parts = save(node, directory, "checkpoint of " + node.site(), properties);
    Object keep = null;
    if (base == null) {
      keep = new Object();
      releases.watch(keep, new Releases.InputPath(directory.toString()));
    }
    requests.cut(node, new Saved(directory.toString(), parts, keep));
  }

  /**
   * Writes a node's partitions and their list to a directory, which must not exist.
   *
   * @param site the operation and its place
   */
  public List<SavedPart> save(
      DriverNode node, Path directory, String site, Map<String, String> properties)
      throws InterruptedException {
    try {
      Path parent = directory.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      FileTrees.createDirectory(directory);
    } catch (IOException e) {
      throw new FiresteelException("%s: %s can't be made: %s".formatted(site, directory, e), e);
    }
    boolean complete = false;
    try {
      JobSink sink = new JobSink.BlockWrite(directory.toString());
      Jobs.Ended ended = jobs.run(new Jobs.Job(node, null, sink, site, properties, null));
      List<SavedPart> parts = parts(node, ended.rows());
      removeOthers(directory, parts);
      SavedList.write(directory, parts);
      complete = true;
      return parts;
    } catch (IOException e) {
      throw new FiresteelException("%s: %s can't be written: %s".formatted(site, directory, e), e);
    } finally {
      if (!complete) {
        remove(directory);
      }
    }
  }

  private static List<SavedPart> parts(DriverNode node, List<ResultRow> rows) {
    NodeId id = (NodeId) requireNonNull(node.entry, "it has been sent").id;
    List<SavedPart> parts = new ArrayList<>();
    for (ResultRow row : rows) {
      Location.File file = requireNonNull(row.file(), "a block that was written has a file");
      String name = new BlockId.Rdd(id, row.partition()).name();
      parts.add(new SavedPart(file.path(), name, row.bytes(), row.records(), row.attempt()));
    }
    return parts;
  }

  /** Files of attempts that did not count. */
  private static void removeOthers(Path directory, List<SavedPart> parts) throws IOException {
    Set<Path> kept = new HashSet<>();
    parts.forEach(part -> kept.add(Path.of(part.path()).getFileName()));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!kept.contains(file.getFileName())) {
          Files.delete(file);
        }
      }
    }
  }

  private static void remove(Path directory) {
    try {
      FileTrees.delete(directory);
    } catch (IOException e) {
      LOG.warn("What had been written of " + directory + " can't be removed: " + e);
    }
  }

  /** The wanted nodes at and below a target. */
  private static List<DriverNode> below(DriverNode target, Set<DriverNode> wanted) {
    List<DriverNode> found = new ArrayList<>();
    Set<DriverNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<DriverNode> stack = new ArrayDeque<>(List.of(target));
    while (!stack.isEmpty()) {
      DriverNode node = stack.pop();
      if (!seen.add(node)) {
        continue;
      }
      if (wanted.contains(node)) {
        found.add(node);
      }
      node.parents().forEach(stack::push);
      node.shuffles().forEach(shuffle -> stack.push(shuffle.parent()));
    }
    return found;
  }
}
