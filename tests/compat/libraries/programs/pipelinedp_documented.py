"""The uses of PipelineDP on RDDs that its documentation shows. Its distribution has no tests.

Budgets are so large that the noise vanishes: what comes out are the true figures, to within a small error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pipeline_dp
import pytest
from pipeline_dp import Metrics
from pipeline_dp.private_spark import make_private
from pipeline_dp.report_generator import ExplainComputationReport

# Who visited, on which day, and what it cost: every day has the same 200 visitors.
VISITS = [(visitor, day, float(visitor % 5)) for visitor in range(200) for day in ("mon", "tue", "wed")]
ROWS_OF_A_DAY = [row for row in VISITS if row[1] == "mon"]
SUM, MEAN, VARIANCE = 400.0, 2.0, 2.0


def accountant(epsilon: float = 1e6) -> Any:
    """Return a budget that drowns no figure."""
    return pipeline_dp.NaiveBudgetAccountant(total_epsilon=epsilon, total_delta=1e-2)


def extractors() -> Any:
    """Return what tells whose a row is, of which day, and how much."""
    return pipeline_dp.DataExtractors(
        privacy_id_extractor=lambda row: row[0],
        partition_extractor=lambda row: row[1],
        value_extractor=lambda row: row[2],
    )


def parameters(*metrics: Any, **more: Any) -> Any:
    """Return parameters that bound nothing which the visits have."""
    bounds = {
        "max_partitions_contributed": 3,
        "max_contributions_per_partition": 1,
        "min_value": 0.0,
        "max_value": 4.0,
        "noise_kind": pipeline_dp.NoiseKind.LAPLACE,
    }
    return pipeline_dp.AggregateParams(metrics=list(metrics), **{**bounds, **more})


def aggregate(eng: Any, chosen: Any, public: Any = None, rows: Any = VISITS, **more: Any) -> dict[Any, Any]:
    """Return what the engine makes of the visits, by day."""
    budget = accountant()
    engine = pipeline_dp.DPEngine(budget, pipeline_dp.SparkRDDBackend(eng))
    result = engine.aggregate(eng.parallelize(rows, 4), chosen, extractors(), public, **more)
    budget.compute_budgets()
    return dict(result.collect())


@pytest.mark.parametrize(
    ("metric", "name", "expected", "error"),
    [
        (Metrics.COUNT, "count", 200, 1),
        (Metrics.PRIVACY_ID_COUNT, "privacy_id_count", 200, 1),
        (Metrics.SUM, "sum", SUM, 1),
        (Metrics.MEAN, "mean", MEAN, 0.1),
        (Metrics.VARIANCE, "variance", VARIANCE, 0.1),
    ],
)
def test_each_metric_of_each_partition(
    eng: Any, metric: Any, name: str, expected: float, error: float
) -> None:
    found = aggregate(eng, parameters(metric))
    assert sorted(found) == ["mon", "tue", "wed"]
    for value in found.values():
        assert getattr(value, name) == pytest.approx(expected, abs=error)


def test_several_metrics_at_once(eng: Any) -> None:
    found = aggregate(eng, parameters(Metrics.COUNT, Metrics.SUM, Metrics.PRIVACY_ID_COUNT))
    assert found["mon"].count == pytest.approx(200, abs=1)
    assert found["mon"].sum == pytest.approx(SUM, abs=1)
    assert found["mon"].privacy_id_count == pytest.approx(200, abs=1)


def test_percentiles(eng: Any) -> None:
    found = aggregate(eng, parameters(Metrics.PERCENTILE(50), Metrics.PERCENTILE(90)))
    assert found["tue"].percentile_50 == pytest.approx(2, abs=0.5)
    assert found["tue"].percentile_90 == pytest.approx(4, abs=0.5)


def test_sums_of_vectors(eng: Any) -> None:
    rows = [(who, day, [value, 1.0]) for who, day, value in VISITS]
    chosen = parameters(
        Metrics.VECTOR_SUM,
        min_value=None,
        max_value=None,
        vector_size=2,
        vector_max_norm=10.0,
        vector_norm_kind=pipeline_dp.aggregate_params.NormKind.Linf,
    )
    assert list(aggregate(eng, chosen, rows=rows)["wed"].vector_sum) == pytest.approx([SUM, 200], abs=1)


def test_gaussian_noise(eng: Any) -> None:
    found = aggregate(eng, parameters(Metrics.COUNT, noise_kind=pipeline_dp.NoiseKind.GAUSSIAN))
    assert found["mon"].count == pytest.approx(200, abs=2)


@pytest.mark.parametrize("spread", [False, True])
def test_public_partitions_are_kept_and_others_dropped(eng: Any, spread: bool) -> None:
    public = ["mon", "sun"]
    found = aggregate(eng, parameters(Metrics.COUNT), eng.parallelize(public) if spread else public)
    assert sorted(found) == public
    assert found["mon"].count == pytest.approx(200, abs=1)
    assert found["sun"].count == pytest.approx(0, abs=1)


def test_partitions_of_few_people_stay_private(eng: Any) -> None:
    rows = [*VISITS, (7, "thu", 1.0)]
    budget = pipeline_dp.NaiveBudgetAccountant(total_epsilon=10, total_delta=1e-12)
    engine = pipeline_dp.DPEngine(budget, pipeline_dp.SparkRDDBackend(eng))
    result = engine.aggregate(eng.parallelize(rows), parameters(Metrics.COUNT), extractors())
    budget.compute_budgets()
    assert sorted(result.keys().collect()) == ["mon", "tue", "wed"]


def test_contributions_are_bounded(eng: Any) -> None:
    rows = VISITS + ROWS_OF_A_DAY * 4
    assert aggregate(eng, parameters(Metrics.COUNT), rows=rows)["mon"].count == pytest.approx(200, abs=1)
    of_one_day = aggregate(eng, parameters(Metrics.COUNT, max_partitions_contributed=1))
    assert sum(value.count for value in of_one_day.values()) == pytest.approx(200, abs=2)


def test_values_are_bounded(eng: Any) -> None:
    found = aggregate(eng, parameters(Metrics.SUM, max_value=1.0))
    assert found["mon"].sum == pytest.approx(160, abs=1)


def test_sums_of_a_partition_are_bounded(eng: Any) -> None:
    chosen = parameters(
        Metrics.SUM, min_value=None, max_value=None, min_sum_per_partition=0.0, max_sum_per_partition=2.0
    )
    assert aggregate(eng, chosen)["mon"].sum == pytest.approx(280, abs=1)


def test_contributions_that_were_bounded_before(eng: Any) -> None:
    budget = accountant()
    engine = pipeline_dp.DPEngine(budget, pipeline_dp.SparkRDDBackend(eng))
    chosen = parameters(Metrics.COUNT, contribution_bounds_already_enforced=True)
    whose = extractors()
    whose.privacy_id_extractor = None
    result = engine.aggregate(eng.parallelize(VISITS), chosen, whose)
    budget.compute_budgets()
    assert dict(result.collect())["mon"].count == pytest.approx(200, abs=1)


def test_a_report_explains_the_computation(eng: Any) -> None:
    report = ExplainComputationReport()
    aggregate(eng, parameters(Metrics.COUNT), out_explain_computation_report=report)
    assert "Computed DP count" in report.text()


@pytest.mark.parametrize("strategy", list(pipeline_dp.PartitionSelectionStrategy))
def test_partitions_are_selected(eng: Any, strategy: Any) -> None:
    budget = accountant(epsilon=20)
    engine = pipeline_dp.DPEngine(budget, pipeline_dp.SparkRDDBackend(eng))
    chosen = pipeline_dp.SelectPartitionsParams(
        max_partitions_contributed=3, partition_selection_strategy=strategy
    )
    result = engine.select_partitions(eng.parallelize(VISITS), chosen, extractors())
    budget.compute_budgets()
    assert sorted(result.collect()) == ["mon", "tue", "wed"]


def test_noise_is_added_to_figures_that_are_there(eng: Any) -> None:
    budget = accountant()
    engine = pipeline_dp.DPEngine(budget, pipeline_dp.SparkRDDBackend(eng))
    chosen = pipeline_dp.AddDPNoiseParams(
        noise_kind=pipeline_dp.NoiseKind.LAPLACE, l0_sensitivity=1, linf_sensitivity=1
    )
    result = engine.add_dp_noise(eng.parallelize([("mon", 10.0), ("tue", 20.0)]), chosen)
    budget.compute_budgets()
    assert dict(result.collect()) == pytest.approx({"mon": 10, "tue": 20}, abs=1)


def private(eng: Any) -> tuple[Any, Any]:
    """Return the visits as a private RDD, and its budget."""
    budget = accountant()
    return make_private(eng.parallelize(VISITS, 4), budget, lambda row: row[0]), budget


SHARED: dict[str, Any] = {
    "noise_kind": pipeline_dp.NoiseKind.LAPLACE,
    "max_partitions_contributed": 3,
    "partition_extractor": lambda row: row[1],
}
EACH: dict[str, Any] = {**SHARED, "max_contributions_per_partition": 1}
VALUED: dict[str, Any] = {**EACH, "min_value": 0, "max_value": 4, "value_extractor": lambda row: row[2]}


@pytest.mark.parametrize(
    ("compute", "expected"),
    [
        (lambda rows: rows.count(pipeline_dp.CountParams(**EACH)), 200),
        (lambda rows: rows.privacy_id_count(pipeline_dp.PrivacyIdCountParams(**SHARED)), 200),
        (lambda rows: rows.sum(pipeline_dp.SumParams(**VALUED)), SUM),
        (lambda rows: rows.mean(pipeline_dp.MeanParams(**VALUED)), MEAN),
        (lambda rows: rows.variance(pipeline_dp.VarianceParams(**VALUED)), VARIANCE),
    ],
    ids=["count", "privacy_id_count", "sum", "mean", "variance"],
)
def test_a_private_rdd_gives_figures(eng: Any, compute: Callable[[Any], Any], expected: float) -> None:
    rows, budget = private(eng)
    result = compute(rows)
    budget.compute_budgets()
    found = dict(result.collect())
    assert sorted(found) == ["mon", "tue", "wed"]
    assert list(found.values()) == pytest.approx([expected] * 3, abs=1)


def test_a_private_rdd_selects_partitions(eng: Any) -> None:
    rows, budget = private(eng)
    chosen = pipeline_dp.SelectPartitionsParams(max_partitions_contributed=3)
    result = rows.select_partitions(chosen, lambda row: row[1])
    budget.compute_budgets()
    assert sorted(result.collect()) == ["mon", "tue", "wed"]


def test_a_private_rdd_is_mapped_and_keeps_whose_a_row_is(eng: Any) -> None:
    rows, budget = private(eng)
    tenfold = rows.map(lambda row: (row[0], row[1], row[2] * 10)).flat_map(lambda row: [row])
    result = tenfold.sum(pipeline_dp.SumParams(**{**VALUED, "max_value": 40}))
    budget.compute_budgets()
    assert dict(result.collect())["mon"] == pytest.approx(SUM * 10, abs=2)
