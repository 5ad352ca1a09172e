"""Bond percolation: the reference tables, naive fixed points, and simulated trees."""

from math import inf, isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.network.degree_laws import constant, geometric, in_top, mean, poisson
from simcore.theory import (
    bond_percolation,
    borel,
    critical_transmission,
    discrete_sir,
    expected_spread,
    markov_sir,
)

POISSON_SIZES = {1.1: 0.17613414, 1.25: 0.37137020, 1.5: 0.58281164, 2: 0.79681213, 3: 0.94047979, 4: 0.98017260,
                 5: 0.99302285}
MIXED = np.array([0.1, 0.3, 0.2, 0.1, 0.2, 0.0, 0.1])


def near(value, digits):
    return pytest.approx(value, abs=0.51 * 10.0**-digits, rel=0.0)


def cut_off(exponent, cutoff):
    degree = np.arange(1.0, 6000.0)
    weight = np.append(0.0, degree**-exponent * np.exp(-degree / cutoff))
    return weight / weight.sum()


# Tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gain", "size"), POISSON_SIZES.items())
def test_epidemics_on_poisson_networks(gain, size):
    outbreak = bond_percolation(poisson(6.0), gain / 6.0)
    assert outbreak.reproduction == pytest.approx(gain)
    assert (outbreak.size, outbreak.p_epidemic) == near((size, size), 8)


@pytest.mark.parametrize(("gain", "small"), [(0.2, 1.25), (0.5, 2.0), (0.8, 5.0), (0.9, 10.0)])
def test_small_outbreaks_below_the_threshold(gain, small):
    outbreak = bond_percolation(poisson(4.0), gain / 4.0)
    assert outbreak.small == pytest.approx(small)
    assert (outbreak.u, outbreak.p_epidemic, outbreak.size) == (1.0, 0.0, 0.0)


def test_seeds_by_degree():
    outbreak = bond_percolation(poisson(4.0), 0.4)
    assert (outbreak.u, outbreak.size) == near((0.3580187, 0.6419813), 7)
    assert outbreak.p_by_degree[[1, 2, 4, 8]] == near([0.256793, 0.447643, 0.694901, 0.906915], 6)
    assert poisson(4.0) @ outbreak.p_by_degree == pytest.approx(outbreak.p_epidemic)


@pytest.mark.parametrize(("exponent", "cutoff", "critical"), [
    (2, 10, 0.328691), (2.5, 20, 0.412825), (2.5, 100, 0.162392), (3, 50, 0.651084),
])
def test_critical_transmission_of_power_laws(exponent, cutoff, critical):
    law = cut_off(exponent, cutoff)
    assert critical_transmission(law) == near(critical, 6)
    assert bond_percolation(law, 1.01 * critical).size > 0.0 == bond_percolation(law, 0.99 * critical).size


def test_critical_transmission():
    assert critical_transmission(poisson(4.0)) == pytest.approx(0.25)
    assert critical_transmission(constant(3)) == 0.5
    assert critical_transmission(constant(3), directed=True) == pytest.approx(1 / 3)
    assert critical_transmission(constant(1)) == critical_transmission([1.0], directed=True) == inf


@pytest.mark.parametrize(("gain", "size", "tops", "flat", "flat_tops"), [
    (1.05, 0.0937, 1.891, 0.04762, 3.429), (1.2, 0.3137, 1.712, 0.16667, 3.050), (1.5, 0.58281, 1.460, 0.33333, 2.493),
    (2, 0.79681, 1.229, 0.50000, 1.948), (3, 0.94048, 1.063, 0.66667, 1.500),
])
def test_directed_networks(gain, size, tops, flat, flat_tops):
    for law, p_epidemic, multiplier in ((poisson(4.0), size, tops), (geometric(4.0), flat, flat_tops)):
        outbreak = bond_percolation(law, gain / 4.0, directed=True)
        assert outbreak.p_epidemic == near(p_epidemic, 4)
        assert outbreak.size == near(size, 4)  # in-degrees are Poisson, whatever the out-degrees
        top = (in_top(law, 0.1) * law) @ outbreak.p_by_degree / 0.1
        assert top / outbreak.p_epidemic == near(multiplier, 3)


