/** Listing text files and cutting them into partitions, as Hadoop's file input formats do. */
package dev.firesteel.input;
