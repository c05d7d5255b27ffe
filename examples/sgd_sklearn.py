"""Trains scikit-learn's SGDClassifier on each partition by itself and averages the models.

This is the mixture-weight method for data that are too many for one process: every partition learns from its
own points, and the average of the models is the model (McDonald et al., "Efficient Large-Scale Distributed
Training of Conditional Maximum Entropy Models", 2009).

Run it with ``bin/spark-submit examples/sgd_sklearn.py [partitions]``.
"""

import sys

import numpy as np
from pyspark import SparkContext

try:
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import SGDClassifier
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler
except ImportError:
    sys.exit(f"this example needs scikit-learn: {sys.executable} -m pip install scikit-learn")


def train(points):
    """Train on one partition; yields its coefficients, its intercept, and 1 for the count of models."""
    points = list(points)
    if not points:
        return
    features = np.array([point[0] for point in points])
    labels = np.array([point[1] for point in points])
    model = SGDClassifier(loss="log_loss", alpha=0.01, max_iter=50, random_state=0)
    model.fit(features, labels)
    yield model.coef_, model.intercept_, 1


def together(one, other):
    """Add two models up."""
    return tuple(a + b for a, b in zip(one, other, strict=True))


def main():
    """Train, average, test on points that were held back, print."""
    partitions = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    features, labels = load_breast_cancer(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(features, labels, test_size=0.25, random_state=0)
    scaler = StandardScaler().fit(train_x)
    points = list(zip(scaler.transform(train_x), train_y.tolist(), strict=True))
    with SparkContext(appName="SGD by partition") as sc:
        models = sc.parallelize(points, partitions).mapPartitions(train)
        coefficients, intercept, count = models.reduce(together)
    scores = scaler.transform(test_x) @ (coefficients / count).ravel() + intercept / count
    accuracy = float(np.mean((scores > 0) == (test_y == 1)))
    print(f"{accuracy:.1%} of {len(test_y)} held-back points classified rightly by {count} models' average")
    if accuracy < 0.9:
        sys.exit("it should do better than 90% here")


if __name__ == "__main__":
    main()
