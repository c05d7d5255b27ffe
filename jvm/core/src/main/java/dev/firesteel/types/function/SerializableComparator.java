package dev.firesteel.types.function;

import java.io.Serializable;
import java.util.Comparator;

/**
 * An order that tasks can be sent: what a lambda becomes where an RDD takes a comparator.
 *
 * @param <T> what is compared
 */
@FunctionalInterface
public interface SerializableComparator<T> extends Comparator<T>, Serializable {}
