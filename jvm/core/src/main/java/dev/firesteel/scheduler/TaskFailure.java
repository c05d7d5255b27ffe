package dev.firesteel.scheduler;

import dev.firesteel.task.TaskAttempt;
import org.jspecify.annotations.Nullable;

/**
 * Why a task failed for good.
 *
 * @param kind as on the wire
 * @param attempt the last attempt
 * @param attempts how many attempts there were
 * @param error the worker's error map in MessagePack, or null
 * @param java the stack of a Java exception, or null
 */
record TaskFailure(
    String kind,
    String message,
    TaskAttempt attempt,
    int attempts,
    byte @Nullable [] error,
    @Nullable String java) {}
