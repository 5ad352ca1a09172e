"""Draws: known answers, the twin, and the statistics of what is drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import _jit, rng
from tests.naive import philox as naive

U = np.uint64
words = st.integers(0, 2**32 - 1)
keys = st.integers(0, 2**64 - 1)

KNOWN_ANSWERS = [  # Random123 1.14, kat_vectors
    (0, (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (2**64 - 1, (2**32 - 1,) * 4, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (0x299F31D0A4093822, (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
     (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
]


@pytest.mark.parametrize(("key", "counter", "answer"), KNOWN_ANSWERS)
def test_known_answers(key, counter, answer):
    assert tuple(int(x) for x in rng.philox(U(key), *map(U, counter))) == answer


@given(keys, st.tuples(words, words, words, words))
@settings(deadline=None)
def test_philox_equals_its_twin(key, counter):
    assert tuple(int(x) for x in rng.philox(U(key), *map(U, counter))) == naive.philox(key, *counter)


@given(keys, st.integers(0, 10**6), words, words, st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_attempt_equals_its_twin_in_both_directions(key, w, i, j, p):
    drawn = [rng.attempt(rng.Stream(U(key), U(w)), U(a), U(b), U(rng.chance(p))) for a, b in ((i, j), (j, i))]
    assert drawn == [naive.attempt(key, w, i, j, p)] * 2


@given(keys, st.integers(1, 2**32), st.floats(0, 1, exclude_max=True))
@settings(deadline=None)
def test_conversions_equal_their_twins(bits, n, p):
    assert int(rng.below(U(bits), U(n))) == naive.below(bits, n)
    assert rng.unit(U(bits)) == naive.unit(bits)
    assert int(rng.chance(p)) == naive.chance(p)
    assert rng.occurs(U(bits), U(rng.chance(p))) == naive.occurs(bits, p)


def test_certain_is_certain():
    assert rng.occurs(U(2**64 - 1), U(rng.chance(1.0)))
    assert not rng.occurs(U(0), U(rng.chance(0.0)))


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**40), st.binary(min_size=32, max_size=32))
@settings(deadline=None)
def test_roots_and_keys_equal_their_twins(seed, g, point):
    assert rng.root(seed) == naive.root(seed)
    assert rng.root(seed, point) == naive.root(seed, point)
    assert int(rng.network_key(rng.root(seed), g)) == naive.network_key(naive.root(seed), g)


@given(st.floats(1e-300, 1e300))
@settings(max_examples=500, deadline=None)
def test_log_is_within_an_ulp_or_two(x):
    assert abs(rng.log(x) - math.log(x)) <= 2 * math.ulp(max(abs(math.log(x)), 1e-16))


@given(st.floats(-740, 709))
@settings(max_examples=500, deadline=None)
def test_exp_is_within_an_ulp_or_two(x):
    assert abs(rng.exp(x) - math.exp(x)) <= 2 * math.ulp(math.exp(x))


def test_exp_at_its_limits():
    assert [rng.exp(x) for x in (0.0, -1e4, 1e4)] == [1.0, 0.0, math.inf]


@given(st.integers(0, 2**64 - 1))
@settings(deadline=None)
def test_waiting_equals_its_twin(bits):
    assert rng.waiting(U(bits)) == pytest.approx(naive.waiting(bits), rel=1e-15, abs=1e-15)


def test_purposes_are_unique_and_fit_eight_bits():
    codes = [purpose.value for purpose in rng.Purpose]
    assert len(set(codes)) == len(codes)
    assert all(0 < code < 256 for code in codes)
    parameters = range(rng.Purpose.PARAMETER, rng.Purpose.PARAMETER + 16)
    assert [code for code in codes if code in parameters] == [rng.Purpose.PARAMETER]


@_jit.kernel
def _attempts(key, pairs, replicates, chance, hits):
    for i in range(pairs):
        for w in range(replicates):
            hits[i, w] = rng.attempt(rng.Stream(key, U(w)), U(i), U(i + 1), chance)


@pytest.mark.skipif(not _jit.JIT, reason="a million draws want a compiler")
@pytest.mark.parametrize("p", [0.03, 0.5, 0.9])
def test_attempts_are_independent_over_pairs_and_lanes(p):
    hits = np.empty((4000, 256), np.uint8)
    _attempts(U(12345), *hits.shape, U(rng.chance(p)), hits)
    sd = math.sqrt(p * (1 - p))
    assert abs(hits.mean() - p) / sd * math.sqrt(hits.size) < 4
    standard = (hits - p) / sd
    for lag in (1, 31, 32, 33):  # neighbouring lanes, and the same lane of the next block
        assert abs((standard[:, lag:] * standard[:, :-lag]).sum()) / math.sqrt(standard[:, lag:].size) < 4
    assert abs((standard[1:] * standard[:-1]).sum()) / math.sqrt(standard[1:].size) < 4


@pytest.mark.skipif(not _jit.JIT, reason="a million draws want a compiler")
def test_even_draws_are_even_and_neighbouring_counters_unrelated():
    draws = np.empty(1_000_000)
    rng.fill_uniform(U(99), U(0), U(rng.Purpose.PARAMETER), np.arange(draws.size), np.zeros(1, np.int64), draws)
    counts = np.histogram(draws, 256, (0, 1))[0]
    expected = draws.size / 256
    assert abs(((counts - expected) ** 2 / expected).sum() - 255) / math.sqrt(2 * 255) < 4
    centred = (draws - 0.5) * math.sqrt(12)
    for lag in (1, 2, 1000):
        assert abs((centred[lag:] * centred[:-lag]).sum()) / math.sqrt(draws.size - lag) < 4


@pytest.mark.skipif(not _jit.JIT, reason="a million draws want a compiler")
def test_normal_draws_have_the_moments_of_a_normal():
    draws = np.empty(500_000)
    rng.fill_normal(U(7), U(3), U(rng.Purpose.PARAMETER), np.arange(draws.size), np.zeros(1, np.int64), 0.0, 1.0,
                    -math.inf, math.inf, draws)
    root = math.sqrt(draws.size)
    assert abs(draws.mean()) * root < 4
    assert abs((draws**2).mean() - 1) * root / math.sqrt(2) < 4
    assert abs((draws**3).mean()) * root / math.sqrt(15) < 4
    assert abs((draws**4).mean() - 3) * root / math.sqrt(96) < 4
    assert abs((draws > 1.6448536269514722).mean() - 0.05) * root / math.sqrt(0.05 * 0.95) < 4


def test_one_bit_of_the_counter_changes_half_of_the_result():
    flips = []
    for bit in range(128):
        counter = [0, 0, 0, 0]
        counter[bit // 32] = 1 << (bit % 32)
        other = naive.philox(1, *counter)
        flips += [bin(a ^ b).count("1") for a, b in zip(other, naive.philox(1, 0, 0, 0, 0), strict=True)]
    assert abs(np.mean(flips) - 16) < 4 * math.sqrt(8 / len(flips))
