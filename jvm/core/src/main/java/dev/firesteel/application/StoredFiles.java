package dev.firesteel.application;

import static java.util.Objects.requireNonNull;

import dev.firesteel.engine.EngineFiles;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.shuffle.MapOutput;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import java.nio.file.Path;

/**
 * The engine's port to its files, carried out by block manager and map output tracker. Thread-safe.
 */
final class StoredFiles implements EngineFiles {
  private final BlockManager blocks;
  private final MapOutputTracker outputs;

  StoredFiles(BlockManager blocks, MapOutputTracker outputs) {
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.outputs = requireNonNull(outputs, "outputs is null");
  }

  @Override
  public void registerMapOutput(
      ShuffleId shuffle, int maps, int map, long attempt, OutputFile file, ShuffleReport report) {
    outputs.registerShuffle(shuffle, maps, report.lengths().length);
    outputs.registerOutput(
        shuffle,
        map,
        new MapOutput(
            attempt,
            file.location().toPath(),
            report.lengths(),
            report.records(),
            report.checksums()));
  }

  @Override
  public void unregisterMapOutput(ShuffleId shuffle, int map) {
    outputs.unregisterOutput(shuffle, map);
  }

  @Override
  public void registerBlock(StoredBlock block, StorageLevel level) {
    blocks.register(block, level);
  }

  @Override
  public void driverFile(Path path) {
    blocks.written(path);
  }

  @Override
  public void removeBlock(BlockId.Rdd block) {
    blocks.drop(block);
  }

  @Override
  public void removeShuffle(ShuffleId shuffle) {
    outputs.unregisterShuffle(shuffle);
  }

  @Override
  public void deleteFile(Location location) {
    blocks.discard(location);
  }

  @Override
  public void deleteDriverFile(Path path) {
    blocks.discard(path);
  }
}