@pytest.mark.parametrize(("seeds", "spread"), [(1, 3397.81), (2, 4815.99), (3, 5408.28), (5, 5760.04)])
def test_expected_spread(seeds, spread):
    outbreak = bond_percolation(poisson(15.0), 0.1)
    assert expected_spread(outbreak, n=10_000, seeds=seeds) == near(spread, 2)


def test_expected_spread_at_the_ends():
    assert expected_spread(bond_percolation(poisson(4.0), 0.1), n=1000, seeds=0) == 0.0
    assert expected_spread(bond_percolation(poisson(4.0), 0.2), n=1000, seeds=2) == pytest.approx(10.0)
    assert expected_spread(bond_percolation(constant(3), 1.0), n=1000, seeds=2) == 1000.0
    assert expected_spread(bond_percolation(constant(3), 0.5), n=1000, seeds=1) == inf


@pytest.mark.parametrize(("gain", "sizes", "chances"), [
    (0.5, [1, 2, 3, 10], [0.606531, 0.183940, 0.083674, 0.003627]),
    (0.9, [1, 2, 3, 10], [0.406570, 0.148769, 0.081655, 0.013176]),
])
def test_law_of_borel(gain, sizes, chances):
    assert borel(gain, sizes) == near(chances, 6)


@pytest.mark.parametrize(("gain", "seeds"), [(0.5, 1), (0.769, 3), (0.0, 2)])
def test_big_seed(gain, seeds):
    sizes = np.arange(3000)
    law = borel(gain, sizes, seeds=seeds)
    total = law @ sizes
    assert law.sum() == pytest.approx(1.0)
    assert total == pytest.approx(seeds / (1.0 - gain))
    assert law @ (sizes - total) ** 2 == pytest.approx(seeds * gain / (1.0 - gain) ** 3)


def test_two_seeds_are_two_outbreaks():
    alone = borel(0.7, np.arange(40))
    assert borel(0.7, np.arange(40), seeds=2) == pytest.approx(np.convolve(alone, alone)[:40])


def test_small_outbreaks_above_the_threshold_have_the_law_of_borel():
    sizes = np.arange(3000)
    law = borel(1.5, sizes)
    outbreak = bond_percolation(poisson(4.0), 0.375)
    assert law.sum() == pytest.approx(1.0 - outbreak.p_epidemic)
    assert law @ sizes / law.sum() == pytest.approx(outbreak.small)


def test_nothing_to_spread_on():
    for outbreak in (bond_percolation([1.0], 0.5), markov_sir([1.0], 1.0, 1.0), discrete_sir([1.0], 0.5, 0.5)):
        assert (outbreak.size, outbreak.p_epidemic, outbreak.small) == (0.0, 0.0, 1.0)
    assert isnan(bond_percolation(constant(3), 1.0).small)
    assert bond_percolation(constant(2), 1.0).small == inf


# Naive twins ------------------------------------------------------------------------------------------------


def naive(law, escapes, arrival):
    """u, P and small from their definitions; escapes(f) = E[f(X)] over the luck X of a node."""
    def g(weights, x):
        return sum(w * x**k for k, w in enumerate(weights))

    def slope(weights, x):
        return sum(k * w * x ** (k - 1) for k, w in enumerate(weights) if k)

    u = 0.0
    for _ in range(3000):
        u = escapes(lambda x, u=u: g(arrival, 1 - x + x * u))
    p_epidemic = 1 - escapes(lambda x: g(law, 1 - x + x * u))
    onward = u / (1 - escapes(lambda x: x * slope(arrival, 1 - x + x * u)))
    small = 1 + escapes(lambda x: x * slope(law, 1 - x + x * u)) * onward / (1 - p_epidemic)
    return u, p_epidemic, small


