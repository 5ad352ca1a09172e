"""Networks of groups and of correlated degrees: against one group, a naive twin, and simulation."""

import math
from math import comb

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import simcore
from simcore import rng
from simcore.network.blocks import blocks, probabilities
from simcore.network.csr import from_arcs
from simcore.network.degree_laws import constant, in_top, poisson
from simcore.theory import (
    ThresholdLaw,
    assortative,
    asynchronous_time_course,
    asynchronous_time_course_in_groups,
    by_degree,
    degree_correlated,
    degree_laws,
    final_size,
    final_size_given_global,
    final_size_in_groups,
    first_open,
    gain,
    gain_matrix,
    modular,
    stochastic_blocks,
    time_course,
    time_course_in_groups,
    triggering,
    triggering_in_groups,
)

PHI = 0.18
SIZES, DEGREES = [0.3, 0.7], [[5.0, 0.7], [0.3, 2.0]]


# One group, or several that are not told apart --------------------------------------------------------------


@given(z=st.floats(0.3, 7.0), phi=st.floats(0.1, 0.6), share=st.floats(0.0, 0.2), kind=st.sampled_from(
    ["one group", "two alike", "every degree"]))
@example(z=1.0, phi=0.5, share=1.2613845163408094e-159, kind="one group")
@example(z=4.0, phi=0.18, share=5e-324, kind="two alike")
@settings(max_examples=40)
def test_groups_that_make_no_difference(z, phi, share, kind):
    law = poisson(z)
    if kind == "one group":
        groups = modular([1.0], [law], [[1.0]])
    elif kind == "two alike":
        groups = modular([0.4, 0.6], [law, law], np.outer([0.4, 0.6], [0.4, 0.6]))
    else:
        groups = assortative(law, 0.0)
    shares = [share] * len(groups.sizes)
    alone = triggering(law, phi)
    found = triggering_in_groups(groups, phi)
    assert found.gain == pytest.approx(alone.gain, rel=1e-9)
    assert groups.sizes @ found.p_global == pytest.approx(alone.p_global, abs=1e-7)
    tied = groups.mixing.any(axis=1)
    assert found.u[tied] == pytest.approx(alone.u, abs=1e-7)
    size = final_size(law, phi, seed_share=share)
    assert groups.sizes @ final_size_in_groups(groups, phi, seed_shares=shares) == pytest.approx(size, abs=1e-6)
    course = time_course_in_groups(groups, phi, seed_shares=shares, steps=5)
    assert course @ groups.sizes == pytest.approx(time_course(law, phi, seed_share=share, steps=5), abs=1e-12)
    random = asynchronous_time_course_in_groups(groups, phi, seed_shares=shares, times=[0.0, 2.0])
    assert random @ groups.sizes == pytest.approx(
        asynchronous_time_course(law, phi, seed_share=share, times=[0.0, 2.0]), abs=1e-7)


def test_degrees_as_groups_take_seeds_by_degree():
    law, share = poisson(7.0), 0.0012
    groups = assortative(law, 0.0)
    top = in_top(law, share)
    for thresholds in (PHI, [PHI] * len(groups.sizes)):
        found = groups.sizes @ final_size_in_groups(groups, thresholds, seed_shares=list(top))
        assert found == pytest.approx(final_size(law, PHI, seed_share=share, seed_share_by_degree=top), abs=1e-9)
    one = modular([1.0], [law], [[1.0]])
    assert final_size_in_groups(one, PHI, seed_shares=[top])[0] == pytest.approx(found, abs=1e-9)


def test_groups_without_ties_between_them_are_networks_of_their_own():
    laws = [poisson(4.0), poisson(6.0)]
    groups = modular([0.6, 0.4], laws, np.diag([0.5, 0.5]))
    found = triggering_in_groups(groups, PHI)
    alone = [triggering(law, PHI) for law in laws]
    assert found.gain == pytest.approx(alone[0].gain)
    assert found.p_global == pytest.approx([alone[0].p_global, 0.0], abs=1e-9)
    assert final_size_in_groups(groups, PHI, seed_shares=[1e-3, 0.0]) == pytest.approx(
        [final_size(laws[0], PHI, seed_share=1e-3), 0.0])
    thresholds = [PHI, ThresholdLaw.homogeneous(0.1)]
    assert triggering_in_groups(groups, thresholds).p_global[1] == pytest.approx(triggering(laws[1], 0.1).p_global)


