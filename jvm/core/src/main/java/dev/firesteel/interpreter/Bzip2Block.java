package dev.firesteel.interpreter;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * One block of bzip2, read whole: Huffman codes give places in a list whose elements move to the
 * front, these the last column of a sorted table of rotations, and that the bytes.
 */
final class Bzip2Block {
  private static final int GROUP = 50;
  private static final int LONGEST = 20;

  /**
   * For each place: the place that comes after it, shifted by 8, and the byte that stands there.
   */
  private final int[] places;

  private int length;
  private int given;
  private int place;

  /** A block of at most so many bytes. */
  Bzip2Block(int most) {
    places = new int[most];
  }

  /** The next byte, or -1 when there are no more. */
  int next() {
    if (given == length) {
      return -1;
    }
    given++;
    place = places[place];
    int value = place & 0xff;
    place >>>= 8;
    return value;
  }

  /** Reads what follows a block's checksum. */
  void read(Bzip2Stream in) throws IOException, DataFormatException {
    if (in.bits(1) != 0) {
      throw new DataFormatException("a block is randomized, as bzip2 before 0.9.5 made them");
    }
    int origin = in.bits(24);
    byte[] list = usedBytes(in);
    if (list.length == 0) {
      throw new DataFormatException("a block uses no bytes");
    }
    int tables = in.bits(3);
    if (tables < 2 || tables > 6) {
      throw new DataFormatException("a block has " + tables + " coding tables");
    }
    byte[] selectors = selectors(in, tables);
    Code[] codes = new Code[tables];
    for (int i = 0; i < tables; i++) {
      codes[i] = new Code(in, list.length + 2);
    }
    decode(in, list, selectors, codes);
    if (origin >= length) {
      throw new DataFormatException("a block begins behind its end");
    }
    link(origin);
  }

  private static byte[] usedBytes(Bzip2Stream in) throws IOException {
    int ranges = in.bits(16);
    byte[] used = new byte[256];
    int count = 0;
    for (int range = 0; range < 16; range++) {
      if ((ranges & 0x8000 >>> range) != 0) {
        int members = in.bits(16);
        for (int i = 0; i < 16; i++) {
          if ((members & 0x8000 >>> i) != 0) {
            used[count++] = (byte) (16 * range + i);
          }
        }
      }
    }
    return Arrays.copyOf(used, count);
  }

  private static byte[] selectors(Bzip2Stream in, int tables)
      throws IOException, DataFormatException {
    byte[] selectors = new byte[in.bits(15)];
    byte[] order = {0, 1, 2, 3, 4, 5};
    for (int i = 0; i < selectors.length; i++) {
      int from = 0;
      while (in.bits(1) == 1) {
        if (++from >= tables) {
          throw new DataFormatException("a block selects a coding table that it has not");
        }
      }
      selectors[i] = toFront(order, from);
    }
    return selectors;
  }

  private static byte toFront(byte[] list, int from) {
    byte moved = list[from];
    System.arraycopy(list, 0, list, 1, from);
    list[0] = moved;
    return moved;
  }

  private void decode(Bzip2Stream in, byte[] list, byte[] selectors, Code[] codes)
      throws IOException, DataFormatException {
    int end = list.length + 1;
    int group = 0;
    int left = 0;
    Code code = codes[0];
    long run = 0;
    long weight = 1;
    length = 0;
    while (true) {
      if (left == 0) {
        if (group == selectors.length) {
          throw new DataFormatException("a block has too few selectors");
        }
        code = codes[selectors[group++]];
        left = GROUP;
      }
      left--;
      int symbol = code.next(in);
      if (symbol <= 1) { // a digit of how often the front of the list is repeated, in base two
        run += weight << symbol;
        weight <<= 1;
        if (run > places.length) {
          throw new DataFormatException("a block is too long");
        }
        continue;
      }
      if (run > 0) {
        put(list[0], (int) run);
        run = 0;
        weight = 1;
      }
      if (symbol == end) {
        return;
      }
      put(toFront(list, symbol - 1), 1);
    }
  }

  private void put(byte value, int times) throws DataFormatException {
    if (times > places.length - length) {
      throw new DataFormatException("a block is too long");
    }
    Arrays.fill(places, length, length + times, value & 0xff);
    length += times;
  }

  /** Takes the Burrows-Wheeler transform back, by linking each place with the next. */
  private void link(int origin) {
    int[] starts = new int[257];
    for (int i = 0; i < length; i++) {
      starts[(places[i] & 0xff) + 1]++;
    }
    for (int i = 0; i < 256; i++) {
      starts[i + 1] += starts[i];
    }
    for (int i = 0; i < length; i++) {
      places[starts[places[i] & 0xff]++] |= i << 8;
    }
    given = 0;
    place = places[origin] >>> 8;
  }

  /** A Huffman code whose words are ordered by their lengths, then by their symbols. */
  private static final class Code {
    /** For each length: the words before the first that is longer, seen as numbers of it. */
    private final int[] limits = new int[LONGEST + 2];

    private final int[] offsets = new int[LONGEST + 2];
    private final int[] symbols;

    Code(Bzip2Stream in, int size) throws IOException, DataFormatException {
      int[] lengths = new int[size];
      int length = in.bits(5);
      for (int i = 0; i < size; i++) {
        while (in.bits(1) == 1) {
          length += in.bits(1) == 0 ? 1 : -1;
          if (length < 1 || length > LONGEST) {
            break;
          }
        }
        if (length < 1 || length > LONGEST) {
          throw new DataFormatException("a code word is " + length + " bits long");
        }
        lengths[i] = length;
      }
      symbols = new int[size];
      int word = 0;
      int count = 0;
      for (int bits = 1; bits <= LONGEST; bits++) {
        offsets[bits] = count - word;
        for (int i = 0; i < size; i++) {
          if (lengths[i] == bits) {
            symbols[count++] = i;
            word++;
          }
        }
        limits[bits] = word;
        word <<= 1;
      }
    }

    int next(Bzip2Stream in) throws IOException, DataFormatException {
      int word = 0;
      for (int bits = 1; bits <= LONGEST; bits++) {
        word = word << 1 | in.bits(1);
        if (word < limits[bits]) {
          int index = offsets[bits] + word;
          if (index < 0 || index >= symbols.length) {
            break;
          }
          return symbols[index];
        }
      }
      throw new DataFormatException("there is no such code word");
    }
  }
}
