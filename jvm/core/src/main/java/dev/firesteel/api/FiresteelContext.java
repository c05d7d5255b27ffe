package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.application.Application;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.driver.CallSite;
import dev.firesteel.driver.DriverKeys;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.driver.Inputs;
import dev.firesteel.driver.Output;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.input.Split;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.types.InvalidInputException;
import dev.firesteel.types.NotSerializableException;
import dev.firesteel.types.Pair;
import dev.firesteel.types.function.ReduceFunction;
import dev.firesteel.util.Log;
import dev.firesteel.util.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An engine in this JVM, and the place where RDDs begin.
 *
 * <pre>{@code
 * try (var sc = FiresteelContext.local(2, "words")) {
 *   Rdd<String> lines = sc.textFile("README.md");
 *   Map<String, Long> counts = lines.flatMap(l -> List.of(l.split(" ")).iterator())
 *       .mapToPair(w -> Pair.of(w, 1L)).reduceByKey(Long::sum).collectAsMap();
 * }
 * }</pre>
 *
 * <p>Thread-safe: several threads may run jobs at once. A program may have several contexts, one
 * after another or at the same time. Files of a context are removed when it is closed, or the JVM
 * ends.
 */
public final class FiresteelContext extends ContextBase implements AutoCloseable {
  private static final Log LOG = Log.of("driver");
  private static final int MIN_PARTITIONS = 2;
  private static final Set<FiresteelContext> RUNNING = ConcurrentHashMap.newKeySet();

  private final String name;
  private final AtomicLong accumulators = new AtomicLong();
  private final Thread hook = new Thread(this::closeAtExit, "firesteel-shutdown");

  FiresteelContext(String name, Application application, FiresteelConf conf) {
    super(application, conf);
    this.name = requireNonNull(name, "name is null");
    RUNNING.add(this);
    Runtime.getRuntime().addShutdownHook(hook);
    Threads.start("registry-cleaner", application.files()::removeLeftovers);
  }

  /**
   * Starts an engine in this JVM.
   *
   * @param slots how many tasks run at a time
   * @param name the program's name
   * @return a context to close
   */
  public static FiresteelContext local(int slots, String name) {
    return builder().master("local[" + slots + "]").appName(name).start();
  }

  /** Returns what a context with other settings is made with. */
  public static ContextBuilder builder() {
    return new ContextBuilder();
  }

  @Override
  FiresteelContext context() {
    return this;
  }

  /** Returns the program's name. */
  public String appName() {
    return name;
  }

  /** Returns the application's id. */
  public String applicationId() {
    return application.files().application();
  }

  /** Returns where tasks run, such as {@code local[2]}. */
  public String master() {
    return application.master().text();
  }

  /** Returns the settings that were given. */
  public Map<String, String> getConf() {
    return conf.values();
  }

  /** Returns how many partitions {@code parallelize} makes when the program does not say. */
  public int defaultParallelism() {
    return conf.find(DriverKeys.DEFAULT_PARALLELISM).orElse(application.master().slots());
  }

  /**
   * Reads text files, a record for each line. Nothing is read until an action needs it.
   *
   * @param path a file, a directory or a pattern, or several separated by commas; {@code .gz} and
   *     {@code .bz2} are unpacked
   * @return an RDD of lines
   */
  public Rdd<String> textFile(String path) {
    return textFile(path, Math.min(MIN_PARTITIONS, defaultParallelism()));
  }

  /**
   * Reads text files, a record for each line.
   *
   * @param path a file, a directory or a pattern, or several separated by commas
   * @param minPartitions the least number of partitions
   * @return an RDD of lines
   */
  public Rdd<String> textFile(String path, int minPartitions) {
    return new Rdd<>(this, files("textFile", "text", path, minPartitions), null);
  }

  /**
   * Reads text files, a record of its URI and its text for each.
   *
   * @param path a file, a directory or a pattern, or several separated by commas
   * @return an RDD of (URI, text)
   */
  public PairRdd<String, String> wholeTextFiles(String path) {
    return wholeTextFiles(path, Math.min(MIN_PARTITIONS, defaultParallelism()));
  }

  /**
   * Reads text files, a record of its URI and its text for each.
   *
   * @param path a file, a directory or a pattern, or several separated by commas
   * @param minPartitions about how many partitions are wanted
   * @return an RDD of (URI, text)
   */
  public PairRdd<String, String> wholeTextFiles(String path, int minPartitions) {
    return new PairRdd<>(this, files("wholeTextFiles", "wholetext", path, minPartitions), null);
  }

  /**
   * Reads an input of a format of the program's own, or of a library's: an implementation of {@link
   * dev.firesteel.input.InputFormat} that a jar of the application names.
   *
   * @param format the name of the format
   * @param options what the format is told of the whole input
   * @param splits what the format reads in each partition
   * @return an RDD of the records that the format gives
   */
  public <T> Rdd<T> read(String format, Map<String, String> options, List<byte[]> splits) {
    String site = CallSite.of("read");
    requireNonNull(format, "format is null");
    List<Split> parts = splits.stream().map(bytes -> new Split(bytes.clone())).toList();
    return new Rdd<>(this, Inputs.splits(session(), format, options, parts, site), null);
  }

