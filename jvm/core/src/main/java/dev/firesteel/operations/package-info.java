/** What tasks run for the operations of the API, beside the functions of the user's. */
package dev.firesteel.operations;
