/** The Python processes: the daemon, the workers that it forks, and the frames they exchange. */
package dev.firesteel.worker;
