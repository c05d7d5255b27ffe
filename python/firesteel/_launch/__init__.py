"""How programs and shells are started: options, configuration files, the script as ``__main__``, the shell.

Nothing here talks to the engine. The launchers leave what the user asked for in
``firesteel.conf._submitted``, from where a SparkConf starts, and then run the user's code in their own
process.
"""
