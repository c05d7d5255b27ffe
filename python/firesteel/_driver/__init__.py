"""The driver's side: the engine's process, the lineage compiler, jobs, results, errors and progress.

Only `gateway`, `link` and `errors` import Py4J, when a context is created.

================  ==================================================================
`launch`          starts the engine for a context
`archive`         archives of loaded classes, with which a JVM starts faster
`jvm`             the command line of the JVM: which Java, which jars, which archive
`gateway`         the process of the engine
`workers_python`  the interpreter of the workers, and what it gets of the driver's modules
`link`            the Py4J connection to an engine
`attached`        connects a script to the engine of the Java program that runs it
`output`          forwards what engine and workers print
`session`         puts together everything that belongs to one engine
`identity`        which driver of its engine this is
`lifetime`        whether a session can still be used
`lineage`         the nodes that transformations make
`compiler`        turns lineage into the entries of a request
`closures`        pickles the functions of one plan step into a file
`java_functions`  functions in Java that a program names by their class
`requests`        what the engine needs to know of the lineage
`levels`          changed storage levels that the engine does not know
`releases`        tells the engine what the garbage collector has dropped
`jobs`            runs, cancels and remembers jobs
`deadline`        ends a job when its time is over
`progress`        the progress bar of a job
`results`         reads the results of a job
`local_iterator`  one job for each partition, for `toLocalIterator`
`broadcasts`      the files of broadcasts
`checkpoints`     writes the marked RDDs after a job and cuts their lineage
`inputs`          the files that sources come from
`arguments`       checks of the scalars that a program passes
`paths`           the paths that a user gives for input
`callsite`        where in the program an operation was called
`debug_string`    the lineage as text
`errors`          the error of a failed job
`tracebacks`      shows an error as the frames of the user and its message
`notices`         warnings that point at the line of the program
================  ==================================================================
"""
