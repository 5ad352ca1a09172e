"""What every node reaches along live arcs, against plain Python and the models; the curve over transmission."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore as sc
from simcore import models, rng, seeding
from simcore.engine import newman_ziff, percolation, plain
from simcore.errors import UsageError
from simcore.model import Single
from simcore.network.csr import from_arcs
from simcore.network.poisson import poisson
from simcore.network.read import read
from tests.naive import percolation as twin
from tests.strategies import keys, networks, probabilities

DATA = Path(__file__).parents[1].parent / "shared" / "data"


def chances_of(values):
    return np.array([rng.chance(float(value)) for value in values], np.uint64)


@given(st.data(), keys)
@settings(max_examples=500, deadline=None)
def test_reaches_are_those_of_the_twin(data, key):
    network, arcs = data.draw(networks(min_nodes=1, max_nodes=9))
    if data.draw(st.booleans()):
        values = [data.draw(probabilities)]
        probability = {(u, v): values[0] for u, v, _ in arcs}
    else:
        values = data.draw(st.lists(probabilities, min_size=network.arcs, max_size=network.arcs))
        probability = {(u, v): p for (u, v, _), p in zip(arcs, values, strict=True)}
    samples = range(30, 35)  # of two blocks
    found = [reached.tolist() for reached in percolation.cascade_reaches(network, chances_of(values), key, samples)]
    assert found == [twin.cascades(arcs, network.n, probability, int(key), w) for w in samples]


@pytest.mark.parametrize("undirected", [True, False])
def test_a_sample_is_the_replicate_of_the_model(undirected):
    base = poisson(2_000, 3.0, np.uint64(4))
    tail = np.repeat(np.arange(base.n), base.out_degree)
    network = base if undirected else from_arcs(base.n, tail, (base.out_idx * 7 + 3) % base.n).network
    chances, model, nodes = chances_of([0.5]), models.find("independent-cascade"), np.arange(0, 2_000, 31)
    for w, reached in zip(range(3), percolation.cascade_reaches(network, chances, np.uint64(9), range(3)), strict=True):
        for node in nodes:
            rows, _ = plain.run(model, Single(network), model.Params(chances), seeding.given(network, [node], 1),
                                np.uint64(9), w, 5_000, False)
            assert rows[0, 0] == reached[node]


@pytest.mark.parametrize(("transmission", "recovery"), [(0.3, 0.4), (0.6, 1.0), (0.2, 0.1), (1.0, 0.5)])
def test_epidemics_are_equal_in_law_to_every_course_of_sir(transmission, recovery):
    arcs = [(0, 1, 1), (1, 2, 1), (0, 2, 1), (2, 3, 1), (1, 0, 1)]
    network = from_arcs(4, [u for u, *_ in arcs], [v for _, v, _ in arcs]).network
    number = 20_000
    found = percolation.spread(percolation.epidemic_reaches(network, transmission, recovery, np.uint64(3),
                                                            range(number)), 4)
    for node in range(4):
        expected = twin.expected_epidemic(arcs, 4, transmission, recovery, node)
        assert abs(found.mean[node] - expected) <= 4.0 * found.error[node] + 1e-9


def test_an_infection_that_nobody_recovers_from_reaches_all_there_are():
    network = from_arcs(3, [0, 1], [1, 2]).network
    assert next(percolation.epidemic_reaches(network, 0.2, 0.0, np.uint64(1), range(1))).tolist() == [3, 2, 1]
    assert next(percolation.epidemic_reaches(network, 0.0, 0.0, np.uint64(1), range(1))).tolist() == [1, 1, 1]


def test_mean_and_error_are_those_of_the_samples():
    found = percolation.spread(iter([np.array([1, 4]), np.array([3, 4]), np.array([2, 4])]), 2)
    assert found.mean.tolist() == [2.0, 4.0]
    assert found.error == pytest.approx([1.0 / math.sqrt(3.0), 0.0])
    assert percolation.spread(iter([np.array([1])]), 1).error.tolist() == [math.inf]


@given(st.data(), keys)
@settings(max_examples=500, deadline=None)
def test_the_curve_is_the_samples_at_each_transmission(data, key):
    network, _ = data.draw(networks(min_nodes=1, max_nodes=10).filter(lambda drawn: drawn.network.symmetric))
    near = st.floats(0.4999, 0.5001)  # that the first digits do not tell apart
    chances = np.unique(chances_of(data.draw(st.lists(probabilities | near, min_size=1, max_size=6))))
    least = data.draw(st.integers(1, 5))
    found = np.stack([row.copy() for row in newman_ziff.curves(network, chances, key, 34, least)])
    for t in range(chances.size):
        samples = percolation.cascade_reaches(network, chances[t:t + 1], key, range(34))
        reached = np.stack([sample.copy() for sample in samples])
        expected = [reached.mean(axis=1), (reached >= least).mean(axis=1), reached.max(axis=1) / network.n]
        np.testing.assert_allclose(found[:, t], np.stack(expected, axis=1), rtol=1e-6)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real networks are not at hand")
@pytest.mark.parametrize("name", sorted(path.parent.name for path in DATA.glob("*/edges.csv")))
def test_the_curve_is_what_each_node_starts_on_real_networks(name):
    """By the plain algorithm, where the nodes are few; by the samples that equal it everywhere."""
    network, key = read(DATA / name / "edges.csv", direction="both").network, np.uint64(5)
    chances, model, least = chances_of([0.05, 0.1, 0.3]), models.find("independent-cascade"), network.n // 10
    for w, row in enumerate(newman_ziff.curves(network, chances, key, 3, least)):
        for t in range(chances.size):
            reached = next(percolation.cascade_reaches(network, chances[t:t + 1], key, range(w, w + 1)))
            if network.n < 1_000:
                params, layers = model.Params(chances[t:t + 1]), Single(network)
                each = [plain.run(model, layers, params, seeding.given(network, [node], 1), key, w, network.n, False)
                        for node in range(network.n)]
                assert reached.tolist() == [rows[0, 0] for rows, _ in each]
            assert row[t].tolist() == pytest.approx([reached.mean(), (reached >= least).mean(),
                                                     reached.max() / network.n], rel=1e-12)


def test_the_curve_from_python():
    network = poisson(3_000, 5.0, np.uint64(2))
    curve = sc.transmission_curve(network, [0.3, 0.1, 0.4], samples=50)
    assert curve.transmission.tolist() == [0.1, 0.3, 0.4]
    census = sc.census(network, "independent-cascade", transmission=0.3, samples=50)
    assert curve.spread[1] == pytest.approx(census.size.mean())
    expected = 0.582812  # R = 1.5: Newman (2002)
    assert abs(curve.largest[1] - expected) < 4.0 * curve.largest_error[1] + 0.01
    assert list(curve.rows()[0]) == ["transmission", *(f"{name}{end}" for name in ("spread", "p_global", "largest")
                                                       for end in ("", "_low", "_high"))]
    with pytest.raises(UsageError, match="ties that go both ways"):
        sc.transmission_curve(from_arcs(2, [0], [1]).network, [0.5])
    with pytest.raises(UsageError, match=r"numbers from 0 to 1 \(got 1.5\)"):
        sc.transmission_curve(network, [0.5, 1.5])