  private Map<String, String> textOptions() {
    String delimiter = conf.find(DriverKeys.TEXT_DELIMITER).orElse(null);
    if (delimiter == null) {
      return Map.of();
    }
    if (delimiter.isEmpty()) {
      throw new IllegalArgumentException(DriverKeys.TEXT_DELIMITER.name() + " is empty");
    }
    return Map.of("delimiter", delimiter);
  }

  private DriverNode files(String operation, String format, String path, int minPartitions) {
    String site = CallSite.of(operation);
    session().requireRunning(site);
    requireNonNull(path, "path is null");
    Map<String, String> options = format.equals("text") ? textOptions() : Map.of();
    DriverNode node = Inputs.files(session(), format, options, List.of(path), minPartitions, site);
    node.name(path);
    return node;
  }

  /**
   * Makes an RDD of a collection, which is serialized now.
   *
   * @param <T> the type of the records
   * @param records the records
   * @return an RDD with {@link #defaultParallelism} partitions
   * @throws NotSerializableException when a record is not serializable
   */
  public <T> Rdd<T> parallelize(Collection<? extends T> records) {
    return parallelize(records, defaultParallelism());
  }

  /**
   * Makes an RDD of a collection, which is serialized now.
   *
   * @param <T> the type of the records
   * @param records the records
   * @param numPartitions how many partitions to make
   * @return an RDD of the records in their order
   */
  public <T> Rdd<T> parallelize(Collection<? extends T> records, int numPartitions) {
    return new Rdd<>(this, slices("parallelize", records, numPartitions), null);
  }

  /**
   * Makes an RDD of pairs, which are serialized now.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @param pairs the pairs
   * @return an RDD with {@link #defaultParallelism} partitions
   */
  public <K, V> PairRdd<K, V> parallelizePairs(Collection<Pair<K, V>> pairs) {
    return parallelizePairs(pairs, defaultParallelism());
  }

  /**
   * Makes an RDD of pairs, which are serialized now.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @param pairs the pairs
   * @param numPartitions how many partitions to make
   * @return an RDD of the pairs in their order
   */
  public <K, V> PairRdd<K, V> parallelizePairs(Collection<Pair<K, V>> pairs, int numPartitions) {
    return new PairRdd<>(this, slices("parallelizePairs", pairs, numPartitions), null);
  }

  private DriverNode slices(String operation, Collection<?> records, int numPartitions) {
    String site = CallSite.of(operation);
    requirePartitions(numPartitions, site);
    return Inputs.slices(session(), new ArrayList<>(records), numPartitions, site);
  }

  private static void requirePartitions(int partitions, String site) {
    if (partitions < 1) {
      throw new IllegalArgumentException(
          site + ": the number of partitions must be at least 1, not " + partitions);
    }
  }

  /**
   * Makes an RDD of consecutive numbers; nothing is stored.
   *
   * @param start the first
   * @param end where to stop; not included
   * @return an RDD with {@link #defaultParallelism} partitions
   */
  public Rdd<Long> range(long start, long end) {
    return range(start, end, 1, defaultParallelism());
  }

  /**
   * Makes an RDD of numbers of one distance; nothing is stored.
   *
   * @param start the first
   * @param end where to stop; not included
   * @param step the distance, which may be negative
   * @param numPartitions how many partitions to make
   * @return an RDD of the numbers in their order
   */
  public Rdd<Long> range(long start, long end, long step, int numPartitions) {
    String site = CallSite.of("range");
    session().requireRunning(site);
    requirePartitions(numPartitions, site);
    if (step == 0) {
      throw new IllegalArgumentException(site + ": the step must not be 0");
    }
    long count = 0;
    if (step > 0 ? start < end : start > end) {
      long distance = Math.subtractExact(step > 0 ? end : start, step > 0 ? start : end);
      count = (distance - 1) / Math.abs(step) + 1;
    }
    return new Rdd<>(this, Inputs.range(session(), start, step, count, numPartitions, site), null);
  }

  /**
   * Makes an RDD without partitions.
   *
   * @param <T> the type of the records that it does not have
   */
  public <T> Rdd<T> empty() {
    String site = CallSite.of("empty");
    session().requireRunning(site);
    return new Rdd<>(this, Inputs.empty(session(), site), null);
  }

  /**
   * Gives the records of several RDDs, one after another.
   *
   * @param <T> the type of the records
   * @param rdds one or more
   * @return an RDD of all records
   */
  public <T> Rdd<T> union(List<Rdd<T>> rdds) {
    String site = CallSite.of("union");
    session().requireRunning(site);
    if (rdds.isEmpty()) {
      throw new IllegalArgumentException(site + " needs at least one RDD");
    }
    Rdd<T> first = rdds.get(0);
    if (first.context != this) {
      throw new IllegalArgumentException(site + ": the RDDs belong to another context");
    }
    List<Rdd<T>> others = rdds.subList(1, rdds.size());
    Spread spread = first.isSpreadLike(others) ? first.spread : null;
    return new Rdd<>(this, first.united(site, others), spread);
  }

