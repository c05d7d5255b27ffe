package dev.firesteel.interpreter;

import dev.firesteel.id.BroadcastId;
import java.io.Serializable;

/** A broadcast variable as a closure holds it: its name, by which tasks find the value. */
public interface BroadcastReference extends Serializable {

  /** Returns which broadcast it is. */
  BroadcastId broadcastId();
}
