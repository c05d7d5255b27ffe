package dev.firesteel.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.lineage.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks are found by name, and their files go when nobody reads them any more. */
class BlockManagerTest {
  @TempDir Path root;

  private final MemoryTier memory = new MemoryTier(100);

  private StoredBlock block(int partition, long attempt) throws IOException {
    BlockId.Rdd id = new BlockId.Rdd(new NodeId(0, 7), partition);
    Path file = Files.write(root.resolve(id.name() + "." + attempt), new byte[40]);
    return new StoredBlock(id, file, 40, 3, attempt);
  }

  private BlockManager manager() {
    return new BlockManager(memory, root, Runnable::run);
  }

  @Test
  void aDroppedBlockIsGone() throws IOException {
    BlockManager blocks = manager();
    StoredBlock block = block(0, 1);
    blocks.register(block);
    assertThat(blocks.get(block.id())).contains(block);
    assertThat(memory.used()).isEqualTo(40);
    blocks.drop(block.id());
    assertThat(blocks.contains(block.id())).isFalse();
    assertThat(block.path()).doesNotExist();
    assertThat(memory.used()).isZero();
    blocks.drop(block.id());
  }

  @Test
  void aPinnedBlockKeepsItsFileUntilTheLastPin() throws IOException {
    BlockManager blocks = manager();
    StoredBlock block = block(0, 1);
    blocks.register(block);
    BlockManager.Pin one = blocks.pin(block.id()).orElseThrow();
    BlockManager.Pin two = blocks.pin(block.id()).orElseThrow();
    blocks.drop(block.id());
    assertThat(blocks.pin(block.id())).isEmpty();
    one.close();
    one.close();
    assertThat(block.path()).exists();
    two.close();
    assertThat(block.path()).doesNotExist();
  }

  @Test
  void theFirstFileOfANameStays() throws IOException {
    BlockManager blocks = manager();
    StoredBlock first = block(0, 1);
    StoredBlock second = block(0, 2);
    blocks.register(first);
    assertThat(blocks.register(second)).isEqualTo(first);
    assertThat(first.path()).exists();
    assertThat(second.path()).doesNotExist();
    assertThat(blocks.register(first)).isEqualTo(first);
    assertThat(first.path()).exists();
    assertThat(memory.used()).isEqualTo(40);
  }

  @Test
  void aBlockComputedAgainAfterADropIsAnother() throws IOException {
    BlockManager blocks = manager();
    StoredBlock first = block(0, 1);
    blocks.register(first);
    BlockManager.Pin pin = blocks.pin(first.id()).orElseThrow();
    blocks.drop(first.id());
    StoredBlock second = block(0, 2);
    blocks.register(second);
    pin.close();
    assertThat(blocks.get(second.id())).contains(second);
    assertThat(second.path()).exists();
    assertThat(first.path()).doesNotExist();
  }

  @Test
  void anRddGoesAsAWhole() throws IOException {
    BlockManager blocks = manager();
    blocks.register(block(0, 1));
    blocks.register(block(1, 2));
    blocks.dropAll(new NodeId(0, 7));
    assertThat(blocks.size()).isZero();
  }
}
