"""Cascade conditions and windows, of one seed and of shares, of independent and of dependent in- and out-degrees."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore
from simcore.network.csr import from_arcs
from simcore.network.degree_laws import constant, geometric, poisson
from simcore.theory import (
    ThresholdLaw,
    cascade_window,
    early_adopter_degree,
    final_size,
    final_size_given_global,
    first_open,
    gain,
    seeded_condition,
    seeded_window,
    time_course,
    triggering,
    vulnerable_cluster_mean,
)

PHI = 0.18
KINDS = np.array([0.0, 0.4, 0.0, 0.0, 0.0, 0.0, 0.6])  # out-degrees 1 and 6
HEARS = np.zeros((7, 9))  # those who influence one hear 8; of those who influence six, some hear 2 and some nobody
HEARS[1, 8], HEARS[6, 2], HEARS[6, 0] = 1.0, 2 / 3, 1 / 3



# Gains ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_degree_law", [None, poisson(4.0), constant(4)])
def test_gain_is_that_of_triggering(in_degree_law):
    law = geometric(4.0)
    assert gain(law, PHI) == triggering(law, PHI).gain
    found = gain(law, PHI, directed=True, in_degree_law=in_degree_law)
    heard = poisson(4.0) if in_degree_law is None else in_degree_law
    assert found == pytest.approx(heard @ (np.arange(len(heard)) * (np.arange(len(heard)) <= 5)), rel=1e-12)
    assert found == triggering(law, PHI, directed=True, in_degree_law=in_degree_law).gain


def test_gain_of_dependent_degrees_by_hand():
    # Those who hear 2, at the head of 8 arcs in 40, are vulnerable, those who hear 8 are not.
    assert gain(KINDS, PHI, directed=True, in_degree_law=HEARS) == pytest.approx(0.2 * 6)
    assert gain(KINDS, PHI, directed=True, in_degree_law=KINDS @ HEARS) == pytest.approx(0.2 * 4)
    assert gain(KINDS, PHI, directed=True, in_degree_law=np.eye(7)) == pytest.approx(0.1 * 1)


def test_triggering_of_dependent_degrees_by_hand():
    found = triggering(KINDS, PHI, directed=True, in_degree_law=HEARS)
    u = found.u
    assert u == pytest.approx(0.8 + 0.2 * u**6, abs=1e-14)
    assert u < 0.95
    assert found.p_global == pytest.approx(1.0 - 0.4 * u - 0.6 * u**6, abs=1e-14)
    assert found.vulnerable == pytest.approx(0.4)
    assert found.vulnerable_cluster == pytest.approx(0.4 * (1.0 - u**6), abs=1e-14)
    assert early_adopter_degree(KINDS, PHI, directed=True, in_degree_law=HEARS) == pytest.approx(6.0)


@given(z=st.floats(0.5, 8.0), phi=st.floats(0.05, 1.0), share=st.floats(0.0, 0.3))
@settings(max_examples=30)
def test_rows_that_are_all_alike_are_one_law(z, phi, share):
    out_law, in_law = geometric(z), poisson(z)
    rows = np.tile(in_law, (len(out_law), 1))
    one, all_alike = ({"directed": True, "in_degree_law": heard} for heard in (in_law, rows))
    assert triggering(out_law, phi, **all_alike) == pytest.approx(triggering(out_law, phi, **one), abs=1e-9)
    seeds = {"seed_share": share, "seed_share_by_degree": np.full(len(out_law), share)}
    assert final_size(out_law, phi, **seeds, **all_alike) == pytest.approx(final_size(out_law, phi, **seeds, **one),
                                                                           abs=1e-6)


def test_dependent_degrees_against_simulation():
    n, networks, replicates = 10_000, 40, 100
    heard, influenced = np.repeat([8, 2, 0], [4000, 4000, 2000]), np.repeat([1, 6], [4000, 6000])
    law = {"directed": True, "in_degree_law": HEARS}
    rng = np.random.default_rng(3)
    started, size, seeded, course = [], [], [], []
    for g in range(networks):
        sources, targets = np.repeat(np.arange(n), influenced), np.repeat(np.arange(n), heard)
        network = from_arcs(n, rng.permutation(sources), targets).network
        share = simcore.simulate(network, threshold=PHI, replicates=replicates, seed=g).outcomes["share"]
        started.append((share >= 0.1).mean())
        size.append(share[share >= 0.1].mean())
        many = simcore.simulate(network, threshold=PHI, seeds=n // 100, replicates=10, seed=g, trajectories=True)
        seeded.append(many.outcomes["share"].mean())
        course.append(many.trajectories["adopted"][:, 4].mean() / n)
    for found, expected in (
        (started, triggering(KINDS, PHI, **law).p_global),
        (size, final_size_given_global(KINDS, PHI, **law)),
        (seeded, final_size(KINDS, PHI, seed_share=0.01, **law)),
        (course, time_course(KINDS, PHI, seed_share=0.01, steps=4, **law)[4]),
    ):
        assert abs(np.mean(found) - expected) < 4.0 * np.std(found, ddof=1) / math.sqrt(networks)


# Vulnerable clusters ----------------------------------------------------------------------------------------


def test_vulnerable_clusters_by_hand():
    # Vulnerable are those with 1 to 5 neighbours: G0(1), G0'(1) and G0''(1) over Poisson degrees.
    z = 6.0
    p = [0.0] + [math.exp(-z) * z**k / math.factorial(k) for k in range(1, 6)]
    by_hand = sum(p) + sum(k * q for k, q in enumerate(p)) ** 2 / (z - sum(k * (k - 1) * q for k, q in enumerate(p)))
    assert vulnerable_cluster_mean(poisson(z), PHI) == pytest.approx(by_hand, rel=1e-12)
    assert vulnerable_cluster_mean(constant(1), PHI) == 2.0  # couples
    assert vulnerable_cluster_mean(constant(0), PHI) == 0.0  # nobody to be tipped by
    assert vulnerable_cluster_mean(poisson(4.0), PHI) == math.inf


def test_vulnerable_clusters_against_simulation():
    """Let every node that has up to five neighbours, and none else, pass it on to all of that kind."""
    from scipy import sparse
    from scipy.sparse import csgraph

    n, z, networks = 20_000, 6.6, 30
    rng, found = np.random.default_rng(11), []
    for _ in range(networks):
        ties = rng.integers(0, n, (rng.poisson(n * z / 2), 2))
        degree = np.bincount(ties.ravel(), minlength=n)
        vulnerable = (degree > 0) & (degree <= 5)
        ties = ties[vulnerable[ties].all(axis=1)]
        graph = sparse.coo_array((np.ones(len(ties)), ties.T), (n, n))
        _, label = csgraph.connected_components(graph, directed=False)
        sizes = np.bincount(label)
        found.append(sizes[label][vulnerable].sum() / n)
    # rho_0 = 0: an isolate cannot be tipped.
    expected = vulnerable_cluster_mean(poisson(z), PHI)
    assert abs(np.mean(found) - expected) < 4.0 * np.std(found, ddof=1) / math.sqrt(networks)


# Windows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tipped", "low", "high"), [
    (4, 1.0000, 1.1509), (5, 0.5790, 3.0657), (6, 0.5278, 4.7935), (8, 0.5043, 8.6671),
])
def test_windows_of_geometric_degrees(tipped, low, high):
    assert cascade_window(1 / tipped, family=geometric, between=(0.1, 50.0)) == pytest.approx((low, high), abs=5.1e-5)


def test_the_window_of_a_directed_network_is_that_of_the_in_degrees():
    low, high = cascade_window(PHI, directed=True, family=geometric, between=(0.1, 50.0))
    for edge in (low, high):
        assert gain(poisson(edge), PHI, directed=True, in_degree_law=geometric(edge)) == pytest.approx(1.0, abs=1e-8)


@pytest.mark.parametrize(("share", "edge"), [
    (1e-4, 5.94392), (1e-3, 6.39459), (5e-3, 7.59290), (1e-2, 9.19104), (2e-2, 12.75486),
])
def test_upper_edge_with_a_share_of_seeds(share, edge):
    global_share = 0.1 if share < 1e-3 else 0.5
    low, high = seeded_window(PHI, seed_share=share, global_share=global_share, between=(0.5, 20.0))
    assert high == pytest.approx(edge, abs=5.1e-6)
    assert final_size(poisson(low), PHI, seed_share=share) == pytest.approx(global_share, abs=1e-6)


def test_a_directed_window_with_seeds_does_not_depend_on_the_out_degrees():
    low, high = seeded_window(PHI, seed_share=1e-3, directed=True, between=(0.5, 20.0))
    assert high > cascade_window(PHI, directed=True)[1]
    for nudge, size in ((-1e-6, 0.9), (1e-6, 0.1)):
        found = final_size(geometric(high + nudge), PHI, seed_share=1e-3, directed=True,
                           in_degree_law=poisson(high + nudge))
        assert found > size if size == 0.9 else found < size
    assert low < 1.1
    low, high = seeded_window(PHI, seed_share=1e-3, directed=True, family=geometric, between=(1.0, 20.0))
    sizes = [final_size(poisson(z), PHI, seed_share=1e-3, directed=True, in_degree_law=geometric(z))
             for z in (low, high - 1e-6, high + 1e-6)]
    assert sizes[0] == pytest.approx(0.1, abs=1e-6)
    assert sizes[1] > 0.9 > 0.1 > sizes[2]


def test_windows_that_do_not_end_or_begin():
    assert cascade_window(PHI, between=(2.0, 4.0)) == (2.0, math.inf)
    assert cascade_window(PHI, between=(6.0, 9.0)) is None
    assert first_open(lambda x: 1.0 - abs(x - 3.0), (0.5, 10.0)) == pytest.approx((2.0, 4.0))


# Shares of seeds, to second order ---------------------------------------------------------------------------


@pytest.mark.parametrize(("z", "share", "jump"), [
    (10, 0.0, 0.36916), (10, 1e-3, 0.37004), (10, 1e-2, 0.37795),
    (4, 0.0, 0.37202), (4, 1e-3, 0.37288), (4, 1e-2, 0.38051),
])
def test_the_extended_condition(z, share, jump):
    before, after = (seeded_condition(poisson(z), ThresholdLaw.normal(jump + nudge, 0.2), seed_share=share)
                     for nudge in (-5.1e-6, 5.1e-6))
    assert before.discriminant < 0.0 < after.discriminant
    assert before.is_global
    assert not after.is_global


def test_the_first_order_condition_is_the_cascade_condition():
    condition = seeded_condition(poisson(4.0), PHI, seed_share=0.25)
    assert condition.gain == pytest.approx(0.75 * gain(poisson(4.0), PHI))
    assert condition.is_global
    assert not seeded_condition(poisson(7.0), PHI, seed_share=0.0).is_global


# Absolute thresholds ----------------------------------------------------------------------------------------


def test_absolute_thresholds():
    needs = ThresholdLaw.count(2)
    k, m = np.arange(6)[:, None], np.arange(6)
    assert (needs.adopts(m, k) == ((m >= 2) & (k > 0))).all()
    assert triggering(poisson(4.0), needs).gain == 0.0
    # Whoever has two active neighbours: 1 - P(0) - P(1), thinned Poisson, for nodes and for ends of ties alike.
    q = 0.0
    for _ in range(2000):
        q = 0.3 + 0.7 * (1.0 - math.exp(-4.0 * q) * (1.0 + 4.0 * q))
    assert final_size(poisson(4.0), needs, seed_share=0.3) == pytest.approx(q, abs=1e-12)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: gain(KINDS, PHI, directed=True, in_degree_law=np.eye(8)), r"each of the 7 out-degrees.*\(8, 8\)"),
    (lambda: gain(KINDS, PHI, directed=True, in_degree_law=np.zeros((7, 9))), r"sum 0.0"),
    (lambda: gain(KINDS, PHI, directed=True, in_degree_law=np.eye(7, k=-1)), r"mean of the out-degrees"),
    (lambda: gain(KINDS, PHI, in_degree_law=HEARS), r"directed networks only"),
    (lambda: seeded_condition(KINDS, PHI, seed_share=2.0), r"seed_share .*\(got 2.0\)"),
    (lambda: seeded_window(PHI, seed_share=0.2, global_share=0.1), r"seed_share .*\(got 0.2, 0.1\)"),
    (lambda: cascade_window(PHI, between=(0.0, 3.0)), r"between .*\(got \(0.0, 3.0\)\)"),
    (lambda: first_open(lambda x: x, (3.0, 2.0)), r"between .*\(got \(3.0, 2.0\)\)"),
    (lambda: ThresholdLaw.count(0), r"needed .*\(got 0\)"),
    (lambda: ThresholdLaw.count(1.5), r"needed .*\(got 1.5\)"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
