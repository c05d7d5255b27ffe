/** Small helpers that every package may use and that use none of ours: logging, threads, bytes. */
package dev.firesteel.util;
