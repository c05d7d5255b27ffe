/** The process's entry point, and what the driver calls: the only package that ends the process. */
package dev.firesteel.gateway;
