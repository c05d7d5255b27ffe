/**
 * One running application, put together from its parts: what a gateway or a Java program starts.
 */
package dev.firesteel.application;
