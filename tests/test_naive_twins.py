"""The naive twins by hand: small cases worked out from docs/rules.md, and what every rule keeps."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.naive import (
    advertising,
    axelrod,
    bass,
    complex_contagion,
    deffuant,
    friedkin_johnsen,
    generalised_contagion,
    hegselmann_krause,
    independent_cascade,
    linear_threshold,
    majority,
    q_voter,
    seir,
    si,
    sir_markov,
    sirs,
    sis,
    sis_markov,
    threshold,
    two_trends,
    voter,
)
from tests.naive.philox import (
    ADOPT,
    CONTACT,
    DURATION,
    MEET,
    MEMORY,
    START,
    THRESHOLD,
    TIE,
    WANE,
    below,
    bits64,
    c3,
    halves,
    unit,
    waiting,
)
from tests.simulation import some_seeds
from tests.strategies import networks, probabilities

KEY = 0x9E3779B97F4A7C15


def directed(*pairs):
    return [(i, j, 1) for i, j in pairs]


def ties(*pairs):
    return directed(*pairs, *((j, i) for i, j in pairs))


PAIR = ties((0, 1))
PATH = ties((0, 1), (1, 2), (2, 3))
CHAIN = directed((0, 1), (1, 2), (2, 3))
TRIANGLE = ties((0, 1), (1, 2), (0, 2))


def everywhere(arcs, p):
    return {(i, j): p for i, j, _ in arcs}


def test_si():
    out = si.simulate(PATH, 4, 1.0, [0], KEY, 0, horizon=5)
    assert out == {"size": 4, "duration": 3, "peak": 1, "series": [(1, 1), (2, 1), (3, 1), (4, 1), (4, 0), (4, 0)]}
    assert si.simulate(PATH, 4, 1.0, [1], KEY, 0, horizon=5)["peak"] == 2
    assert si.simulate(PATH, 4, 0.0, [1, 2], KEY, 0, horizon=1)["series"] == [(2, 2), (2, 0)]


def test_sis_passes_the_infection_back_and_forth():
    out = sis.simulate(PAIR, 2, 1.0, 1.0, [0], KEY, 0, horizon=4)
    assert out == {"size": 1, "ever": 2, "duration": 4, "peak": 1, "series": [(1, 1)] * 5}
    out = sis.simulate(PAIR, 2, 1.0, 1.0, [0, 1], KEY, 0, horizon=2)  # nobody is susceptible before the step
    assert out == {"size": 0, "ever": 2, "duration": 1, "peak": 2, "series": [(0, 2), (2, 0), (2, 0)]}


def test_sirs():
    out = sirs.simulate(PAIR, 2, 1.0, 1.0, 1.0, [0], KEY, 0, horizon=4)
    assert out == {"size": 0, "ever": 2, "duration": 3, "peak": 1,
                   "series": [(1, 1, 0), (0, 1, 1), (1, 0, 1), (2, 0, 0), (2, 0, 0)]}
    cycle = directed((0, 1), (1, 2), (2, 0))  # round and round: each is susceptible again just in time
    out = sirs.simulate(cycle, 3, 1.0, 1.0, 1.0, [0], KEY, 0, horizon=6)
    assert out == {"size": 1, "ever": 3, "duration": 6, "peak": 1, "series": [(2, 1, 0)] + [(1, 1, 1)] * 6}


def test_seir():
    out = seir.simulate(PAIR, 2, 1.0, 1.0, 1.0, [0], KEY, 0, horizon=4)
    assert out == {"size": 2, "duration": 3, "peak": 1,
                   "series": [(1, 0, 1, 0), (0, 1, 0, 1), (0, 0, 1, 1), (0, 0, 0, 2), (0, 0, 0, 2)]}
    out = seir.simulate(PATH, 4, 1.0, 0.0, 0.0, [0], KEY, 0, horizon=3)
    assert out == {"size": 2, "duration": 1, "peak": 1, "series": [(3, 0, 1, 0)] + [(2, 1, 1, 0)] * 3}


def test_linear_threshold():
    out = linear_threshold.simulate(CHAIN, 4, False, [0], KEY, 0, horizon=4)  # the share is 1, which is certain
    assert out == {"size": 4, "duration": 3, "peak": 1, "series": [(1, 1), (2, 1), (3, 1), (4, 1), (4, 0)]}
    for w in range(30):
        draw = unit(bits64(KEY, 2, 0, w, c3(THRESHOLD)))
        arcs = [(0, 2, 3), (1, 2, 1)]
        for weights, scale, share in ((False, 1, 3 / 4), (True, 10, 3 / 10)):
            out = linear_threshold.simulate(arcs, 3, weights, [0], KEY, w, horizon=5, scale=scale)
            assert out["size"] == 1 + (draw < share)
            assert out["duration"] == (draw < share)  # at once or never: the threshold stays the same


def moore(side):
    steps = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)]
    return [(side * i + j, side * ((i + down) % side) + (j + right) % side, 1)
            for i in range(side) for j in range(side) for down, right in steps]


def test_complex_contagion():
    ring = ties(*((i, (i + step) % 10) for i in range(10) for step in (1, 2)))
    out = complex_contagion.simulate(ring, 10, 2, 0.0, [0, 1], KEY, 0, horizon=5)
    assert out == {"size": 10, "duration": 4, "peak": 2,
                   "series": [(2, 2), (4, 2), (6, 2), (8, 2), (10, 2), (10, 0)]}
    assert complex_contagion.simulate(ring, 10, 3, 0.0, [0, 1], KEY, 0, horizon=5)["size"] == 2
    out = complex_contagion.simulate(ring, 10, 3, 1.0, [0], KEY, 0, horizon=5)  # noise makes it simple
    assert [adopted for adopted, _ in out["series"]] == [1, 5, 9, 10, 10, 10]

    block = [7 * i + j for i in (2, 3, 4) for j in (2, 3, 4)]
    out = complex_contagion.simulate(moore(7), 49, 3, 0.0, block, KEY, 0, horizon=20)
    assert out["series"][:3] == [(9, 9), (13, 4), (21, 8)]  # the middle of each side first, then its neighbours
    assert out["size"] == 49
    assert complex_contagion.simulate(moore(7), 49, 4, 0.0, block, KEY, 0, horizon=20)["size"] == 9


def test_bass_without_imitation_is_waiting():
    patience = [waiting(bits64(KEY, i, 0, 7, c3(ADOPT))) for i in range(40)]
    out = bass.simulate([], 40, 0.5, 0.0, 0.5, [3], KEY, 7, horizon=10)
    assert out["series"][0] == (1, 1)
    for t in range(1, 11):
        early = {i for i in range(40) if patience[i] <= t / 4}
        assert out["series"][t][0] == len(early | {3})


def test_bass_imitates():
    for w in range(20):
        patience = waiting(bits64(KEY, 2, 0, w, c3(ADOPT)))
        out = bass.simulate([(0, 2, 3), (1, 2, 1)], 3, 0.0, 1.0, 1.0, [0], KEY, w, horizon=30)
        assert out["duration"] == math.ceil(patience / 0.75)
    assert bass.simulate(PATH, 4, 0.0, 1.0, 1.0, [], KEY, 0, horizon=9)["size"] == 0


def test_advertising():
    n, h = 4000, 0.1
    wins = [sum(advertising.won(i, t, h, KEY, 0) for i in range(n)) for t in (1, 2, 10)]
    for won, t in zip(wins, (1, 2, 10), strict=True):
        p = 1 - (1 - h) ** t
        assert abs(won - n * p) < 4 * math.sqrt(n * p * (1 - p))

    for w in range(20):
        source, target = (next(t for t in range(1, 500) if advertising.won(i, t, h, KEY, w)) for i in (0, 1))
        for out in (
            independent_cascade.simulate(CHAIN[:1], 2, {(0, 1): 1.0}, [], KEY, w, horizon=500, advertising=h),
            threshold.simulate(CHAIN[:1], 2, [1.0, 1.0], [], KEY, w, horizon=500, advertising=h),
            bass.simulate(CHAIN[:1], 2, 0.0, 1e9, 1.0, [], KEY, w, horizon=500, advertising=h),
        ):  # who is won over by advertising wins over the other in the next step, if advertising does not before
            assert out["duration"] == max(source, min(target, source + 1))

    certain = {"size": 3, "duration": 1, "peak": 3, "series": [(0, 0), (3, 3), (3, 0)]}
    assert threshold.simulate([], 3, [1.0] * 3, [], horizon=2, advertising=1.0) == certain
    assert independent_cascade.simulate([], 3, {}, [], KEY, 0, horizon=2, advertising=1.0) == certain
    assert bass.simulate([], 3, 0.0, 0.0, 1.0, [], KEY, 0, horizon=2, advertising=1.0) == certain


def test_two_trends():
    sure = everywhere(PATH, 1.0)
    out = two_trends.simulate(PATH, 4, sure, sure, [3, 0], KEY, 0, horizon=2)
    assert out == {"size": 2, "rival": 2, "duration": 1, "series": [(1, 1), (2, 2), (2, 2)]}
    out = two_trends.simulate(PATH, 4, sure, everywhere(PATH, 0.0), [1, 3], KEY, 0, horizon=3)
    assert out == {"size": 3, "rival": 1, "duration": 1, "series": [(1, 1), (3, 1), (3, 1), (3, 1)]}
    out = two_trends.simulate(PATH, 4, sure, sure, [0], KEY, 0, horizon=4)
    assert out == {"size": 4, "rival": 0, "duration": 3, "series": [(1, 0), (2, 0), (3, 0), (4, 0), (4, 0)]}
    for w in range(10):  # both reach the node in the middle at once
        out = two_trends.simulate(PATH[:2] + PATH[3:5], 3, sure, sure, [0, 2], KEY, w, horizon=1)
        rival = below(bits64(KEY, 1, 0, w, c3(TIE)), 2)
        assert out["series"][1] == (2 - rival, 1 + rival)


def test_sir_markov():
    arrival, last = 0.0, []
    for i in range(3):
        arrival += waiting(bits64(KEY, i, i + 1, 0, c3(CONTACT))) / 2.0
        last.append(arrival)
    out = sir_markov.simulate(CHAIN, 4, 2.0, 0.0, [0], KEY, 0, horizon=20)
    assert out["duration"] == pytest.approx(arrival)
    assert out["peak"] == out["size"] == 4
    assert [row[1] for row in out["series"]] == [1 + sum(x <= t for x in last) for t in range(21)]

    for w in range(30):
        contact = waiting(bits64(KEY, 0, 1, w, c3(CONTACT))) / 0.5
        first, second = (waiting(bits64(KEY, i, 0, w, c3(DURATION))) / 0.25 for i in (0, 1))
        out = sir_markov.simulate(CHAIN[:1], 2, 0.5, 0.25, [0], KEY, w, horizon=1000)
        if contact < first:
            assert (out["size"], out["peak"]) == (2, 2)
            assert out["duration"] == max(first, contact + second)
        else:
            assert (out["size"], out["peak"], out["duration"]) == (1, 1, first)


def test_sis_markov():
    for w in range(20):
        when, _ = halves(KEY, 0, 0, w, c3(CONTACT))
        out = sis_markov.simulate([], 1, 5.0, 0.5, [0], KEY, w, horizon=100)  # alone: it recovers
        assert out["duration"] == waiting(when) / 0.5
        assert (out["size"], out["ever"], out["peak"]) == (0, 1, 1)
        out = sis_markov.simulate(PAIR, 2, 0.5, 0.0, [0], KEY, w, horizon=100)  # nobody recovers
        assert out["duration"] == waiting(when) / 0.5
        assert (out["size"], out["ever"], out["peak"]) == (2, 2, 2)
    assert sis_markov.simulate(PAIR, 2, 0.0, 0.0, [0], KEY, 0, horizon=2)["series"] == [(1, 1)] * 3


def test_sis_markov_counts_the_events_of_a_node():
    for w in range(30):  # node 0 has events at rate 1: half of them are its recovery, the others infect node 1
        now, m, reached = 0.0, 0, math.inf
        while True:
            when, what = halves(KEY, 0, 0, w, c3(CONTACT, m))
            now += waiting(when)
            if what < 2**63:
                break
            reached = min(reached, now)
            m += 1
        last = max(now, reached + waiting(halves(KEY, 1, 0, w, c3(CONTACT))[0]) / 0.5) if m == 1 else now
        out = sis_markov.simulate(CHAIN[:1], 2, 0.5, 0.5, [0], KEY, w, horizon=1000)
        assert out["ever"] == 1 + (m > 0)
        assert out["duration"] == last or m > 1  # then node 1 may be infected again


def test_sis_markov_infects_before_it_recovers_in_proportion_to_rates():
    runs = 2000
    reached = sum(sis_markov.simulate(CHAIN[:1], 2, 1.0, 0.5, [0], KEY, w, horizon=40)["ever"] == 2
                  for w in range(runs))
    assert abs(reached - runs * 2 / 3) < 4 * math.sqrt(runs * 2 / 9)


def contagion(arcs, n, seeds, *, horizon, threshold=1.0, memory=1, dose=1.0, dose_sd=0.0, recovery=1.0, waning=1.0,
              mixing=False, filled=False):
    return generalised_contagion.simulate(arcs, n, [threshold] * n, memory, 1.0, dose, dose_sd, recovery, waning,
                                          mixing, filled, seeds, KEY, 0, horizon=horizon)


def test_generalised_contagion():
    out = contagion(CHAIN[:2], 3, [0], horizon=4)  # passes down the chain, leaving nothing behind
    assert out == {"size": 0, "ever": 3, "duration": 3, "peak": 1,
                   "series": [(2, 1, 0), (2, 1, 0), (2, 1, 0), (3, 0, 0), (3, 0, 0)]}
    out = contagion(CHAIN[:2], 3, [0], horizon=3, waning=0.0)
    assert out["series"] == [(2, 1, 0), (1, 1, 1), (0, 1, 2), (0, 0, 3)]
    out = contagion(CHAIN[:1], 2, [0], horizon=3, threshold=2.0, memory=2, recovery=0.0)  # two doses are needed
    assert out["series"] == [(1, 1, 0), (1, 1, 0), (0, 2, 0), (0, 2, 0)]
    assert contagion(CHAIN[:1], 2, [0], horizon=9, threshold=2.0, memory=1, recovery=0.0)["size"] == 1
    assert contagion(CHAIN[:1], 2, [], horizon=1, threshold=0.0)["series"] == [(2, 0, 0), (0, 2, 0)]
    thirds = {"threshold": 1.0, "dose": 1 / 3, "memory": 3, "recovery": 0.0}  # the shortfall is forgiven
    assert contagion(CHAIN[:1], 2, [0], horizon=3, **thirds)["series"] == [(1, 1, 0)] * 3 + [(0, 2, 0)]


def test_generalised_contagion_with_a_past():
    asks = {"threshold": 3.0, "memory": 3, "waning": 0.0, "mixing": True, "horizon": 2}
    assert contagion([], 2, [0, 1], filled=True, **asks)["series"] == [(0, 2, 0)] * 3
    assert contagion([], 2, [0, 1], filled=False, **asks)["series"] == [(0, 2, 0), (0, 0, 2), (0, 0, 2)]
    assert contagion([], 1, [0], filled=True, **asks)["series"] == [(0, 1, 0), (0, 0, 1), (0, 0, 1)]  # it meets nobody

    n, seeds = 40, list(range(20))  # without neighbours: after step 1 there is what place 1 held, then nothing
    held = sum(bits64(KEY, i, 1, 0, c3(MEMORY)) < 2**63 for i in range(n))
    lonely = contagion([], n, seeds, memory=2, waning=0.0, filled=True, horizon=2)
    assert [infected for _, infected, _ in lonely["series"]] == [20, held, 0]


def test_generalised_contagion_takes_who_is_susceptible_just_now():
    for w in range(20):  # node 0 stays infected; node 1 recovers in step 1, with one dose, and has two from step 2 on
        wanes = next(t for t in range(1, 99) if bits64(KEY, 1, 0, w, c3(WANE, t)) < 2**63)
        out = generalised_contagion.simulate(CHAIN[:1], 2, [0.0, 2.0], 2, 1.0, 1.0, 0.0, 1.0, 0.5, False, False,
                                             [0, 1], KEY, w, horizon=20)
        assert out["duration"] == max(2, wanes)
        assert [infected for _, infected, _ in out["series"]] == [2] + [1 + (t >= max(2, wanes)) for t in range(1, 21)]


def test_doses_have_their_mean_and_deviation():
    n, variance = 4000, 0.25
    doses = [generalised_contagion.draw_dose(2.0, 0.5, i, 1, KEY, 0) for i in range(n)]
    mean = sum(doses) / n
    assert abs(mean - 2.0) < 4 * math.sqrt(variance / n)
    assert sum((x - 2.0) ** 2 for x in doses) / n == pytest.approx(variance, rel=0.1)
    assert min(doses) > 0
    assert max(doses) > 4  # skewed


def test_voter():
    for w in range(20):
        first = below(halves(KEY, 0, 0, w, c3(MEET, 1))[0], 2)  # who is picked first follows the other
        expected = [(1, 2), (2 * first, 0), (2 * first, 0)]
        out = voter.simulate(PAIR, 2, [0], KEY, w, horizon=2)
        assert out == {"size": 2 * first, "duration": 1, "series": expected}
        assert q_voter.simulate(PAIR, 2, 3, 0.7, [0], KEY, w, horizon=2) == out
    out = voter.simulate(CHAIN, 4, [0], KEY, 0, horizon=100)  # its end never changes: all follow it
    assert (out["size"], out["series"][-1]) == (4, (4, 0))


def test_q_voter():
    split = directed((0, 2), (1, 2))  # node 2 hears of both opinions, and two draws agree every other time
    runs, changes = 400, 0
    for w in range(runs):
        keeps = q_voter.simulate(split, 3, 2, 0.0, [0], KEY, w, horizon=1)
        picks = [k for k in range(3) if below(halves(KEY, k, 0, w, c3(MEET, 1))[0], 3) == 2]
        answers = [{below(half, 2) for half in halves(KEY, k, 1, w, c3(MEET, 1))} for k in picks]
        settled = [answer.pop() for answer in answers if len(answer) == 1]
        assert keeps["size"] == 1 + (settled[-1] == 0 if settled else 0)
        if len(picks) == 1:
            changes += q_voter.simulate(split, 3, 2, 1.0, [0], KEY, w, horizon=1)["duration"]
            assert q_voter.simulate(split, 3, 2, 1.0, [0], KEY, w, horizon=1)["size"] == 1 + (settled != [1])
    assert changes > 100
    for w in range(100):  # three draws: the third is of a block of its own
        picks = [k for k in range(3) if below(halves(KEY, k, 0, w, c3(MEET, 1))[0], 3) == 2]
        opinion = 0
        for k in picks:
            (a, b), (c, _) = halves(KEY, k, 1, w, c3(MEET, 1)), halves(KEY, k, 2, w, c3(MEET, 1))
            answers = {below(half, 2) for half in (a, b, c)}
            opinion = 1 - answers.pop() if len(answers) == 1 else opinion
        assert q_voter.simulate(split, 3, 3, 0.0, [0], KEY, w, horizon=1)["size"] == 1 + opinion
    agreed = q_voter.simulate(PATH, 4, 2, 1.0, [0, 1, 2, 3], KEY, 0, horizon=3)
    assert agreed == {"size": 4, "duration": 0, "series": [(4, 0)] * 4}


def test_majority():
    star = directed((0, 3), (1, 3), (2, 3))
    for w in range(20):
        picks = [below(halves(KEY, k, 0, w, c3(MEET, 1))[0], 4) for k in range(4)]
        out = majority.simulate(star, 4, 0.0, [0, 1], KEY, w, horizon=1)
        assert out["series"] == [(2,), (2 + (3 in picks),)]
        assert majority.simulate(star, 4, 1.0, [0, 1], KEY, w, horizon=9)["series"] == [(2,)] * 10
        heavy = [*star[:2], (2, 3, 5)]
        assert majority.simulate(heavy, 4, 0.0, [0, 1], KEY, w, horizon=9)["series"] == [(2,)] * 10
        strong = [(0, 3, 5), *star[1:]]
        assert majority.simulate(strong, 4, 0.0, [0], KEY, w, horizon=1)["size"] == 1 + (3 in picks)
        tied = [*star[:2], (2, 3, 2)]
        changes = sum(bits < 2**63 for node, bits in zip(
            picks, (halves(KEY, k, 0, w, c3(MEET, 1))[1] for k in range(4)), strict=True) if node == 3)
        assert majority.simulate(tied, 4, 0.1, [0, 1], KEY, w, horizon=1)["size"] == 2 + changes % 2


def test_deffuant():
    still = deffuant.simulate(TRIANGLE, 3, [0.0, 0.5, 0.9], 0.0, 0.5, 0.1, [2], KEY, 0, horizon=3)
    assert still == {"size": 1, "clusters": 3, "duration": 0, "series": [(0.5, pytest.approx(1 / 6))] * 4}
    close = deffuant.simulate(PAIR, 2, [0.25, 0.75], 0.6, 0.5, 0.01, [], KEY, 0, horizon=2)
    assert close == {"size": 2, "clusters": 1, "duration": 1, "series": [(0.5, 0.0625), (0.5, 0.0), (0.5, 0.0)]}
    assert deffuant.simulate(PAIR, 2, [0.25, 0.75], 0.5, 0.5, 0.01, [], KEY, 0, horizon=2)["duration"] == 0
    assert deffuant.simulate(PAIR, 2, [0.25, 0.75], 0.6, 0.5, 0.5, [], KEY, 0, horizon=2)["duration"] == 0
    for w in range(10):
        moves = sum(below(halves(KEY, k, 0, w, c3(MEET, 1))[0], 2) == 1 for k in range(2))
        out = deffuant.simulate(CHAIN[:1], 2, [0.0, 1.0], 2.0, 0.5, 0.01, [], KEY, w, horizon=1, directed=True)
        assert out["series"][1][0] == 0.5**moves / 2


def test_clusters_are_runs_of_cells():
    def clusters(*x):
        out = deffuant.simulate([], len(x), list(x), 0.0, 0.5, 0.1, [], KEY, 0, horizon=0)
        return out["size"], out["clusters"]
    assert clusters(0.05, 0.15, 0.25) == (3, 1)  # cells 0, 1, 2
    assert clusters(0.05, 0.25, 0.15, 0.45, 1.0, 0.85) == (3, 3)  # 0, 2, 1; 4; 9, 8
    assert clusters(0.05, 0.2) == (1, 2)
    assert clusters() == (0, 0)


def test_hegselmann_krause():
    out = hegselmann_krause.simulate(TRIANGLE, 3, [0.0, 0.25, 0.75], 0.375, 0.01, [], KEY, 0, horizon=3)
    assert out["series"][1:] == [(pytest.approx(1 / 3), pytest.approx(25 / 288))] * 3  # 1/8, 1/8, 3/4
    assert (out["size"], out["clusters"], out["duration"]) == (2, 2, 1)
    out = hegselmann_krause.simulate(TRIANGLE, 3, [0.0, 0.5, 0.3], 0.5, 0.01, [2], KEY, 0, horizon=3)
    assert out["series"] == [(0.5, pytest.approx(1 / 6)), (0.5, pytest.approx(1 / 24)), (0.5, 0.0), (0.5, 0.0)]
    assert (out["size"], out["clusters"], out["duration"]) == (3, 1, 2)
    lazy = hegselmann_krause.simulate(TRIANGLE, 3, [0.0, 0.5, 1.0], 0.5, 0.25, [], KEY, 0, horizon=3)
    assert lazy["duration"] == 0  # the moves would be 0.25, 0, 0.25: not more than the tolerance


def test_friedkin_johnsen():
    swap = friedkin_johnsen.simulate(PAIR, 2, [0.0, 0.3], [1.0, 1.0], 0.0, [1], KEY, 0, horizon=3)
    assert swap == {"size": 1, "mean": 0.5, "variance": 0.25, "duration": 3, "series": [(0.5, 0.25)] * 4}
    held = friedkin_johnsen.simulate(CHAIN[:1], 2, [0.5, 0.0], [1.0, 0.5], 0.0, [0], KEY, 0, horizon=2)
    assert held == {"size": 2, "mean": 0.75, "variance": 0.0625, "duration": 1,
                    "series": [(0.5, 0.25), (0.75, 0.0625), (0.75, 0.0625)]}
    heavy = [(0, 2, 3), (1, 2, 1)]
    for tolerance, mean in ((0.2, 1.75 / 3), (0.25, 0.5)):  # 3/4 is a quarter away from 1/2
        out = friedkin_johnsen.simulate(heavy, 3, [1.0, 0.0, 0.5], [1.0] * 3, tolerance, [], KEY, 0, horizon=1)
        assert (out["mean"], out["duration"]) == (mean, tolerance < 0.25)


def test_axelrod():
    one = axelrod.simulate(PAIR, 3, 4, 1, [], KEY, 0, horizon=2)  # with one trait all are alike
    assert one == {"size": 2, "regions": 2, "duration": 0, "series": [(0, 2)] * 3}
    for w in range(40):
        other = [below(half, 3) for half in halves(KEY, 1, 0, w, c3(START))]
        shared = other.count(0)
        start = axelrod.simulate(PAIR, 2, 2, 3, [0], KEY, w, horizon=0)
        assert start["series"] == [(2 * (shared == 1), 2 - (shared == 2))]
        end = axelrod.simulate(PAIR, 2, 2, 3, [0], KEY, w, horizon=40)
        assert end["regions"] == 2 - (shared > 0)  # who shares something comes to share all
        assert end["series"][-1] == (0, end["regions"])
        assert (end["duration"] > 0) == (shared == 1)


def test_axelrod_knows_a_region_of_nodes_that_only_others_join():
    hub = directed((2, 0), (2, 1), (3, 1))
    alike = axelrod.simulate(hub, 5, 2, 1, [], KEY, 0, horizon=0)
    assert (alike["size"], alike["regions"]) == (4, 2)


def all_models(arcs, n, p, q):
    """Return every twin as a function of seeds, w, and horizon."""
    half, near, plain = [p] * n, [(i * q) % 1.0 for i in range(n)], everywhere(arcs, p)
    parameters = {
        si: (p,), sis: (p, q), sirs: (p, q, p), seir: (p, q, p), sir_markov: (p, q), sis_markov: (p, q),
        linear_threshold: (False,), complex_contagion: (2, p), bass: (p, q, 0.5), two_trends: (plain, plain),
        generalised_contagion: (half, 2, q, 0.5, p, q, p, False, True), voter: (), q_voter: (2, p), majority: (p,),
        deffuant: (near, p, q / 2, 0.01), hegselmann_krause: (near, p, 0.01), friedkin_johnsen: (near, half, 0.01),
        axelrod: (3, 2), independent_cascade: (plain,),
    }

    def run(model, values):
        return lambda seeds, w, horizon: model.simulate(arcs, n, *values, seeds, KEY, w, horizon=horizon)
    return {model.__name__.split(".")[-1]: run(model, values) for model, values in parameters.items()}


ADOPTION = ["si", "linear_threshold", "complex_contagion", "bass", "independent_cascade"]
STATUSES = ["sis", "sirs", "seir", "sir_markov", "sis_markov", "generalised_contagion"]


@given(st.data(), st.integers(0, 100), probabilities, probabilities)
@settings(max_examples=60, deadline=None)
def test_what_every_rule_keeps(data, w, p, q):
    network, arcs = data.draw(networks(max_nodes=8))
    n = network.n
    seeds = some_seeds(data, n)
    out = {name: run(seeds, w, 6) for name, run in all_models(arcs, n, p, q).items()}
    for name, found in out.items():
        assert len(found["series"]) == 7, name
        assert 0 <= found["size"] <= n
        assert 0 <= found["duration"] <= 6
        for t in range(math.ceil(found["duration"]) + 1, 7):
            rows = found["series"][t], found["series"][t - 1]
            assert rows[0] == rows[1] or name in ADOPTION, name
    for name in ADOPTION:
        adopted, new = zip(*out[name]["series"], strict=True)
        assert adopted[0] == new[0] == len(seeds)
        assert all(after - before == step for (before, after), step in zip(pairwise(adopted), new[1:], strict=True))
        assert (out[name]["size"], out[name]["peak"]) == (adopted[-1], max(new[1:]))
    for name in STATUSES:
        infected = [row[2] if name == "seir" else row[1] for row in out[name]["series"]]
        assert all(sum(row) == n and min(row) >= 0 for row in out[name]["series"])
        assert infected[0] == len(seeds)
        assert out[name]["peak"] >= max(infected)
        assert out[name]["peak"] == max(infected) or name.endswith("markov")
        assert out[name].get("ever", n) >= max(out[name]["peak"], out[name]["size"])
    assert all(ones[0] <= n and ones[1] <= len(arcs) for ones in out["voter"]["series"] + out["q_voter"]["series"])
    assert sum(out["two_trends"]["series"][-1]) == out["two_trends"]["size"] + out["two_trends"]["rival"] <= n
    for mean, variance in out["hegselmann_krause"]["series"] + out["friedkin_johnsen"]["series"]:
        assert 0 <= mean <= 1
        assert 0 <= variance <= 0.25 + 1e-12
    first, *later = out["deffuant"]["series"]  # what one gains the other loses, and they come closer
    assert all(mean == pytest.approx(first[0], abs=1e-9) for mean, _ in later)
    assert all(after <= before + 1e-9 for (_, before), (_, after) in pairwise([first, *later]))
    assert all(0 <= active <= len(arcs) and regions <= n for active, regions in out["axelrod"]["series"])


@pytest.mark.parametrize("name", all_models([], 0, 0.5, 0.5))
def test_nobody_and_no_time(name):
    empty = all_models([], 0, 0.5, 0.5)[name]([], 0, 3)
    assert empty["size"] == empty["duration"] == 0
    assert all(set(row) == {0} for row in empty["series"])
    alone = all_models([], 1, 0.5, 0.5)[name]([0], 0, 0)
    assert (len(alone["series"]), alone["duration"]) == (1, 0)
    assert alone.get("peak", 1) == (0 if name in ADOPTION else 1)
