"""Estimates pi from random points: the share of a square's points that lie in its circle is pi/4.

Run it with ``bin/spark-submit examples/pi.py [partitions]``.
"""

import math
import random
import sys
from operator import add

from pyspark import SparkContext

POINTS = 250_000  # for each partition


def hits(partition, numbers):
    """Count the points of a partition that fall into the circle; each partition has its own seed."""
    draw = random.Random(partition).random
    yield sum(1 for _ in numbers if draw() ** 2 + draw() ** 2 <= 1)


def main():
    """Estimate, compare, print."""
    partitions = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    with SparkContext(appName="pi") as sc:
        total = POINTS * partitions
        inside = sc.range(total, numSlices=partitions).mapPartitionsWithIndex(hits).reduce(add)
    estimate = 4 * inside / total
    error = abs(estimate - math.pi)
    expected = 4 * math.sqrt(math.pi / 4 * (1 - math.pi / 4) / total)  # one standard deviation
    print(f"pi is about {estimate:.4f}, from {total} points")
    print(f"that is off by {error / expected:.1f} standard deviations")
    if error > 5 * expected:
        sys.exit("that is too far off to be chance")


if __name__ == "__main__":
    main()
