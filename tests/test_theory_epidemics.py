"""SIR epidemics: the reference tables, naive fixed points, and epidemics simulated on networks."""

from math import exp, inf

import numpy as np
import pytest
from scipy import sparse
from scipy.integrate import quad
from scipy.sparse import csgraph

from simcore.network.degree_laws import constant, mean, poisson, power_law
from simcore.theory import bond_percolation, discrete_sir, markov_sir, sir_course

MIXED = np.array([0.1, 0.3, 0.2, 0.1, 0.2, 0.0, 0.1])


def near(value, digits):
    return pytest.approx(value, abs=0.51 * 10.0**-digits, rel=0.0)


# Whether and how far ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("z", "rate", "size", "p_epidemic"), [
    (5.0, 0.5, 0.67575673, 0.48562238), (10.0, 0.2, 0.67575673, 0.44151651), (4.0, 0.4, 0.23912221, 0.15694328),
])
def test_markov_sir(z, rate, size, p_epidemic):
    outbreak = markov_sir(poisson(z), rate, 1.0)
    assert (outbreak.size, outbreak.p_epidemic) == near((size, p_epidemic), 8)
    assert markov_sir(poisson(z), 3.0 * rate, 3.0).p_epidemic == pytest.approx(p_epidemic)  # a unit of time is free


def test_transmission_of_discrete_sir():
    law = constant(2)  # along which one newly infected node infects T others
    assert discrete_sir(law, 0.1, 0.5).reproduction == near(0.181818, 6)
    assert discrete_sir(law, 0.3, 0.2).reproduction == pytest.approx(0.3 / (1.0 - 0.7 * 0.8))


def test_discrete_sir_between_its_limits():
    once, short = discrete_sir(MIXED, 0.7, 1.0), discrete_sir(MIXED, 0.3e-3, 0.1e-3)
    for one, other, within in ((once, bond_percolation(MIXED, 0.7), 1e-12), (short, markov_sir(MIXED, 0.3, 0.1), 1e-3)):
        assert one.p_by_degree == pytest.approx(other.p_by_degree, rel=within)
        assert (one.reproduction, one.u, one.size, one.small) == pytest.approx(
            (other.reproduction, other.u, other.size, other.small), rel=within)
    sure = discrete_sir(MIXED, 1.0, 0.2)
    assert sure.size == pytest.approx(bond_percolation(MIXED, 1.0).size)
    assert discrete_sir(MIXED, 0.0, 0.2).size == 0.0


@pytest.mark.parametrize(("rate", "recovery"), [(0.4, 1.0), (3.0, 0.5), (0.7, 2.0)])
def test_markov_sir_against_its_equations(rate, recovery):
    def escapes(f):
        return quad(lambda s: f(1 - s ** (rate / recovery)), 0.0, 1.0, epsabs=1e-11, epsrel=1e-11)[0]

    def naive_root(u=0.0):
        for _ in range(60):
            u = escapes(lambda x, u=u: sum(w * (1 - x + x * u) ** k for k, w in enumerate(arrival)))
        return u

    arrival = (np.arange(7) * MIXED / mean(MIXED))[1:]
    outbreak = markov_sir(MIXED, rate, recovery)
    u = naive_root(outbreak.u)
    assert outbreak.u == pytest.approx(u, abs=1e-9)
    for k in range(7):
        assert outbreak.p_by_degree[k] == pytest.approx(1 - escapes(lambda x, k=k: (1 - x + x * u) ** k), abs=1e-9)
    assert outbreak.size == bond_percolation(MIXED, rate / (rate + recovery)).size
    assert outbreak.p_epidemic < outbreak.size or outbreak.size == 0.0


