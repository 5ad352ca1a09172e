"""Every model against its naive twin, exactly, and the contract that all models keep."""

from __future__ import annotations

import dataclasses
import importlib
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models, rng, seeding
from simcore.engine import plain
from simcore.model import Single
from simcore.network.csr import from_arcs
from simcore.network.loaded import reported
from simcore.parameters import Attribute, Normal, Uniform, attributes, resolve
from tests.naive import parameters, sir
from tests.simulation import HORIZON, agree, as_read_by, simulate, some_seeds
from tests.strategies import arcs_of, keys, networks, probabilities, thresholds


@given(st.data(), keys, st.integers(0, 100), probabilities, probabilities)
@settings(max_examples=200, deadline=None)
def test_sir_equals_its_twin(data, key, w, transmission, recovery):
    network, arcs = data.draw(networks())
    seeds = some_seeds(data, network.n)
    params = models.find("sir").Params(transmission, recovery)
    rows, trajectory = simulate("sir", network, params, seeds, key, first=w)
    agree("sir", rows[0], trajectory[0], sir.simulate(
        arcs, network.n, transmission, recovery, seeds, int(key), w, horizon=HORIZON))


@given(st.data(), keys, st.integers(0, 100), probabilities)
@settings(max_examples=200, deadline=None)
def test_sir_whose_infected_recover_at_once_is_the_independent_cascade(data, key, w, p):
    network, _ = data.draw(networks())
    seeds = some_seeds(data, network.n)
    cascade = models.find("independent-cascade").Params(np.array([rng.chance(p)], np.uint64), 0.0)
    (one,), (course,) = simulate("sir", network, models.find("sir").Params(p, 1.0), seeds, key, first=w)
    (other,), (steps,) = simulate("independent-cascade", network, cascade, seeds, key, first=w)
    assert (network.n - course[:, 0]).tolist() == steps[:, 0].tolist()
    assert course[:, 1].tolist() == steps[:, 1].tolist()
    assert one.tolist() == [other[0], min(other[1] + (len(seeds) > 0), HORIZON), max(other[2], len(seeds))]


PARAMS = {
    "threshold": lambda network: (np.array([0.3]), False, 0.05),
    "independent-cascade": lambda network: (np.array([rng.chance(0.4)], np.uint64), 0.05),
    "linear-threshold": lambda network: (False,),
    "complex-contagion": lambda network: (2, 0.1),
    "bass": lambda network: (0.05, 0.5, 1.0, 0.05),
    "two-trends": lambda network: (np.array([rng.chance(0.4)], np.uint64), np.array([rng.chance(0.6)], np.uint64)),
    "si": lambda network: (0.4,),
    "sir": lambda network: (0.4, 0.3),
    "sis": lambda network: (0.4, 0.3),
    "sirs": lambda network: (0.4, 0.3, 0.2),
    "seir": lambda network: (0.4, 0.5, 0.3),
    "voter": lambda network: (),
    "q-voter": lambda network: (3, 0.2),
    "majority": lambda network: (0.1,),
    "deffuant": lambda network: (0.4, np.linspace(0.0, 1.0, network.n), 0.5, 0.01),
    "hegselmann-krause": lambda network: (0.4, np.linspace(0.0, 1.0, network.n), 0.001),
    "friedkin-johnsen": lambda network: (np.array([0.7]), np.linspace(0.0, 1.0, network.n), 0.001),
    "axelrod": lambda network: (3, 2),
    "sir-markov": lambda network: (0.5, 0.3),
    "sis-markov": lambda network: (0.5, 0.3),
    "march-1991": lambda network: (0.4, 0.5, 0.1, 0.05, 5, True, True),
    "generalised-contagion": lambda network: (np.array([1.5]), 3, 0.8, 1.0, 0.5, 0.5, 0.3, False, True),
}


def test_every_model_is_tested_here():
    assert len(PARAMS) >= 3
    assert set(PARAMS) == {name for name, model in models.catalogue().items() if model.prepare is None}


@pytest.mark.parametrize("name", PARAMS)
@given(st.data(), keys)
@settings(max_examples=50, deadline=None)
def test_a_reused_state_equals_a_fresh_one(name, data, key):
    network, _ = data.draw(networks(min_nodes=1, max_nodes=30))
    model = models.find(name)
    network = as_read_by(model, network)
    params = model.Params(*PARAMS[name](network))
    replicates = 6
    chosen = seeding.choose(seeding.Random(), reported(network), key, 0, replicates)
    together, series = plain.run(model, Single(network), params, chosen, key, 0, HORIZON, True)
    for r in range(replicates):
        one = seeding.choose(seeding.Random(), reported(network), key, r, 1)
        alone, alone_series = plain.run(model, Single(network), params, one, key, r, HORIZON, True)
        assert alone.tolist() == together[r:r + 1].tolist()
        assert alone_series.tolist() == series[r:r + 1].tolist()


