"""The methods of `firesteel.context.SparkContext`, one module for each topic.

==============  ===================================================================
`sources`       collections, ranges, text files, unions; broadcasts and accumulators
`binary`        files of other records than lines: bytes, fixed lengths, pickles
`checkpoints`   the checkpoint directory; reading a checkpoint by its path
`jobs`          local properties, job groups, cancelling, runJob
`status`        job tags, the status tracker, system properties, resources
`files`         files, modules and archives that go with an application
`profiles`      profiles of tasks
`names`         RDDs that programs of one engine share by name
`java`          jars, and access to the JVM by Py4J
`java_views`    stand-ins for names of Spark's JVM, and the real JVM
`log4j`         stand-ins for the loggers of log4j
`unsupported`   methods that Firesteel does not have yet; their errors say what to use
==============  ===================================================================
"""
