package dev.firesteel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.memory.HeapMemory;
import dev.firesteel.memory.TaskMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that are objects in the heap make room for others, for files and for tasks. */
class ObjectBlocksTest {
  private static final StorageLevel MEMORY = new StorageLevel(false, true, false, true, 1);
  private static final StorageLevel EITHER = new StorageLevel(true, true, false, true, 1);
  private static final NodeId OTHER = new NodeId(0, 99);

  @TempDir Path root;

  private final HeapMemory heap = new HeapMemory(100, 0.5, 1, () -> false);
  private final MemoryTier memory = new MemoryTier(100);
  private final List<String> evicted = new ArrayList<>();
  private ObjectStore objects;
  private BlockManager blocks;
  private Path disk;
  private boolean refuses;

  @BeforeEach
  void manager() throws IOException {
    Path shm = Files.createDirectory(root.resolve("shm"));
    disk = Files.createDirectory(root.resolve("disk"));
    objects =
        new ObjectStore(
            heap,
            (path, identity, records) -> {
              if (refuses) {
                throw new IllegalArgumentException("not serializable");
              }
              String text = identity + Arrays.toString(records);
              Files.writeString(path, text);
              return text.length();
            });
    blocks = new BlockManager(memory, objects, new Tiers(shm, List.of(disk)), Runnable::run);
    blocks.listen((block, attempt) -> evicted.add(block.name()));
  }

  private static Location.Heap heap(String name) {
    return new Location.Heap(Location.DRIVER, name);
  }

  private StoredBlock held(long node, int partition, StorageLevel level) {
    BlockId.Rdd id = new BlockId.Rdd(new NodeId(0, node), partition);
    Location.Heap path = heap(id.name() + ".5");
    assertThat(blocks.chargeObjects(path, 45, id.node())).isTrue();
    objects.put(path, new Object[] {"a", 1}, 40);
    return blocks.register(new StoredBlock(id, path, 40, 2, 5), level);
  }

  private boolean wanted(long bytes) {
    return blocks.chargeObjects(heap("wanted"), bytes, OTHER);
  }

  @Test
  void aBlockIsChargedWhatItTakesUntilItIsDropped() {
    StoredBlock block = held(1, 0, MEMORY);
    assertThat(heap.storage()).isEqualTo(40);
    assertThat(objects.records((Location.Heap) block.location())).containsExactly("a", 1);
    blocks.drop(block.id());
    assertThat(heap.storage()).isZero();
    assertThat(objects.size()).isZero();
    assertThatThrownBy(() -> objects.records((Location.Heap) block.location()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theOneThatWasReadLongestAgoGoesFirst() {
    StoredBlock first = held(1, 0, MEMORY);
    held(1, 1, MEMORY);
    blocks.pin(first.id()).orElseThrow().close();
    assertThat(wanted(30)).isTrue();
    assertThat(evicted).containsExactly("rdd_0_1_1");
    assertThat(heap.storage()).isEqualTo(70);
  }

  @Test
  void objectsThatMayBeOnDiskAreWrittenThere() throws IOException {
    StoredBlock block = held(1, 0, EITHER);
    assertThat(wanted(100)).isTrue();
    assertThat(evicted).isEmpty();
    StoredBlock moved = blocks.get(block.id()).orElseThrow();
    Path file = disk.resolve("rdd_0_1_0.5");
    assertThat(moved.location()).isEqualTo(new Location.DiskFile(Location.DRIVER, file.toString()));
    assertThat(moved.bytes()).isEqualTo(Files.size(file));
    assertThat(moved.attempt()).isEqualTo(5);
    assertThat(Files.readString(file)).contains("rdd_0_1_0", "[a, 1]");
    assertThat(heap.storage()).isEqualTo(100);
  }

  @Test
  void objectsThatCantBeWrittenAreDropped() {
    refuses = true;
    held(1, 0, EITHER);
    assertThat(wanted(100)).isTrue();
    assertThat(evicted).containsExactly("rdd_0_1_0");
  }

  @Test
  void whatIsReadOrOfTheSameRddStays() {
    StoredBlock block = held(1, 0, MEMORY);
    try (BlockManager.Pin pin = blocks.pin(block.id()).orElseThrow()) {
      assertThat(wanted(100)).isFalse();
      assertThat(pin.block()).isEqualTo(block);
    }
    assertThat(blocks.chargeObjects(heap("own"), 100, new NodeId(0, 1))).isFalse();
    assertThat(wanted(100)).isTrue();
  }

  @Test
  void filesMakeRoomForFilesAndObjectsForObjects() throws IOException {
    StoredBlock object = held(1, 0, MEMORY);
    BlockId.Rdd id = new BlockId.Rdd(new NodeId(0, 2), 0);
    Path file = root.resolve("shm").resolve("file");
    Files.write(file, new byte[60]);
    blocks.register(
        new StoredBlock(id, new Location.MemoryFile(Location.DRIVER, file.toString()), 60, 1, 6),
        MEMORY);
    assertThat(blocks.charge(root.resolve("shm").resolve("wanted"), 50, OTHER)).isTrue();
    assertThat(evicted).containsExactly("rdd_0_2_0");
    assertThat(wanted(70)).isTrue();
    assertThat(evicted).containsExactly("rdd_0_2_0", "rdd_0_1_0");
    assertThat(blocks.contains(object.id())).isFalse();
  }

  @Test
  void tasksTakeTheRoomOfObjectsDownToTheirShare() {
    held(1, 0, MEMORY);
    held(2, 0, MEMORY);
    try (TaskMemory task = heap.begin()) {
      assertThat(task.reserve().cover(50)).isTrue();
      assertThat(evicted).containsExactly("rdd_0_1_0");
      assertThat(task.reserve().cover(40)).as("the last 40 are the objects' own").isFalse();
    }
    assertThat(heap.execution()).isZero();
  }

  @Test
  void aBlockThatWasGivenUpTakesNothing() {
    Location.Heap path = heap("rdd_0_1_0.7");
    assertThat(blocks.chargeObjects(path, 60, OTHER)).isTrue();
    assertThat(blocks.chargeObjects(path, 60, OTHER)).isFalse();
    blocks.discard(path);
    assertThat(heap.storage()).isZero();
  }
}
