/**
 * Aggregation, grouping, sorting and distribution of records in bounded memory. They know nothing
 * of plans: they are given records, and a {@link dev.firesteel.interpreter.external.Workspace} that
 * says how much memory there is and where spill files go.
 *
 * <p>Records, keys and values may be null, wherever their type is {@link Object}.
 */
package dev.firesteel.interpreter.external;
