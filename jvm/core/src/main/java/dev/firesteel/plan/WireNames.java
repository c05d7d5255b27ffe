package dev.firesteel.plan;

/** What the nodes of plans are called on the wire, and the ways to partition and read shuffles. */
final class WireNames {
  static final String RESULT = "Result";
  static final String SHUFFLE_WRITE = "ShuffleWrite";
  static final String SAVE_TEXT = "SaveText";
  static final String COUNT = "Count";
  static final String EXCHANGE = "Exchange";
  static final String BLOCK_WRITE = "BlockWrite";
  static final String PIPELINE = "Pipeline";
  static final String CACHED = "Cached";
  static final String CROSSING = "Crossing";
  static final String CHAIN = "Chain";
  static final String ZIP = "Zip";
  static final String PRODUCT = "Product";
  static final String SHUFFLE_READ = "ShuffleRead";
  static final String BLOCK = "Block";
  static final String SAVED = "Saved";
  static final String INPUT = "Input";
  static final String FILE_SLICE = "FileSlice";
  static final String RANGE = "Range";
  static final String EMPTY = "Empty";
  static final String PLAIN = "plain";
  static final String COMBINED = "combined";
  static final String GROUPED = "grouped";
  static final String SAMPLES = "samples";
  static final String SORTED = "sorted";
  static final String HASH = "hash";
  static final String CUSTOM = "custom";
  static final String SORT = "sort";
  static final String COMBINE = "combine";

  private WireNames() {}
}