def test_fully_assortative_networks_fall_into_regular_ones():
    law = poisson(4.0)
    groups = assortative(law, 1.0)
    found = triggering_in_groups(groups, PHI)
    assert found.gain == pytest.approx(4.0)  # of those with five neighbours
    assert found.p_global == pytest.approx([0.0, 0.0, 0.0, 1.0, 1.0, 1.0] + [0.0] * (len(law) - 6), abs=1e-9)
    limit = final_size_in_groups(groups, PHI, seed_shares=[1e-9] * len(law))
    assert limit[[3, 4, 5]] == pytest.approx([1.0] * 3)
    assert limit[6:] == pytest.approx(0.0, abs=1e-6)


# By hand ----------------------------------------------------------------------------------------------------


def test_gain_matrix_by_hand():
    groups = stochastic_blocks(SIZES, DEGREES)
    assert groups.mixing == pytest.approx(np.array([[5.0 / 5.7, 0.7 / 5.7], [0.3 / 2.3, 2.0 / 2.3]]))
    own = [gain(poisson(5.7), PHI), gain(poisson(2.3), PHI)]
    matrix = gain_matrix(groups, PHI)
    assert matrix == pytest.approx(groups.mixing * own)
    half = (matrix[0, 0] - matrix[1, 1]) / 2
    by_hand = (matrix[0, 0] + matrix[1, 1]) / 2 + math.sqrt(half**2 + matrix[0, 1] * matrix[1, 0])
    assert triggering_in_groups(groups, PHI).gain == pytest.approx(by_hand)


def test_degree_correlations_by_hand():
    """Those with one neighbour are tied to those with four only, and these to one another as well."""
    groups = degree_correlated([0.0, 0.5, 0.0, 0.0, 0.5], np.array(
        [[0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0] * 5, [0] * 5, [0, 1, 0, 0, 3]]) / 5)
    assert gain_matrix(groups, 0.25) == pytest.approx(np.array([[0.0, 3.0], [0.0, 9 / 4]]))
    found = triggering_in_groups(groups, 0.25)
    q = 1.0 - found.u
    assert q[0] == pytest.approx(1.0 - (1.0 - q[1]) ** 3)
    assert q[1] == pytest.approx(0.75 * (1.0 - (1.0 - q[1]) ** 3))
    assert found.p_global == pytest.approx([q[0], 1.0 - (1.0 - q[1]) ** 4])
    assert by_degree(found.u[1], 4) == pytest.approx(found.p_global[1])


def naive_courses(groups, phis, shares, steps):
    """Gleeson's recursion as it is printed."""
    def tipped(k, heard, q, phi):
        need = max(1, math.ceil(phi * k - 1e-9))
        return sum(comb(heard, m) * q**m * (1 - q) ** (heard - m) for m in range(need, heard + 1))

    q, courses = list(shares), [list(shares)]
    for _ in range(steps):
        heard = [sum(e * p for e, p in zip(row, q, strict=True)) for row in groups.mixing]
        whole = list(zip(groups.degree_laws, phis, shares, heard, strict=True))
        courses.append([s + (1 - s) * sum(p * tipped(k, k, h, phi) for k, p in enumerate(law))
                        for law, phi, s, h in whole])
        q = [s + (1 - s) * sum(k * p / degree_laws.mean(law) * tipped(k, k - 1, h, phi)
                               for k, p in enumerate(law) if k) for law, phi, s, h in whole]
    return courses


