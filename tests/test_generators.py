"""Every generator against its plain twin, arc by arc, and against the law it stands for, at fixed keys."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from simcore.errors import NetworkError
from simcore.network.degrees import table
from simcore.network.influence import Classes, influence
from simcore.network.lattices import ring_lattice
from simcore.network.poisson import poisson
from simcore.network.preferential import barabasi_albert
from simcore.network.regular import complete, path, ring, star
from simcore.rng import network_key
from tests.generated import (
    KEY,
    arcs,
    binomial,
    chi_square,
    correlation,
    geometric_pmf,
    keys,
    large,
    laws,
    normed,
    poisson_pmf,
    tabled,
    ties,
    triangles,
)
from tests.naive import influence as naive_influence
from tests.naive import poisson as naive_poisson
from tests.naive import preferential as naive_preferential
from tests.naive import small_world as naive_small_world

sizes = st.integers(0, 60)


# --- twins ------------------------------------------------------------------------------------------------

@settings(deadline=None)
@given(sizes, laws, st.none() | laws, keys)
def test_influence_equals_its_twin(n, out_law, in_law, key):
    built = influence(n, out_law, in_law, np.uint64(key))
    twin = naive_influence.influence(n, tabled(out_law), in_law if in_law is None else tabled(in_law), key)
    assert (arcs(built.network), built.self_loops, built.merged) == twin
    assert not built.network.symmetric


def whole(law):
    """Return the probability of each degree of a random node."""
    if not isinstance(law, Classes):
        return law
    length = max(law.first.size, law.rest.size)
    first, rest = (np.pad(part / part.sum(), (0, length - part.size)) for part in (law.first, law.rest))
    return law.share * first + (1 - law.share) * rest


@settings(deadline=None)
@given(sizes, laws, laws, st.floats(-1, 1) | st.sampled_from([-1.0, 1.0]), keys)
def test_correlated_influence_equals_its_twin(n, out_law, in_law, correlation, key):
    built = influence(n, out_law, in_law, np.uint64(key), correlation=correlation)
    following = correlation, *(table(whole(law)).below.tolist() for law in (out_law, in_law))
    twin = naive_influence.influence(n, tabled(out_law), tabled(in_law), key, following if correlation else None)
    assert (arcs(built.network), built.self_loops, built.merged) == twin


@settings(deadline=None)
@given(sizes.flatmap(lambda n: st.tuples(st.just(n), st.integers(0, max(n - 1, 0) // 2))),
       st.floats(0, 1) | st.sampled_from([0.0, 0.5, 1.0]), keys)
def test_watts_strogatz_equals_its_twin(shape, rewiring, key):
    n, half = shape
    assert ties(ring_lattice(n, 2 * half, rewiring, np.uint64(key))) == \
        naive_small_world.ties(n, 2 * half, rewiring, key)


@settings(deadline=None)
@given(sizes.flatmap(lambda n: st.tuples(st.just(n), st.integers(0, max(n - 1, 0)))), keys)
def test_barabasi_albert_equals_its_twin(shape, key):
    n, m = shape
    assert ties(barabasi_albert(n, m, np.uint64(key))) == naive_preferential.ties(n, m, key)


@settings(deadline=None)
@given(sizes, st.floats(0, 1, exclude_max=True), keys)
def test_poisson_equals_its_twin(n, density, key):
    mean_degree = min(density * max(n - 1, 0), 0.99 * max(n - 1, 0), 20.0)
    assert ties(poisson(n, mean_degree, np.uint64(key))) == naive_poisson.ties(n, mean_degree, key)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7])
def test_regular_networks_have_the_ties_they_are_named_for(n):
    steps = [(i, i + 1) for i in range(n - 1)]
    assert ties(complete(n)) == [(i, j) for i in range(n) for j in range(i + 1, n)]
    assert ties(star(n)) == [(0, j) for j in range(1, n)]
    assert ties(path(n)) == steps
    assert ties(ring(n)) == sorted(steps + [(0, n - 1)] * (n > 2))


# --- refusals ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("build", [
    lambda: ring_lattice(10, 3, 0.1, KEY),
    lambda: ring_lattice(10, 10, 0.1, KEY),
    lambda: ring_lattice(10, -2, 0.1, KEY),
    lambda: ring_lattice(10, 4, 1.5, KEY),
    lambda: ring_lattice(10, 4, math.nan, KEY),
    lambda: barabasi_albert(3, 3, KEY),
    lambda: barabasi_albert(3, -1, KEY),
    lambda: barabasi_albert(2**31, 2, KEY),
    lambda: influence(3, Classes(1.1, np.ones(1), np.ones(1)), None, KEY),
    lambda: influence(3, np.ones(1), np.ones(1), KEY, correlation=1.1),
    lambda: influence(3, np.ones(1), np.ones(1), KEY, correlation=math.nan),
    lambda: influence(3, np.ones(1), None, KEY, correlation=0.5),
])
def test_impossible_networks_are_refused(build):
    with pytest.raises(NetworkError):
        build()


# --- laws -------------------------------------------------------------------------------------------------

POWER_LAW = normed((np.arange(5001) + 3.0) ** -2.5)


@large
@pytest.mark.parametrize("mean_degree", [0.5, 4.0, 30.0])
def test_poisson_networks_have_poisson_degrees(mean_degree):
    n = 50_000
    network = poisson(n, mean_degree, KEY)
    pairs = n * (n - 1) // 2
    assert abs(binomial(network.arcs // 2, pairs, mean_degree / (n - 1))) < 4
    assert abs(chi_square(network.out_degree, poisson_pmf(mean_degree))) < 4
    source = np.repeat(np.arange(n), network.out_degree)
    apart = np.abs(source - network.out_idx)[source < network.out_idx]
    evenly = -np.diff((1 - np.arange(51) / 50) ** 2)  # of pairs drawn evenly, by distance
    assert abs(chi_square(apart * 50 // n, evenly)) < 4


@large
@pytest.mark.parametrize("out_law", [poisson_pmf(4.0), geometric_pmf(4.0), POWER_LAW],
                         ids=["poisson", "geometric", "power-law"])
@pytest.mark.parametrize("in_law", [None, geometric_pmf(6.0)], ids=["even", "geometric"])
def test_influence_degrees_follow_their_laws_independently(out_law, in_law):
    n = 100_000
    built = influence(n, out_law, in_law, KEY)
    network = built.network
    assert abs(chi_square(network.out_degree, out_law)) < 4
    assert built.self_loops + built.merged < 0.01 * network.arcs
    thin = network.arcs / n / 6.0  # in-stubs are more, and a random part of them stays alone
    in_pmf = poisson_pmf(network.arcs / n) if in_law is None else geometric_pmf(6.0 * thin)
    assert abs(chi_square(network.in_degree, in_pmf)) < 4
    assert abs(correlation(network.out_degree, network.in_degree)) < 4
    assert abs(correlation(np.arange(n), network.in_degree)) < 4
    source = np.repeat(np.arange(n), network.out_degree)
    assert abs(correlation(source, network.out_idx)) < 4


def bound(out_law, in_law, sign):
    """Return the largest (smallest) correlation of degrees that follow these laws: that of equal (opposite) ranks."""
    rank = (np.arange(10**6) + 0.5) / 10**6
    out_degree = np.searchsorted(np.cumsum(out_law), rank)
    in_degree = np.searchsorted(np.cumsum(in_law), rank if sign > 0 else 1 - rank)
    return np.corrcoef(out_degree, in_degree)[0, 1]


@large
@pytest.mark.parametrize("out_law", [poisson_pmf(5.0), Classes(0.1, poisson_pmf(20.0), poisson_pmf(10 / 3))],
                         ids=["poisson", "classes"])
@pytest.mark.parametrize("wanted", [-1.0, -0.4, 0.25, 1.0])
def test_in_degrees_follow_out_degrees_as_wanted(out_law, wanted):
    n, in_law = 20_000, geometric_pmf(5.0)
    found, ranks = [], []
    for g in range(8):
        network = influence(n, out_law, in_law, network_key(23, g), correlation=wanted).network
        found.append(np.corrcoef(network.out_degree, network.in_degree)[0, 1])
        ranks.append(stats.spearmanr(network.out_degree, network.in_degree)[0])
        assert abs(chi_square(network.in_degree, geometric_pmf(network.in_degree.mean()))) < 4
    expected = abs(wanted) * bound(whole(out_law), in_law, wanted)
    lost = 2e-3  # to stubs that meet nobody, or a node twice
    assert abs(np.mean(found) - expected) < 4 * np.std(found, ddof=1) / math.sqrt(8) + lost
    assert np.mean(ranks) == pytest.approx(wanted, abs=0.05)  # less than that of ranks drawn among equals


@large
def test_surplus_out_stubs_are_left_out_evenly():
    n = 100_000
    built = influence(n, np.eye(6)[5], geometric_pmf(4.0), KEY)
    network = built.network
    assert abs(chi_square(network.in_degree, geometric_pmf(4.0))) < 4
    kept = network.arcs / (5 * n)
    k = np.arange(6)
    assert abs(chi_square(network.out_degree, special.binom(5, k) * kept**k * (1 - kept) ** (5 - k))) < 4
    assert abs(correlation(np.arange(n), network.out_degree)) < 4


@large
def test_constant_out_degrees_are_constant():
    n = 100_000
    built = influence(n, np.eye(5)[4], None, KEY)
    assert built.network.arcs == 4 * n - built.self_loops - built.merged
    assert np.count_nonzero(built.network.out_degree != 4) <= built.self_loops + built.merged < 100


@large
@pytest.mark.parametrize("factor", [4, 40])
def test_two_classes_have_their_own_out_degrees(factor):
    n, base = 200_000, 4.0 / (0.9 + 0.1 * factor)
    many, few = poisson_pmf(factor * base), poisson_pmf(base)
    network = influence(n, Classes(0.1, many, few), None, KEY).network
    assert abs(chi_square(network.out_degree[: n // 10], many)) < 4
    assert abs(chi_square(network.out_degree[n // 10 :], few)) < 4
    assert abs(correlation(np.arange(n) < n // 10, network.in_degree)) < 4


@pytest.mark.parametrize("neighbours", [2, 4, 10])
def test_ring_lattices_have_the_clustering_known(neighbours):
    n = 100
    network = ring_lattice(n, neighbours, 0.0, KEY)
    assert network.arcs == n * neighbours
    clustering = 3 * triangles(network) / (n * neighbours * (neighbours - 1) / 2)
    assert clustering == pytest.approx(3 * (neighbours - 2) / (4 * (neighbours - 1)))


@large
@pytest.mark.parametrize("rewiring", [0.1, 0.5, 1.0])
def test_rewired_lattices_keep_what_watts_and_strogatz_say(rewiring):
    n, neighbours = 20_000, 6
    networks = [ring_lattice(n, neighbours, rewiring, network_key(7, g)) for g in range(10)]
    assert all(network.arcs == n * neighbours for network in networks)
    counts = np.array([triangles(network) for network in networks])
    by_chance = (neighbours * rewiring) ** 3 / 6
    expected = n * 3 * (1 - rewiring) ** 3 + by_chance
    assert abs(counts.mean() - expected) < 4 * counts.std(ddof=1) / math.sqrt(10) + neighbours**3 / 6
    distance = []
    for network in networks:
        source = np.repeat(np.arange(n), network.out_degree)
        apart = np.abs(source - network.out_idx)[source < network.out_idx]
        distance.append(np.minimum(apart, n - apart))
    distance = np.concatenate(distance)
    far = distance[distance > neighbours // 2]
    left_near = neighbours / n * rewiring / 2  # places that others left, half way round, are near
    assert abs(binomial(far.size, distance.size, rewiring * (1 - left_near))) < 4
    bins = (far - neighbours // 2 - 1) * 50 // (n // 2 - neighbours // 2)
    assert abs(chi_square(bins, np.full(50, 0.02))) < 4


def test_a_node_tied_to_all_others_keeps_its_ties():
    assert ties(ring_lattice(7, 6, 1.0, KEY)) == ties(complete(7))


@large
@pytest.mark.parametrize("m", [1, 2, 4])
def test_preferential_attachment_has_its_degrees(m):
    n = 100_000
    degrees = barabasi_albert(n, m, KEY).out_degree
    assert degrees.sum() == 2 * m * (n - m)
    assert abs(binomial(np.count_nonzero(degrees == m), n, 2 / (m + 2))) < 4
    k = np.arange(m, 60)
    pmf = np.concatenate([np.zeros(m), 2 * m * (m + 1) / (k * (k + 1.0) * (k + 2.0))])
    pmf = np.append(pmf, 1 - pmf.sum())
    assert abs(chi_square(np.minimum(degrees, 60), pmf)) < 4
