/**
 * What Java programs and the code that runs in their tasks both know: pairs, tuples, functions, and
 * the exceptions that the driver throws.
 */
package dev.firesteel.types;
