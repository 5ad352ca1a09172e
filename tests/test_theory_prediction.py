"""What theory says of a simulated point, and which calls closed forms refuse."""

from math import inf, isnan, nan

import pytest

from simcore.network.degree_laws import (
    constant,
    geometric,
    in_top,
    poisson,
    power_law,
    two_class,
)
from simcore.theory import (
    ThresholdLaw,
    by_degree,
    cascade_window,
    degree_laws,
    direct_ratio,
    final_size,
    ordinary,
    poisson_prediction,
    time_course,
    top_share,
    triggering,
)
from tests.tables import PHI, UNDIRECTED, disagreements, rounds_to


def predict(z=4.0, thresholds=PHI, **change):
    call = {"directed": False, "n": 10_000, "seeds": 1, "seeding": "random"} | change
    return poisson_prediction(z, thresholds, **call)


@pytest.mark.parametrize("row", UNDIRECTED[3:], ids=lambda row: f"z={row[0]}")
def test_prediction_for_one_seed(row):
    z = float(row[0])
    assert not disagreements(predict(z)[:2], [row[2], row[11]])
    assert not disagreements(predict(z, seeding="influential")[:2], [row[5], row[11]])
    law = poisson(z)
    u = triggering(law, PHI).u
    assert predict(z, seeding="ordinary").p_global == pytest.approx(ordinary(law, u, 0.1))
    assert predict(z, seeding="top-degree").p_global == pytest.approx(top_share(law, u, 1e-4))


def test_prediction_for_a_few_seeds():
    assert rounds_to(predict(seeds=3).p_global, "0.997556")
    assert predict(seeds=0).p_global == 0.0
    assert predict(n=500, seeds=1) == predict(seeds=1)


def test_prediction_on_directed_networks():
    assert not disagreements(predict(7.0, directed=True)[:2], ["0.326883", "0.9991"])
    hyper = predict(6.0, directed=True, out_law=geometric(6.0), seeding="influential")
    assert rounds_to(hyper.p_global, "0.910879")


def test_prediction_outside_the_window():
    assert predict(6.0)[:2] == (0.0, None)
    assert predict(1.05)[:2] == (0.0, None)  # cascades are possible, but reach 6% only
    assert predict(1.05, global_share=0.05).p_global == pytest.approx(0.055093, abs=1e-6)


@pytest.mark.parametrize(("seeding", "critical"), [("random", 0.002929), ("top-degree", 0.001173)])
def test_prediction_for_a_share_of_seeds(seeding, critical):
    n = 1_000_000
    assert predict(7.0, n=n, seeds=round((critical - 1e-6) * n), seeding=seeding)[:2] == (0.0, None)
    p_global, share = predict(7.0, n=n, seeds=round((critical + 1e-6) * n), seeding=seeding)[:2]
    assert p_global == 1.0
    assert share == pytest.approx(0.99908, abs=1e-4)


@pytest.mark.parametrize(("n", "seeds", "p_global"), [
    (1_000_000, 99, 0.0), (1_000_000, 900, 1.0), (20_000, 20, 0.0), (10_000, 20, 1.0), (1_000, 9, 0.0),
])
def test_when_seeds_count_as_a_share(n, seeds, p_global):
    assert predict(6.2, n=n, seeds=seeds).p_global == p_global


def test_prediction_for_seeds_from_a_class():
    sizes = {seeding: predict(5.0, n=10_000, seeds=500, seeding=seeding).share_given_global
             for seeding in ("random", "influential", "ordinary")}
    assert rounds_to(sizes["random"], "0.99338365")
    assert len(set(sizes.values())) == 3


def test_prediction_with_self_starters():
    needs = ThresholdLaw.normal(0.35, 0.2)
    assert predict(4.0, needs, seeds=0)[:2] == (1.0, pytest.approx(0.94844, abs=1e-8))
    assert predict(4.0, ThresholdLaw.normal(0.4, 0.2), seeds=1)[:2] == (0.0, None)


PAIRS = [0.5, 0.5]


