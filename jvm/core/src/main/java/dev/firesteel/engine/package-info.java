/** The boundary between a driver and whatever runs its jobs. */
package dev.firesteel.engine;
