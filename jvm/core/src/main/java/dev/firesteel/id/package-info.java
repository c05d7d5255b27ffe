/**
 * The names that every part uses: of nodes, shuffles, closures, broadcasts and blocks, and of how a
 * block is kept.
 */
package dev.firesteel.id;
