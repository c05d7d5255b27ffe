"""Trains a logistic regression by gradient descent: points cached, the gradient by map and reduce.

The data are the breast-cancer measurements that scikit-learn brings along (569 tumours, 30 features each).

Run it with ``bin/spark-submit examples/logistic_regression.py [iterations]``.
"""

import sys
from functools import partial
from operator import add

import numpy as np
from pyspark import SparkContext

try:
    from sklearn.datasets import load_breast_cancer
except ImportError:
    sys.exit(f"this example's data come with scikit-learn: {sys.executable} -m pip install scikit-learn")

RATE = 1.0


def load():
    """Return the points as (features, label) pairs: features normalised, and a constant; labels +1, -1."""
    data = load_breast_cancer()
    features = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0)
    features = np.hstack([features, np.ones((len(features), 1))])
    return list(zip(features, np.where(data.target == 1, 1.0, -1.0).tolist(), strict=True))


def loss_of(weights, point):
    """Return the logistic loss of one point, log(1 + exp(-y w.x))."""
    features, label = point
    return float(np.log1p(np.exp(-label * (weights @ features))))


def gradient_of(weights, point):
    """Return its gradient, -y x / (1 + exp(y w.x))."""
    features, label = point
    return -label * features / (1 + np.exp(label * (weights @ features)))


def main():
    """Train, test on points that were held back, print."""
    iterations = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    points = load()
    training = [point for i, point in enumerate(points) if i % 5]
    testing = points[::5]
    with SparkContext(appName="logistic regression") as sc:
        cached = sc.parallelize(training, 4).cache()
        count = cached.count()
        weights = np.zeros(len(training[0][0]))
        for iteration in range(iterations):
            if iteration % 20 == 0:
                loss = cached.map(partial(loss_of, weights)).sum() / count
                print(f"iteration {iteration:3d}: loss {loss:.4f}")
            gradient = cached.map(partial(gradient_of, weights)).reduce(add)
            weights = weights - RATE * gradient / count
    right = sum(1 for features, label in testing if (weights @ features > 0) == (label > 0))
    accuracy = right / len(testing)
    print(f"{accuracy:.1%} of {len(testing)} held-back points classified rightly")
    if accuracy < 0.9:
        sys.exit("a logistic regression should do better than 90% here")


if __name__ == "__main__":
    main()
