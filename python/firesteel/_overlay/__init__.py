"""What ``import pyspark`` finds: this directory is put on the module path, and holds a package `pyspark`.

Its modules have PySpark's names, and give the objects of Firesteel's public modules.
"""
