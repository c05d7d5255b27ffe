package dev.firesteel.engine;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Remembers what it was told, as text. */
final class FakeFiles implements EngineFiles {
  final List<String> told = new CopyOnWriteArrayList<>();
  final AtomicBoolean breakOnce = new AtomicBoolean();

  @Override
  public void registerMapOutput(
      ShuffleId shuffle, int maps, int map, long attempt, OutputFile file, ShuffleReport report) {
    if (breakOnce.getAndSet(false)) {
      throw new IllegalStateException("broken on purpose");
    }
    told.add("output " + shuffle + "_" + map);
  }

  @Override
  public void unregisterMapOutput(ShuffleId shuffle, int map) {
    told.add("lost " + shuffle + "_" + map);
  }

  @Override
  public void registerBlock(StoredBlock block, StorageLevel level) {
    told.add("block " + block.id().name());
  }

  @Override
  public void driverFile(Path path) {
    // nothing is counted here
  }

  @Override
  public void removeBlock(BlockId.Rdd block) {
    told.add("no block " + block.name());
  }

  @Override
  public void removeShuffle(ShuffleId shuffle) {
    told.add("no " + shuffle);
  }

  @Override
  public void deleteFile(Location location) {
    told.add("delete " + ((Location.File) location).path());
  }

  @Override
  public void deleteDriverFile(Path path) {
    told.add("delete " + path);
  }
}
