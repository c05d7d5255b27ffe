"""Modules that exist because PySpark has them. The engine does not use them.

Programs import these modules by their public names, such as `firesteel.shuffle` and ``pyspark.shuffle``.

===============  ==================================================================
`serializers`    serializers of objects and of streams, with PySpark's bytes
`streams`        numbers and streams, for serializers
`shuffle`        aggregating, grouping and sorting more than memory holds
`join`           joins as functions
`rddsampler`     PySpark's sampler classes
`decorators`     `since` and `keyword_only`
`loose_version`  versions as text, compared by their numbers
`call_sites`     which call of the program is running
`json_logger`    a logger that writes JSON
===============  ==================================================================
"""
