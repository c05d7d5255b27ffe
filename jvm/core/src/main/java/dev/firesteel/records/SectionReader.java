package dev.firesteel.records;

import static java.util.Objects.requireNonNull;

import dev.firesteel.storage.BatchFile;
import dev.firesteel.storage.StorageException;
import dev.firesteel.util.BulkInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The batches of a section that stands anywhere in a file, verified one by one as they are read. It
 * holds one batch at a time. For one thread.
 *
 * <p>Whatever is not as it was written is a {@link DamagedException} that names the block.
 */
public final class SectionReader implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final BatchFile.Identity identity;
  private final BatchFile.Reader batches;

  /**
   * Which bytes of a section are read.
   *
   * @param first the number of the batch that they begin with
   * @param trailed whether they end with the section's trailer; they must begin with batch 0 then
   */
  public record Part(long offset, long length, long first, boolean trailed) {
    /** A whole section. */
    public static Part whole(long offset, long length) {
      return new Part(offset, length, 0, true);
    }
  }

  private SectionReader(InputStream in, BatchFile.Identity identity, Part part) {
    this.in = in;
    this.identity = requireNonNull(identity, "identity is null");
    this.batches = new BatchFile.Reader(in, identity, part.length(), part.first(), part.trailed());
  }

  /**
   * Opens a section of a file.
   *
   * @throws DamagedException if there is no such file
   */
  public static SectionReader open(Path path, BatchFile.Identity identity, Part part) {
    FileInputStream file = null;
    try {
      file = new FileInputStream(path.toFile());
      file.skipNBytes(part.offset());
      InputStream bounded = new Bounded(file, part.length());
      int buffer = (int) Math.min(BUFFER, Math.max(part.length(), 1));
      return new SectionReader(new BufferedInputStream(bounded, buffer), identity, part);
    } catch (IOException e) {
      DamagedException damage = damage(identity, e, "cannot be opened: " + e.getMessage());
      if (file != null) {
        try {
          file.close();
        } catch (IOException second) {
          damage.addSuppressed(second);
        }
      }
      throw damage;
    }
  }

  /** Opens a section that is held in memory. */
  public static SectionReader open(byte[] section, BatchFile.Identity identity) {
    return new SectionReader(
        new ByteArrayInputStream(section), identity, Part.whole(0, section.length));
  }

  private static DamagedException damage(BatchFile.Identity identity, IOException e, String what) {
    String known = e instanceof StorageException ? e.getMessage() : null;
    String text = "The block " + identity.name() + " " + what;
    return new DamagedException(identity.name(), known == null ? text : known, e);
  }

  /**
   * Returns the next batch, or nothing after the end has been verified.
   *
   * @throws DamagedException if the bytes are not what was written there
   */
  public Optional<BatchFile.Batch> next() {
    try {
      return batches.next();
    } catch (IOException e) {
      throw damage(identity, e, "cannot be read: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw damage(identity, e, "cannot be closed: " + e.getMessage());
    }
  }

  /** The first bytes of a stream. */
  private static final class Bounded extends BulkInputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long most) {
      this.in = in;
      this.left = most;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (left == 0 || length == 0) {
        return length == 0 ? 0 : -1;
      }
      int found = in.read(into, from, (int) Math.min(length, left));
      left -= Math.max(found, 0);
      return found;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
