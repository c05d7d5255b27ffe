package dev.firesteel.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks are found by name, make room for others, and go when nobody reads them any more. */
class BlockManagerTest {
  private static final StorageLevel MEMORY = new StorageLevel(false, true, false, false, 1);
  private static final StorageLevel EITHER = new StorageLevel(true, true, false, false, 1);
  private static final NodeId OTHER = new NodeId(0, 99);

  @TempDir Path root;

  private final Set<Path> mapped = new HashSet<>();
  private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
  private final MemoryTier memory = new MemoryTier(100, free::get, () -> Set.copyOf(mapped), 1);
  private final List<String> evicted = new ArrayList<>();
  private Path disk;
  private BlockManager blocks;

  @BeforeEach
  void manager() throws IOException {
    Path shm = Files.createDirectory(root.resolve("shm"));
    disk = Files.createDirectory(root.resolve("disk"));
    blocks = new BlockManager(memory, new Tiers(shm, List.of(disk)), Runnable::run);
    blocks.listen((block, attempt) -> evicted.add(block.name() + " by " + attempt));
  }

  private StoredBlock block(long node, int partition, long attempt) throws IOException {
    BlockId.Rdd id = new BlockId.Rdd(new NodeId(0, node), partition);
    Path file = root.resolve("shm").resolve(id.name() + "." + attempt);
    Files.write(file, new byte[40]);
    return new StoredBlock(
        id, new Location.MemoryFile(Location.DRIVER, file.toString()), 40, 3, attempt);
  }

  private StoredBlock held(long node, int partition, long attempt, StorageLevel level)
      throws IOException {
    return blocks.register(block(node, partition, attempt), level);
  }

  private static Path file(StoredBlock block) {
    return ((Location.File) block.location()).toPath();
  }

  private Path wanted() {
    return root.resolve("shm").resolve("wanted");
  }

  @Test
  void aFileThatHasGoneButIsMappedTakesItsRoom() throws IOException {
    StoredBlock first = held(7, 0, 1, MEMORY);
    StoredBlock second = held(7, 1, 2, MEMORY);
    mapped.add(file(first));
    blocks.drop(first.id());
    blocks.drop(second.id());
    assertThat(memory.charge(wanted(), 61)).isFalse();
    assertThat(memory.missing(61)).isEqualTo(1);
    assertThat(memory.charge(wanted(), 60)).isTrue();
    mapped.clear();
    assertThat(memory.charge(wanted(), 40)).isTrue();
  }

  @Test
  void blocksMakeRoomForWhatIsOnlyMapped() throws IOException {
    StoredBlock gone = held(7, 0, 1, MEMORY);
    StoredBlock kept = held(7, 1, 2, MEMORY);
    mapped.add(file(gone));
    blocks.drop(gone.id());
    assertThat(blocks.charge(wanted(), 50, OTHER)).isTrue();
    assertThat(blocks.contains(kept.id())).isFalse();
    assertThat(memory.charge(wanted(), 11)).isFalse();
  }

  @Test
  void nobodyIsAskedWhatIsMappedWhileThereIsRoom() throws IOException {
    List<String> asked = new ArrayList<>();
    MemoryTier tier =
        new MemoryTier(
            100,
            free::get,
            () -> {
              asked.add("asked");
              return Set.of();
            },
            1);
    for (int i = 0; i < 10; i++) {
      assertThat(tier.charge(wanted(), 15)).isTrue();
      tier.settle(wanted(), 15);
      tier.release(wanted());
    }
    assertThat(asked).isEmpty(); // it is one file, and takes its room once
    for (int i = 0; i < 7; i++) {
      Path file = root.resolve("file" + i);
      assertThat(tier.charge(file, 15)).isTrue();
      tier.settle(file, 15);
      tier.release(file);
    }
    assertThat(asked).hasSize(1);
  }

  @Test
  void aDroppedBlockIsGone() throws IOException {
    StoredBlock block = held(7, 0, 1, MEMORY);
    assertThat(blocks.get(block.id())).contains(block);
    assertThat(memory.used()).isEqualTo(40);
    blocks.drop(block.id());
    assertThat(blocks.contains(block.id())).isFalse();
    assertThat(file(block)).doesNotExist();
    assertThat(memory.used()).isZero();
    blocks.drop(block.id());
  }

  @Test
  void aPinnedBlockKeepsItsFileUntilTheLastPin() throws IOException {
    StoredBlock block = held(7, 0, 1, MEMORY);
    BlockManager.Pin one = blocks.pin(block.id()).orElseThrow();
    BlockManager.Pin two = blocks.pin(block.id()).orElseThrow();
    blocks.drop(block.id());
    assertThat(blocks.pin(block.id())).isEmpty();
    one.close();
    one.close();
    assertThat(file(block)).exists();
    assertThat(memory.used()).as("what is read still takes room").isEqualTo(40);
    two.close();
    assertThat(file(block)).doesNotExist();
    assertThat(memory.used()).isZero();
  }

  @Test
  void theFirstFileOfANameStays() throws IOException {
    StoredBlock first = held(7, 0, 1, MEMORY);
    StoredBlock second = block(7, 0, 2);
    assertThat(blocks.register(second, MEMORY)).isEqualTo(first);
    assertThat(file(first)).exists();
    assertThat(file(second)).doesNotExist();
    assertThat(blocks.register(first, MEMORY)).isEqualTo(first);
    assertThat(file(first)).exists();
    assertThat(memory.used()).isEqualTo(40);
  }

