"""What parameters are on a network: laws for nodes and arcs, powers of degree, correlations."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

import simcore as sc
from simcore import models, rng
from simcore.network.configuration import configuration, drawn_degrees
from simcore.network.csr import from_arcs
from simcore.network.degree_laws import geometric
from simcore.parameters import Normal, PowerOfDegree, Uniform, lacking, resolve, varies_by_draw
from tests.naive.philox import PARAMETER, bits64, c3, unit
from tests.simulation import simulate
from tests.strategies import keys, networks

THRESHOLD, CASCADE = models.find("threshold").Params, models.find("independent-cascade").Params


def on(network, params, key=5, columns=None):
    return resolve(type(params), params, network, columns or {}, rng.Stream(np.uint64(key), np.uint64(0)))


@pytest.fixture(scope="module")
def heterogeneous():
    key = rng.network_key(1, 0)
    return configuration(drawn_degrees(20_000, geometric(6.0), key), key).network


@pytest.mark.parametrize("correlation", [-0.8, -0.3, 0.5])
def test_correlated_values_keep_their_law_and_go_with_degree(heterogeneous, correlation):
    """The rank correlation is that of a Gaussian copula."""
    apart, together = (on(heterogeneous, THRESHOLD(Normal(mean=0.3, sd=0.1, correlation=r))).threshold
                       for r in (0.0, correlation))
    assert np.sort(apart).tolist() == np.sort(together).tolist()
    distinct = heterogeneous.out_degree + np.random.default_rng(0).uniform(size=heterogeneous.n)  # ties at random
    expected, error = 6 / math.pi * math.asin(correlation / 2), 1 / math.sqrt(heterogeneous.n)
    assert abs(spearmanr(distinct, together).statistic - expected) < 4 * error
    assert abs(spearmanr(distinct, apart).statistic) < 4 * error


def test_full_correlation_is_the_same_order(heterogeneous):
    for correlation in (1.0, -1.0):
        values = on(heterogeneous, THRESHOLD(Uniform(low=0.0, high=1.0, correlation=correlation))).threshold
        order = np.argsort(values, kind="stable")
        assert np.all(correlation * np.diff(heterogeneous.out_degree[order]) >= 0)


def test_a_parameter_can_go_with_an_earlier_one_or_with_a_column(heterogeneous):
    params = CASCADE(0.5, 0.0, Uniform(low=0.0, high=1.0), Uniform(low=0.0, high=1.0, correlation=-0.6, of="influence"))
    found = on(heterogeneous, params)
    expected, error = 6 / math.pi * math.asin(-0.3), 1 / math.sqrt(heterogeneous.n)
    assert abs(spearmanr(found.influence, found.susceptibility).statistic - expected) < 4 * error
    age = np.arange(heterogeneous.n, dtype=float)
    by_age = on(heterogeneous, THRESHOLD(Uniform(low=0.0, high=1.0, correlation=1.0, of="age")), columns={"age": age})
    assert np.all(np.diff(by_age.threshold) >= 0)


def test_what_a_correlation_wants_must_be_there():
    network = from_arcs(3, [0, 1], [1, 2]).network
    wrong = lacking(THRESHOLD, THRESHOLD(Uniform(low=0.0, high=1.0, correlation=0.5, of="out_degree")), network, {})
    assert wrong == {"threshold": "the network has no column 'out_degree' of numbers; it has none, and there are "
                                  "in-degree, out-degree, degree, did you mean 'out-degree'?"}


@given(st.data(), keys, st.floats(-2, 2), st.floats(0.01, 2))
@settings(max_examples=100, deadline=None)
def test_powers_of_degree(data, key, exponent, factor):
    network, _ = data.draw(networks(min_nodes=1))
    law = PowerOfDegree(factor=factor, exponent=exponent, low=0.05, high=0.9)
    values = on(network, THRESHOLD(law), key).threshold
    for value, degree in zip(values, network.in_degree.tolist(), strict=True):
        at_zero = factor if exponent == 0 else 0.0 if exponent > 0 else math.inf
        power = factor * degree**exponent if degree else at_zero
        assert value == pytest.approx(min(0.9, max(0.05, power)), rel=1e-12)


@given(st.data(), keys)
@settings(max_examples=50, deadline=None)
def test_a_law_for_arcs_is_drawn_for_each_arc(data, key):
    network, arcs = data.draw(networks())
    live = on(network, CASCADE(Uniform(low=0.2, high=0.4)), int(key)).transmission
    assert live.tolist() == [int(rng.chance(0.2 + (0.4 - 0.2) * unit(bits64(int(key), i, j, 0, c3(PARAMETER)))))
                             for i, j, _ in arcs]
    assert varies_by_draw(CASCADE(Uniform(low=0.2, high=0.4)))


@given(st.data(), keys)
@settings(max_examples=50, deadline=None)
def test_influence_and_susceptibility_multiply(data, key):
    network, arcs = data.draw(networks(min_nodes=1))
    powers = st.sampled_from([0.25, 0.5, 1.0, 2.0])  # so that products are exact
    influence, susceptibility = (np.array([data.draw(powers) for _ in range(network.n)]) for _ in range(2))
    certain = np.array([rng.chance(1.0)], np.uint64)
    both, _ = simulate("independent-cascade", network, CASCADE(certain, 0.0, influence, susceptibility), [0], key,
                       replicates=10)
    product = np.array([rng.chance(min(1.0, influence[i] * susceptibility[j])) for i, j, _ in arcs] or [0], np.uint64)
    one = np.ones(1)
    given_, _ = simulate("independent-cascade", network, CASCADE(product, 0.0, one, one), [0], key, replicates=10)
    assert both.tolist() == given_.tolist()


def test_aral_and_walker_in_python():
    """People of much influence who are hard to influence themselves: the same words as in a scenario."""
    graph = nx.barabasi_albert_graph(300, 3, seed=1)
    sizes = [sc.simulate(graph, "independent-cascade", transmission=0.3, replicates=200, influence={
        "law": "uniform", "low": 0.0, "high": 1.0, "correlation": r}, susceptibility={
        "law": "uniform", "low": 0.0, "high": 1.0, "correlation": -r}).outcomes["size"].mean() for r in (0.0, 0.9)]
    assert sizes[0] > 0
    assert sizes[1] != sizes[0]
