"""The driver's side: the engine's process, the lineage compiler, results, errors and progress.

Only `gateway` and `errors` import Py4J, when a context is created. Nothing in ``_worker`` or ``_data``
imports this.
"""
