package dev.firesteel.config;

import java.util.List;

/**
 * Every key that the engine reads, declared once; the Python driver declares its own.
 * docs/configuration.md is generated from both, by way of {@link ConfigDocs}. A {@code spark.*} key
 * is here only if it has Spark's meaning.
 */
public final class ConfigKeys {
  private static final String V1 = "0.1.0";

  private ConfigKeys() {}

  public static final ConfigKey<String> MASTER =
      new ConfigKey<>(
          "spark.master",
          ValueType.TEXT,
          null,
          "",
          "Where tasks run: local, local[N], local[N,F], local[*] or local[*,F]: N tasks at a time in this"
              + " machine's workers (* is one per processor), each tried up to F times.",
          V1);

  public static final ConfigKey<List<String>> LOCAL_DIR =
      new ConfigKey<>(
          "spark.local.dir",
          ValueType.LIST,
          "",
          "directories",
          "Where shuffle, spill and cached files go; several spread the load. The environment variable"
              + " SPARK_LOCAL_DIRS comes first; when both are empty it is the directory for temporary files.",
          V1);

  public static final ConfigKey<String> PYTHON =
      new ConfigKey<>(
          "spark.pyspark.python",
          ValueType.TEXT,
          null,
          "a program",
          "The workers' interpreter; else PYSPARK_PYTHON, else the driver's own, or for a Java driver python3.",
          V1);

  public static final ConfigKey<Integer> TASK_MAX_FAILURES =
      new ConfigKey<>(
          "spark.task.maxFailures",
          ValueType.atLeast(1),
          "4",
          "attempts",
          "How often a task may fail for reasons that are not its function's (a worker died, a block was"
              + " damaged) before its job fails.",
          V1);

  public static final ConfigKey<Integer> STAGE_MAX_ATTEMPTS =
      new ConfigKey<>(
          "spark.stage.maxConsecutiveAttempts",
          ValueType.atLeast(1),
          "4",
          "attempts",
          "How many attempts in a row of one stage may fail because the same map output was lost.",
          V1);

  public static final ConfigKey<Integer> TASK_CPUS =
      new ConfigKey<>(
          "spark.task.cpus",
          ValueType.atLeast(1),
          "1",
          "processors",
          "Processors for each task. It is also the number of threads that BLAS libraries may use in a"
              + " worker, unless OMP_NUM_THREADS and its kin are set.",
          V1);

  public static final ConfigKey<String> SCHEDULER_MODE =
      new ConfigKey<>(
          "spark.scheduler.mode",
          ValueType.oneOf("FIFO", "FAIR"),
          "FIFO",
          "",
          "How jobs of one application share the slots.",
          V1);

  public static final ConfigKey<Long> PYTHON_WORKER_MEMORY =
      new ConfigKey<>(
          "spark.python.worker.memory",
          ValueType.bytes("m"),
          "512m",
          "bytes; MiB when bare",
          "What a worker may hold while it combines, groups or sorts, before it spills to disk.",
          V1);

  public static final ConfigKey<Long> PYTHON_MEMORY_LIMIT =
      new ConfigKey<>(
          "spark.executor.pyspark.memory",
          ValueType.bytes("m"),
          null,
          "bytes; MiB when bare",
          "The address space that the Python workers of an executor may take, in equal parts for as many"
              + " tasks as run at a time. Unlimited unless set. Code and mapped files count too: a worker"
              + " that does nothing takes some hundred MiB.",
          V1);

  public static final ConfigKey<String> LOG_LEVEL =
      new ConfigKey<>(
          "spark.log.level",
          ValueType.oneOf("WARN", "ALL", "TRACE", "DEBUG", "INFO", "ERROR", "FATAL", "OFF"),
          "WARN",
          "",
          "The least level of the engine's log lines on standard error.",
          V1);

  public static final ConfigKey<Double> MEMORY_SHARE =
      new ConfigKey<>(
          "firesteel.memory.share",
          ValueType.SHARE,
          "0.5",
          "share of the free memory at start",
          "The most that cached blocks, broadcasts and results in the memory tier (tmpfs) may take, as a"
              + " share of the least of: free tmpfs, available memory, the control group's limit. 0 puts"
              + " everything on disk.",
          V1);

  public static final ConfigKey<Long> MEMORY_SIZE =
      new ConfigKey<>(
          "firesteel.memory.size",
          ValueType.bytes("b"),
          null,
          "bytes",
          "The most that cached blocks, broadcasts and results in the memory tier may take, in place of"
              + " firesteel.memory.share. What is not physically free is not used in any case.",
          V1);