laws = st.lists(st.integers(0, 9), min_size=1, max_size=7).filter(sum).map(lambda w: np.array(w) / sum(w))


@settings(deadline=None, max_examples=60)
@given(laws, st.integers(0, 20), st.booleans())
def test_percolation_against_its_equations(law, twentieths, directed):
    transmission = twentieths / 20.0
    outbreak = bond_percolation(law, transmission, directed=directed)
    if abs(outbreak.reproduction - 1.0) < 0.05 or outbreak.p_epidemic > 1.0 - 1e-9:
        return
    ends = np.arange(len(law)) * law
    arrival = law if directed else (ends / (ends.sum() or 1.0))[1:]
    arrival = arrival if arrival.any() else [1.0]
    expected = naive(law, lambda f: f(transmission), arrival)
    assert (outbreak.u, outbreak.p_epidemic, outbreak.small) == pytest.approx(expected, rel=1e-8, abs=1e-12)
    if not directed:
        assert outbreak.size == pytest.approx(outbreak.p_epidemic, abs=1e-12)


# Simulations ------------------------------------------------------------------------------------------------


def luck_markov(rng, size):
    return 1.0 - np.exp(-1.5 * rng.exponential(size=size))


def luck_discrete(rng, size):
    return 1.0 - 0.7 ** rng.geometric(0.3, size)


def grown_trees(rng, law, luck, trees, cap):
    """Nodes of each tree, counted up to `cap`: a tree that reaches it is taken for an epidemic."""
    ends = np.arange(len(law)) * law / mean(law)
    total, tree = np.ones(trees, np.int64), np.arange(trees)
    contacts = rng.choice(len(law), trees, p=law)
    while tree.size:
        children = np.repeat(tree, rng.binomial(contacts, luck(rng, tree.size)))
        total += np.bincount(children, minlength=trees)
        tree = children[total[children] < cap]
        contacts = rng.choice(len(law), tree.size, p=ends) - 1
    return np.minimum(total, cap)


@pytest.mark.parametrize(("outbreak", "luck"), [
    (bond_percolation(MIXED, 0.7), lambda rng, size: np.full(size, 0.7)),
    (bond_percolation(MIXED, 0.25), lambda rng, size: np.full(size, 0.25)),
    (markov_sir(MIXED, 1.5, 1.0), luck_markov),
    (discrete_sir(MIXED, 0.3, 0.3), luck_discrete),
], ids=["percolation", "below", "markov", "discrete"])
def test_outbreaks_of_simulated_trees(outbreak, luck):
    trees = 40_000
    total = grown_trees(np.random.default_rng(1), MIXED, luck, trees, cap=400)
    small = total[total < 400]
    p = outbreak.p_epidemic
    assert abs(trees - small.size - trees * p) <= 4.0 * sqrt(trees * p * (1.0 - p))
    assert abs(small.mean() - outbreak.small) < 4.0 * small.std() / sqrt(small.size)


# Refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("call", "message"), [
    (lambda: bond_percolation(MIXED, 1.5), r"transmission must be between 0 and 1 \(got 1.5\)"),
    (lambda: bond_percolation(MIXED, nan), r"transmission .*\(got nan\)"),
    (lambda: bond_percolation([0.5], 0.5), r"sum 0.5"),
    (lambda: bond_percolation(MIXED, 0.5, in_degree_law=MIXED), r"directed networks only"),
    (lambda: bond_percolation(MIXED, 0.5, directed=True, in_degree_law=constant(3)), r"the mean of"),
    (lambda: critical_transmission([0.5]), r"sum 0.5"),
    (lambda: expected_spread(bond_percolation(MIXED, 0.5), n=10, seeds=11), r"seeds .*\(got 11, 10\)"),
    (lambda: borel(-0.1, [1]), r"mean_offspring .*\(got -0.1\)"),
    (lambda: borel(0.5, [-1]), r"sizes .*\(got \[-1\]\)"),
    (lambda: borel(0.5, [1], seeds=0), r"seeds .*\(got 0\)"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
