package dev.firesteel.api;

import dev.firesteel.driver.DriverClosure;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.driver.DriverShuffle;
import dev.firesteel.driver.DriverShuffle.Spreading;
import dev.firesteel.driver.Session;
import dev.firesteel.driver.ShuffledNode;
import dev.firesteel.driver.ShuffledNode.How;
import dev.firesteel.interpreter.Combiner;
import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.interpreter.PartitionSteps;
import dev.firesteel.interpreter.SortOrder;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.MapFunction2;
import org.jspecify.annotations.Nullable;

/**
 * Lowers what brings equal or neighbouring keys together to shuffles. What is spread as it should
 * be already is not shuffled: its partitions are worked on where they are.
 */
final class Shuffles {
  private final Session session;
  private final String operation;
  private final String site;

  /** For one operation of the user's. */
  Shuffles(Session session, String operation, String site) {
    this.session = session;
    this.operation = operation;
    this.site = site;
  }

  /** Pairs, spread by key. */
  DriverNode plain(DriverNode parent, @Nullable Spread now, Spread wanted) {
    return wanted.equals(now) ? parent : shuffled(parent, wanted, null, new How.Plain());
  }

  /** Pairs, the values of each key combined. */
  DriverNode combined(DriverNode parent, @Nullable Spread now, Spread wanted, Combiner combiner) {
    if (wanted.equals(now)) {
      return step(parent, PartitionSteps.combineLocally(combiner));
    }
    DriverClosure closure = DriverClosure.java(combiner, site);
    return shuffled(parent, wanted, closure, new How.Combined(closure));
  }

  /** Pairs of a key and all its values. */
  DriverNode grouped(DriverNode parent, @Nullable Spread now, Spread wanted) {
    return wanted.equals(now)
        ? step(parent, PartitionSteps.groupLocally())
        : shuffled(parent, wanted, null, new How.Grouped());
  }

  private DriverNode shuffled(
      DriverNode parent, Spread wanted, @Nullable DriverClosure combine, How how) {
    DriverShuffle shuffle =
        new DriverShuffle(
            session.nextShuffle(),
            parent,
            wanted.partitions(),
            wanted.spreading(site),
            combine,
            site);
    return new ShuffledNode(session.nextNode(), site, shuffle, how);
  }

  /** Records in the order of their keys, the first ones in partition 0. */
  DriverNode sorted(DriverNode parent, SortOrder order, boolean ascending, int partitions) {
    DriverClosure closure = DriverClosure.java(order, site);
    Spreading runs = new Spreading.Sort(closure, ascending);
    DriverShuffle shuffle = new DriverShuffle(session.nextShuffle(), parent, 2, runs, null, site);
    DriverShuffle bounds = null;
    if (partitions > 1) {
      DriverNode samples = new ShuffledNode(session.nextNode(), site, shuffle, new How.Samples());
      bounds =
          new DriverShuffle(session.nextShuffle(), samples, 1, new Spreading.Hash(), null, site);
    }
    return new ShuffledNode(
        session.nextNode(), site, shuffle, new How.Sorted(bounds, partitions, closure, ascending));
  }

  /** A step on top of a node. */
  DriverNode step(DriverNode parent, PartitionFunction function) {
    return RddBase.stepped(session, parent, operation, site, function);
  }

  /** Functions that combine values of one type. */
  Combiner combiner(
      MapFunction<?, ?> create, MapFunction2<?, ?, ?> merge, MapFunction2<?, ?, ?> mergeCombiners) {
    return new Combiner(
        Unchecked.cast(create), Unchecked.cast(merge), Unchecked.cast(mergeCombiners), site);
  }
}
