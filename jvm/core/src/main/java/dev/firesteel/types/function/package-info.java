/**
 * Functions that tasks run. All are {@link java.io.Serializable}, so that a lambda can be sent to a
 * task with what it captures, and all may throw.
 */
package dev.firesteel.types.function;
