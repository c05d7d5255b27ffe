/**
 * Carries out plans whose functions are in Java: sources, steps, sinks. It knows nothing of the
 * scheduler or of the engine; the executor gives it a task's plan and files, and gets a report.
 */
package dev.firesteel.interpreter;
