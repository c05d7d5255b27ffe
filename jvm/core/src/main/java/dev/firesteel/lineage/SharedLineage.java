package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Applies what the drivers of an engine say about their lineage, and tells the engine what follows
 * for it: files that came, nodes that are persisted no more, and what was removed. It knows nothing
 * of jobs or blocks, so any engine can keep lineage by it. For the thread that owns the lineage.
 */
public final class SharedLineage {
  private final Lineage lineage;

  /** Checkpoints that have not been applied yet. */
  private final List<Node.Saved> cuts = new ArrayList<>();

  public SharedLineage(Lineage lineage) {
    this.lineage = requireNonNull(lineage, "lineage is null");
  }

  /** A file of a driver's, and the name by which plans read it. */
  public record DriverFile(BlockId id, String path) {
    public DriverFile {
      requireNonNull(id, "id is null");
      requireNonNull(path, "path is null");
    }
  }

  /**
   * An update that fits what there is.
   *
   * @param additions what of it is new
   * @param files the driver's files that it brings
   */
  public record Fitting(LineageUpdate update, LineageAdditions additions, List<DriverFile> files) {
    public Fitting {
      requireNonNull(update, "update is null");
      requireNonNull(additions, "additions is null");
      files = List.copyOf(files);
    }
  }

  /** What a driver's end has removed, and what remains. */
  public record Ended(Removed removed, RemainingLineage remaining) {}

  /**
   * Finds out whether an update fits what there is. Changes nothing, so that what is refused has
   * left nothing behind.
   *
   * @throws LineageException if it does not
   */
  public Fitting fit(LineageUpdate update) {
    LineageAdditions additions = lineage.fit(update);
    List<DriverFile> files = new ArrayList<>();
    for (LineageUpdate.ClosureFile file : update.closures()) {
      files.add(file(new BlockId.Closure(file.id()), file.path()));
    }
    for (LineageUpdate.BroadcastFile file : update.broadcasts()) {
      files.add(file(new BlockId.Broadcast(file.id()), file.path()));
    }
    for (Node node : update.nodes()) {
      if (node instanceof Node.Slices slices && additions.isNew(slices.id())) {
        files.add(file(new BlockId.Input(slices.id()), slices.path()));
      }
    }
    return new Fitting(update, additions, files);
  }

  private static DriverFile file(BlockId id, String path) {
    try {
      return new DriverFile(id, Path.of(path).toString());
    } catch (InvalidPathException e) {
      throw new LineageException("the file of " + id.name() + " has no usable path: " + e);
    }
  }

  /**
   * Adds what is new.
   *
   * @return the nodes that are persisted no more
   */
  public List<NodeId> add(Fitting fitting) {
    LineageUpdate update = fitting.update();
    lineage.add(fitting.additions());
    update.closures().forEach(file -> lineage.addClosure(file.id(), file.broadcasts()));
    update.broadcasts().forEach(file -> lineage.addBroadcast(file.id()));
    cuts.addAll(update.cuts());
    List<NodeId> unpersisted = new ArrayList<>();
    for (LineageUpdate.LevelChange change : update.levels()) {
      lineage.setLevel(change.node(), change.level());
      if (change.level() == null) {
        unpersisted.add(change.node());
      }
    }
    return unpersisted;
  }

  /**
   * Applies the checkpoints that were told of. No job may be running: it may need what was before.
   *
   * @return what each has removed
   */
  public List<Removed> cut() {
    List<Node.Saved> now = List.copyOf(cuts);
    cuts.clear();
    return now.stream().map(lineage::cut).toList();
  }

  /** Releases what a driver no longer refers to; returns what that has removed, if it did. */
  public Optional<Removed> release(LineageUpdate.Release release) {
    return release.equals(LineageUpdate.Release.NONE)
        ? Optional.empty()
        : Optional.of(lineage.release(release));
  }

  /** Keeps a node for a name, or for a driver that did not make it; nothing if it is not there. */
  public Optional<NodeView> hold(int holder, NodeId node) {
    return lineage.contains(node) ? Optional.of(lineage.hold(holder, node)) : Optional.empty();
  }

  /** Releases all that a driver made and held; it has ended. */
  public Ended end(int driver) {
    Removed removed = lineage.end(driver);
    Set<String> paths = lineage.paths();
    cuts.forEach(saved -> paths.add(saved.directory()));
    return new Ended(removed, new RemainingLineage(lineage.drivers(), paths));
  }
}
