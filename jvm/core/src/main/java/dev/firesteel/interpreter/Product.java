package dev.firesteel.interpreter;

import dev.firesteel.interpreter.external.Workspace;
import dev.firesteel.memory.Footprint;
import dev.firesteel.memory.Reservation;
import dev.firesteel.records.NewFile;
import dev.firesteel.records.SectionReader;
import dev.firesteel.storage.BatchFile;
import dev.firesteel.types.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All pairs of a record of the left source and one of the right, in blocks of a fixed number of
 * records of both, so that their order is always the same. The left source is read once; the right
 * one is kept: as it is while the task has memory, the rest in a file of the scratch directory.
 */
final class Product implements Iterator<Object> {
  private static final int CHUNK = 256;
  private static final String NAME = "product";

  private final JavaTask task;
  private final Iterator<?> left;
  private final Kept right;

  private Object[] chunk = {};
  private @Nullable Iterator<Object[]> pieces;
  private Object[] piece = {};
  private int inChunk;
  private int inPiece;

  Product(Iterator<?> left, Iterator<?> right, JavaTask task) {
    this.task = task;
    this.left = left;
    this.chunk = take(left);
    this.right = new Kept(chunk.length == 0 ? Collections.emptyIterator() : right, task);
    this.pieces = this.right.pieces();
  }

  private static Object[] take(Iterator<?> records) {
    Object[] taken = new Object[CHUNK];
    int count = 0;
    while (count < CHUNK && records.hasNext()) {
      taken[count++] = records.next();
    }
    return count == CHUNK ? taken : Arrays.copyOf(taken, count);
  }

  @Override
  public boolean hasNext() {
    while (inPiece == piece.length) {
      task.check();
      if (piece.length > 0 && ++inChunk < chunk.length) {
        inPiece = 0;
      } else if (!nextPiece()) {
        return false;
      }
    }
    return true;
  }

  /** Goes on to the next piece of the right source, or to the next of the left and the first. */
  private boolean nextPiece() {
    piece = new Object[0];
    inPiece = 0;
    inChunk = 0;
    while (pieces != null) {
      if (pieces.hasNext()) {
        piece = pieces.next();
        return true;
      }
      chunk = take(left);
      pieces = chunk.length == 0 || right.isEmpty() ? null : right.pieces();
    }
    return false;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all pairs have been given");
    }
    return new Pair<>(chunk[inChunk], piece[inPiece++]);
  }

  /** The records of the right source, which are read again and again. */
  private static final class Kept {
    private final JavaTask task;
    private final List<Object[]> held = new ArrayList<>();
    private final BatchFile.Identity identity;
    private @Nullable NewFile file;

    Kept(Iterator<?> records, JavaTask task) {
      this.task = task;
      Workspace workspace = task.workspace();
      Reservation reservation = workspace.memory().reserve();
      String name = NAME + "_" + workspace.nextNumber();
      this.identity = new BatchFile.Identity(name, 0, task.identity().id());
      BatchFile.Sealer sealer = new BatchFile.Sealer(identity);
      long taken = 0;
      for (Object[] batch = take(records); batch.length > 0; batch = take(records)) {
        task.check();
        NewFile to = file;
        taken += to == null ? Footprint.of(batch) : 0;
        if (to == null && reservation.cover(taken)) {
          held.add(batch);
          continue;
        }
        if (to == null) {
          to = task.onEnd(new NewFile(task.environment().scratch().resolve(name)));
          file = to;
        }
        BatchFile.Batch encoded = workspace.encoder().encode(batch, 0, batch.length);
        to.write(sealer.header(encoded));
        to.write(encoded.payload());
        task.spilled(encoded.payload().length);
      }
    }

    boolean isEmpty() {
      return held.isEmpty() && file == null;
    }

    Iterator<Object[]> pieces() {
      NewFile from = file;
      return from == null ? held.iterator() : new Pieces(held.iterator(), from);
    }

    /** What is held, then what is in the file. */
    private final class Pieces implements Iterator<Object[]> {
      private final Iterator<Object[]> first;
      private final SectionReader rest;
      private Optional<BatchFile.Batch> next;

      Pieces(Iterator<Object[]> first, NewFile file) {
        this.first = first;
        SectionReader.Part part = new SectionReader.Part(0, file.size(), 0, false);
        this.rest = task.onEnd(SectionReader.open(file.unfinished(), identity, part));
        this.next = rest.next();
      }

      @Override
      public boolean hasNext() {
        return first.hasNext() || next.isPresent();
      }

      @Override
      public Object[] next() {
        if (first.hasNext()) {
          return first.next();
        }
        Object[] piece = task.workspace().decoder().decode(next.orElseThrow());
        next = rest.next();
        if (next.isEmpty()) {
          rest.close();
        }
        return piece;
      }
    }
  }
}
