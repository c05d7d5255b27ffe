/** What an executor is given to run one task attempt, and what it reports. */
package dev.firesteel.task;
