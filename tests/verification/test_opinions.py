"""Opinions and cultures against what is known exactly of them, with z-scores."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from simcore import models, seeding, theory
from simcore.engine import plain
from simcore.model import Single
from simcore.network.csr import from_arcs
from simcore.rng import Stream
from tests.simulation import as_read_by

pytestmark = pytest.mark.verification
KEY = np.uint64(19750901)


def tied(graph):
    return from_arcs(len(graph), *np.transpose(graph.edges), undirected=True).network


CLUB = tied(nx.karate_club_graph())
LATTICE = tied(nx.convert_node_labels_to_integers(nx.grid_2d_graph(10, 10)))


def one_way():
    """Return a directed network in which everybody can reach everybody, and some are heard by many."""
    n, rng = 30, np.random.default_rng(5)
    source = np.concatenate([np.arange(n), rng.integers(0, 6, 40), rng.integers(0, n, 40)])
    target = np.concatenate([np.roll(np.arange(n), -1), rng.integers(0, n, 80)])
    return from_arcs(n, source, target).network


def outcomes(name, network, params, seeds, replicates, horizon):
    model = models.find(name)
    rows, _ = plain.run(model, Single(as_read_by(model, network)), model.Params(*params),
                        seeding.given(network, seeds, replicates), KEY, 0, horizon, False)
    return rows.T


def check(values, expected):
    values = np.asarray(values, np.float64)
    z = (values.mean() - expected) / (values.std() / np.sqrt(values.size))
    print(f"{values.mean():.5f}, expected {expected:.5f}, z = {z:+.2f}")
    assert abs(z) < 4


def ones(network, seeds):
    start = np.zeros(network.n)
    start[seeds] = 1.0
    return start


@pytest.mark.parametrize(("network", "seeds"), [
    (CLUB, [33]), (CLUB, [0, 11]), (one_way(), [1]), (one_way(), [20, 3])])
def test_all_voters_end_with_an_opinion_as_often_as_its_holders_are_heard(network, seeds):
    size, _ = outcomes("voter", network, (), seeds, 20_000, 100_000)
    assert set(size) == {0.0, network.n}
    check(size > 0, theory.voter_fixation(network, ones(network, seeds), synchronous=False))


@pytest.mark.parametrize("network", [CLUB, one_way()])
def test_voters_keep_their_weighted_mean(network):
    """The mean weighted by how much each is heard: where influence is mutual, by degree."""
    model, seeds = models.find("voter"), np.arange(0, network.n, 3, dtype=np.uint32)
    where = Single(as_read_by(model, network))
    weight, found = theory.influence_weights(network), []
    state = model.allocate(where, model.Params())
    for w in range(4_000):
        stream = Stream(KEY, np.uint64(w))
        model.reset(where, model.Params(), state, seeds, stream)
        for t in range(1, 4):
            model.step(where, model.Params(), state, stream, t)
        found.append(weight @ state.opinion)
    check(found, weight @ ones(network, seeds))
    plain = np.full(network.n, 1.0 / network.n)  # the unweighted mean is not kept
    assert abs(plain @ ones(network, seeds) - weight @ ones(network, seeds)) > 0.02


@pytest.mark.parametrize(("q", "noise", "k"), [(1, 0.0, 5), (2, 0.2, 7), (3, 0.5, 8), (4, 0.1, 9)])
def test_q_voters_who_all_meet_are_a_birth_and_death_chain(q, noise, k):
    n = 20

    def agree(number):  # q of the n - 1 others whom a node asks, of whom this number agree
        return (number / (n - 1)) ** q
    ratios = []  # of the chances to lose a one and to gain one
    for i in range(1, n):
        gain = agree(i) + noise * (1 - agree(i) - agree(n - i - 1))
        lose = agree(n - i) + noise * (1 - agree(n - i) - agree(i - 1))
        ratios.append(i * lose / ((n - i) * gain))
    odds = np.cumprod([1.0, *ratios])
    size, _ = outcomes("q-voter", tied(nx.complete_graph(n)), (q, noise), range(k), 20_000, 100_000)
    check(size == n, odds[:k].sum() / odds.sum())


@pytest.mark.parametrize("noise", [0.1, 0.6])
def test_a_pair_of_the_majority_model_agrees_but_for_the_noise(noise):
    size, _ = outcomes("majority", tied(nx.path_graph(2)), (noise,), [0], 20_000, 50)
    check(size != 1, 1 - noise)


@pytest.mark.parametrize(("features", "traits"), [(3, 5), (5, 10)])
def test_a_pair_becomes_one_culture_if_it_has_anything_in_common(features, traits):
    _, regions, _ = outcomes("axelrod", tied(nx.path_graph(2)), (features, traits), [], 20_000, 10_000)
    check(regions == 1, 1 - (1 - 1 / traits) ** features)


@pytest.mark.parametrize(("features", "traits", "expected", "error"), [
    (5, 5, 1.05, 0.02), (5, 10, 4.66, 0.32), (5, 15, 21.6, 1.0), (10, 15, 1.71, 0.11), (15, 15, 1.03, 0.02)])
def test_regions_of_a_lattice(features, traits, expected, error):
    """Against the means of 100 runs of another program, near those of 10 in Axelrod's (1997) Table 2."""
    _, regions, duration = outcomes("axelrod", LATTICE, (features, traits), [], 100, 20_000)
    z = (regions.mean() - expected) / np.hypot(regions.std() / 10, error)
    print(f"{regions.mean():.2f}, expected {expected} +- {error}, z = {z:+.2f}")
    assert duration.max() < 20_000
    assert abs(z) < 4