@pytest.mark.parametrize(("call", "message"), [
    (lambda: poisson(-1.0), r"mean must be at least 0 and finite \(got -1.0\)"),
    (lambda: poisson(nan), r"mean .*\(got nan\)"),
    (lambda: geometric(inf), r"mean .*\(got inf\)"),
    (lambda: constant(-1), r"degree .*\(got -1\)"),
    (lambda: constant(2.5), r"degree .*\(got 2.5\)"),
    (lambda: power_law(0.0, 3.0, 100), r"exponent .*\(got 0.0\)"),
    (lambda: power_law(3.0, 3.0, 0), r"cutoff .*\(got 0\)"),
    (lambda: power_law(3.0, 50.0, 100), r"mean must lie between 0 and cutoff / 2.*\(got 50.0\)"),
    (lambda: power_law(3.0, -1.0, 100), r"mean .*\(got -1.0\)"),
    (lambda: two_class(4.0, 0.0, 4.0), r"share .*\(got 0.0\)"),
    (lambda: two_class(4.0, 0.1, 0.0), r"factor .*\(got 0.0\)"),
    (lambda: two_class(-4.0, 0.1, 4.0), r"mean "),
    (lambda: degree_laws.mean([]), r"shape \(0,\)"),
    (lambda: degree_laws.mean([0.5, 0.4]), r"sum 0.9"),
    (lambda: degree_laws.mean([1.5, -0.5]), r"minimum -0.5"),
    (lambda: degree_laws.mean([nan, 1.0]), r"minimum nan"),
    (lambda: in_top([1.0], 0.0), r"q .*\(got 0.0\)"),
    (lambda: ThresholdLaw.homogeneous(0.0), r"threshold must be above 0 and at most 1 \(got 0.0\)"),
    (lambda: ThresholdLaw.homogeneous(1.5), r"\(got 1.5\)"),
    (lambda: ThresholdLaw.uniform(0.5, 0.5), r"low must be below high.*\(got 0.5, 0.5\)"),
    (lambda: ThresholdLaw.normal(0.5, 0.0), r"sd positive.*\(got 0.5, 0.0\)"),
    (lambda: ThresholdLaw.truncated_normal(0.5, -1.0), r"sd positive.*\(got 0.5, -1.0\)"),
    (lambda: ThresholdLaw.truncated_normal(-9.0, 0.1), r"hold some of normal\(-9.0, 0.1\) \(got 0.0, 1.0\)"),
    (lambda: cascade_window(-0.1), r"threshold .*\(got -0.1\)"),
    (lambda: triggering(poisson(4.0), 0.0), r"threshold .*\(got 0.0\)"),
    (lambda: triggering(poisson(4.0), PHI, in_degree_law=poisson(4.0)), r"directed networks only"),
    (lambda: triggering(poisson(4.0), PHI, directed=True, in_degree_law=poisson(3.0)), r"the mean of"),
    (lambda: by_degree(1.5, 1), r"u .*\(got 1.5\)"),
    (lambda: by_degree(0.5, -1), r"k .*\(got -1\)"),
    (lambda: ordinary(poisson(4.0), 0.5, 1.0), r"q .*\(got 1.0\)"),
    (lambda: final_size(poisson(4.0), PHI, seed_share=-0.1), r"seed_share .*\(got -0.1\)"),
    (lambda: final_size(PAIRS, PHI, seed_share=0.5, seed_share_by_degree=[0.5]), r"each of the 2 degrees"),
    (lambda: final_size(PAIRS, PHI, seed_share=0.5, seed_share_by_degree=[0.0, 0.5]), r"average 0.25"),
    (lambda: final_size(PAIRS, PHI, seed_share=0.5, seed_share_by_degree=[-0.5, 1.5]), r"-0.5 to 1.5"),
    (lambda: time_course(poisson(4.0), PHI, seed_share=0.1, steps=-1), r"steps .*\(got -1\)"),
    (lambda: predict(seeding="best"), r"random, top-degree, influential, ordinary \(got 'best'\)"),
    (lambda: predict(seeds=-1), r"seeds .*\(got -1, 10000\)"),
    (lambda: predict(seeds=10_001), r"seeds .*\(got 10001, 10000\)"),
    (lambda: predict(q=1.0), r"q .*\(got 1.0\)"),
    (lambda: predict(global_share=0.0), r"global_share .*\(got 0.0\)"),
    (lambda: predict(out_law=poisson(4.0)), r"out_law is for directed networks only"),
    (lambda: predict(directed=True, out_law=poisson(3.0)), r"the mean of"),
    (lambda: predict(seeds=2_000, seeding="influential"), r"lie between 0 and 1"),
    (lambda: predict(-1.0), r"mean .*\(got -1.0\)"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_nobody_has_a_tie():
    assert isnan(direct_ratio(constant(0), 0.1))
    assert final_size(constant(0), PHI, seed_share=0.25) == 0.25
