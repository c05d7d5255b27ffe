package dev.firesteel.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.storage.BatchFile;
import dev.firesteel.types.Pair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The block of Java records that lies with the other golden files: the form must not change. */
class GoldenBatchTest {
  private static final BatchFile.Identity IDENTITY =
      new BatchFile.Identity("rdd_0_11_2", 0, 4_294_967_301L);

  private static final List<Object[]> BATCHES =
      List.of(
          new Object[] {Pair.of("a", 1L), Pair.of("é", 2L), Pair.of("", 300L)},
          new Object[] {null, 1, "x", 2.5, new ArrayList<>(List.of(7, 7)), 'c', true, (short) 3},
          new Object[] {java.math.BigInteger.TEN, "\ud800"});

  @Test
  void isReadAndWrittenByteForByte() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BatchFile.Writer writer = new BatchFile.Writer(out, IDENTITY);
    BatchEncoder encoder = new BatchEncoder();
    for (Object[] batch : BATCHES) {
      writer.add(encoder.encode(batch, 0, batch.length));
    }
    writer.finish();
    Path golden = Path.of(System.getProperty("firesteel.wire"), "block_java.bin");
    assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(golden));
    Iterator<Object> records =
        StoredRecords.open(
            golden,
            new StoredRecords.Block(IDENTITY.name(), IDENTITY.attempt(), out.size(), 13),
            GoldenBatchTest.class.getClassLoader());
    for (Object[] batch : BATCHES) {
      for (Object record : batch) {
        assertThat(records.next()).isEqualTo(record);
      }
    }
    assertThat(records.hasNext()).isFalse();
  }
}