@pytest.mark.parametrize("phis", [(0.3, 0.3), (0.2, 0.5)])
def test_against_the_naive_twin(phis):
    laws = [[0.1, 0.3, 0.3, 0.3], [0.0, 0.5, 0.0, 0.0, 0.5]]  # 1.8 and 2.5 neighbours
    groups = modular([0.5, 0.5], laws, np.array([[0.8, 1.0], [1.0, 1.5]]) / 4.3)
    shares, needs = [0.05, 0.2], [ThresholdLaw.homogeneous(phi) for phi in phis]
    naive = naive_courses(groups, phis, shares, 500)
    assert time_course_in_groups(groups, needs, seed_shares=shares, steps=20) == pytest.approx(np.array(naive[:21]))
    assert final_size_in_groups(groups, list(phis), seed_shares=shares) == pytest.approx(naive[-1], abs=1e-12)
    late = asynchronous_time_course_in_groups(groups, needs, seed_shares=shares, times=[100.0])
    assert late[0] == pytest.approx(naive[-1], abs=1e-7)


def test_everybody_vulnerable():
    groups = assortative(constant(3), 0.5)
    assert triggering_in_groups(groups, 0.3).u == pytest.approx([0.0], abs=1e-11)
    assert not triggering_in_groups(assortative(constant(2), 0.5), 0.3).p_global.any()
    assert not triggering_in_groups(assortative(constant(0), 0.5), 0.3).p_global.any()


def test_everybody_starts():
    groups = assortative(poisson(4.0), 0.3)
    everybody = [1.0] * len(groups.sizes)
    assert (groups.mixing @ everybody).max() > 1.0  # by rounding
    assert final_size_in_groups(groups, PHI, seed_shares=everybody) == pytest.approx(1.0)
    assert time_course_in_groups(groups, PHI, seed_shares=everybody, steps=2) == pytest.approx(1.0)


def test_the_window_of_a_family_of_groups():
    """How many ties between two groups it takes for one to set off the other, and how many are too many."""
    def margin(between):
        return triggering_in_groups(stochastic_blocks([0.5, 0.5], [[4.0, between], [between, 0.2]]), PHI).gain - 1.0

    low, high = first_open(margin, (0.01, 20.0))
    assert low == 0.01  # the first group cascades on its own
    assert margin(high) == pytest.approx(0.0, abs=1e-9)


# Simulation -------------------------------------------------------------------------------------------------


def check(found, expected):
    error = np.std(found, axis=0, ddof=1) / math.sqrt(len(found))
    assert (abs(np.mean(found, axis=0) - expected) < 4.0 * error).all(), (np.mean(found, axis=0), expected, error)


