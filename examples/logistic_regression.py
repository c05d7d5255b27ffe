"""Trains a logistic regression by gradient descent: points cached, the gradient by map and reduce.

The data are the breast-cancer measurements that scikit-learn brings along (569 tumours, 30 features each).

    bin/spark-submit examples/logistic_regression.py [iterations]
"""

import sys
from operator import add

import numpy as np
from pyspark import SparkContext

try:
    from sklearn.datasets import load_breast_cancer
except ImportError:
    sys.exit(f"this example's data come with scikit-learn: {sys.executable} -m pip install scikit-learn")

RATE = 1.0


def load():
    """Return the points as (features, label) pairs: features of mean 0 and deviation 1 and a constant; labels +1, -1."""
    data = load_breast_cancer()
    features = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0)
    features = np.hstack([features, np.ones((len(features), 1))])
    return list(zip(features, np.where(data.target == 1, 1.0, -1.0).tolist(), strict=True))


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
            w = weights
            # The logistic loss log(1 + exp(-y w.x)) has the gradient -y x / (1 + exp(y w.x)).
            gradient = cached.map(lambda point, w=w: -point[1] * point[0] / (1 + np.exp(point[1] * (w @ point[0])))).reduce(add)
            weights = weights - RATE * gradient / count
            if iteration % 20 == 0:
                loss = cached.map(lambda point, w=w: float(np.log1p(np.exp(-point[1] * (w @ point[0]))))).sum() / count
                print(f"iteration {iteration:3d}: loss {loss:.4f}")
    right = sum(1 for features, label in testing if (weights @ features > 0) == (label > 0))
    accuracy = right / len(testing)
    print(f"{accuracy:.1%} of {len(testing)} points that were held back are classified rightly")
    if accuracy < 0.9:
        sys.exit("a logistic regression should do better than 90% here")


if __name__ == "__main__":
    main()
