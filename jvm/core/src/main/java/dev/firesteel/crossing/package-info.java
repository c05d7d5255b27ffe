/**
 * Records on their way between Java and Python: pickles of basic types, and the types that both
 * have.
 */
@org.jspecify.annotations.NullMarked
package dev.firesteel.crossing;
