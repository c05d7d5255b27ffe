package dev.firesteel.api;

import dev.firesteel.driver.DriverNode;
import dev.firesteel.driver.Output;
import dev.firesteel.job.JobSink;
import dev.firesteel.types.OutputExistsException;
import dev.firesteel.types.function.VoidFunction;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The actions that write files, and those that run while the program goes on.
 *
 * @param <T> the type of the records
 */
abstract class Outputs<T> extends Actions<T> {
  Outputs(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    super(context, node, spread);
  }

  /**
   * Writes each record's text as a line, a file {@code part-00000} and so on for each partition.
   * The directory appears when all of it is complete, with an empty file {@code _SUCCESS}.
   *
   * @param path the directory, which must not exist
   * @throws OutputExistsException when it does
   */
  public void saveAsTextFile(String path) {
    saveText(path, null);
  }

  /**
   * Writes each record's text as a line, compressed.
   *
   * @param path the directory, which must not exist
   * @param codec {@code "gzip"} or {@code "deflate"}
   * @throws OutputExistsException when the directory exists
   */
  public void saveAsTextFile(String path, String codec) {
    if (!codec.equals("gzip") && !codec.equals("deflate")) {
      throw new IllegalArgumentException(
          "saveAsTextFile knows the codecs \"gzip\" and \"deflate\", and not \"%s\""
              .formatted(codec));
    }
    saveText(path, codec);
  }

  private void saveText(String path, @Nullable String codec) {
    String site = checked("saveAsTextFile");
    Output.save(
        Output.local(path, site),
        context.validatesOutput(),
        site,
        directory -> context.run(node(), new JobSink.SaveText(directory.toString(), codec), site));
  }

  /**
   * Writes the records with checksums, for {@link FiresteelContext#objectFile} to read in this
   * program or another. Records of common types are stored compactly, all others by Java's
   * serialization. The directory appears when all of it is complete.
   *
   * @param path the directory, which must not exist
   * @throws OutputExistsException when it does
   */
  public void saveAsObjectFile(String path) {
    String site = checked("saveAsObjectFile");
    Output.save(
        Output.local(path, site),
        context.validatesOutput(),
        site,
        directory -> context.saveBlocks(asJava(), directory, site));
  }

  /**
   * Collects while the program goes on. Cancelling the future cancels the job.
   *
   * @return what {@code collect} returns, or its exception
   */
  public CompletableFuture<List<T>> collectAsync() {
    return context.async("collectAsync", this::collect);
  }

  /**
   * Counts while the program goes on. Cancelling the future cancels the job.
   *
   * @return what {@code count} returns, or its exception
   */
  public CompletableFuture<Long> countAsync() {
    return context.async("countAsync", this::count);
  }

  /**
   * Takes while the program goes on. Cancelling the future cancels the job.
   *
   * @param number how many
   * @return what {@code take} returns, or its exception
   */
  public CompletableFuture<List<T>> takeAsync(int number) {
    return context.async("takeAsync", () -> take(number));
  }

  /**
   * Calls a function with each record while the program goes on. Cancelling the future cancels the
   * job.
   *
   * @param function takes a record
   * @return completes when all records have been taken
   */
  public CompletableFuture<Void> foreachAsync(VoidFunction<? super T> function) {
    checked("foreachAsync", function);
    return context.async(
        "foreachAsync",
        () -> {
          foreach(function);
          return null;
        });
  }

  /**
   * Calls a function with each partition while the program goes on. Cancelling the future cancels
   * the job.
   *
   * @param function takes the records of a partition
   * @return completes when all partitions have been taken
   */
  public CompletableFuture<Void> foreachPartitionAsync(VoidFunction<Iterator<T>> function) {
    checked("foreachPartitionAsync", function);
    return context.async(
        "foreachPartitionAsync",
        () -> {
          foreachPartition(function);
          return null;
        });
  }
}
