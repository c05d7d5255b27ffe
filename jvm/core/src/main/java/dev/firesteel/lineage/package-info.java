/** The lineage of RDDs as drivers describe it: nodes, shuffles and what keeps them alive. */
package dev.firesteel.lineage;
