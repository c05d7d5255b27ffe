/** The executor inside the driver's JVM, and the files of its stores by the names in plans. */
package dev.firesteel.executor.local;
