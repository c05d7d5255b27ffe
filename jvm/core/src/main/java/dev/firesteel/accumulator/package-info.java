/** Which accumulator updates count: the first success of each partition, whatever was run again. */
package dev.firesteel.accumulator;
