"""Settings, where a program's settings come from, and what Firesteel needs of an interpreter.

==============  ===================================================================
`keys`          every configuration key that the driver reads, declared once
`options`       the launchers' options: one table, one parser
`properties`    configuration files in Java's properties format
`packages`      the packages that Firesteel needs, lent to an interpreter without them
`submitted`     puts together what was submitted: options, environment, files
==============  ===================================================================
"""
