/** The API for programs in Java. */
package dev.firesteel.api;
