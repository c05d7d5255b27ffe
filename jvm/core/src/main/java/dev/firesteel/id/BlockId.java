package dev.firesteel.id;

import static java.util.Objects.requireNonNull;

/**
 * The identity of a file that tasks read or write. Plans and frames carry only the {@link #name()};
 * it is parsed nowhere but at the wire, by {@link #parse}.
 */
public sealed interface BlockId {

  /** Returns the name on the wire, for example {@code rdd_0_12_3}. */
  String name();

  /** A partition of a persisted RDD. */
  record Rdd(NodeId node, int partition) implements BlockId {
    public Rdd {
      requireNonNull(node, "node is null");
    }

    @Override
    public String name() {
      return node.name() + "_" + partition;
    }
  }

  /** The table file of a shuffle: who wrote what, and where each section begins. */
  record Shuffle(ShuffleId shuffle) implements BlockId {
    public Shuffle {
      requireNonNull(shuffle, "shuffle is null");
    }

    @Override
    public String name() {
      return shuffle.name();
    }
  }

  /** The output of one map task of a shuffle. */
  record ShuffleMap(ShuffleId shuffle, int map) implements BlockId {
    public ShuffleMap {
      requireNonNull(shuffle, "shuffle is null");
    }

    @Override
    public String name() {
      return shuffle.name() + "_" + map;
    }
  }

  /** The result of one partition of a job. */
  record Result(long job, int partition) implements BlockId {
    @Override
    public String name() {
      return "result_" + job + "_" + partition;
    }
  }

  /** A file of batches that the driver wrote for {@code parallelize}. */
  record Input(NodeId node) implements BlockId {
    public Input {
      requireNonNull(node, "node is null");
    }

    @Override
    public String name() {
      return "input_" + node.driver() + "_" + node.number();
    }
  }

  /** A closure file. */
  record Closure(ClosureId closure) implements BlockId {
    public Closure {
      requireNonNull(closure, "closure is null");
    }

    @Override
    public String name() {
      return closure.name();
    }
  }

  /** A broadcast file. */
  record Broadcast(BroadcastId broadcast) implements BlockId {
    public Broadcast {
      requireNonNull(broadcast, "broadcast is null");
    }

    @Override
    public String name() {
      return broadcast.name();
    }
  }

  /**
   * Reads a name from the wire.
   *
   * @throws IllegalArgumentException if it is not the name of a block
   */
  static BlockId parse(String name) {
    requireNonNull(name, "name is null");
    String[] words = name.split("_", -1);
    try {
      if (words.length == 3 && words[0].equals("result")) {
        return new Result(Long.parseLong(words[1]), Integer.parseInt(words[2]));
      }
      if (words.length == 3 || words.length == 4) {
        int driver = Integer.parseInt(words[1]);
        long number = Long.parseLong(words[2]);
        if (words.length == 4) {
          int partition = Integer.parseInt(words[3]);
          if (words[0].equals("rdd")) {
            return new Rdd(new NodeId(driver, number), partition);
          }
          if (words[0].equals("shuffle")) {
            return new ShuffleMap(new ShuffleId(driver, number), partition);
          }
        } else if (words[0].equals("shuffle")) {
          return new Shuffle(new ShuffleId(driver, number));
        } else if (words[0].equals("input")) {
          return new Input(new NodeId(driver, number));
        } else if (words[0].equals("closure")) {
          return new Closure(new ClosureId(driver, number));
        } else if (words[0].equals("broadcast")) {
          return new Broadcast(new BroadcastId(driver, number));
        }
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not the name of a block: " + name, e);
    }
    throw new IllegalArgumentException("not the name of a block: " + name);
  }
}
