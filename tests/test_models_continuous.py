"""Epidemics in continuous time against their naive twins, exactly, and against exact laws on small networks."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from simcore import models
from simcore.network.csr import from_arcs
from tests.naive import sir_markov, sis_markov
from tests.simulation import HORIZON, agree, simulate, some_seeds
from tests.strategies import keys, networks

TWINS = {"sir-markov": sir_markov, "sis-markov": sis_markov}
rates = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.01, 3.0))
extreme_rates = st.one_of(st.just(0.0), st.floats(-6, 6).map(lambda x: 10.0**x))


@pytest.mark.parametrize("name", TWINS)
@given(st.data(), keys, st.integers(0, 100), rates, rates)
@settings(max_examples=200, deadline=None)
def test_models_equal_their_twins(name, data, key, w, transmission, recovery):
    network, arcs = data.draw(networks(max_nodes=10))
    seeds = some_seeds(data, network.n)
    horizon = data.draw(st.integers(0, 5))
    rows, trajectory = simulate(name, network, models.find(name).Params(transmission, recovery), seeds, key, first=w,
                                horizon=horizon)
    agree(name, rows[0], trajectory[0], TWINS[name].simulate(
        arcs, network.n, transmission, recovery, seeds, int(key), w, horizon=horizon))


@given(st.data(), keys, extreme_rates, extreme_rates)
@settings(max_examples=200, deadline=None)
def test_rates_of_any_size(data, key, transmission, recovery):
    network, arcs = data.draw(networks())
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("sir-markov", network, models.find("sir-markov").Params(transmission, recovery), seeds,
                                key)
    agree("sir-markov", rows[0], trajectory[0], sir_markov.simulate(
        arcs, network.n, transmission, recovery, seeds, int(key), 0, horizon=HORIZON))


@given(st.data(), keys, st.floats(0.5, 4), st.floats(0.5, 4), st.integers(-3, 30))
@settings(max_examples=100, deadline=None)
def test_another_unit_of_time_changes_nothing_but_times(data, key, transmission, recovery, power):
    network, _ = data.draw(networks(max_nodes=30))
    seeds = some_seeds(data, network.n)
    model = models.find("sir-markov")
    rows = [simulate("sir-markov", network, model.Params(transmission * factor, recovery * factor), seeds, key,
                     horizon=50_000)[0][0] for factor in (1.0, 2.0**power)]
    assert rows[0][[0, 2]].tolist() == rows[1][[0, 2]].tolist()
    assert rows[0][1] == rows[1][1] * 2.0**power


@pytest.mark.parametrize("name", TWINS)
@given(st.data(), keys, rates, rates)
@settings(max_examples=50, deadline=None)
def test_nobody_is_lost(name, data, key, transmission, recovery):
    network, _ = data.draw(networks(max_nodes=40))
    rows, trajectory = simulate(name, network, models.find(name).Params(transmission, recovery),
                                some_seeds(data, network.n), key)
    assert np.all(trajectory.sum(axis=2) == network.n)
    assert np.all(trajectory >= 0)
    assert rows[0, -1] >= trajectory[0, :, 1].max()  # the peak is over all times


def complete(n):
    source, target = zip(*combinations(range(n), 2), strict=True)
    return from_arcs(n, source, target, undirected=True).network


def near(values, expected):
    """Assert that the mean of independent values is as expected; of counts, each of them."""
    error = np.std(values, axis=0) / np.sqrt(len(values))
    z = (np.mean(values, axis=0) - expected) / np.maximum(error, 1e-9)
    assert np.all(np.abs(z) < 4), z


def test_the_time_to_infect_all_of_a_complete_graph():
    """Without recovery: the sum over i = 1, ..., n - 1 infected of the mean times 1 / (rate i (n - i))."""
    n, rate = 12, 0.2
    rows, _ = simulate("sir-markov", complete(n), models.find("sir-markov").Params(rate, 0.0), [3], np.uint64(11),
                       replicates=4000, horizon=100)
    assert np.all(rows[:, 0] == n)
    near(rows[:, 1], sum(1 / (rate * i * (n - i)) for i in range(1, n)))


def test_the_final_size_on_a_complete_graph_is_that_of_the_chain():
    """From (susceptible s, infected i) to (s - 1, i + 1) at rate b s i, to (s, i - 1) at rate g i."""
    n, b, g = 5, 0.6, 1.0
    exact = np.zeros(n + 1)

    def follow(s, i, weight):
        if i == 0:
            exact[n - s] += weight
            return
        if s:
            follow(s - 1, i + 1, weight * b * s / (b * s + g))
        follow(s, i - 1, weight * g / (b * s + g))
    follow(n - 1, 1, 1.0)
    rows, _ = simulate("sir-markov", complete(n), models.find("sir-markov").Params(b, g), [0], np.uint64(12),
                       replicates=20_000, horizon=1000)
    near(rows[:, :1] == np.arange(n + 1), exact)


def test_sis_on_a_complete_graph_is_a_chain_in_continuous_time():
    """The law of the number of infected at whole times: exp(t Q), for the matrix Q of rates between numbers."""
    n, b, g = 6, 0.4, 1.0
    rate = np.zeros((n + 1, n + 1))
    for i in range(n + 1):
        if 0 < i < n:
            rate[i, i + 1] = b * i * (n - i)
        if i > 0:
            rate[i, i - 1] = g * i
        rate[i, i] = -rate[i].sum()
    _, trajectory = simulate("sis-markov", complete(n), models.find("sis-markov").Params(b, g), [1, 2], np.uint64(13),
                             replicates=20_000, horizon=4)
    for t in (1, 2, 4):
        near(trajectory[:, t, 1:] == np.arange(n + 1), expm(t * rate)[2])
