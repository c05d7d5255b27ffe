/** Who wrote which map output of a shuffle, and the table file by which workers find it. */
package dev.firesteel.shuffle;
