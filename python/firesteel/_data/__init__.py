"""Batches, block files, hashing, aggregation and sorting, for workers and the driver.

Nothing here knows of a JVM, a socket or a process.

=================  ==================================================================
`codec`            batches of records, each sealed with a checksum of what it is
`payloads`         the payload of a batch: records to bytes and back
`cloudpickling`    pickles functions by value, with the names of their files
`arrays`           equal-shaped arrays of a batch, stored as one array
`compression`      LZ4, asked for with ``spark.*.compress``
`blocks`           writes block files
`reading`          reads block files, verified batch by batch
`stored`           reads the bytes of an open file: in windows, copied or mapped
`mapping`          maps parts of files copy-on-write; aligned memory
`deferred_close`   closes unlinked files in a thread, after their last mapping
`newfile`          files that appear under their name when they are complete
`tiered`           files that begin in the memory tier and go on elsewhere when it is full
`sealed`           small files sealed with a checksum: closures
`checkpoints`      the list of a checkpoint: its files and what must be in them
`file_splits`      splits of files: which parts of which files a partition reads
`archives`         compressed files: gzip, bzip2, deflate, zstd
`lines`            lines of text files, split as Hadoop splits them
`delimited`        records of text files between delimiters of the user's
`exchange`         pickles of basic types, for records that go to Java or come from it
`interrupts`       what a signal handler raises, told apart from other exceptions
`errors`           what can be wrong with data
`pairs`            records as (key, value) pairs, and the error for one that is none
`result_iterable`  the values of one key, as programs see them
`grouped`          the values of one key, in memory or in spill files
`hashing`          hashes of keys, the same in every worker of an application
`nan_keys`         keys that are NaN, or hold it, as one key
`multiset_hash`    a checksum of the pairs of a map output, whatever their order
`splitting`        spreads pairs over sub-partitions by the hashes of their keys
`combining`        aggregation by key, with spills
`grouping`         grouping by key, with spills
`memory`           how much memory a task has taken, and giving it back after a spill
`spill`            spill files, unlinked once they are open
`shuffle`          the table of map outputs, and readers of their sections
`sorting`          sorting records in bounded memory
`pair_sorting`     sorting pairs in bounded memory, by column where keys are numbers
`merging`          merges sorted runs of records
`column_merging`   merges sorted runs of pairs whose keys are numbers
`comparing`        compares sort keys, and the error for those that cannot be compared
`sampling`         the bounds of a sort, from samples of the sorted runs
`cardinality`      counts different records without keeping them: HyperLogLog++
`repeating`        estimates how often keys come again
=================  ==================================================================
"""
