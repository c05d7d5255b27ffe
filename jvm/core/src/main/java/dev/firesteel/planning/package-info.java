/** Makes the plan of one task from the lineage, for whichever engine runs it. */
package dev.firesteel.planning;
