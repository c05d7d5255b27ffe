package dev.firesteel.planning;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.plan.Source;

/**
 * What an engine decides for the nodes that the plan of a task leads to: whether it goes on to a
 * node's parents, reads what is there, materializes it, or is cut. Planning asks at the moment that
 * a task is about to be launched; so the answers may change from one plan to the next.
 */
public interface NodeChoices {

  /** Returns what a plan does at a partition of a node. */
  Choice choose(NodeId node, int partition);

  /** Returns whether plans end at every partition of a node, so that its parents are not read. */
  boolean isReady(NodeId node);

  /** What a plan does at a partition of a node. */
  sealed interface Choice {

    /** Calls the method of the visitor that belongs to this choice. */
    <T> T accept(Visitor<T> visitor);
  }

  /** One method for each choice. */
  interface Visitor<T> {
    /** Visits {@link Compute}. */
    T visit(Compute choice);

    /** Visits {@link Read}. */
    T visit(Read choice);

    /** Visits {@link Materialize}. */
    T visit(Materialize choice);

    /** Visits {@link Cut}. */
    T visit(Cut choice);
  }

  /** The plan goes on to the node's parents. */
  enum Compute implements Choice {
    INSTANCE;

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The plan ends here, and reads a persisted block.
   *
   * @param bytes the length of the block
   * @param records how many records it holds
   * @param attempt the task attempt that wrote it
   */
  record Read(BlockId.Rdd block, long bytes, long records, long attempt) implements Choice {
    public Read {
      requireNonNull(block, "block is null");
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** The plan goes on to the node's parents, and keeps what comes of them as a block. */
  record Materialize(BlockId.Rdd block, StorageLevel level) implements Choice {
    public Materialize {
      requireNonNull(block, "block is null");
      requireNonNull(level, "level is null");
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The plan ends here: the engine brings the node's records to the task by its own means.
   *
   * @param source what the task reads in their place
   */
  record Cut(Source source) implements Choice {
    public Cut {
      requireNonNull(source, "source is null");
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }
}
