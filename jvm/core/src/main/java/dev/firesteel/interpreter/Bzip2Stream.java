package dev.firesteel.interpreter;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;

/**
 * Decompresses bzip2: members one after another, with zero padding between and after them. Holds
 * one block, of at most 900 KB. Damage is a {@link SourceException}.
 *
 * <p>A block's bytes have been through run lengths, the Burrows-Wheeler transform, move-to-front
 * and Huffman coding, in this order; {@link Bzip2Block} takes the last three back, this class the
 * first. A member is {@code BZh}, a digit, blocks, and a sum of the blocks' checksums; nothing but
 * members is aligned to bytes.
 */
final class Bzip2Stream extends ArchiveStream {
  private static final long BLOCK = 0x314159265359L;
  private static final long END = 0x177245385090L;

  private static final int[] CRC_TABLE = crcTable();

  private long bits;
  private int held;

  private int combined;
  private Bzip2Block block = new Bzip2Block(0);
  private boolean inBlock;

  private int stated;
  private int checksum;
  private int last = -1;
  private int same;
  private int repeat;

  Bzip2Stream(InputStream in, String path) {
    super(in, path);
  }

  /** The CRC-32 that takes the highest bit of a byte first, which the JDK's does not. */
  private static int[] crcTable() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int crc = i << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc < 0 ? crc << 1 ^ 0x04c11db7 : crc << 1;
      }
      table[i] = crc;
    }
    return table;
  }

  @Override
  int some(byte[] into, int from, int length) throws IOException, DataFormatException {
    if (!inBlock) {
      return beginBlock() ? 0 : -1;
    }
    int found = unroll(into, from, length);
    if (found == 0) {
      endBlock();
    }
    return found;
  }

  @Override
  void begin(int first) throws IOException, DataFormatException {
    if (first != 'B' || bits(8) != 'Z' || bits(8) != 'h') {
      throw new DataFormatException("invalid data stream");
    }
    int level = bits(8) - '0';
    if (level < 1 || level > 9) {
      throw new DataFormatException("invalid data stream");
    }
    block = new Bzip2Block(level * 100_000);
    combined = 0;
  }

  /** Reads what a block begins with; false when there is the end of the member instead. */
  private boolean beginBlock() throws IOException, DataFormatException {
    long mark = (long) bits(24) << 24 | bits(24);
    int sum = bits(16) << 16 | bits(16);
    if (mark == END) {
      if (sum != combined) {
        throw new DataFormatException("the checksum of a member is another one");
      }
      held = 0; // up to the next byte
      return false;
    }
    if (mark != BLOCK) {
      throw new DataFormatException("no block begins where one should");
    }
    stated = sum;
    block.read(this);
    inBlock = true;
    checksum = -1;
    last = -1;
    same = 0;
    repeat = 0;
    return true;
  }

  private void endBlock() throws DataFormatException {
    if (~checksum != stated) {
      throw new DataFormatException("the checksum of a block is another one");
    }
    combined = (combined << 1 | combined >>> 31) ^ stated;
    inBlock = false;
  }

  /** Takes run lengths back: four equal bytes are followed by how many more there are. */
  private int unroll(byte[] into, int from, int length) throws DataFormatException {
    int to = from;
    int end = from + length;
    int crc = checksum;
    while (to < end) {
      if (repeat > 0) {
        repeat--;
      } else {
        int next = block.next();
        if (next < 0) {
          if (same == 4) {
            throw new DataFormatException("a block ends in the middle of a run");
          }
          break;
        }
        if (same == 4) {
          repeat = next;
          same = 0;
          last = repeat == 0 ? -1 : last;
          continue;
        }
        same = next == last ? same + 1 : 1;
        last = next;
      }
      into[to++] = (byte) last;
      crc = crc << 8 ^ CRC_TABLE[(crc >>> 24 ^ last) & 0xff];
      if (repeat == 0 && same == 0) {
        last = -1; // the run is over: what follows is counted anew
      }
    }
    checksum = crc;
    return to - from;
  }

  /** The next bits, at most 24, the first one highest. */
  int bits(int count) throws IOException {
    while (held < count) {
      int next = nextOrEnd();
      if (next < 0) {
        throw new EOFException();
      }
      bits = bits << 8 | next;
      held += 8;
    }
    held -= count;
    return (int) (bits >>> held) & (1 << count) - 1;
  }
}
