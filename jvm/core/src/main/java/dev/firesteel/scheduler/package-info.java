/** Decides what runs where and when: pure handlers of events, owned by one thread. */
package dev.firesteel.scheduler;
