/** What runs tasks: the interface that an engine sees, and the executor inside this JVM. */
package dev.firesteel.executor;
