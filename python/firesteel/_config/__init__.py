"""Settings: the keys, and where a program's settings come from.

==============  ===================================================================
`keys`          every configuration key that the driver reads, declared once
`options`       the launchers' options: one table, one parser
`properties`    configuration files in Java's properties format
`submitted`     puts together what was submitted: options, environment, files
==============  ===================================================================
"""
