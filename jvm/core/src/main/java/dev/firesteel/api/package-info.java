/** The engine as a library for Java programs. */
package dev.firesteel.api;
