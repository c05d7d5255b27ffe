/**
 * The form that Java records have in block files: how batches of them become bytes and records
 * again, and sections of block files as iterators of records.
 */
package dev.firesteel.records;
