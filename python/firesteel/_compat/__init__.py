"""What is there only because PySpark has it: no other part of Firesteel uses it.

Programs import these modules by their public names, such as `firesteel.shuffle` and ``pyspark.shuffle``.

==============  ===================================================================
`serializers`   serializers of objects and of streams, with PySpark's bytes
`streams`       the numbers and streams that serializers are made of
`shuffle`       aggregating, grouping and sorting more than memory holds
`join`          joins as functions
`rddsampler`    PySpark's sampler classes
==============  ===================================================================
"""