def assortative_network(n, law, r, random):
    """A share r of the stubs is matched within its degree, the rest at random."""
    degree = random.choice(len(law), n, p=law)
    stubs = np.repeat(np.arange(n), degree)
    own = random.random(len(stubs)) < r
    pools = [stubs[~own], *(stubs[own & (degree[stubs] == k)] for k in range(1, len(law)))]
    ties = np.concatenate([random.permutation(pool)[: len(pool) // 2 * 2].reshape(-1, 2) for pool in pools])
    return from_arcs(n, ties[:, 0], ties[:, 1], undirected=True).network


def test_correlated_degrees_against_simulation():
    n, networks, r, law, random = 20_000, 20, 0.5, poisson(4.0), np.random.default_rng(2)
    groups = assortative(law, r)
    started, size, seeded = [], [], []
    for g in range(networks):
        network = assortative_network(n, law, r, random)
        share = simcore.simulate(network, threshold=PHI, replicates=50, seed=g).outcomes["share"]
        started.append((share >= 0.1).mean())
        size.append(share[share >= 0.1].mean())
        many = simcore.simulate(network, threshold=PHI, seeds=n // 50, replicates=3, seed=g)
        seeded.append(many.outcomes["share"].mean())
    check(started, groups.sizes @ triggering_in_groups(groups, PHI).p_global)
    limit = groups.sizes @ final_size_in_groups(groups, PHI, seed_shares=[1e-9] * len(groups.sizes))
    check(size, limit)
    check(seeded, groups.sizes @ final_size_in_groups(groups, PHI, seed_shares=[0.02] * len(groups.sizes)))
    assert limit < final_size_given_global(law, PHI) - 0.02  # which the correlation has cost


def test_blocks_against_simulation():
    n, networks, random = 20_000, 20, np.random.default_rng(4)
    groups, sizes = stochastic_blocks(SIZES, DEGREES), [6_000, 14_000]
    expected = time_course_in_groups(groups, PHI, seed_shares=[0.01, 0.0], steps=8)
    final = final_size_in_groups(groups, PHI, seed_shares=[0.01, 0.0])
    key = rng.root(1)
    course, end, started = [], [], []
    for g in range(networks):
        network = blocks(sizes, probabilities(sizes, DEGREES), rng.network_key(key, g))
        first = random.choice(sizes[0], sizes[0] // 100, replace=False).tolist()
        one = simcore.simulate(network, threshold=PHI, seeds=first, replicates=1, trajectories=True)
        course.append(one.trajectories["adopted"][0, [2, 4, 6, 8]] / n)
        end.append(one.outcomes["share"][0])
        chosen = random.integers(sizes[0], n, 30).tolist()
        started.append(np.mean([simcore.simulate(network, threshold=PHI, seeds=[i], replicates=1).p_global()
                                for i in chosen]))
    check(course, (expected @ groups.sizes)[[2, 4, 6, 8]])
    check(end, groups.sizes @ final)
    check(started, triggering_in_groups(groups, PHI).p_global[1])


# Refusals ---------------------------------------------------------------------------------------------------

PAIR = stochastic_blocks(SIZES, DEGREES)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: modular([0.5, 0.4], [poisson(1.0)] * 2, np.eye(2) / 2), r"sizes must be shares"),
    (lambda: modular([], [], np.eye(0)), r"sizes must be shares"),
    (lambda: modular([1.0], [poisson(1.0)] * 2, [[1.0]]), r"each of the 1 groups \(got 2"),
    (lambda: modular([1.0], [poisson(1.0)], np.eye(2) / 2), r"\(2, 2\)"),
    (lambda: modular([0.5, 0.5], [poisson(1.0)] * 2, [[0.2, 0.3], [0.1, 0.4]]), r"symmetric"),
    (lambda: modular([0.5, 0.5], [poisson(1.0), poisson(2.0)], np.eye(2) / 2), r"rows of ties must sum"),
    (lambda: stochastic_blocks([0.3, 0.7], [[1.0, 1.0], [1.0, 1.0]]), r"symmetric"),
    (lambda: stochastic_blocks([0.3, 0.7], [[1.0]]), r"each of the 2 groups"),
    (lambda: stochastic_blocks([0.3, 0.7], [[1.0, -0.7], [-0.3, 1.0]]), r"non-negative"),
    (lambda: degree_correlated([0.5, 0.5], [[1.0]]), r"each of the 2 degrees"),
    (lambda: degree_correlated([0.0, 0.5, 0.5], np.diag([0.0, 0.5, 0.5])), r"rows of ties must sum"),
    (lambda: assortative(poisson(1.0), 1.5), r"assortativity .*\(got 1.5\)"),
    (lambda: triggering_in_groups(PAIR, [0.1]), r"each of the 2 groups \(got 1\)"),
    (lambda: final_size_in_groups(PAIR, 0.0, seed_shares=[0.1, 0.1]), r"threshold .*\(got 0.0\)"),
    (lambda: final_size_in_groups(PAIR, 0.1, seed_shares=[0.1]), r"each of the 2 groups \(got 1\)"),
    (lambda: final_size_in_groups(PAIR, 0.1, seed_shares=[0.1, 1.1]), r"seed_shares .*\(got 1.1\)"),
    (lambda: final_size_in_groups(PAIR, 0.1, seed_shares=[0.1, [0.1, 0.1]]), r"each degree of its group"),
    (lambda: time_course_in_groups(PAIR, 0.1, seed_shares=[0.1, 0.1], steps=-1), r"steps .*\(got -1\)"),
    (lambda: asynchronous_time_course_in_groups(PAIR, 0.1, seed_shares=[0.1, 0.1], times=[2.0, 1.0]), r"times"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
