package dev.firesteel.sql;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A file of Arrow's IPC stream format (a schema, record batches, the end mark), mapped into memory:
 * the buffers of its batches are the file's own bytes. They stay until the file is closed. What is
 * damaged or cut is an {@link IOException} that names the file. One thread uses it.
 *
 * <p>See <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format">the
 * format's description</a>.
 */
final class ArrowStreamFile implements AutoCloseable {
  private static final int CONTINUATION = -1;
  private static final int PREFIX = 8;
  private static final String FILE_MAGIC = "ARROW1";

  private final Path path;
  private final BufferAllocator allocator;
  private final Consumer<ByteBuffer> unmap;
  private final FileChannel channel;
  private final long size;
  private final List<ArrowBuf> windows = new ArrayList<>();
  private long windowStart;
  private long position;
  private Schema schema = new Schema(List.of());
  private @Nullable RecordBatch batch;
  private @Nullable ArrowBuf body;

  private ArrowStreamFile(
      Path path, BufferAllocator allocator, Consumer<ByteBuffer> unmap, FileChannel channel)
      throws IOException {
    this.path = path;
    this.allocator = allocator;
    this.unmap = unmap;
    this.channel = channel;
    this.size = channel.size();
  }

  /**
   * Opens a file and reads its schema.
   *
   * @param allocator counts the mapped memory; it is the caller's, who closes it after the file
   * @param unmap takes a mapping away
   * @throws IOException when it is not there, or does not begin as it must
   */
  static ArrowStreamFile open(Path path, BufferAllocator allocator, Consumer<ByteBuffer> unmap)
      throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new IOException(path + " is not there", e);
    }
    ArrowStreamFile file = new ArrowStreamFile(path, allocator, unmap, channel);
    try {
      file.readSchema();
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The file's schema. */
  Schema schema() {
    return schema;
  }

  /** Goes to the next record batch; says whether there is one. */
  boolean next() throws IOException {
    batch = null;
    try {
      Message message = readMessage();
      if (message == null) {
        return false;
      }
      batch = checked(message);
      return true;
    } catch (RuntimeException e) { // what the metadata's own code throws where a number is wrong
      throw damaged("its metadata cannot be read: " + e, e);
    }
  }

  /** How many rows the batch has. */
  int rows() {
    return (int) requireBatch().length();
  }

  /** The batch, whose buffers are slices of the file; the caller closes it. */
  ArrowRecordBatch batch() throws IOException {
    ArrowBuf bytes = requireNonNull(body, "body is null");
    bytes.getReferenceManager().retain(); // the batch that is made gives one back
    return MessageSerializer.deserializeRecordBatch(requireBatch(), bytes);
  }

  private RecordBatch requireBatch() {
    return requireNonNull(batch, "there is no batch here");
  }

  /** An error that names the file. */
  IOException damaged(String how) {
    return damaged(how, null);
  }

  IOException damaged(String how, @Nullable Throwable cause) {
    return new IOException(path + " is damaged: " + how, cause);
  }

  private void readSchema() throws IOException {
    try {
      Message message = readMessage();
      if (message == null || message.headerType() != MessageHeader.Schema) {
        throw damaged("it does not begin with a schema");
      }
      schema = MessageSerializer.deserializeSchema(message);
    } catch (RuntimeException e) {
      throw damaged("its schema cannot be read: " + e, e);
    }
  }

  /**
   * Reads the message at the position, and leaves the position behind its body; null at the end
   * mark.
   */
  private @Nullable Message readMessage() throws IOException {
    ByteBuffer prefix = bytes(position, PREFIX);
    if (prefix.getInt(0) != CONTINUATION) {
      throw isInFileFormat(prefix)
          ? new IOException(path + " is in Arrow's file format; the stream format is read")
          : damaged("no message begins at byte " + position);
    }
    int length = prefix.getInt(4);
    if (length == 0) {
      if (position + PREFIX != size) {
        throw damaged("its end mark is at byte " + position + " of " + size);
      }
      return null;
    }
    if (length < 0) {
      throw damaged("a message at byte " + position + " is " + length + " bytes long");
    }
    Message message = Message.getRootAsMessage(bytes(position + PREFIX, length));
    long start = position + PREFIX + length;
    body = slice(start, message.bodyLength());
    position = start + message.bodyLength();
    return message;
  }

  private static boolean isInFileFormat(ByteBuffer prefix) {
    byte[] magic = new byte[FILE_MAGIC.length()];
    prefix.get(0, magic);
    return new String(magic, US_ASCII).equals(FILE_MAGIC);
  }

  /** The batch of a message, with every buffer inside the body. */
  private RecordBatch checked(Message message) throws IOException {
    byte type = message.headerType();
    RecordBatch found =
        type == MessageHeader.RecordBatch ? (RecordBatch) message.header(new RecordBatch()) : null;
    if (found == null) {
      throw damaged("there is a message of type " + type + " where a record batch must be");
    }
    if (found.compression() != null) {
      throw new IOException(path + " has compressed batches, which are not read");
    }
    if (found.length() < 0 || found.length() > Integer.MAX_VALUE) {
      throw damaged("it has a batch of " + found.length() + " rows");
    }
    Buffer buffer = new Buffer();
    for (int i = 0; i < found.buffersLength(); i++) {
      found.buffers(buffer, i);
      long room = message.bodyLength() - buffer.offset();
      if (buffer.offset() < 0 || buffer.length() < 0 || buffer.length() > room) {
        throw damaged("a buffer reaches beyond its batch");
      }
    }
    return found;
  }

  private ByteBuffer bytes(long start, int length) throws IOException {
    return slice(start, length).nioBuffer(0, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Some of the file's bytes: of the last window, or of a new one that begins with them. */
  private ArrowBuf slice(long start, long length) throws IOException {
    if (length < 0 || length > size - start) {
      throw damaged("it is cut: it has " + size + " bytes, and needs " + (start + length));
    }
    if (length > Integer.MAX_VALUE) {
      throw new IOException(path + " has a batch of " + length + " bytes; at most 2 GiB are read");
    }
    ArrowBuf window = windows.isEmpty() ? null : windows.get(windows.size() - 1);
    if (window == null || start + length > windowStart + window.capacity()) {
      window = map(start, Math.min(size - start, Integer.MAX_VALUE));
      windows.add(window);
      windowStart = start;
    }
    return window.slice(start - windowStart, length);
  }

  private ArrowBuf map(long start, long length) throws IOException {
    MappedByteBuffer mapped = channel.map(MapMode.READ_ONLY, start, length);
    return allocator.wrapForeignAllocation(
        new ForeignAllocation(length, MemoryUtil.getByteBufferAddress(mapped)) {
          @Override
          protected void release0() {
            unmap.accept(mapped);
          }
        });
  }

  /**
   * Unmaps the file, unless somebody still has some of its buffers: then, when the last is let go.
   */
  @Override
  public void close() throws IOException {
    windows.forEach(window -> window.getReferenceManager().release());
    windows.clear();
    channel.close();
  }
}
