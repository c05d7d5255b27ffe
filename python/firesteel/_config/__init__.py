"""Settings: which there are, and where a program's come from.

==============  ===================================================================
`keys`          every configuration key that the driver reads, declared once
`options`       the launchers' options: one table, one parser
`properties`    configuration files in Java's properties format
`submitted`     what a program's configuration starts from
==============  ===================================================================
"""
