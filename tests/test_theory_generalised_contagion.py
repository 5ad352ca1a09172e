"""Generalised contagion of Dodds & Watts: exposures, classes, steady states, and where the first one appears."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from simcore.theory import (
    contagion_class,
    exposure_chances,
    prevalence_map,
    saddle_node,
    steady_states,
)

SIGMA = math.sqrt(math.log1p(0.433))
DOSE = stats.lognorm(SIGMA, scale=math.exp(-(SIGMA**2) / 2.0))  # mean 1, variance 0.433
MEMORY = 20


# Exposures --------------------------------------------------------------------------------------------------

# Threshold, P1, P2, class, p_c = 1 / (T P1). The reference prints P2 as .998565, .612495 and .125959: those come from
# sums of doses on a grid of width 0.002 that starts one cell early. Here P2 is that of a quadrature, see below.
CLASSES = [(0.5, 0.803921, 0.998543, "I", 0.062195), (1.6, 0.139295, 0.611945, "II", 0.358951),
           (3.0, 0.016524, 0.125804, "III", 3.026)]


@pytest.mark.parametrize(("threshold", "once", "twice", "name", "p_c"), CLASSES)
def test_classes(threshold, once, twice, name, p_c):
    chances = exposure_chances(DOSE, threshold, MEMORY)
    assert chances[:3] == pytest.approx([0.0, once, twice], abs=5.1e-7)
    assert chances[1] == pytest.approx(DOSE.sf(threshold), abs=1e-12)
    within = integrate.quad(lambda dose: DOSE.pdf(dose) * DOSE.sf(threshold - dose), 0.0, threshold, epsabs=1e-12)[0]
    assert chances[2] == pytest.approx(DOSE.sf(threshold) + within, abs=1e-8)
    found = contagion_class(chances)
    assert found.name == name
    assert found.p_c == pytest.approx(p_c, abs=5.1e-7 if p_c < 1.0 else 5.1e-4)


@pytest.mark.parametrize(("dose", "sums"), [
    (stats.gamma(2.5, scale=0.4), lambda k: stats.gamma(2.5 * k, scale=0.4)),
    (stats.expon(), lambda k: stats.gamma(k)),
    (stats.invgauss(1.0), lambda k: stats.invgauss(1.0 / k, scale=float(k) ** 2)),
], ids=["gamma", "exponential", "inverse Gaussian"])
def test_sums_in_closed_form(dose, sums):
    for threshold in (0.3, 2.0, 9.0):
        chances = exposure_chances(dose, threshold, 12)
        assert chances[1:] == pytest.approx([sums(k).sf(threshold) for k in range(1, 13)], abs=5e-8)


def test_thresholds_that_differ():
    # P(S_k >= d*) for exponential doses and thresholds: one minus the Laplace transform of the sum.
    chances = exposure_chances(stats.expon(), stats.expon(scale=2.0), 5)
    assert chances[1:] == pytest.approx([1.0 - (2.0 / 3.0) ** k for k in range(1, 6)], abs=1e-6)
    one_size = exposure_chances(0.5, stats.expon(scale=2.0), 5)
    assert one_size == pytest.approx(1.0 - np.exp(-0.25 * np.arange(6)))


def test_doses_of_one_size():
    assert exposure_chances(1.0, 2.0, 4).tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
    assert exposure_chances(0.1, 0.3, 4).tolist() == [0.0, 0.0, 0.0, 1.0, 1.0]  # 0.1 + 0.1 + 0.1 reaches 0.3


# Steady states ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dose", "memory", "p", "printed"), [
    (1.0, 10, 0.15, [0.62848947]), (1.0, 5, 0.3, [0.68108085]), (1.0, 2, 0.8, [0.9375]),
    (0.5, 10, 0.5, [0.123666, 0.988174]), (0.5, 20, 0.2, [0.221758, 0.897015]),
])
def test_steady_states_of_doses_of_one_size(dose, memory, p, printed):
    found = steady_states(exposure_chances(dose, 1.0, memory), p)
    assert found.prevalence == pytest.approx([0.0, *printed], abs=5.1e-7)
    assert found.stable.tolist() == [dose < 1.0, *[False] * (dose < 1.0), True]
    for phi in found.prevalence:  # by the sum itself
        needed = round(1.0 / dose)
        assert stats.binom.sf(needed - 1, memory, p * phi) == pytest.approx(phi, abs=1e-9)


# The reference, from its P_k, has .691692 and .974242; .30587, .713886, .031204, .974349 and .997453; .279594,
# .972437, .16323 and .997119: all within .0008 of these.
@pytest.mark.parametrize(("threshold", "p", "expected"), [
    (0.5, 0.1, [0.691680]), (0.5, 0.2, [0.974238]),
    (1.6, 0.2, [0.306571, 0.713362]), (1.6, 0.3, [0.031255, 0.974325]), (1.6, 0.4, [0.997451]),
    (3.0, 0.4, [0.279719, 0.972416]), (3.0, 0.5, [0.163309, 0.997117]),
])
def test_steady_states_of_lognormal_doses(threshold, p, expected):
    chances = exposure_chances(DOSE, threshold, MEMORY)
    found = steady_states(chances, p)
    assert found.prevalence == pytest.approx([0.0, *expected], abs=1e-6)
    assert found.stable.tolist() == [len(expected) == 2, *[False] * (len(expected) - 1), True]
    # Small changes die out where the map is flatter than the diagonal.
    slope = (prevalence_map(chances, p * (found.prevalence + 1e-7)) - found.prevalence) / 1e-7
    assert (found.stable[1:] == (slope[1:] < 1.0)).all()


def test_contagion_against_simulation():
    """Start above and below the unstable share infected, with memories filled as if it had been so before."""
    n, p, rng = 20_000, 0.3, np.random.default_rng(1)

    def handed_over(infected):
        return np.where(infected & (rng.random(n) < p), rng.lognormal(-(SIGMA**2) / 2.0, SIGMA, n), 0.0)

    for start, steps, expected in ((0.1, 100, 0.974325), (0.01, 200, 0.0)):
        doses = np.array([handed_over(rng.random(n) < start) for _ in range(MEMORY)])
        for t in range(steps):
            infected = doses.sum(axis=0) >= 1.6
            doses[t % MEMORY] = handed_over(infected[rng.integers(0, n, n)])
        # One snapshot; those of other steps depend on it.
        allowed = 4.0 * math.sqrt(expected * (1.0 - expected) / n) if expected else 1e-3
        assert abs(infected.mean() - expected) < allowed


@given(chances=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12).map(sorted), p=st.floats(0.01, 0.99))
@settings(max_examples=20)
def test_steady_states_are_steady_and_alternate(chances, p):
    infects = np.array([0.0, *chances])
    found = steady_states(infects, p)
    assert prevalence_map(infects, p * found.prevalence) == pytest.approx(found.prevalence, abs=1e-9)
    assert all(a != b for a, b in itertools.pairwise(found.stable))
    assert found.stable[-1]
    # Wherever the share infected starts, it goes to a stable one.
    phi = np.linspace(0.001, 1.0, 20)
    for _ in range(500):
        phi = prevalence_map(infects, p * phi)
    arrived = abs(prevalence_map(infects, p * phi) - phi) < 1e-12
    assert (abs(found.prevalence[found.stable][:, None] - phi).min(axis=0)[arrived] < 1e-6).all()


# Where the first appears ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("threshold", "p_b", "prevalence"), [
    (0.5, 0.062195, 0.0), (1.6, 0.190910, 0.509088), (3.0, 0.313442, 0.693140),
])
def test_saddle_node(threshold, p_b, prevalence):
    """The reference has .190851 at .508779 and .313402 at .693042, from its P_k."""
    chances = exposure_chances(DOSE, threshold, MEMORY)
    found = saddle_node(chances)
    assert found.p_b == pytest.approx(p_b, abs=5.1e-7)
    assert found.prevalence == pytest.approx(prevalence, abs=2e-5)
    assert len(steady_states(chances, found.p_b * (1.0 - 1e-4)).prevalence) == 1
    assert len(steady_states(chances, found.p_b * (1.0 + 1e-3)).prevalence) == (3 if prevalence else 2)


def test_saddle_node_at_the_end():
    assert saddle_node(exposure_chances(1.0, 3.0, 3)) == (1.0, 1.0)  # everybody must be hit every time
    assert saddle_node(exposure_chances(1.0, 4.0, 3)) == (math.inf, pytest.approx(math.nan, nan_ok=True))
    assert saddle_node(exposure_chances(1.0, 1.0, 1)) == (1.0, 0.0)  # no memory: contacts alone
    assert saddle_node([0.0, 0.5]) == (math.inf, pytest.approx(math.nan, nan_ok=True))
    assert steady_states([0.0, 0.5], 1.0).prevalence.tolist() == [0.0]
    assert steady_states([0.0, 0.0, 1.0], 1.0).prevalence.tolist() == [0.0, 1.0]
    assert steady_states([0.0, 0.0, 1.0], 1.0).stable.tolist() == [True, False]


# Slow recovery ----------------------------------------------------------------------------------------------


def exact_prevalence(sizes, odds, threshold, memory, recovery, theta):
    """The steady share infected of a given exposure: the Markov chain of what is remembered and of the state."""
    events = [(0.0, 1.0 - theta), *((size, theta * odd) for size, odd in zip(sizes, odds, strict=True))]
    memories = list(itertools.product([size for size, _ in events], repeat=memory))
    place = {(past, ill): i for i, (past, ill) in enumerate(itertools.product(memories, (False, True)))}
    move = np.zeros((len(place), len(place)))
    for (past, ill), i in place.items():
        for size, chance in events:
            then = (*past[1:], size)
            if sum(then) >= threshold:
                move[i, place[then, True]] += chance
            else:
                move[i, place[then, False]] += chance * (recovery if ill else 1.0)
                move[i, place[then, True]] += chance * (1.0 - recovery) * ill
    balance = np.vstack([move.T - np.eye(len(place)), np.ones(len(place))])
    steady = np.linalg.lstsq(balance, np.append(np.zeros(len(place)), 1.0), rcond=None)[0]
    return sum(steady[i] for (_, ill), i in place.items() if ill)


def expansion(strong, memory, recovery):
    """The first two terms of the exact prevalence in powers of the exposure.

    Doses are a half or one and a half, against a threshold of one: one is enough at times, two are always.
    """
    theta = np.array([1.0, 2.0, 4.0]) * 1e-3
    ratios = [exact_prevalence((0.5, 1.5), (1.0 - strong, strong), 1.0, memory, recovery, x) / x for x in theta]
    linear, quadratic, _ = np.linalg.solve(np.vander(theta, increasing=True), ratios)
    return linear, quadratic


@pytest.mark.parametrize("recovery", [1.0, 0.6, 0.25])
@pytest.mark.parametrize("memory", [2, 3])
def test_slow_recovery_against_the_exact_chain(recovery, memory):
    def found(strong):
        return contagion_class([0.0, strong, *[1.0] * (memory - 1)], recovery=recovery)

    for strong in (0.1, 0.8):
        assert found(strong).p_c == pytest.approx(1.0 / expansion(strong, memory, recovery)[0], rel=1e-5)
    # Between the classes the exact second term vanishes.
    low, high = 0.3, 0.6
    assert (found(low).name != "I", found(high).name) == (True, "I")
    while high - low > 1e-6:
        middle = (low + high) / 2.0
        low, high = (low, middle) if found(middle).name == "I" else (middle, high)
    assert abs(expansion(low, memory, recovery)[1]) < 1e-3
    assert expansion(low - 0.01, memory, recovery)[1] > 0.01


@pytest.mark.parametrize(("call", "message"), [
    (lambda: exposure_chances(0.0, 1.0, 5), r"dose .*\(got 0.0\)"),
    (lambda: exposure_chances(1.0, math.inf, 5), r"threshold .*\(got inf\)"),
    (lambda: exposure_chances(stats.norm(), 1.0, 5), r"dose .*P\(<= 0\) = 0.5"),
    (lambda: exposure_chances(1.0, 1.0, 0), r"memory .*\(got 0\)"),
    (lambda: exposure_chances(1.0, 1.0, 2.5), r"memory .*\(got 2.5\)"),
    (lambda: contagion_class([0.0]), r"chances"),
    (lambda: contagion_class([0.1, 0.2]), r"chances"),
    (lambda: contagion_class([0.0, 0.5, 0.4]), r"do not fall"),
    (lambda: contagion_class([0.0, 0.5], recovery=0.0), r"recovery .*\(got 0.0\)"),
    (lambda: steady_states([0.0, 0.5], 1.5), r"p must be .*\(got 1.5\)"),
    (lambda: saddle_node([0.0, 1.5]), r"chances"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
