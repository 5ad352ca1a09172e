"""Random networks of given degrees, blocks, triangles or answers: against plain twins, and against theory."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcore.errors import NetworkError
from simcore.network import configuration as module
from simcore.network.blocks import blocks, degree_corrected, drawn_weights, probabilities
from simcore.network.clustered import holme_kim, reciprocal
from simcore.network.configuration import assortativity, configuration, correlated, drawn_degrees
from simcore.network.csr import from_arcs
from simcore.network.degrees import table
from simcore.network.influence import Classes, influence
from simcore.network.lattices import ring_lattice
from simcore.network.poisson import poisson
from simcore.network.preferential import barabasi_albert
from simcore.network.regular import complete, path, ring
from simcore.network.rewiring import rewired, shuffled
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
    pmfs,
    poisson_pmf,
    tabled,
    ties,
    triangles,
)
from tests.naive import blocks as naive_blocks
from tests.naive import clustered as naive_clustered
from tests.naive import configuration as naive_configuration
from tests.naive import influence as naive_influence
from tests.naive import rewiring as naive_rewiring

shares = st.floats(0, 1) | st.sampled_from([0.0, 0.5, 1.0])


# --- twins ------------------------------------------------------------------------------------------------

@st.composite
def networks(draw):
    n = draw(st.integers(0, 12))
    rows = draw(st.lists(st.tuples(*2 * [st.integers(0, max(n - 1, 0))]), max_size=30 if n else 0))
    return from_arcs(n, [i for i, _ in rows], [j for _, j in rows], undirected=draw(st.booleans())).network


@given(networks(), st.floats(0, 5), keys)
def test_shuffled_equals_its_twin(network, swaps_per_tie, key):
    found = shuffled(network, swaps_per_tie, np.uint64(key))
    proposals = round(swaps_per_tie * network.arcs / (2 if network.symmetric else 1))
    assert arcs(found) == naive_rewiring.shuffled(arcs(network), network.symmetric, proposals, key)
    assert np.array_equal(found.out_degree, network.out_degree)
    assert np.array_equal(found.in_degree, network.in_degree)
    assert found.symmetric == network.symmetric


@given(networks(), shares, keys)
def test_rewired_equals_its_twin(network, share, key):
    found = rewired(network, share, np.uint64(key))
    assert arcs(found) == naive_rewiring.rewired(network.n, arcs(network), network.symmetric, share, key)
    assert found.symmetric == network.symmetric
    assert network.symmetric or np.array_equal(found.out_degree, network.out_degree)


@given(st.integers(0, 60), laws, keys)
def test_drawn_degrees_equal_their_twin(n, law, key):
    stubs = naive_influence.stubs(n, tabled(law), key, naive_influence.NETWORK_COUNT)
    assert drawn_degrees(n, law, np.uint64(key)).tolist() == [stubs.count(i) for i in range(n)]


@given(st.lists(st.integers(0, 6), max_size=20), keys)
def test_configuration_equals_its_twin(degrees, key):
    built = configuration(np.array(degrees, np.int64), np.uint64(key))
    assert (ties(built.network), *built[1:]) == naive_configuration.configuration(degrees, key)


@given(st.lists(st.integers(0, 6), max_size=15), st.floats(-1, 1), keys)
def test_correlated_equals_its_twin(degrees, wanted, key):
    network = configuration(degrees, np.uint64(key)).network
    exact = naive_configuration.assortativity(arcs(network))
    assert assortativity(network) == pytest.approx(math.nan if exact is None else float(exact), nan_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PROPOSALS", 5)
        twin = naive_configuration.correlated(arcs(network), wanted, key, 5 * network.arcs // 2)
        if twin is None:
            with pytest.raises(NetworkError, match=r"out of reach|all the same"):
                correlated(network, wanted, np.uint64(key))
        else:
            assert arcs(correlated(network, wanted, np.uint64(key))) == twin


@st.composite
def block_models(draw):
    sizes = draw(st.lists(st.integers(0, 6), max_size=4))
    entry = st.floats(0, 0.99) | st.just(0.0)
    upper = {pair: draw(entry) for pair in itertools.combinations_with_replacement(range(len(sizes)), 2)}
    return sizes, [[upper[min(r, s), max(r, s)] for s in range(len(sizes))] for r in range(len(sizes))]


def matrix(model):
    return np.array(model[1]).reshape(2 * [len(model[0])])


@given(block_models(), keys)
def test_blocks_equal_their_twin(model, key):
    found = blocks(model[0], matrix(model), np.uint64(key))
    assert ties(found) == naive_blocks.blocks(*model, key)


@given(block_models(), keys, st.data())
def test_degree_corrected_equals_its_twin(model, key, data):
    sizes, flow = model[0], matrix(model) * np.array(model[0], int)
    weights = []
    for size in filter(None, sizes):
        drawn = st.lists(st.floats(0, 9), min_size=size, max_size=size)
        weights += data.draw(drawn.filter(lambda some: sum(some) > 0))
    built = degree_corrected(sizes, flow, weights, np.uint64(key))
    assert (ties(built.network), *built[1:]) == \
        naive_blocks.degree_corrected(sizes, flow.tolist(), weights, key)


@given(st.lists(st.integers(0, 6), max_size=4), st.data(), keys)
def test_drawn_weights_equal_their_twin(sizes, data, key):
    laws = [data.draw(pmfs) for _ in sizes]
    assert drawn_weights(sizes, laws, np.uint64(key)).tolist() == \
        naive_blocks.weights(sizes, [table(law).below.tolist() for law in laws], key)


@given(st.integers(1, 25).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))), shares, keys)
def test_holme_kim_equals_its_twin(shape, triads, key):
    network = holme_kim(*shape, triads, np.uint64(key))
    assert ties(network) == naive_clustered.holme_kim(*shape, triads, key)
    if triads == 0:
        assert network.digest() == barabasi_albert(*shape, np.uint64(key)).digest()


@given(st.integers(0, 40), st.floats(0, 0.95), shares, keys)
def test_reciprocal_equals_its_twin(n, density, reciprocity, key):
    mean_degree = min(density * max(n - 1, 0) / (2 - reciprocity), 8.0)
    network = reciprocal(n, mean_degree, reciprocity, np.uint64(key))
    assert arcs(network) == naive_clustered.reciprocal(n, mean_degree, reciprocity, key)
    assert not network.symmetric


# --- refusals ---------------------------------------------------------------------------------------------

WEIGHTED = from_arcs(3, [0], [1], [2.0]).network


@pytest.mark.parametrize(("build", "value"), [
    (lambda: configuration([1, -1], KEY), "-1"),
    (lambda: configuration([0.5], KEY), "float64"),
    (lambda: configuration([2**32, 2**32], KEY), str(2**33)),
    (lambda: configuration([2, 2, 2, 1, 1], KEY, 1.5), "1.5"),
    (lambda: configuration([2, 2, 2], KEY, 0.0), "all the same"),
    (lambda: correlated(influence(9, np.eye(3)[2], None, KEY).network, 0.1, KEY), "directed"),
    (lambda: drawn_degrees(9, np.array([0.5, 0.4]), KEY), "0.9"),
    (lambda: drawn_degrees(9, Classes(2.0, np.ones(1), np.ones(1)), KEY), "2.0"),
    (lambda: blocks([2.5], [[0.1]], KEY), "2.5"),
    (lambda: blocks([2, 3], [[0.1]], KEY), r"\(1, 1\)"),
    (lambda: blocks([2], [[1.0]], KEY), "1.0"),
    (lambda: blocks([2], [[math.nan]], KEY), "nan"),
    (lambda: blocks([2, 2], [[0.1, 0.2], [0.3, 0.1]], KEY), "0.2 from block 0 to 1, 0.3 back"),
    (lambda: probabilities([4, 2], [[0.0, 1.0], [1.0, 0.0]]), "4.0 from block 0 to 1, 2.0 back"),
    (lambda: probabilities([4], [[3.5]]), "3.5"),
    (lambda: degree_corrected([2], [[1.0]], [1.0], KEY), r"\(1,\) for 2"),
    (lambda: degree_corrected([2], [[1.0]], [1.0, -2.0], KEY), "-2.0"),
    (lambda: degree_corrected([2], [[1.0]], [0.0, 0.0], KEY), "0.0 in block 0"),
    (lambda: holme_kim(3, 3, 0.1, KEY), "3 of 3"),
    (lambda: holme_kim(9, 2, 1.1, KEY), "1.1"),
    (lambda: holme_kim(2**31, 2, 0.5, KEY), str(2 * (2**31 - 2))),
    (lambda: reciprocal(9, 3.0, -0.5, KEY), "-0.5"),
    (lambda: reciprocal(9, 4.0, 0.0, KEY), "8.0 of 8"),
    (lambda: reciprocal(9, math.nan, 0.0, KEY), "nan"),
    (lambda: shuffled(ring(5), -1.0, KEY), "-1.0"),
    (lambda: shuffled(ring(5), math.inf, KEY), "inf"),
    (lambda: shuffled(WEIGHTED, 1.0, KEY), "weights"),
    (lambda: rewired(WEIGHTED, 0.5, KEY), "weights"),
    (lambda: rewired(ring(5), 1.5, KEY), "1.5"),
])
def test_impossible_networks_are_refused(build, value):
    with pytest.raises(NetworkError, match=value):
        build()


def test_networks_without_choice_stay_as_they_are():
    for network in (complete(6), path(0), path(1)):
        assert arcs(rewired(network, 1.0, KEY)) == arcs(shuffled(network, 9.0, KEY)) == arcs(network)


def test_mean_degrees_become_probabilities():
    assert probabilities([4, 2, 0], [[1.5, 1.0, 0.0], [2.0, 0.5, 0.0], [0.0, 0.0, 9.0]]).tolist() == \
        [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]


# --- laws -------------------------------------------------------------------------------------------------

def ends(network):
    return np.repeat(np.arange(network.n), network.out_degree), network.out_idx.astype(np.int64)


def answered(network):
    """Return how many arcs have an arc back."""
    source, target = ends(network)
    return np.isin(source * network.n + target, target * network.n + source).sum()


def fit(outcomes, expected):
    """Return the chi-square of outcomes against the shares expected as a normal deviate."""
    number = {outcome: k for k, outcome in enumerate(expected)}
    return chi_square(np.array([number[outcome] for outcome in outcomes]), normed(list(expected.values())))


@large
@pytest.mark.parametrize("degrees", [(1, 1, 1, 1), (2, 2, 1, 1), (3, 2), (3, 1, 1, 2)])
def test_every_matching_of_stubs_is_as_likely(degrees):
    expected = Counter()
    for order in itertools.permutations([i for i, degree in enumerate(degrees) for _ in range(degree)]):
        expected[tuple(sorted(tuple(sorted(tie)) for tie in zip(order[::2], order[1::2], strict=False)))] += 1
    merged = Counter()
    for made, count in expected.items():
        kept = {tie for tie in made if tie[0] != tie[1]}
        loops = sum(i == j for i, j in made)
        merged[tuple(sorted(kept)), loops, len(made) - loops - len(kept)] += count
    built = [configuration(degrees, network_key(11, g)) for g in range(4000)]
    assert abs(fit([(tuple(ties(network)), loops, repeats) for network, loops, repeats in built], merged)) < 4


@large
def test_shuffles_reach_every_network_of_the_same_degrees_alike():
    pairs = list(itertools.combinations(range(6), 2))
    expected = {made: 1 for made in itertools.combinations(pairs, 6)
                if all(sum(i in tie for tie in made) == 2 for i in range(6))}
    assert len(expected) == 70
    hexagon = ring(6)
    found = [shuffled(hexagon, 10, network_key(12, g)) for g in range(7000)]
    assert abs(fit([tuple(ties(network)) for network in found], expected)) < 4
    circle = from_arcs(4, [0, 1, 2, 3], [1, 2, 3, 0]).network
    expected = {tuple(enumerate(to)): 1 for to in itertools.permutations(range(4))
                if all(i != j for i, j in enumerate(to))}
    found = [shuffled(circle, 10, network_key(13, g)) for g in range(4000)]
    assert abs(fit([tuple(arcs(network)) for network in found], expected)) < 4


@large
def test_configuration_keeps_degrees_but_for_what_it_counts():
    degrees = drawn_degrees(20_000, geometric_pmf(5.0), KEY)
    degrees[0] += degrees.sum() % 2
    stubs, pairs = degrees.sum(), np.sum(degrees * (degrees - 1.0)) / 2
    built = [configuration(degrees, network_key(14, g)) for g in range(20)]
    loops, merged = np.array([x[1:] for x in built]).T
    assert [x.network.arcs for x in built] == (stubs - 2 * (loops + merged)).tolist()
    assert all(np.all(x.network.out_degree <= degrees) for x in built)
    for counts, mean in ((loops, pairs / (stubs - 1)), (merged, (pairs / stubs) ** 2)):
        assert abs(counts.sum() - 20 * mean) < 4 * math.sqrt(20 * mean)
    assert all(abs(assortativity(x.network)) * math.sqrt(stubs / 2) < 4 for x in built)


@large
@pytest.mark.parametrize("wanted", [-0.3, -0.05, 0.05, 0.3])
def test_assortativity_is_as_wanted_and_goes_when_shuffled(wanted):
    degrees = drawn_degrees(50_000, poisson_pmf(6.0), KEY)
    plain, led = configuration(degrees, KEY), configuration(degrees, KEY, wanted)
    assert assortativity(led.network) == pytest.approx(wanted, abs=1e-4)
    assert np.array_equal(led.network.out_degree, plain.network.out_degree)
    degrees_there = [led.network.out_degree[nodes] for nodes in ends(led.network)]
    assert np.corrcoef(*degrees_there)[0, 1] == pytest.approx(assortativity(led.network))
    again = shuffled(led.network, 10, KEY)
    assert abs(assortativity(again)) * math.sqrt(again.arcs / 2) < 4


@large
def test_shuffled_arcs_are_answered_by_chance():
    network = reciprocal(20_000, 8.0, 0.6, KEY)
    found = shuffled(network, 10, KEY)
    expected = (np.mean(network.out_degree * network.in_degree) / np.mean(network.out_degree)) ** 2 / 2
    assert abs(answered(found) / 2 - expected) < 4 * math.sqrt(expected)


@large
@pytest.mark.parametrize("undirected", [True, False])
def test_rewired_ties_go_anywhere(undirected):
    n, degree = 30_000, 6
    lattice = ring_lattice(n, degree, 0.0, KEY)
    if not undirected:
        lattice = from_arcs(n, *ends(lattice)).network
    some, everything = rewired(lattice, 0.3, KEY), rewired(lattice, 1.0, KEY)
    assert some.arcs == everything.arcs == lattice.arcs
    before, after = ([n, 1] @ np.array(ends(network)) for network in (lattice, some))
    once = 2 if undirected else 1
    assert abs(binomial(np.isin(before, after).sum() // once, lattice.arcs // once, 0.7)) < 4
    law = poisson_pmf(degree)
    if undirected:  # half of its ties stay with a node, on average, and as many come
        law = np.convolve(stats.binom.pmf(np.arange(degree + 1), degree, 0.5), poisson_pmf(degree / 2))
    assert abs(chi_square(everything.in_degree, law)) < 4
    assert abs(correlation(np.arange(n), everything.in_degree)) < 4
    if not undirected:  # else the ends of a tie are both a source and a target
        assert abs(correlation(*ends(everything))) < 4


@large
def test_blocks_have_their_densities():
    sizes = np.array([30_000, 0, 20_000, 300, 10_000])
    tied = np.array([[1e-4, 0.1, 2e-5, 0.0, 3e-4], [0.1, 0.5, 0.2, 0.3, 0.1], [2e-5, 0.2, 3e-4, 0.001, 0.0],
                     [0.0, 0.3, 0.001, 0.9, 0.01], [3e-4, 0.1, 0.0, 0.01, 0.0]])
    network = blocks(sizes, tied, KEY)
    block = np.repeat(np.arange(5), sizes)
    source, target = ends(network)
    made = np.bincount(5 * block[source] + block[target], source < target, minlength=25).reshape(5, 5)
    for r, s in itertools.combinations_with_replacement(range(5), 2):
        pairs = sizes[r] * sizes[s] if r < s else sizes[r] * (sizes[r] - 1) // 2
        if pairs * tied[r, s]:
            assert abs(binomial(made[r, s], pairs, tied[r, s])) < 4
        else:
            assert made[r, s] == 0
    for r in (0, 2):  # sparse enough for Poisson laws
        assert abs(chi_square(network.out_degree[block == r], poisson_pmf(tied[r] @ sizes))) < 4
    assert abs(chi_square(network.out_degree[block == 4] // 4, quarters(poisson_pmf(tied[4] @ sizes)))) < 4


def quarters(pmf):
    return pmf.reshape(-1, 4).sum(axis=1)


@large
def test_degree_corrected_nodes_have_ties_by_weight():
    sizes, share = np.array([60_000, 40_000]), 0.25
    flow = np.array([[4.0, 1.0], [1.5, 2.0]])
    weights = np.tile([0.0, 0.5, 1.5, 2.0], 25_000)
    built = degree_corrected(sizes, flow, weights, KEY)
    network, block = built.network, np.repeat([0, 1], sizes)
    total = np.sum(sizes @ flow) / 2
    assert abs(network.arcs / 2 + built.self_loops + built.merged - total) < 4 * math.sqrt(total)
    assert built.self_loops + built.merged < 30
    source, target = ends(network)
    across = np.count_nonzero(block[source] < block[target])
    assert abs(across - 60_000) < 4 * math.sqrt(60_000)
    assert not np.any(network.out_degree[weights == 0])
    for r, weight in itertools.product((0, 1), (0.5, 1.5, 2.0)):
        degrees = network.out_degree[(block == r) & (weights == weight)]
        assert degrees.size == share * sizes[r]
        assert abs(chi_square(degrees, poisson_pmf(weight * flow[r].sum()))) < 4


@large
def test_weights_follow_their_laws_and_give_nodes_their_degrees():
    sizes, laws = [40_000, 60_000], [geometric_pmf(5.0), np.eye(4)[3]]
    weights = drawn_weights(sizes, laws, KEY)
    assert abs(chi_square(weights[:40_000].astype(int), laws[0])) < 4
    assert np.all(weights[40_000:] == 3)
    network = degree_corrected(sizes, [[4.5, 0.5], [1 / 3, 8 / 3]], weights, KEY).network
    for weight in (0, 1, 5, 20):  # of nodes that expect so many ties, they have a Poisson number
        degrees = network.out_degree[:40_000][weights[:40_000] == weight]
        expected = weight * 5.0 / weights[:40_000].mean()
        assert abs(degrees.sum() - degrees.size * expected) <= 4 * math.sqrt(degrees.size * expected)
    assert abs(chi_square(network.out_degree[40_000:], poisson_pmf(3.0))) < 4


@large
@pytest.mark.parametrize("triads", [0.3, 1.0])
def test_triads_close_triangles_and_leave_the_degrees_of_preferential_attachment(triads):
    n, m = 100_000, 2
    network = holme_kim(n, m, triads, KEY)
    closed, tried = round(triangles(network)), n - m - 1
    if triads == 1:
        assert closed == tried  # each newcomer's two ties, after the first's, close one
    else:  # the others close some by chance, of the order of those without triads
        by_chance = triangles(barabasi_albert(n, m, KEY))
        assert -4 < binomial(closed, tried, triads) < 4 + 3 * by_chance / math.sqrt(tried)
    k = np.arange(m, 60)
    pmf = np.concatenate([np.zeros(m), 2 * m * (m + 1) / (k * (k + 1.0) * (k + 2.0))])
    assert abs(chi_square(np.minimum(network.out_degree, 60), np.append(pmf, 1 - pmf.sum()))) < 4


@large
@pytest.mark.parametrize("reciprocity", [0.0, 0.25, 0.9, 1.0])
def test_arcs_are_answered_as_wanted(reciprocity):
    n, mean_degree = 50_000, 5.0
    network = reciprocal(n, mean_degree, reciprocity, KEY)
    p, pairs = mean_degree / (n - 1), n * (n - 1) // 2
    both = answered(network) // 2
    one = network.arcs - 2 * both
    assert both == 0 if reciprocity == 0 else abs(binomial(both, pairs, reciprocity * p)) < 4
    assert one == 0 if reciprocity == 1 else abs(binomial(one, pairs, 2 * (1 - reciprocity) * p)) < 4
    source, target = ends(network)
    up = np.count_nonzero(source < target)
    assert abs(binomial(up - both, one, 0.5) if one else 0) < 4
    assert abs(chi_square(network.out_degree, poisson_pmf(mean_degree))) < 4
    assert abs(chi_square(network.in_degree, poisson_pmf(mean_degree))) < 4
    assert abs(correlation(np.arange(n), network.out_degree)) < 4


@large
def test_arcs_that_are_independent_are_answered_like_any_arc():
    n = 1_000
    network = reciprocal(n, 99.9, 0.1, KEY)
    assert abs(binomial(network.arcs, n * (n - 1), 0.1)) < 4
    assert abs(binomial(answered(network) // 2, n * (n - 1) // 2, 0.01)) < 4
    assert abs(binomial(poisson(n, 189.81, KEY).arcs // 2, n * (n - 1) // 2, 0.19)) < 4
