/**
 * What runs tasks: the interface that an engine sees, and the run of a plan, which knows no store.
 */
package dev.firesteel.executor;
