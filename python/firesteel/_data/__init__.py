"""Batches, block files, hashing, external merging: for worker and driver; no JVM, no sockets."""