def joined(rng, n, directed):
    """Arcs of a configuration network of the mixed law: in-degrees too, but independent, if directed."""
    degree = rng.choice(len(MIXED), n, p=MIXED)
    stubs = rng.permutation(np.repeat(np.arange(n), degree))
    if directed:
        return stubs, rng.permutation(np.repeat(rng.permutation(n), degree))
    ties = stubs[:len(stubs) // 2 * 2].reshape(-1, 2)
    return np.append(ties[:, 0], ties[:, 1]), np.append(ties[:, 1], ties[:, 0])


def luck_markov(rng, size):
    return 1.0 - np.exp(-1.5 * rng.exponential(size=size))


def luck_discrete(rng, size):
    return 1.0 - 0.7 ** rng.geometric(0.3, size)


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize(("law_of", "luck"), [
    (lambda **how: markov_sir(MIXED, 1.5, 1.0, **how), luck_markov),
    (lambda **how: discrete_sir(MIXED, 0.3, 0.3, **how), luck_discrete),
], ids=["markov", "discrete"])
def test_epidemics_on_simulated_networks(law_of, luck, directed):
    rng, n, found = np.random.default_rng(2), 40_000, []
    for _ in range(16):
        source, target = joined(rng, n, directed)
        live = rng.random(source.size) < luck(rng, n)[source]
        arcs = sparse.csr_array((np.ones(live.sum()), (source[live], target[live])), shape=(n, n))
        hub = csgraph.connected_components(arcs, connection="strong")[1]
        core = int(np.argmax(hub == np.bincount(hub).argmax()))
        reached = [csgraph.breadth_first_order(way, core, return_predecessors=False).size / n for way in (arcs.T, arcs)]
        found.append(reached)
    outbreak = law_of(directed=True, in_degree_law=MIXED) if directed else law_of()
    error = np.std(found, axis=0, ddof=1) / 4.0
    assert np.all(abs(np.mean(found, axis=0) - [outbreak.p_epidemic, outbreak.size]) < 4.0 * error)
    assert np.all(error < 0.004)


# The course in time -----------------------------------------------------------------------------------------


def test_course_of_the_reference():
    times = np.linspace(0.0, 15.0, 15_001)
    course = sir_course(poisson(5.0), times, contact_rate=0.6, recovery_rate=1.0, seed_share=1e-3)
    peak = course.infected.argmax()
    assert course.infected[peak] == near(0.191220, 6)
    assert times[peak] == near(4.904, 3)
    assert course.infected[[5000, 10_000]] == near([0.190771, 0.010977], 6)
    late = sir_course(poisson(5.0), [1000.0], contact_rate=0.6, recovery_rate=1.0, seed_share=1e-3)
    assert late.recovered[0] == near(0.759512, 6)


def test_course_begins_and_ends():
    rates = {"contact_rate": 0.8, "recovery_rate": 0.5}
    course = sir_course(MIXED, [0.0, 200.0], **rates, seed_share=1e-9)
    assert [share[0] for share in course] == pytest.approx([1.0 - 1e-9, 1e-9, 0.0], abs=1e-12)
    assert course.recovered[1] == pytest.approx(markov_sir(MIXED, *rates.values()).size, abs=1e-7)
    lonely = sir_course([1.0], [0.0, 2.0], **rates, seed_share=0.25)
    assert lonely.infected == pytest.approx([0.25, 0.25 * exp(-1.0)])
    assert sir_course([1.0], [0.0], **rates, seed_share=0.25).infected == pytest.approx([0.25])


def test_course_of_simulated_epidemics():
    rng, n, times, found = np.random.default_rng(3), 40_000, np.array([1.0, 3.0, 5.0, 8.0]), []
    for _ in range(16):
        source, target = joined(rng, n, directed=False)
        lasts, delay = rng.exponential(2.0, n), rng.exponential(1.0 / 0.8, source.size)
        live = delay < lasts[source]
        first = np.lexsort((delay[live], target[live], source[live]))  # parallel ties: the quicker one counts
        pair = np.stack([source[live], target[live]])[:, first]
        keep = np.append(True, np.any(pair[:, 1:] != pair[:, :-1], axis=0))
        arcs = sparse.csr_array((delay[live][first][keep], pair[:, keep]), shape=(n, n))
        caught = csgraph.dijkstra(arcs, indices=rng.choice(n, n // 50, replace=False), min_only=True)
        found.append([np.mean(caught[:, None] > times, axis=0), np.mean((caught + lasts)[:, None] <= times, axis=0)])
    course = sir_course(MIXED, times, contact_rate=0.8, recovery_rate=0.5, seed_share=0.02)
    error = np.std(found, axis=0, ddof=1) / 4.0
    assert np.all(abs(np.mean(found, axis=0) - [course.susceptible, course.recovered]) < 4.0 * error)
    assert np.all(error < 0.004)


def test_shares_sum_to_one():
    course = sir_course(power_law(2.5, 3.0, 200), [0.5, 1.0, 4.0], contact_rate=0.8, recovery_rate=0.5, seed_share=0.1)
    assert sum(course) == pytest.approx(1.0)
    assert np.all(np.diff(course.susceptible) < 0.0)
    assert np.all(np.diff(course.recovered) > 0.0)


# Refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("call", "message"), [
    (lambda: markov_sir(MIXED, -1.0, 1.0), r"contact_rate must be at least 0 .*\(got -1.0, 1.0\)"),
    (lambda: markov_sir(MIXED, 1.0, 0.0), r"recovery_rate positive.*\(got 1.0, 0.0\)"),
    (lambda: discrete_sir(MIXED, 1.5, 0.5), r"transmission .*\(got 1.5\)"),
    (lambda: discrete_sir(MIXED, 0.5, 0.0), r"recovery .*\(got 0.0\)"),
    (lambda: sir_course(MIXED, [0.0, 0.0], contact_rate=1.0, recovery_rate=1.0, seed_share=0.1), r"times .*rises"),
    (lambda: sir_course(MIXED, [], contact_rate=1.0, recovery_rate=1.0, seed_share=0.1), r"times .*rises"),
    (lambda: sir_course(MIXED, [-1.0], contact_rate=1.0, recovery_rate=1.0, seed_share=0.1), r"times .*rises"),
    (lambda: sir_course(MIXED, [1.0], contact_rate=1.0, recovery_rate=1.0, seed_share=2.0), r"seed_share .*2.0"),
    (lambda: sir_course(MIXED, [1.0], contact_rate=1.0, recovery_rate=inf, seed_share=0.1), r"recovery_rate"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
