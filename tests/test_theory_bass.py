"""The Bass model: the reference tables, curves that must agree, and first-passage times on simulated networks."""

from math import inf, nan

import numpy as np
import pytest
from scipy import sparse
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.sparse import csgraph

from simcore.network.degree_laws import constant, poisson
from simcore.theory import bass_complete, bass_configuration, bass_curve, bass_peak, bass_ring

P, Q = 0.03, 0.38
TIMES = [1.0, 5.0, 10.0, 15.0, 20.0]


def near(value, digits):
    return pytest.approx(value, abs=0.51 * 10.0**-digits, rel=0.0)


# Tables -----------------------------------------------------------------------------------------------------


def test_curve():
    assert bass_curve(TIMES, P, Q) == near([0.03575816, 0.33119864, 0.81280322, 0.97160964, 0.99625941], 8)
    assert brentq(lambda t: bass_curve(t, P, Q) - 0.5, 0.0, 20.0) == pytest.approx(6.550188, abs=1e-6)


def test_peak():
    peak = bass_peak(P, Q)
    assert peak == near((6.192619, 0.460526, 0.110592), 6)
    around = bass_curve(peak.time + np.array([-1e-4, 0.0, 1e-4]), P, Q)
    assert around[1] == pytest.approx(peak.share)
    assert (around[2] - around[0]) / 2e-4 == pytest.approx(peak.rate)
    assert bass_peak(0.3, 0.2) == (0.0, 0.0, 0.3)


def test_ring():
    assert bass_ring(TIMES, P, Q) == near([0.03501568, 0.24846265, 0.55825867, 0.78985481, 0.91667006], 8)
    assert brentq(lambda t: bass_ring(t, P, Q) - 0.5, 0.0, 20.0) == near(9.002837, 6)


@pytest.mark.parametrize(("law", "degree", "shares"), [
    (constant(3), 3.0, [0.2704056, 0.64555186, 0.88989966, 0.97643177]),
    (constant(6), 6.0, [0.29782081, 0.73729574, 0.94778891, 0.99236529]),
    (poisson(6.0), 6.0, [0.30997267, 0.74330814, 0.92726432, 0.97630031]),
])
def test_regular_and_poisson_networks(law, degree, shares):
    assert bass_configuration(law, TIMES[1:], P, Q / degree) == near(shares, 7)


# Curves that must agree -------------------------------------------------------------------------------------


def test_curve_solves_its_equation():
    solved = solve_ivp(lambda _, share: (P + Q * share) * (1.0 - share), (0.0, 20.0), [0.0], t_eval=TIMES, rtol=1e-10,
                       atol=1e-12)
    assert bass_curve(TIMES, P, Q) == pytest.approx(solved.y[0], abs=1e-8)


def test_small_networks_in_two_ways():
    assert bass_complete(TIMES, P, Q, n=2) == pytest.approx(bass_configuration(constant(1), TIMES, P, Q))
    assert bass_configuration(constant(2), TIMES, P, Q / 2.0) == pytest.approx(bass_ring(TIMES, P, Q))
    for alone in (bass_complete(TIMES, P, Q, n=1), bass_curve(TIMES, P, 0.0), bass_ring(TIMES, P, 0.0),
                  bass_configuration(constant(0), TIMES, P, Q), bass_configuration(poisson(3.0), TIMES, P, 0.0)):
        assert alone == pytest.approx(1.0 - np.exp(-P * np.array(TIMES)))


def test_large_complete_networks_follow_the_curve():
    gaps = [bass_curve(TIMES, P, Q) - bass_complete(TIMES, P, Q, n=n) for n in (200, 400, 800)]
    assert np.all(gaps[-1] > 0.0)
    assert gaps[0] / gaps[1] == pytest.approx(2.0, rel=0.1)
    assert gaps[1] / gaps[2] == pytest.approx(2.0, rel=0.1)
    dense = bass_configuration(constant(400), TIMES, P, Q / 400.0)
    assert dense == pytest.approx(bass_curve(TIMES, P, Q), abs=1e-3)


def test_order_of_structures():
    regular = [bass_configuration(constant(k), TIMES, P, Q / k) for k in (3, 6)]
    curves = [bass_complete(TIMES, P, Q, n=2), bass_ring(TIMES, P, Q), *regular, bass_curve(TIMES, P, Q)]
    assert np.all(np.diff(curves, axis=0) > 0.0)


