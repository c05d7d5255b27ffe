/**
 * The driver's side of a Java program: the lineage that transformations make, its compilation into
 * what an engine is told, closures, jobs and their results. The public face is {@code
 * dev.firesteel.api}.
 */
package dev.firesteel.driver;
