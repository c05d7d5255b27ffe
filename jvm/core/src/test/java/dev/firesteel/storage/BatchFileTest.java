package dev.firesteel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BatchFileTest {
  private static final BatchFile.Identity GOLDEN =
      new BatchFile.Identity("rdd_0_11_2", 0, 4_294_967_301L);

  private static byte[] golden() throws IOException {
    return Files.readAllBytes(Path.of(System.getProperty("firesteel.wire"), "block.bin"));
  }

  private static List<BatchFile.Batch> read(byte[] bytes, BatchFile.Identity identity)
      throws IOException {
    BatchFile.Reader reader =
        new BatchFile.Reader(new ByteArrayInputStream(bytes), identity, bytes.length);
    List<BatchFile.Batch> batches = new ArrayList<>();
    for (Optional<BatchFile.Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
      batches.add(next.get());
    }
    return batches;
  }

  private static byte[] write(List<BatchFile.Batch> batches, BatchFile.Identity identity)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BatchFile.Writer writer = new BatchFile.Writer(out, identity);
    for (BatchFile.Batch batch : batches) {
      writer.add(batch);
    }
    writer.finish();
    return out.toByteArray();
  }

  @Test
  void theGoldenBlockIsReadAndWrittenByteForByte() throws IOException {
    List<BatchFile.Batch> batches = read(golden(), GOLDEN);
    assertThat(batches).extracting(BatchFile.Batch::codec).containsExactly(0, 2, 1);
    assertThat(batches).extracting(BatchFile.Batch::records).containsExactly(3, 2, 2);
    assertThat(write(batches, GOLDEN)).isEqualTo(golden());
  }

  @Test
  void everySingleByteOfDamageIsFound() throws IOException {
    byte[] good = golden();
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      assertThatThrownBy(() -> read(bad, GOLDEN)).isInstanceOf(StorageException.class);
    }
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> read(cut, GOLDEN)).isInstanceOf(StorageException.class);
    }
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> read(longer, GOLDEN)).hasMessageContaining("goes on");
  }

  @Test
  void aBlockOfAnotherIdentityIsRefused() throws IOException {
    byte[] bytes = golden();
    for (BatchFile.Identity other :
        List.of(
            new BatchFile.Identity("rdd_0_11_3", 0, 4_294_967_301L),
            new BatchFile.Identity("rdd_0_11_2", 1, 4_294_967_301L),
            new BatchFile.Identity("rdd_0_11_2", 0, 5))) {
      assertThatThrownBy(() -> read(bytes, other)).hasMessageContaining("another block");
    }
  }

  @Test
  void batchesThatChangePlacesAreFound() throws IOException {
    byte[] same = "payload".getBytes(StandardCharsets.UTF_8);
    BatchFile.Batch batch = new BatchFile.Batch(0, 0, 1, same);
    byte[] bytes = write(List.of(batch, batch), GOLDEN);
    int length = 32 + same.length;
    byte[] swapped = bytes.clone();
    System.arraycopy(bytes, 0, swapped, length, length);
    System.arraycopy(bytes, length, swapped, 0, length);
    assertThatThrownBy(() -> read(swapped, GOLDEN)).isInstanceOf(StorageException.class);
  }

  @Test
  void anEmptyBlockIsATrailer() throws IOException {
    byte[] bytes = write(List.of(), GOLDEN);
    assertThat(bytes).hasSize(32);
    assertThat(read(bytes, GOLDEN)).isEmpty();
  }
}
