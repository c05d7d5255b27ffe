package dev.firesteel.driver;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.input.InputException;
import dev.firesteel.input.InputListings;
import dev.firesteel.input.Split;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.records.DiskException;
import dev.firesteel.records.SliceWriter;
import dev.firesteel.records.UnserializableException;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.types.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the sources of a Java driver: files, collections, ranges, saved RDDs. */
public final class Inputs {
  private Inputs() {}

  /**
   * Files of a format that both languages read; they are listed when an action, or the number of
   * partitions, needs it.
   *
   * @param format the name of the format
   * @param options what the format is told of the whole input
   */
  public static DriverNode files(
      Session session,
      String format,
      Map<String, String> options,
      List<String> paths,
      int minPartitions,
      String site) {
    NodeId id = session.nextNode();
    return new SourceNode(
        id,
        site,
        () -> {
          session.requireRunning(site);
          List<Split> splits =
              list(session.application().inputs(), format, options, paths, minPartitions, site);
          Node node = new Node.Input(id, site, format, options, splits, Set.of(Language.values()));
          return new SourceNode.Described(node, splits.size(), null);
        });
  }

  /**
   * An input whose splits are known, of a format that a jar of the program brings.
   *
   * @param format the name of the format
   */
  public static DriverNode splits(
      Session session,
      String format,
      Map<String, String> options,
      List<Split> splits,
      String site) {
    session.requireRunning(site);
    NodeId id = session.nextNode();
    Node node = new Node.Input(id, site, format, options, splits, Set.of(Language.JAVA));
    return new SourceNode(id, site, () -> new SourceNode.Described(node, splits.size(), null));
  }

  private static List<Split> list(
      InputListings inputs,
      String format,
      Map<String, String> options,
      List<String> paths,
      int minPartitions,
      String site) {
    try {
      String directory = Path.of("").toAbsolutePath().toString();
      return inputs.list(format, paths, directory, minPartitions, options);
    } catch (InputException e) {
      throw JobErrors.ownFramesDropped(
          new InvalidInputException(e.getMessage() + "\n  in " + site, e));
    } catch (IOException e) {
      throw JobErrors.ownFramesDropped(
          new InvalidInputException("The input of " + site + " can't be listed: " + e, e));
    }
  }

  /** Consecutive numbers. */
  public static DriverNode range(
      Session session, long start, long step, long count, int partitions, String site) {
    NodeId id = session.nextNode();
    Node node =
        new Node.Range(id, site, Long.toString(start), Long.toString(step), count, partitions);
    return new SourceNode(id, site, () -> new SourceNode.Described(node, partitions, null));
  }

  /** Nothing, in no partition. */
  public static DriverNode empty(Session session, String site) {
    NodeId id = session.nextNode();
    Node node = new Node.Empty(id, site);
    return new SourceNode(id, site, () -> new SourceNode.Described(node, 0, null));
  }

  /**
   * The records of a collection, which are serialized and written now.
   *
   * @param partitions how many; they get about the same number of records
   */
  public static DriverNode slices(Session session, List<?> records, int partitions, String site) {
    session.requireRunning(site);
    NodeId id = session.nextNode();
    String name = new BlockId.Input(id).name();
    Path path = session.directory().resolve(name);
    List<Node.Slice> slices = write(path, name, records, partitions, site);
    Object owner = new Object();
    session.watchPath(owner, path);
    Node node = new Node.Slices(id, site, path.toString(), slices);
    return new SourceNode(id, site, () -> new SourceNode.Described(node, partitions, owner));
  }

  private static List<Node.Slice> write(
      Path path, String name, List<?> records, int partitions, String site) {
    List<List<?>> slices = new ArrayList<>();
    for (int slice = 0; slice < partitions; slice++) {
      int from = (int) ((long) slice * records.size() / partitions);
      int to = (int) ((slice + 1L) * records.size() / partitions);
      slices.add(records.subList(from, to));
    }
    List<Node.Slice> written = new ArrayList<>();
    try {
      for (SliceWriter.Slice slice : SliceWriter.write(path, name, slices)) {
        written.add(new Node.Slice(slice.from(), slice.to(), slice.records(), slice.firstBatch()));
      }
    } catch (UnserializableException e) {
      throw Unserializable.records(records.toArray(), site, e);
    } catch (DiskException e) {
      throw new FiresteelException("The records of %s can't be written: %s".formatted(site, e), e);
    }
    return written;
  }

  /** What {@link Checkpoints#save} wrote. */
  public static DriverNode saved(Session session, Path directory, String site) {
    session.requireRunning(site);
    NodeId id = session.nextNode();
    return new SourceNode(
        id,
        site,
        () -> {
          List<SavedPart> parts;
          try {
            parts = SavedList.read(directory);
          } catch (IOException e) {
            throw new InvalidInputException(
                "%s is no directory that saveAsObjectFile has written: %s\n  in %s"
                    .formatted(directory, e, site),
                e);
          }
          Node node = new Node.Saved(id, site, directory.toString(), parts);
          return new SourceNode.Described(node, parts.size(), null);
        });
  }
}
