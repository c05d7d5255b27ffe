"""The functions that RDD methods run on the workers, as small picklable objects.

They are pickled by reference to their module plus what they hold, so a worker imports these modules and
nothing of the driver. A class whose attribute is the user's function calls it `function`: error messages
look through to it.

==============  ===================================================================
`records`       functions of records, pairs and partitions that many methods use
`joins`         what joins do with the values of one key
`sampling`      random numbers that depend on seed and partition alone
`statistics`    what statistics do with a partition
`files`         reading and writing whole files: bytes, fixed lengths, pickles
`pipe`          sending a partition through a process
==============  ===================================================================
"""