@given(st.data(), st.permutations(range(10)))
@settings(max_examples=50, deadline=None)
def test_threshold_does_not_care_how_nodes_are_numbered(data, order):
    network, arcs = data.draw(networks(min_nodes=10, max_nodes=10))
    values = np.array(data.draw(st.lists(thresholds, min_size=10, max_size=10)))
    relabelled = from_arcs(10, [order[i] for i, _, _ in arcs], [order[j] for _, j, _ in arcs]).network
    moved = np.empty(10)
    moved[list(order)] = values
    model = models.find("threshold")
    rows, series = simulate("threshold", network, model.Params(values, False), [3], np.uint64(0))
    others, other_series = simulate("threshold", relabelled, model.Params(moved, False), [order[3]], np.uint64(0))
    assert rows.tolist() == others.tolist()
    assert series.tolist() == other_series.tolist()


def path(n):
    return from_arcs(n, range(n - 1), range(1, n), undirected=True).network


def test_by_hand():
    model = models.find("threshold")
    star = from_arcs(6, [0] * 5, range(1, 6), undirected=True).network
    for network, phi, seeds, expected in [
        (path(5), 0.5, [0], (5, 4, 1)),  # one neighbour of two suffices
        (path(5), 0.51, [0], (1, 0, 0)),
        (star, 0.2, [1], (6, 2, 4)),  # a leaf tips the hub at exactly one fifth, then all others at once
        (star, 0.21, [1], (1, 0, 0)),
        (star, 1.0, [0], (6, 1, 5)),
        (path(1), 0.5, [0], (1, 0, 0)),
    ]:
        rows, _ = simulate("threshold", network, model.Params(np.array([phi]), False), seeds, np.uint64(0))
        assert tuple(rows[0]) == expected


def test_sir_final_size_on_a_complete_graph_follows_the_chain_binomial():
    """Reed-Frost with recovery 1: the exact law of the final size for n = 4, one seed, by enumeration."""
    n, p, replicates = 4, 0.3, 40_000
    network = from_arcs(n, [0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 3, 3], undirected=True).network
    rows, _ = simulate("sir", network, models.find("sir").Params(p, 1.0), [0], np.uint64(7), replicates=replicates)
    exact = np.zeros(n + 1)

    def binomial(k, m, q):
        from math import comb
        return comb(m, k) * q**k * (1 - q) ** (m - k)

    def spread(susceptible, infected, weight):
        if infected == 0 or susceptible == 0:
            exact[n - susceptible] += weight
            return
        q = 1 - (1 - p) ** infected
        for new in range(susceptible + 1):
            spread(susceptible - new, new, weight * binomial(new, susceptible, q))
    spread(n - 1, 1, 1.0)
    observed = np.bincount(rows[:, 0].astype(int), minlength=n + 1) / replicates
    error = np.sqrt(exact * (1 - exact) / replicates)
    assert exact.sum() == pytest.approx(1)
    assert np.all(np.abs(observed - exact)[1:] < 4 * error[1:])


@given(keys, st.integers(0, 50), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_parameters_that_are_laws_equal_their_twins(key, w, n):
    model = models.find("threshold")
    network = path(n + 1)
    stream = rng.Stream(key, np.uint64(w))
    even = resolve(model.Params, model.Params(Uniform(low=0.1, high=0.4)), network, {}, stream)
    assert even.threshold.tolist() == parameters.uniform(0.1, 0.4, n + 1, int(key), w, 0)
    normal = resolve(model.Params, model.Params(Normal(mean=0.2, sd=0.1)), network, {}, stream)
    assert normal.threshold == pytest.approx(parameters.normal(0.2, 0.1, 0.0, 1.0, n + 1, int(key), w, 0), abs=1e-12)


def test_parameters_from_attributes_and_degrees():
    model = models.find("threshold")
    given_ = model.Params(Attribute(attribute="phi"))
    column = np.array([0.1, 0.9, 0.5])
    assert attributes(given_) == {"threshold": "phi"}
    stream = rng.Stream(np.uint64(0), np.uint64(0))
    assert resolve(model.Params, given_, path(3), {"phi": column}, stream).threshold is column
    cascade = models.find("independent-cascade")
    live = resolve(cascade.Params, cascade.Params("weighted-cascade"), path(3), {}, stream).transmission
    assert live.tolist() == [int(rng.chance(1 / k)) for k in (2, 1, 1, 2)]


def test_states_that_look_alike_are_told_apart():
    """Two models whose NamedTuples have one text, in numba's eyes, in one process."""
    cascade = models.find("independent-cascade")
    State = NamedTuple("State", [(field, np.ndarray) for field in importlib.import_module(
        cascade.allocate.__module__).State._fields])

    def allocate(layers, params):
        return State(*cascade.allocate(layers, params))
    other = dataclasses.replace(cascade, name="other", allocate=allocate)
    params = cascade.Params(np.array([rng.chance(1.0)], np.uint64))
    chosen = seeding.choose(seeding.Random(), reported(path(9)), np.uint64(1), 0, 3)
    for model in (cascade, other, cascade):
        rows, _ = plain.run(model, Single(path(9)), params, chosen, np.uint64(1), 0, 20, False)
        assert rows[:, 0].tolist() == [9, 9, 9]


def test_arcs_of_is_the_network():
    assert arcs_of(path(3)) == [(0, 1, 1), (1, 0, 1), (1, 2, 1), (2, 1, 1)]
