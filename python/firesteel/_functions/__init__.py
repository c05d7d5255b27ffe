"""The functions that RDD methods run on the workers, as small picklable objects.

They are pickled by reference to their module plus what they hold, so a worker imports these modules and
nothing of the driver. A class that holds a function of the user calls the attribute `function`, so that error
messages find it.

==============  ===================================================================
`records`       functions of records, pairs and partitions that many methods use
`joins`         pairs the values of one key, for joins
`sampling`      random numbers that depend on seed and partition alone
`statistics`    describes the numbers of a partition
`files`         writes files of pickled records
`pipe`          sends a partition through a process
==============  ===================================================================
"""
