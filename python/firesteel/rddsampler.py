"""PySpark's sampler classes, for programs that import them; `RDD.sample` does not use them."""

from __future__ import annotations

from firesteel._compat.rddsampler import (
    RDDRangeSampler,
    RDDSampler,
    RDDSamplerBase,
    RDDStratifiedSampler,
)

__all__ = [
    "RDDRangeSampler",
    "RDDSampler",
    "RDDSamplerBase",
    "RDDStratifiedSampler",
]
