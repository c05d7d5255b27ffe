"""Batches, block files, hashing and external merging: shared by the worker and the driver, no JVM, no sockets."""
