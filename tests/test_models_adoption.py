"""The models in which nodes adopt once and for all against their naive twins, exactly, and what they promise."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models, rng
from simcore.errors import NetworkError
from simcore.mechanisms import adoption, pulling
from simcore.model import SIZE, SPENT, Single
from simcore.network.csr import from_arcs
from simcore.network.poisson import poisson
from tests.naive import bass, complex_contagion, independent_cascade, linear_threshold, threshold, two_trends
from tests.simulation import HORIZON, agree, simulate, some_seeds
from tests.strategies import keys, networks, probabilities, thresholds

replicate = st.integers(0, 100)
advertising = st.one_of(st.just(0.0), probabilities)
rates = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 3))


def params_of(name, *values):
    return models.find(name).Params(*values)


@contextlib.contextmanager
def called_large(whether):
    """Take any network for a large one, if that is wanted."""
    with pytest.MonkeyPatch.context() as patch:
        if whether:
            patch.setattr(adoption, "LARGE", 0)
            patch.setattr(pulling, "FAR", 0)
        yield


def chances(data, arcs):
    """Return a probability for each arc, as the twins and as the kernels have it."""
    plain = {(i, j): data.draw(probabilities) for i, j, _ in arcs}
    return plain, np.array([rng.chance(p) for p in plain.values()] or [0], np.uint64)


@given(st.data(), keys, replicate, st.booleans(), st.booleans(), advertising, st.booleans())
@settings(max_examples=400, deadline=None)
def test_threshold_equals_its_twin(data, key, w, weighted, absolute, hazard, large):
    network, arcs = data.draw(networks(weighted=weighted))
    values = data.draw(st.lists(thresholds, min_size=network.n, max_size=network.n))
    seeds = some_seeds(data, network.n)
    params = params_of("threshold", np.array(values or [0.5]), absolute, hazard)
    with called_large(large):
        rows, trajectory = simulate("threshold", network, params, seeds, key, first=w)
    agree("threshold", rows[0], trajectory[0], threshold.simulate(
        arcs, network.n, values, seeds, int(key), w, absolute=absolute, horizon=HORIZON, scale=network.scale,
        advertising=hazard))


@given(st.data(), keys, replicate, advertising, st.booleans())
@settings(max_examples=400, deadline=None)
def test_independent_cascade_equals_its_twin(data, key, w, hazard, large):
    network, arcs = data.draw(networks())
    plain, live = chances(data, arcs)
    seeds = some_seeds(data, network.n)
    params = params_of("independent-cascade", live, hazard)
    with called_large(large):
        rows, trajectory = simulate("independent-cascade", network, params, seeds, key, first=w)
    agree("independent-cascade", rows[0], trajectory[0], independent_cascade.simulate(
        arcs, network.n, plain, seeds, int(key), w, horizon=HORIZON, advertising=hazard))


@pytest.mark.parametrize(("name", "values"), [
    ("threshold", [np.array([0.18])]), ("independent-cascade", [np.array([rng.chance(0.6)], np.uint64), 0.0])])
def test_on_large_networks_those_who_adopt_in_one_step_stand_in_order(name, values):
    network, model = poisson(1000, 4.0, rng.network_key(3, 0)), models.find(name)
    params = params_of(name, *values)
    layers, stream, seeds = Single(network), rng.Stream(np.uint64(5), np.uint64(0)), np.arange(9, 0, -1, np.uint32)
    listed = []
    for large in (False, True):
        with called_large(large):
            state = model.allocate(layers, params)
        steps, t = [], 0
        active = model.reset(layers, params, state, seeds, stream)
        while active:
            t += 1
            active = model.step(layers, params, state, stream, t)
            steps.append(state.adopted[state.tally[SPENT]:state.tally[SIZE]].tolist())
        assert not state.bits.any()
        listed.append(steps)
    usual, ordered = listed
    assert max(map(len, usual)) > 100
    assert ordered != usual
    assert [sorted(step) for step in usual] == [sorted(step) for step in ordered]
    assert all(step == sorted(step) for step in ordered if len(step) > 1000 // 64 + 1)


@given(st.data(), keys, st.sampled_from([0.1, 0.18, 0.3]), st.sampled_from([1, 251]))
@settings(max_examples=60, deadline=None)
def test_a_step_is_the_same_pulled_or_pushed(data, key, value, seeds):
    network, model, stream = poisson(600, 4.0, key), models.find("threshold"), rng.Stream(key, np.uint64(0))
    advertising = data.draw(st.sampled_from([0.0, 0.05]))
    layers, params = Single(network), params_of("threshold", np.array([value]), False, advertising)
    with called_large(True):
        pulled = model.allocate(layers, params)
        pushed = model.allocate(layers, params)._replace(sources=np.empty(0, np.uint32))
    for state in (pulled, pushed):
        model.reset(layers, params, state, np.arange(seeds, dtype=np.uint32), stream)
    for t in range(1, HORIZON):
        place, last = (np.uint64(pulled.tally[k]) for k in (SPENT, SIZE))
        assert not pulling.pulling_pays(network, pushed, place, last)
        assert model.step(layers, params, pulled, stream, t) == model.step(layers, params, pushed, stream, t)
        np.testing.assert_array_equal(pulled.tally, pushed.tally)
        size = pulled.tally[SIZE]
        np.testing.assert_array_equal(np.sort(pulled.adopted[last:size]), np.sort(pushed.adopted[last:size]))
        np.testing.assert_array_equal(pulled.left[pulled.left > 0], pushed.left[pushed.left > 0])
        assert not pulled.bits.any()


@pytest.mark.parametrize("undirected", [True, False])
def test_steps_are_pulled_once_few_are_left_on_a_symmetric_network(undirected):
    n = 100
    network = from_arcs(n, np.arange(n - 1), np.arange(1, n), undirected=undirected).network
    model, params = models.find("threshold"), params_of("threshold", np.array([0.5]))
    with called_large(True):
        state = model.allocate(Single(network), params)
    for seeds in (5, 95):
        stream = rng.Stream(np.uint64(0), np.uint64(0))
        model.reset(Single(network), params, state, np.arange(seeds, dtype=np.uint32), stream)
        assert pulling.pulling_pays(network, state, np.uint64(0), np.uint64(seeds)) == (undirected and seeds == 95)


@pytest.mark.parametrize("heard", [126, 127, 128, 300])
@pytest.mark.parametrize("needed", [1, 126, 127, 128, 300, 1000])
def test_on_large_networks_needs_take_a_byte_where_a_byte_suffices(heard, needed):
    network = from_arcs(heard + 1, np.arange(1, heard + 1), np.zeros(heard, int)).network
    params = params_of("threshold", np.array([float(needed)]), True, 0.0)
    with called_large(True):
        left = models.find("threshold").allocate(Single(network), params).left
        assert left.dtype == (np.int8 if heard < 127 else np.int32)
        for seeds in (np.arange(1, heard + 1), np.arange(heard + 1)):  # without and with who hears them
            rows, _ = simulate("threshold", network, params, seeds, np.uint64(0))
            assert rows[0, 0] == heard + (seeds[0] == 0 or needed <= heard)


@given(st.data(), keys, replicate, st.booleans())
@settings(max_examples=200, deadline=None)
def test_linear_threshold_equals_its_twin(data, key, w, weighted):
    network, arcs = data.draw(networks(weighted=weighted))
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("linear-threshold", network, params_of("linear-threshold", False), seeds, key, first=w)
    agree("linear-threshold", rows[0], trajectory[0], linear_threshold.simulate(
        arcs, network.n, False, seeds, int(key), w, horizon=HORIZON, scale=network.scale))


@given(st.data(), keys, replicate)
@settings(max_examples=200, deadline=None)
def test_linear_threshold_with_weights_as_given_equals_its_twin(data, key, w):
    n = data.draw(st.integers(1, 8))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), unique=True, max_size=3 * n))
    share = 1 / max(1, n)
    network = from_arcs(n, [i for i, _ in pairs], [j for _, j in pairs],
                        weight=[share * data.draw(st.floats(0.1, 1)) for _ in pairs]).network
    arcs = [(i, int(network.out_idx[a]), int(network.out_weight[a])) for i in range(n)
            for a in range(int(network.out_ptr[i]), int(network.out_ptr[i + 1]))]
    seeds = some_seeds(data, n)
    rows, trajectory = simulate("linear-threshold", network, params_of("linear-threshold", True), seeds, key, first=w)
    agree("linear-threshold", rows[0], trajectory[0], linear_threshold.simulate(
        arcs, n, True, seeds, int(key), w, horizon=HORIZON, scale=network.scale))


def test_linear_threshold_refuses_weights_that_sum_to_more_than_one():
    network = from_arcs(3, [0, 1], [2, 2], weight=[0.6, 0.5]).network
    with pytest.raises(NetworkError, match=r"sum to at most 1 .* \(got 1.1 into node 2\)"):
        models.find("linear-threshold").allocate(Single(network), params_of("linear-threshold", True))


@given(st.data(), keys, replicate, st.integers(1, 4), st.one_of(st.just(0.0), probabilities))
@settings(max_examples=200, deadline=None)
def test_complex_contagion_equals_its_twin(data, key, w, contacts, noise):
    network, arcs = data.draw(networks())
    seeds = some_seeds(data, network.n)
    params = params_of("complex-contagion", contacts, noise)
    rows, trajectory = simulate("complex-contagion", network, params, seeds, key, first=w)
    agree("complex-contagion", rows[0], trajectory[0], complex_contagion.simulate(
        arcs, network.n, contacts, noise, seeds, int(key), w, horizon=HORIZON))


@given(st.data(), keys, replicate)
@settings(max_examples=200, deadline=None)
def test_two_trends_equals_its_twin(data, key, w):
    network, arcs = data.draw(networks())
    (plain, live), (rival, rival_live) = chances(data, arcs), chances(data, arcs)
    seeds = some_seeds(data, network.n)
    rows, trajectory = simulate("two-trends", network, params_of("two-trends", live, rival_live), seeds, key, first=w)
    agree("two-trends", rows[0], trajectory[0], two_trends.simulate(
        arcs, network.n, plain, rival, seeds, int(key), w, horizon=HORIZON))


@given(st.data(), keys, replicate, st.booleans(), rates, rates, st.floats(0.01, 2), advertising)
@settings(max_examples=200, deadline=None)
def test_bass_equals_its_twin(data, key, w, weighted, innovation, imitation, dt, hazard):
    network, arcs = data.draw(networks(weighted=weighted))
    seeds = some_seeds(data, network.n)
    params = params_of("bass", innovation, imitation, dt, hazard)
    rows, trajectory = simulate("bass", network, params, seeds, key, first=w)
    agree("bass", rows[0], trajectory[0], bass.simulate(
        arcs, network.n, innovation, imitation, dt, seeds, int(key), w, horizon=HORIZON, advertising=hazard))


@given(st.data(), keys, probabilities)
@settings(max_examples=100, deadline=None)
def test_without_a_rival_two_trends_are_one_cascade(data, key, p):
    network, _ = data.draw(networks(min_nodes=1))
    live = np.array([rng.chance(p)], np.uint64)
    alone, _ = simulate("independent-cascade", network, params_of("independent-cascade", live), [0], key, replicates=5)
    trends, _ = simulate("two-trends", network, params_of("two-trends", live, live), [0], key, replicates=5)
    assert trends[:, 0].tolist() == alone[:, 0].tolist()
    assert not trends[:, 1].any()


@given(st.data(), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_complex_contagion_without_noise_is_an_absolute_threshold(data, contacts):
    network, _ = data.draw(networks(min_nodes=1))
    seeds = some_seeds(data, network.n)
    _, counted = simulate("complex-contagion", network, params_of("complex-contagion", contacts), seeds, np.uint64(0))
    _, absolute = simulate("threshold", network, params_of("threshold", np.array([float(contacts)]), True), seeds,
                           np.uint64(0))
    assert counted.tolist() == absolute.tolist()


@given(st.data(), keys, probabilities, probabilities)
@settings(max_examples=100, deadline=None)
def test_more_advertising_wins_more_under_the_same_luck(data, key, p, q):
    network, _ = data.draw(networks(min_nodes=1))
    low, high = (simulate("threshold", network, params_of("threshold", np.array([0.4]), False, hazard), [0], key)[1]
                 for hazard in sorted((p, q)))
    assert np.all(low[:, :, 0] <= high[:, :, 0])