def test_times():
    assert bass_curve(0.0, P, Q) == bass_ring(0.0, P, Q) == 0.0
    assert bass_curve([[1e-9]], P, Q) == pytest.approx(P * 1e-9, rel=1e-6)
    assert bass_complete([0.0], P, Q, n=5) == pytest.approx([0.0])
    assert bass_configuration(constant(3), [0.0, 400.0], P, Q) == pytest.approx([0.0, 1.0], abs=1e-4)


# Simulations ------------------------------------------------------------------------------------------------


def adopted(rng, n, source, target, rate):
    """Share of adopters at TIMES: a node adopts when advertising or the first adopting neighbour convinces it."""
    source, target = np.append(source, np.full(n, n)), np.append(target, np.arange(n))  # node n advertises
    delay = rng.exponential(1.0 / np.append(rate, np.full(n, P)))
    quick = np.lexsort((delay, target, source))  # of parallel ties the quicker one counts
    pair = np.stack([source, target])[:, quick]
    keep = np.append(True, np.any(pair[:, 1:] != pair[:, :-1], axis=0))
    arcs = sparse.csr_array((delay[quick][keep], pair[:, keep]), shape=(n + 1, n + 1))
    when = csgraph.dijkstra(arcs, indices=n)[:n]
    return np.mean(when[:, None] <= TIMES, axis=0)


def ring(rng, n):
    return np.arange(n), (np.arange(n) + 1) % n, np.full(n, Q)


def complete(rng, n):
    source, target = (end.ravel() for end in np.indices((n, n)))
    return source[source != target], target[source != target], np.full(n * (n - 1), Q / (n - 1))


def mixed_degrees(rng, n):
    """Word of mouth of total rate Q on a node of any degree: each of k neighbours adds Q / k."""
    stubs = rng.permutation(np.repeat(np.arange(n), rng.choice([1, 2, 3, 6], n, p=[0.4, 0.2, 0.2, 0.2])))
    ties = stubs[:stubs.size // 2 * 2].reshape(-1, 2)
    source, target = np.append(ties[:, 0], ties[:, 1]), np.append(ties[:, 1], ties[:, 0])
    return source, target, Q / np.bincount(target, minlength=n)[target]


MIXED = np.array([0.0, 0.4, 0.2, 0.2, 0.0, 0.0, 0.2])


@pytest.mark.parametrize(("made", "n", "times", "curve"), [
    (ring, 2000, 30, bass_ring(TIMES, P, Q)),
    (complete, 6, 2500, bass_complete(TIMES, P, Q, n=6)),
    (mixed_degrees, 20_000, 16, bass_configuration(MIXED, TIMES, P, Q / np.maximum(np.arange(7), 1))),
], ids=["ring", "complete", "mixed"])
def test_adoption_on_simulated_networks(made, n, times, curve):
    rng = np.random.default_rng(1)
    shares = [adopted(rng, n, *made(rng, n)) for _ in range(times)]
    error = np.std(shares, axis=0, ddof=1) / np.sqrt(times)
    assert np.all(abs(np.mean(shares, axis=0) - curve) < 4.0 * error)
    assert np.all(error < 0.01)


# Refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("call", "message"), [
    (lambda: bass_curve([1.0], 0.0, Q), r"p must be positive .*\(got 0.0, 0.38\)"),
    (lambda: bass_curve([1.0], P, -0.1), r"q, or the rate of a tie, at least 0.*\(got 0.03, -0.1\)"),
    (lambda: bass_curve([-1.0], P, Q), r"times .*\(got \[-1.0\]\)"),
    (lambda: bass_curve(nan, P, Q), r"times .*\(got nan\)"),
    (lambda: bass_peak(inf, Q), r"p must be positive"),
    (lambda: bass_ring([1.0], P, nan), r"\(got 0.03, nan\)"),
    (lambda: bass_complete([1.0], P, Q, n=0), r"n must be at least 1 \(got 0\)"),
    (lambda: bass_complete([2.0, 1.0], P, Q, n=3), r"times .*rises"),
    (lambda: bass_configuration([0.5], [1.0], P, Q), r"sum 0.5"),
    (lambda: bass_configuration(MIXED, [1.0], P, [Q, Q]), r"each of the 7 degrees \(got shape \(2,\)\)"),
    (lambda: bass_configuration(MIXED, [1.0], P, [-Q, 0, 0, 0, 0, 0, 0]), r"\(got 0.03, -0.38, 0.0\)"),
    (lambda: bass_configuration(MIXED, [1.0], 0.0, Q), r"p must be positive"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
