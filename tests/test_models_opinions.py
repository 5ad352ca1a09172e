"""The models of opinions and cultures against their naive twins, exactly, and what they promise."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models, theory
from simcore.errors import NetworkError, UsageError
from simcore.mechanisms import picks
from simcore.model import Single
from simcore.network.csr import from_arcs
from simcore.parameters import Attribute, Normal, PowerOfDegree, Uniform, resolve
from simcore.rng import Stream
from simcore.scenario.parameters import model_parameters
from tests.naive import axelrod, deffuant, friedkin_johnsen, hegselmann_krause, majority, q_voter, voter
from tests.simulation import HORIZON, agree, as_read_by, simulate, some_seeds
from tests.strategies import arcs_of, keys, networks, probabilities

replicate = st.integers(0, 100)
shares = st.one_of(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.floats(0, 1))
confidences = st.one_of(st.sampled_from([0.0, 0.1, 0.25, 0.5]), st.sampled_from([0.25, 0.5, 1.0]), st.floats(0, 1.5))
tolerances = st.one_of(st.sampled_from([1e-6, 1e-4, 0.01, 0.5, 1.0]), st.floats(1e-6, 0.3))


def params_of(name, *values):
    return models.find(name).Params(*values)


def for_each(data, n, values):
    """Draw a value for each node, or one for all; as the kernels and as the twins have them."""
    if data.draw(st.booleans()):
        drawn = data.draw(st.lists(values, min_size=n, max_size=n))
        return np.array(drawn, np.float64), drawn
    same = data.draw(values)
    return np.array([same]), [same] * n


@given(st.data(), keys, replicate)
@settings(max_examples=200, deadline=None)
def test_voter_equals_its_twin(data, key, w):
    network, arcs = data.draw(networks())
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("voter", network, params_of("voter"), seeds, key, first=w)
    agree("voter", rows[0], trajectory[0], voter.simulate(arcs, network.n, seeds, int(key), w, horizon=HORIZON))


@given(st.data(), keys, replicate, st.integers(1, 6), probabilities)
@settings(max_examples=200, deadline=None)
def test_q_voter_equals_its_twin(data, key, w, q, noise):
    network, arcs = data.draw(networks())
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("q-voter", network, params_of("q-voter", q, noise), seeds, key, first=w)
    agree("q-voter", rows[0], trajectory[0], q_voter.simulate(
        arcs, network.n, q, noise, seeds, int(key), w, horizon=HORIZON))


@given(st.data(), keys, replicate, st.booleans(), probabilities)
@settings(max_examples=200, deadline=None)
def test_majority_equals_its_twin(data, key, w, weighted, noise):
    network, arcs = data.draw(networks(weighted=weighted))
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("majority", network, params_of("majority", noise), seeds, key, first=w)
    agree("majority", rows[0], trajectory[0], majority.simulate(
        arcs, network.n, noise, seeds, int(key), w, horizon=HORIZON))


@given(st.data(), keys, replicate, confidences, st.floats(0.01, 1), tolerances)
@settings(max_examples=200, deadline=None)
def test_deffuant_equals_its_twin(data, key, w, confidence, rate, tolerance):
    network, arcs = data.draw(networks())
    kernels, plain = for_each(data, network.n, shares)
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("deffuant", network, params_of("deffuant", confidence, kernels, rate, tolerance), seeds,
                                key, first=w)
    agree("deffuant", rows[0], trajectory[0], deffuant.simulate(
        arcs, network.n, plain, confidence, rate, tolerance, seeds, int(key), w, horizon=HORIZON,
        directed=not network.symmetric))


@given(st.data(), confidences, tolerances)
@settings(max_examples=200, deadline=None)
def test_hegselmann_krause_equals_its_twin(data, confidence, tolerance):
    network, arcs = data.draw(networks())
    kernels, plain = for_each(data, network.n, shares)
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("hegselmann-krause", network, params_of("hegselmann-krause", confidence, kernels,
                                                                        tolerance), seeds, np.uint64(0))
    agree("hegselmann-krause", rows[0], trajectory[0], hegselmann_krause.simulate(
        arcs, network.n, plain, confidence, tolerance, seeds, 0, 0, horizon=HORIZON))


@given(st.data(), st.booleans(), st.one_of(st.just(0.0), tolerances))
@settings(max_examples=200, deadline=None)
def test_friedkin_johnsen_equals_its_twin(data, weighted, tolerance):
    network, arcs = data.draw(networks(weighted=weighted))
    (kernels, plain), (own, plain_own) = (for_each(data, network.n, shares) for _ in range(2))
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("friedkin-johnsen", network, params_of("friedkin-johnsen", own, kernels, tolerance),
                                seeds, np.uint64(0))
    agree("friedkin-johnsen", rows[0], trajectory[0], friedkin_johnsen.simulate(
        arcs, network.n, plain, plain_own, tolerance, seeds, 0, 0, horizon=HORIZON))


@given(st.data(), keys, replicate, st.integers(1, 6), st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_axelrod_equals_its_twin(data, key, w, features, traits):
    network, arcs = data.draw(networks())
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("axelrod", network, params_of("axelrod", features, traits), seeds, key, first=w)
    agree("axelrod", rows[0], trajectory[0], axelrod.simulate(
        arcs, network.n, features, traits, seeds, int(key), w, horizon=HORIZON))


def tied(n, pairs):
    return from_arcs(n, [i for i, _ in pairs], [j for _, j in pairs], undirected=True).network


def complete(n):
    return tied(n, [(i, j) for i in range(n) for j in range(i)])


@pytest.mark.parametrize("name", ["voter", "q-voter", "majority", "deffuant", "axelrod"])
def test_more_picks_than_are_drawn_at_a_time(name):
    n, key = 2 * picks.BLOCK + 100, np.uint64(20250117)
    network = from_arcs(n, *np.random.default_rng(1).integers(0, n, (2, 4 * n)), undirected=True).network
    arcs, seeds, start = arcs_of(network), list(range(0, n, 3)), np.linspace(0.0, 1.0, n)
    values, twin = {
        "voter": ((), lambda **more: voter.simulate(arcs, n, seeds, int(key), 5, **more)),
        "q-voter": ((2, 0.1), lambda **more: q_voter.simulate(arcs, n, 2, 0.1, seeds, int(key), 5, **more)),
        "majority": ((0.1,), lambda **more: majority.simulate(arcs, n, 0.1, seeds, int(key), 5, **more)),
        "deffuant": ((0.3, start, 0.5, 0.01), lambda **more: deffuant.simulate(
            arcs, n, start.tolist(), 0.3, 0.5, 0.01, seeds, int(key), 5, **more)),
        "axelrod": ((3, 3), lambda **more: axelrod.simulate(arcs, n, 3, 3, seeds, int(key), 5, **more)),
    }[name]
    rows, trajectory = simulate(name, network, params_of(name, *values), seeds, key, first=5, horizon=3)
    agree(name, rows[0], trajectory[0], twin(horizon=3))


@given(st.data(), keys)
@settings(max_examples=50, deadline=None)
def test_without_seeds_a_reused_state_equals_a_fresh_one(data, key):
    network, _ = data.draw(networks(min_nodes=1, max_nodes=5))
    for name, values in (("majority", (0.05,)), ("axelrod", (2, 2)), ("voter", ())):
        together, series = simulate(name, network, params_of(name, *values), [], key, replicates=6, horizon=3)
        for w in range(6):
            alone, own = simulate(name, network, params_of(name, *values), [], key, first=w, horizon=3)
            assert alone.tolist() == together[w:w + 1].tolist()
            assert own.tolist() == series[w:w + 1].tolist()


def opinions_after(name, network, params, seeds, key, steps):
    """Return the opinions at t = 0 and after these steps."""
    model, stream = models.find(name), Stream(key, np.uint64(0))
    where = Single(as_read_by(model, network))
    state = model.allocate(where, params)
    model.reset(where, params, state, np.array(seeds, np.uint32), stream)
    first = state.opinion.copy()
    for t in range(1, steps + 1):
        model.step(where, params, state, stream, t)
    return first, state.opinion


@pytest.mark.parametrize("name", ["deffuant", "hegselmann-krause", "friedkin-johnsen"])
@given(st.data(), keys, confidences, st.floats(0.01, 1))
@settings(max_examples=50, deadline=None)
def test_opinions_stay_within_their_first_range(name, data, key, confidence, rate):
    network, _ = data.draw(networks(min_nodes=1))
    given_, _ = for_each(data, network.n, shares)
    params = {"deffuant": (confidence, given_, rate, 1e-4), "hegselmann-krause": (confidence, given_, 1e-4),
              "friedkin-johnsen": (np.array([rate]), given_, 0.0)}[name]
    first, last = opinions_after(name, network, params_of(name, *params), some_seeds(data, network.n), key, 10)
    assert first.min() - 1e-12 <= last.min()
    assert last.max() <= first.max() + 1e-12


@given(st.data(), keys, confidences, st.floats(0.01, 1))
@settings(max_examples=100, deadline=None)
def test_deffuant_conserves_the_mean_where_influence_is_mutual(data, key, confidence, rate):
    n = data.draw(st.integers(1, 12))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=3 * n))
    start = np.array(data.draw(st.lists(shares, min_size=n, max_size=n)))
    _, series = simulate("deffuant", tied(n, pairs), params_of("deffuant", confidence, start, rate, 1e-4), [], key)
    assert series[0, :, 0] == pytest.approx(start.mean(), abs=1e-12)
    assert np.all(np.diff(series[0, :, 1]) <= 1e-12)


@given(st.data(), keys)
@settings(max_examples=50, deadline=None)
def test_with_full_confidence_all_agree(data, key):
    n = data.draw(st.integers(1, 12))
    start = np.array(data.draw(st.lists(shares, min_size=n, max_size=n)))
    for name, params in (("deffuant", (1.5, start, 0.5, 0.001)), ("hegselmann-krause", (1.0, start, 0.001))):
        rows, series = simulate(name, complete(n), params_of(name, *params), [], key, horizon=200)
        assert rows[0, :2].tolist() == [n, 1]
        assert series[0, -1].tolist() == [pytest.approx(start.mean(), abs=0.001), pytest.approx(0.0, abs=1e-6)]


def test_clusters_by_hand():
    far = complete(6)
    start = np.array([0.0, 0.05, 0.1, 0.6, 0.65, 1.0])
    for name, params in (("deffuant", (0.3, start, 0.5, 0.001)), ("hegselmann-krause", (0.3, start, 0.001))):
        rows, _ = simulate(name, far, params_of(name, *params), [], np.uint64(3), horizon=200)
        assert rows[0, :2].tolist() == [3, 3]


@given(st.data(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_friedkin_and_johnsen_end_where_theory_says(data, weighted):
    network, _ = data.draw(networks(min_nodes=1, weighted=weighted))
    start, own = (np.array(data.draw(st.lists(st.floats(0, high), min_size=network.n, max_size=network.n)))
                  for high in (1.0, 0.9))
    _, last = opinions_after("friedkin-johnsen", network, params_of("friedkin-johnsen", own, start, 0.0), [],
                             np.uint64(0), 300)
    assert last == pytest.approx(theory.friedkin_johnsen_limit(network, start, own), abs=1e-9)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_degroot_ends_where_theory_says(data):
    """All are susceptible; a triangle, to which the others are tied, keeps opinions from going round for ever."""
    n = data.draw(st.integers(3, 6))
    pairs = [(0, 1), (1, 2), (0, 2), *((i, data.draw(st.integers(0, i - 1))) for i in range(3, n))]
    start = np.array(data.draw(st.lists(shares, min_size=n, max_size=n)))
    network = tied(n, pairs)
    _, last = opinions_after("friedkin-johnsen", network, params_of("friedkin-johnsen", np.ones(1), start, 0.0), [],
                             np.uint64(0), 1000)
    assert last == pytest.approx(theory.degroot_limit(network, start), abs=1e-9)


@given(st.data(), keys, st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_in_the_end_cultures_are_separate(data, key, features):
    """Neighbours share all traits or none; with one trait only, regions are the parts of the network."""
    network, arcs = data.draw(networks(min_nodes=1, max_nodes=8))
    whole = nx.Graph([(i, i) for i in range(network.n)] + [(i, j) for i, j, _ in arcs])
    parts = nx.number_connected_components(whole)
    one, _ = simulate("axelrod", network, params_of("axelrod", features, 1), [], key)
    assert one[0, 1:].tolist() == [parts, 0]
    several, series = simulate("axelrod", network, params_of("axelrod", features, 3), [], key, horizon=2000)
    assert several[0, 1] >= parts
    assert features > 1 or several[0, 2] == 0
    if network.symmetric:
        assert series[0, -1, 0] == 0


@pytest.mark.parametrize(("name", "values", "message"), [
    ("deffuant", {"confidence": 0.2, "opinion": 1.5}, r"opinion: must lie between 0 and 1 \(got 1.5\)"),
    ("hegselmann-krause", {"confidence": 0.2, "opinion": Uniform(low=-0.5, high=1.0)}, r"opinion: .*\(got low = -0.5"),
    ("friedkin-johnsen", {"susceptibility": Normal(mean=0.5, sd=0.1, high=2.0)}, r"susceptibility: .*\(got high = 2"),
    ("deffuant", {"confidence": 0.2, "opinion": PowerOfDegree(factor=1.0, exponent=1.0, high=9.0)}, r"got high = 9"),
    ("deffuant", {"confidence": 0.2, "rate": 0.0}, "rate: must be above 0"),
    ("hegselmann-krause", {"confidence": 0.2, "tolerance": 1e-9}, "tolerance: must be at least 1e-06"),
    ("axelrod", {"features": 5, "traits": 100_000}, "traits: must be at most 65536"),
    ("q-voter", {"q": 0}, "q: must be at least 1"),
])
def test_parameters_out_of_range_are_refused(name, values, message):
    with pytest.raises(UsageError, match=message):
        model_parameters(models.find(name), values)


@pytest.mark.parametrize(("name", "field", "others"), [
    ("deffuant", "opinion", {"confidence": 0.2}), ("hegselmann-krause", "opinion", {"confidence": 0.2}),
    ("friedkin-johnsen", "susceptibility", {}), ("friedkin-johnsen", "opinion", {"susceptibility": 0.5})])
def test_values_of_the_network_out_of_range_are_refused(name, field, others):
    model, column = models.find(name), {"x": np.array([0.5, 1.0, 1.25])}
    params = model_parameters(model, {field: Attribute(attribute="x"), **others})
    values = resolve(model.Params, params, complete(3), column, Stream(np.uint64(0), np.uint64(0)))
    with pytest.raises(NetworkError, match=rf"as {field} must lie between 0 and 1 \(got 1.25 of node 2\)"):
        model.allocate(Single(complete(3)), values)
