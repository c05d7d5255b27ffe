/** Plans: the trees of plain data that tell a task what to do. They name blocks, never paths. */
package dev.firesteel.plan;