  @Test
  void aBlockComputedAgainAfterADropIsAnother() throws IOException {
    StoredBlock first = held(7, 0, 1, MEMORY);
    BlockManager.Pin pin = blocks.pin(first.id()).orElseThrow();
    blocks.drop(first.id());
    StoredBlock second = held(7, 0, 2, MEMORY);
    pin.close();
    assertThat(blocks.get(second.id())).contains(second);
    assertThat(file(second)).exists();
    assertThat(file(first)).doesNotExist();
  }

  @Test
  void theBlockThatWasUsedLongestAgoMakesRoom() throws IOException {
    StoredBlock first = held(7, 0, 1, MEMORY);
    StoredBlock second = held(7, 1, 2, MEMORY);
    blocks.pin(first.id()).orElseThrow().close();
    assertThat(blocks.charge(wanted(), 60, OTHER)).isTrue();
    assertThat(evicted).containsExactly("rdd_0_7_1 by 2");
    assertThat(file(second)).doesNotExist();
    assertThat(blocks.contains(second.id())).isFalse();
    assertThat(file(first)).exists();
    assertThat(memory.used()).isEqualTo(100);
  }

  @Test
  void nothingGoesWhenThatWouldNotBeEnough() throws IOException {
    StoredBlock first = held(7, 0, 1, MEMORY);
    StoredBlock second = held(7, 1, 2, MEMORY);
    BlockManager.Pin pin = blocks.pin(first.id()).orElseThrow();
    assertThat(blocks.charge(wanted(), 100, OTHER)).isFalse();
    assertThat(blocks.charge(wanted(), 101, OTHER)).isFalse();
    assertThat(evicted).isEmpty();
    assertThat(file(second)).exists();
    pin.close();
    assertThat(blocks.charge(wanted(), 100, OTHER)).isTrue();
  }

  @Test
  void anRddDoesNotMakeRoomForItself() throws IOException {
    held(7, 0, 1, MEMORY);
    held(7, 1, 2, MEMORY);
    assertThat(blocks.charge(wanted(), 60, new NodeId(0, 7))).isFalse();
    assertThat(blocks.charge(wanted(), 20, new NodeId(0, 7))).isTrue();
    assertThat(evicted).isEmpty();
  }

  @Test
  void aResultTakesFreeRoomOnly() throws IOException {
    held(7, 0, 1, MEMORY);
    assertThat(blocks.charge(wanted(), 61, null)).isFalse();
    assertThat(blocks.charge(wanted(), 60, null)).isTrue();
  }

  @Test
  void aBlockThatMayBeOnDiskMovesThere() throws IOException {
    StoredBlock block = held(7, 0, 1, EITHER);
    assertThat(blocks.charge(wanted(), 70, OTHER)).isTrue();
    assertThat(evicted).isEmpty();
    StoredBlock moved = blocks.get(block.id()).orElseThrow();
    assertThat(file(moved)).exists().hasSize(40).hasParent(disk);
    assertThat(moved.records()).isEqualTo(3);
    assertThat(moved.attempt()).isEqualTo(1);
    assertThat(file(block)).doesNotExist();
    assertThat(memory.used()).isEqualTo(70);
    blocks.drop(block.id());
    assertThat(file(moved)).doesNotExist();
    assertThat(memory.used()).isEqualTo(70);
  }

  @Test
  void aBlockThatTheDiskHasNoRoomForIsDropped() throws IOException {
    StoredBlock block = held(7, 0, 1, EITHER);
    Files.delete(disk);
    assertThat(blocks.charge(wanted(), 70, OTHER)).isTrue();
    assertThat(evicted).containsExactly("rdd_0_7_0 by 1");
    assertThat(file(block)).doesNotExist();
  }

  @Test
  void whatTheFileSystemLacksCountsAsUsed() throws IOException {
    MemoryTier large = new MemoryTier(100L << 20, free::get, () -> mapped);
    free.set(5L << 20); // for example because deleted files are mapped still
    assertThat(large.charge(wanted(), 10L << 20)).isFalse();
    assertThat(large.used()).isZero();
    assertThat(large.missing(10L << 20)).isEqualTo(5L << 20);
    assertThat(large.charge(wanted(), 5L << 20)).isTrue();
  }

  @Test
  void aResultThatTheDriverHasTakenTakesNoRoom() throws IOException {
    Path result = Files.write(root.resolve("shm").resolve("result_1_0.5"), new byte[80]);
    memory.settle(result, 80);
    assertThat(blocks.charge(wanted(), 50, null)).isFalse();
    Files.delete(result);
    assertThat(blocks.charge(wanted(), 50, null)).isTrue();
    assertThat(memory.used()).isEqualTo(50);
  }

  @Test
  void aFileOfTheDriverCounts() throws IOException {
    Path broadcast = Files.write(root.resolve("shm").resolve("broadcast_0_1"), new byte[80]);
    blocks.written(broadcast);
    assertThat(memory.used()).isEqualTo(80);
    blocks.written(Files.write(disk.resolve("broadcast_0_2"), new byte[80]));
    assertThat(memory.used()).isEqualTo(80);
    blocks.discard(broadcast);
    assertThat(memory.used()).isZero();
  }

  @Test
  void anAllowanceIsExtendedAndSettled() {
    assertThat(memory.charge(wanted(), 30)).isTrue();
    assertThat(memory.charge(wanted(), 30)).isTrue();
    assertThat(memory.charge(wanted(), 41)).isFalse();
    assertThat(memory.used()).isEqualTo(60);
    memory.settle(wanted(), 45);
    assertThat(memory.used()).isEqualTo(45);
    memory.release(wanted());
    memory.release(wanted());
    assertThat(memory.used()).isZero();
  }
}
