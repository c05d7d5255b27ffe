"""The Python worker: a daemon that forks, a main loop that serves tasks, an interpreter of plans.

=====================  ==================================================================
`__main__`             entry point: ``python -m firesteel._worker``, started by the engine
`boot`                 reads the boot frame and checks that the libraries are there
`daemon`               imports everything once and forks workers
`crashes`              where Python code was when native code crashed
`memory_limit`         the address space that a worker may take
`process`              subreaper, death signal, leftover children
`frames`               frames between the engine and its Python processes
`asking`               what a worker asks the engine in the middle of a task
`loop`                 the main loop of a worker: one task after another
`state`                what one task holds while it runs
`process_state`        saves what user code may change in its process, and restores it
`modules`              modules of several programs that have the same name
`collector`            when the garbage collector runs
`depth`                the recursion limit and stack that long pipelines need
`plans`                decodes plans
`sources`              sources of plans: what a task reads
`formats`              formats of inputs, a module each, found by name
`sinks`                sinks of plans: where the records of a task go
`operations`           the operations of a pipeline, as iterators
`pairing`              pairs of the records of two sources: zip and cartesian
`caching`              materializes cached blocks
`crossing`             records that come from Java in the middle of a plan, or go there
`shuffle_write`        the map side of a shuffle
`closures`             loads closures; keeps their bytes from task to task
`function_references`  functions that a Java program names
`requirements`         whether an interpreter has what a function requires
`failures`             describes a failure: traceback, operation, record
=====================  ==================================================================
"""
