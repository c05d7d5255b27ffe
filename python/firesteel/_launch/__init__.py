"""How programs and shells are started: the script as ``__main__``, the shell, other front ends.

Nothing here talks to the engine. The launchers leave what the user asked for in
``firesteel.conf._submitted``, from where a SparkConf starts, and then run the user's code in their own
process.

=============  ==================================================================
`__main__`     what ``bin/spark-submit`` and ``bin/pyspark`` run
`submit`       ``spark-submit``: runs a Python program
`pyfiles`      what ``--py-files`` puts on the module path
`interpreter`  which Python runs the program, and whether it has what is needed
`shell`        the interactive shell
`enabling`     ``firesteel enable``: ``import pyspark`` without a launcher
`frontend`     other front ends for the shell, such as Jupyter
`startup`      starts the context of a front end's kernels
`attached`     runs a script for a Java program
=============  ==================================================================
"""