  /**
   * Reads what {@link Rdd#saveAsObjectFile} has written.
   *
   * @param <T> the type of the records
   * @param path the directory
   * @return an RDD of the records in their partitions
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // only the program knows what it saved
  public <T> Rdd<T> objectFile(String path) {
    String site = CallSite.of("objectFile");
    return new Rdd<>(this, Inputs.saved(session(), Output.local(path, site), site), null);
  }

  /**
   * Sends a value to each machine once, for functions that use it.
   *
   * @param <T> the type of the value, which must be serializable
   * @param value the value, which must not be changed afterwards
   * @return what functions capture in place of the value
   */
  public <T> Broadcast<T> broadcast(T value) {
    String site = CallSite.of("broadcast");
    session().requireRunning(site);
    BroadcastId id = session().nextBroadcast();
    Broadcast<T> broadcast = new Broadcast<>(this, id, value);
    session().closures().broadcast(id, value, broadcast, site);
    session().watch(broadcast, id);
    return broadcast;
  }

  /** Returns a new sum of whole numbers. */
  public LongAccumulator longAccumulator() {
    return registered(new LongAccumulator(), null);
  }

  /**
   * Returns a new sum of whole numbers.
   *
   * @param name its name
   */
  public LongAccumulator longAccumulator(String name) {
    return registered(new LongAccumulator(), name);
  }

  /** Returns a new sum of numbers. */
  public DoubleAccumulator doubleAccumulator() {
    return registered(new DoubleAccumulator(), null);
  }

  /**
   * Returns a new sum of numbers.
   *
   * @param name its name
   */
  public DoubleAccumulator doubleAccumulator(String name) {
    return registered(new DoubleAccumulator(), name);
  }

  /**
   * Returns a new list to which tasks add.
   *
   * @param <T> the type of what is added
   */
  public <T> CollectionAccumulator<T> collectionAccumulator() {
    return registered(new CollectionAccumulator<>(), null);
  }

  /**
   * Returns a new value to which tasks add by a function.
   *
   * @param <T> the type of the value
   * @param zero neutral for the function, and not changed by it
   * @param function associative and commutative
   */
  public <T> Accumulator<T, T> accumulator(T zero, ReduceFunction<T> function) {
    return registered(new FoldAccumulator<>(zero, function), null);
  }

  /**
   * Registers an accumulator of a class of the program's own.
   *
   * @param <A> its class
   * @param accumulator not registered before
   * @param name its name
   * @return the accumulator
   */
  public <A extends Accumulator<?, ?>> A register(A accumulator, String name) {
    return registered(accumulator, name);
  }

  private <A extends Accumulator<?, ?>> A registered(A accumulator, @Nullable String given) {
    session().requireRunning(CallSite.of("register"));
    accumulator.registered(accumulators.getAndIncrement(), given);
    shared.register(accumulator);
    return accumulator;
  }

  /**
   * Adds a jar, in which tasks find classes from now on.
   *
   * @param path a jar or a directory of classes, or a {@code file:} URI
   * @throws InvalidInputException when it is not there, or is no jar
   */
  public void addJar(String path) {
    String site = CallSite.of("addJar");
    session().requireRunning(site);
    try {
      application.jars().add(path);
    } catch (IOException e) {
      throw new InvalidInputException(site + ": " + e.getMessage(), e);
    }
  }

  /**
   * Says where {@code checkpoint} writes to: below a new directory in this one.
   *
   * @param directory a local directory, which is made when it is missing
   */
  public void setCheckpointDir(String directory) {
    String site = CallSite.of("setCheckpointDir");
    session().requireRunning(site);
    Path own = Output.local(directory, site).resolve(applicationId());
    try {
      checkpointDirectory(Files.createDirectories(own));
    } catch (IOException e) {
      throw new FiresteelException("%s: %s can't be made: %s".formatted(site, own, e), e);
    }
  }

  /** Ends all jobs, and removes the context's files. Without effect the second time. */
  @Override
  public void close() {
    if (session().stop(CallSite.of("stopped"))) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        LOG.debug("The JVM is ending, and the hook runs already: " + e);
      }
      end();
    }
  }

  /** Ends all jobs, and removes the context's files: {@link #close}. */
  public void stop() {
    close();
  }

  private void closeAtExit() {
    session().stop("the JVM ends");
    end();
  }

  /** The contexts that are not closed. */
  static List<FiresteelContext> running() {
    return List.copyOf(RUNNING);
  }

  private void end() {
    RUNNING.remove(this);
    try {
      application.close();
    } catch (IOException e) {
      throw new FiresteelException("The context did not end well: " + e, e);
    } finally {
      endListeners();
    }
  }
}
