"""`pyspark.cloudpickle`: that of the installed `pyspark`, for its queries; else the installed package."""

from pyspark._behind import become, is_behind

if is_behind(__name__):
    become(__name__)
else:
    from cloudpickle import DEFAULT_PROTOCOL as DEFAULT_PROTOCOL
    from cloudpickle import CloudPickler as CloudPickler
    from cloudpickle import Pickler as Pickler
    from cloudpickle import dump as dump
    from cloudpickle import dumps as dumps
    from cloudpickle import load as load
    from cloudpickle import loads as loads
    from cloudpickle import register_pickle_by_value as register_pickle_by_value
    from cloudpickle import unregister_pickle_by_value as unregister_pickle_by_value
