/**
 * What a driver asks of an engine, and what it is answered: requests, results, failures, progress.
 */
package dev.firesteel.job;
