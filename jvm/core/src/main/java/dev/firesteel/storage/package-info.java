/** Where blocks are: the application's directories, the tiers, and the names of what is stored. */
package dev.firesteel.storage;
