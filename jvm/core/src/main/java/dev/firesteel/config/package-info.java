/** Every key that the engine honours, declared once, and reading them with clear errors. */
package dev.firesteel.config;
