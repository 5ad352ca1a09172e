"""Time courses, synchronous and not, and who adopts when."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from simcore.network.degree_laws import geometric, in_top, poisson
from simcore.theory import (
    ThresholdLaw,
    asynchronous_time_course,
    cascade_window,
    early_adopter_crossover,
    early_adopter_degree,
    final_size,
    newcomers,
    time_course,
    time_course_by_degree,
)

PHI = 0.18


# Synchronous ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("seeds", ["even", "top"])
def test_degrees_make_up_the_whole(directed, seeds):
    law = geometric(3.0)
    call = {"seed_share": 0.02, "steps": 12, "directed": directed,
            "seed_share_by_degree": in_top(law, 0.02) if seeds == "top" else None}
    by_degree = time_course_by_degree(law, PHI, **call)
    assert by_degree.shape == (13, len(law))
    assert by_degree @ law == pytest.approx(time_course(law, PHI, **call), abs=1e-14)
    if directed and seeds == "even":
        assert np.ptp(by_degree, axis=1).max() < 1e-14  # out-degrees make no difference
    if not directed:
        assert by_degree[-1, 0] == call["seed_share"] if seeds == "even" else by_degree[-1, 0] == 0.0  # isolates


def test_time_course_by_degree_by_hand():
    # After a step, a node of degree 2 is active if it started or one of its neighbours did.
    course = time_course_by_degree([0.0, 0.5, 0.5], 0.5, seed_share=0.1, steps=2)
    assert course[0] == pytest.approx([0.1] * 3)
    assert course[1] == pytest.approx([0.1, 0.1 + 0.9 * 0.1, 0.1 + 0.9 * (1.0 - 0.9**2)])
    q = 0.1 + 0.9 * 2 / 3 * 0.1  # who ends a tie started, or has two neighbours and is tipped by the other
    assert course[2] == pytest.approx([0.1, 0.1 + 0.9 * q, 0.1 + 0.9 * (1.0 - (1.0 - q) ** 2)])


# Asynchronous -----------------------------------------------------------------------------------------------


def by_hand(law, adopts, q, at_end):
    """P(a node that did not start is active), by the degree at the end of a tie or of any node."""
    weight = law * np.arange(len(law)) / (law @ np.arange(len(law))) if at_end else law
    m = np.arange(len(law))
    return [p * sum(binom.pmf(m, k - at_end, q) * adopts(m, k)) for k, p in enumerate(weight) if k >= at_end]


@pytest.mark.parametrize("thresholds", [ThresholdLaw.homogeneous(0.3), ThresholdLaw.normal(0.35, 0.2)],
                         ids=["one", "normal"])
def test_asynchronous_time_course_by_hand(thresholds):
    """The classical Runge-Kutta method, started at the best connected."""
    law = np.array([0.1, 0.1, 0.2, 0.2, 0.2, 0.1, 0.1])
    at_end = law * np.arange(7) / (law @ np.arange(7))
    seeded = in_top(law, 0.15)

    def rates(state):
        q = state[1]
        share, end = (weight @ seeded + sum((1.0 - seeded)[first:] * by_hand(law, thresholds.adopts, q, first))
                      for first, weight in ((0, law), (1, at_end)))
        return np.array([share, end]) - state

    state, step, course = np.array([0.15, at_end @ seeded]), 0.1, [0.15]
    for _ in range(50):
        k1 = rates(state)
        k2 = rates(state + step / 2 * k1)
        k3 = rates(state + step / 2 * k2)
        state = state + step / 6 * (k1 + 2 * k2 + 2 * k3 + rates(state + step * k3))
        course.append(state[0])
    found = asynchronous_time_course(law, thresholds, seed_share=0.15, seed_share_by_degree=seeded,
                                     times=np.linspace(0.0, 5.0, 51))
    assert found == pytest.approx(course, abs=1e-6)


@pytest.mark.parametrize("directed", [False, True])
def test_asynchronous_time_course_ends_where_it_should(directed):
    law = poisson(3.0)
    call = {"seed_share": 0.03, "directed": directed, "seed_share_by_degree": in_top(law, 0.03)}
    end = asynchronous_time_course(law, PHI, times=[200.0], **call)[0]
    assert end == pytest.approx(final_size(law, PHI, **call), abs=1e-7)


def asynchronous_courses(n, z, phi, seeds, times, rng):
    """One cascade on a Poisson network: whoever is tipped waits for the next tick of its own clock."""
    ties = rng.integers(0, n, (rng.poisson(n * z / 2), 2)).tolist()
    neighbours = [[] for _ in range(n)]
    for a, b in ties:
        neighbours[a].append(b)
        neighbours[b].append(a)
    needs = [max(1, math.ceil(phi * len(row) - 1e-9)) for row in neighbours]
    events, adopted = [(0.0, i) for i in rng.permutation(n)[:seeds].tolist()], []
    queued, heard = {i for _, i in events}, [0] * n
    while events:
        now, i = heapq.heappop(events)
        adopted.append(now)
        for j in neighbours[i]:
            heard[j] += 1
            if heard[j] >= needs[j] and j not in queued:
                queued.add(j)
                heapq.heappush(events, (now + rng.exponential(), j))
    return np.searchsorted(adopted, times, side="right") / n


def test_asynchronous_time_course_against_simulation():
    n, z, share, networks, times = 5_000, 3.0, 0.02, 30, np.array([1.0, 2.0, 4.0, 6.0, 9.0, 15.0])
    rng = np.random.default_rng(5)
    courses = np.array([asynchronous_courses(n, z, PHI, int(n * share), times, rng) for _ in range(networks)])
    expected = asynchronous_time_course(poisson(z), PHI, seed_share=share, times=times)
    error = courses.std(axis=0, ddof=1) / math.sqrt(networks)
    assert (abs(courses.mean(axis=0) - expected) < 4.0 * error).all()
    synchronous = time_course(poisson(z), PHI, seed_share=share, steps=15)[[1, 2, 4, 6, 9, 15]]
    assert (abs(courses.mean(axis=0) - synchronous)[:4] > 4.0 * error[:4]).all()


@given(z=st.floats(0.5, 7.0), share=st.floats(0.001, 0.2), directed=st.booleans())
@settings(max_examples=20)
def test_asynchronous_time_course_rises_from_the_seeds_to_the_final_size(z, share, directed):
    law = poisson(z)
    times = np.linspace(0.0, 20.0, 21)
    course = asynchronous_time_course(law, PHI, seed_share=share, times=times, directed=directed)
    assert (np.diff(course) >= -1e-9).all()
    assert course[-1] <= final_size(law, PHI, seed_share=share, directed=directed) + 1e-8
    assert course[0] == pytest.approx(share)


def test_no_times_at_all():
    assert asynchronous_time_course(poisson(3.0), PHI, seed_share=0.1, times=[]).shape == (0,)
    assert asynchronous_time_course(poisson(3.0), PHI, seed_share=0.1, times=[0.0]) == pytest.approx([0.1])


# Early adopters ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("z", "degree"), [
    (1.1, 2.0775), (1.5, 2.4281), (2, 2.8095), (3, 3.3817), (4, 3.7573), (5, 4.0083), (5.7, 4.1364),
])
def test_early_adopter_degree(z, degree):
    assert early_adopter_degree(poisson(z), PHI) == pytest.approx(degree, abs=5.1e-5)
    assert early_adopter_degree(geometric(z), PHI, directed=True) == pytest.approx(z)


def test_early_adopter_crossover():
    crossover = early_adopter_crossover(PHI)
    assert crossover == pytest.approx(3.639547, abs=5.1e-7)
    assert early_adopter_degree(poisson(crossover), PHI) == pytest.approx(crossover, abs=1e-8)
    assert math.isnan(early_adopter_degree(poisson(0.0), PHI))
    assert early_adopter_crossover(PHI, between=(0.5, 2.0)) == math.inf
    assert math.isnan(early_adopter_crossover(PHI, between=(4.0, 9.0)))


def test_early_adopters_are_those_of_the_growing_cascade():
    z = 3.0
    found = newcomers(poisson(z), PHI, seed_share=1e-9, steps=8)
    assert found.mean_degree[4:8] == pytest.approx(early_adopter_degree(poisson(z), PHI), abs=1e-5)
    assert found.share.sum() == pytest.approx(time_course(poisson(z), PHI, seed_share=1e-9, steps=8)[-1])


@pytest.mark.parametrize(("z", "step", "percent"), [
    (5.0, 1, 0.16), (5.0, 11, 13.8), (5.0, 14, 0.06), (1.5, 1, 24.6), (3.0, 1, 3.35), (3.0, 9, 14.5), (3.0, 12, 0.1),
])
def test_share_of_the_top_among_newcomers(z, step, percent):
    found = newcomers(poisson(z), PHI, seed_share=1e-3, steps=15)
    assert 100.0 * found.top[step] == pytest.approx(percent, abs=0.051 if percent > 1.0 else 0.0151)
    assert found.top[0] == pytest.approx(0.1)
    assert found.mean_degree[0] == pytest.approx(z)


def test_nobody_new():
    found = newcomers(poisson(2.0), PHI, seed_share=0.0, steps=1)
    assert found.share == pytest.approx([0.0, 0.0])
    assert np.isnan(found.top).all()


def test_the_crossover_lies_within_the_window():
    low, high = cascade_window(PHI)
    assert low < early_adopter_crossover(PHI) < high


@pytest.mark.parametrize(("call", "message"), [
    (lambda: time_course_by_degree(poisson(3.0), PHI, seed_share=0.1, steps=-1), r"steps .*\(got -1\)"),
    (lambda: asynchronous_time_course(poisson(3.0), PHI, seed_share=0.1, times=[1.0, 0.5]), r"times .*1.0, 0.5"),
    (lambda: asynchronous_time_course(poisson(3.0), PHI, seed_share=0.1, times=[-1.0]), r"times .*-1.0"),
    (lambda: asynchronous_time_course(poisson(3.0), PHI, seed_share=0.1, times=[math.inf]), r"times .*inf"),
    (lambda: newcomers(poisson(3.0), PHI, seed_share=0.1, steps=3, q=0.0), r"q .*\(got 0.0\)"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
