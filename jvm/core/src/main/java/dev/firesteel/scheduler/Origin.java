package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.task.TaskAttempt;
import java.util.concurrent.CompletableFuture;

/**
 * Where an event comes from, and so what fails when the scheduler cannot handle it and has changed
 * nothing yet.
 */
public sealed interface Origin {
  /** Nobody waits for the event. */
  Origin ENGINE = new Engine();

  /** Calls the method of the visitor that belongs to this origin. */
  void accept(Visitor visitor);

  /** One method for each kind of origin. */
  interface Visitor {
    /** Visits {@link Job}. */
    void visit(Job origin);

    /** Visits {@link Attempt}. */
    void visit(Attempt origin);

    /** Visits {@link Question}. */
    void visit(Question origin);

    /** Visits {@link Engine}. */
    void visit(Engine origin);
  }

  /** Somebody who waits for a job: the job fails. */
  record Job(long job, String site) implements Origin {
    public Job {
      requireNonNull(site, "site is null");
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.visit(this);
    }
  }

  /**
   * A task attempt: it fails.
   *
   * @param ended whether it has ended, so that its task may be tried again
   */
  record Attempt(TaskAttempt attempt, boolean ended) implements Origin {
    public Attempt {
      requireNonNull(attempt, "attempt is null");
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.visit(this);
    }
  }

  /** Somebody who waits for an answer: the answer is the fault. */
  record Question(CompletableFuture<?> answer) implements Origin {
    public Question {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.visit(this);
    }
  }

  /** Nobody who waits: the fault is in the log alone. */
  record Engine() implements Origin {
    @Override
    public void accept(Visitor visitor) {
      visitor.visit(this);
    }
  }
}
