/**
 * The heap that tasks in Java and cached objects share: who has how much, and what objects take.
 */
package dev.firesteel.memory;
