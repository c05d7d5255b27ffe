/** What runs tasks: the interface that the scheduler sees, and the executor inside this JVM. */
package dev.firesteel.executor;
