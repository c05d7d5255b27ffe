/**
 * The functions that programs in Java hand to the engine. They are sent to tasks by Java's
 * serialization, so what a lambda captures must be {@link java.io.Serializable}; each task gets a
 * copy of its own. They may throw anything.
 */
package dev.firesteel.api.function;