  public static final ConfigKey<String> MEMORY_DIR =
      new ConfigKey<>(
          "firesteel.memory.dir",
          ValueType.TEXT,
          "/dev/shm",
          "directory",
          "The tmpfs that the memory tier is in. Where there is none, or one of at most 64 MiB, as"
              + " containers have unless told otherwise, what would go there goes to spark.local.dir.",
          V1);

  public static final ConfigKey<Double> MEMORY_FRACTION =
      new ConfigKey<>(
          "spark.memory.fraction",
          ValueType.SHARE,
          "0.6",
          "share of the heap, less 300 MiB",
          "What tasks in Java and RDDs of Java objects that are cached may take of the engine's heap. Of a"
              + " heap under 600 MiB it is the share of its half.",
          V1);

  public static final ConfigKey<Double> MEMORY_STORAGE_FRACTION =
      new ConfigKey<>(
          "spark.memory.storageFraction",
          ValueType.SHARE,
          "0.5",
          "share of spark.memory.fraction",
          "What cached objects keep of that, however much tasks want. Beyond it they go when tasks need"
              + " room.",
          V1);

  public static final ConfigKey<Long> INLINE_RESULT =
      new ConfigKey<>(
          "firesteel.result.inline",
          ValueType.bytes("b"),
          "16k",
          "bytes",
          "Results of a partition up to this size travel in the answer, larger ones as a file.",
          V1);

  public static final ConfigKey<Integer> PREFORK =
      new ConfigKey<>(
          "firesteel.worker.prefork",
          ValueType.atLeast(0),
          null,
          "workers",
          "Workers that are forked before the first job. By default one per slot, at most 4.",
          V1);

  public static final ConfigKey<Long> WORKER_START_TIMEOUT =
      new ConfigKey<>(
          "firesteel.worker.startTimeout",
          ValueType.millis("s"),
          "60s",
          "a duration; seconds when bare",
          "How long the engine waits for the Python daemon, or a worker that it forks, to come up.",
          V1);

  public static final ConfigKey<Long> INPUT_BLOCK =
      new ConfigKey<>(
          "firesteel.input.blockSize",
          ValueType.bytes("b"),
          "32m",
          "bytes",
          "The most that one split of an input file holds, as Hadoop's local file system has it.",
          V1);

  public static final ConfigKey<Boolean> RDD_COMPRESS =
      new ConfigKey<>(
          "spark.rdd.compress",
          ValueType.FLAG,
          "false",
          "",
          "Whether cached and checkpointed blocks are compressed; needs lz4.",
          V1);

  public static final ConfigKey<Boolean> SHUFFLE_COMPRESS =
      new ConfigKey<>(
          "spark.shuffle.compress",
          ValueType.FLAG,
          "false",
          "",
          "Whether map outputs and spill files are compressed; needs lz4. Spark's default is true.",
          V1);

  public static final ConfigKey<Long> BARRIER_TIMEOUT =
      new ConfigKey<>(
          "spark.barrier.sync.timeout",
          ValueType.millis("s"),
          "365d",
          "a duration; seconds when bare",
          "How long a task of a barrier stage waits in barrier() or allGather() for the others.",
          V1);

  public static final ConfigKey<Integer> RETAINED_JOBS =
      new ConfigKey<>(
          "spark.ui.retainedJobs",
          ValueType.atLeast(1),
          "1000",
          "jobs",
          "Of how many jobs that have ended the status tracker tells the end and the stages.",
          V1);

  public static final ConfigKey<Integer> RETAINED_STAGES =
      new ConfigKey<>(
          "spark.ui.retainedStages",
          ValueType.atLeast(1),
          "1000",
          "stages",
          "Of how many stages that have ended the status tracker tells what they did.",
          V1);

  /** Every declared key, in the order of the documentation. */
  public static List<ConfigKey<?>> all() {
    return List.of(
        MASTER,
        LOCAL_DIR,
        PYTHON,
        TASK_MAX_FAILURES,
        STAGE_MAX_ATTEMPTS,
        TASK_CPUS,
        SCHEDULER_MODE,
        BARRIER_TIMEOUT,
        PYTHON_WORKER_MEMORY,
        PYTHON_MEMORY_LIMIT,
        LOG_LEVEL,
        MEMORY_SHARE,
        MEMORY_SIZE,
        MEMORY_DIR,
        MEMORY_FRACTION,
        MEMORY_STORAGE_FRACTION,
        INLINE_RESULT,
        PREFORK,
        WORKER_START_TIMEOUT,
        INPUT_BLOCK,
        RDD_COMPRESS,
        SHUFFLE_COMPRESS,
        RETAINED_JOBS,
        RETAINED_STAGES);
  }
}
