"""Randomness: Philox4x32-10, and draws that are pure functions of what they are for.

Nothing here has a state. A draw is named by a key (which network), the nodes it concerns, the replicate ``w``
on that network, the time, and a purpose; `docs/randomness.md` lists every purpose and its counter. Kernels
work in uint64 throughout, because numba and numpy turn mixed signed and unsigned arithmetic into floats.

Source: Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3,
doi:10.1145/2063384.2063405 (algorithm and known answers).
"""

from __future__ import annotations

import functools
import hashlib
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from simcore._jit import inline, kernel

STREAM_VERSION = 1
HORIZON_LIMIT = 2**24  # time has 24 bits of a counter


class Purpose(IntEnum):
    """What a draw is for: the low eight bits of the counter's last word, never reused for anything else."""

    NETWORK_COUNT = 1  # how many ties a row of a generator gets
    NETWORK_TIE = 2  # where they go
    NETWORK_REWIRE = 3  # whether a lattice tie is rewired, and where to
    NETWORK_STUB = 4  # order of the stubs of a degree sequence
    NETWORK_IN_COUNT = 5  # how many arcs a node receives
    NETWORK_CLASS = 6  # which class of pairs a cross tie of an organisation joins
    NETWORK_GROUP = 7  # order in which a further grouping puts the nodes into groups
    NETWORK_PAIR = 8  # whether two members of a group are tied
    NETWORK_PLACE = 9  # where a node lies on the unit square
    NETWORK_SWAP = 11  # which ties of a given network exchange their ends
    NETWORK_REDRAW = 12  # whether a tie of a given network is led elsewhere, and where to
    NETWORK_SORT = 13  # which ties are joined anew by the degrees of their ends
    NETWORK_TRIAD = 14  # whether a newcomer closes a triangle, and which
    NETWORK_MUTUAL = 15  # which way the tie of a pair goes, or both
    SEED = 16  # who starts
    SEED_TIE = 17  # order among nodes of equal rank, or equally near
    SEED_PIVOT = 18  # from which nodes of a large network paths are counted
    NETWORK_FOLLOW = 19  # whether a node's in-degree follows its out-degree, and where among equals
    NETWORK_BRIDGE = 20  # which members of two communities tie these to each other
    NETWORK_WEIGHT = 21  # how easily a node of a block is hit
    NETWORK_SERVICE = 22  # who serves a customer
    SEED_ROOT = 28  # whom a reverse-reachable set leads to
    SEED_REVERSE = 29  # which arcs into a node are live in a reverse-reachable set
    SEED_WORLD = 30  # which arc into a node is live in a world of linear thresholds
    PARAMETER = 32  # a node's own parameter: threshold, susceptibility, ...
    TRANSMIT = 48  # one infective contact: node infects target at time t (SI, SIR, positive word of mouth)
    RECOVER = 49  # a node recovers at time t
    OUTSIDE = 50  # how long a node withstands advertising
    PROGRESS = 51  # an exposed node becomes infectious at time t
    WANE = 52  # a recovered node becomes susceptible at time t
    CONTACT = 53  # waiting time to a contact, and what the event is
    DURATION = 54  # waiting time to recovery
    MEET = 55  # who acts, and whom it meets
    DOSE = 56  # how large a dose is
    TIE = 57  # which of two trends a node takes up when both reach it at once
    MEMORY = 58  # which doses a node remembers at the start
    ADOPT = 59  # whether, or after how much influence, a node adopts
    START = 60  # a node's first traits or beliefs, and what is real
    SOCIALISE = 61  # a member takes over a belief of the code
    LEARN = 62  # the code learns from members, reality turns
    TURNOVER = 63  # a member is replaced
    ATTEMPT = 64  # the one-shot attempt on an unordered pair, in digits shared by 32 replicates
    THRESHOLD = 65  # a node's threshold, new in each replicate
    PERIOD = 66  # how many steps a node stays infected, drawn at once
    PARENT = 67  # who of several convinced a node
    CHOICE = 68  # which item somebody chooses
    ENCOUNTER = 80  # what becomes of an encounter, and who hears of it
    ANSWER = 81  # a customer answers a survey, or says why it left
    COMPLAIN = 82  # bad word of mouth along a tie at time t
    VISIT = 83  # a manager meets a customer
    CUSTOMER = 84  # a customer's month: an encounter, advertising, leaving, being won back
    DESIGN = 96  # where a row of a sampled design lies
    RESAMPLE = 97  # which samples and networks are taken again for an interval


class Stream(NamedTuple):
    """What a kernel needs to draw: the network's key and the replicate on that network."""

    key: np.uint64
    w: np.uint64


_LOW = np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_U0, _U1, _U2, _U3, _U5, _U8, _U11 = (np.uint64(x) for x in (0, 1, 2, 3, 5, 8, 11))
_U15, _U31, _U32, _U60 = (np.uint64(x) for x in (15, 31, 32, 60))
_U52, _MANTISSA, _HALF = (np.uint64(x) for x in (52, 2**52 - 1, 0x3FE0000000000000))  # parts of a float64
CERTAIN = np.uint64(0xFFFFFFFFFFFFFFFF)  # a probability of exactly one


@inline
def philox(key, c0, c1, c2, c3):
    """Return the four 32-bit words (each in a uint64) of Philox4x32-10 for a key and a counter."""
    k0 = key & _LOW
    k1 = key >> _U32
    for _ in range(10):  # the upper halves of the words hold no more than leftovers until they are asked for
        p0 = _M0 * (c0 & _LOW)
        p1 = _M1 * (c2 & _LOW)
        c0 = (p1 >> _U32) ^ c1 ^ k0
        c1 = p1
        c2 = (p0 >> _U32) ^ c3 ^ k1
        c3 = p0
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0 & _LOW, c1 & _LOW, c2 & _LOW, c3 & _LOW


@inline
def tag(time, purpose):
    """Return the counter's last word: 24 bits of time (or of a sequence number) over 8 bits of purpose."""
    return (np.uint64(time) << _U8) | np.uint64(purpose)


@inline
def bits64(key, c0, c1, c2, c3):
    """Return 64 random bits: the first word of the block below the second."""
    x0, x1, _, _ = philox(key, c0, c1, c2, c3)
    return x0 | (x1 << _U32)


@inline
def halves(key, c0, c1, c2, c3):
    """Return both halves of a block, 64 random bits each; the first is `bits64`."""
    x0, x1, x2, x3 = philox(key, c0, c1, c2, c3)
    return x0 | (x1 << _U32), x2 | (x3 << _U32)


@inline
def chance(probability):
    """Return a probability as the uint64 that 64 random bits stay below: floor(p 2^64), all ones for 1."""
    if probability >= 1.0:
        return CERTAIN
    # in two halves, since a float above 2^63 has no signed integer to pass through
    high = np.uint64(probability * 4294967296.0)
    low = np.uint64((probability * 4294967296.0 - np.float64(high)) * 4294967296.0)
    return (high << _U32) | low


@inline
def occurs(bits, probability):
    """Return whether an event of this probability (from `chance`) happens under these bits."""
    return bits < probability or probability == CERTAIN


@inline
def below(bits, n):
    """Return floor(bits n / 2^64), a number from 0 to n - 1, for n up to 2^32."""
    low = (bits & _LOW) * n
    return ((bits >> _U32) * n + (low >> _U32)) >> _U32


@inline
def share_of(bits, n):
    """Return floor(bits n / 2^64) for any n below 2^64."""
    low, high = (bits & _LOW) * (n & _LOW), (bits >> _U32) * (n >> _U32)
    one, two = (bits >> _U32) * (n & _LOW), (bits & _LOW) * (n >> _U32)
    carry = (low >> _U32) + (one & _LOW) + (two & _LOW)
    return high + (one >> _U32) + (two >> _U32) + (carry >> _U32)


@inline
def unit(bits):
    """Return a float64 in [0, 1) made of the top 53 bits."""
    return np.float64(bits >> _U11) * 1.1102230246251565e-16


@inline
def _digits(key, lower, upper, block, lane, group):
    """Return the four binary digits that a group holds for a lane, the first the most significant."""
    x0, x1, x2, x3 = philox(key, lower, upper, block, tag(group, Purpose.ATTEMPT))
    return (((x0 >> lane) & _U1) << _U3 | ((x1 >> lane) & _U1) << _U2
            | ((x2 >> lane) & _U1) << _U1 | (x3 >> lane) & _U1)


@kernel
def undecided(key, lower, upper, block, lane, probability):
    """Return whether an `attempt` succeeds whose first four digits are those of the probability: one in sixteen."""
    for group in range(1, 16):
        drawn = _digits(key, lower, upper, block, lane, group)
        wanted = (probability >> np.uint64(60 - 4 * group)) & _U15
        if drawn != wanted:
            return drawn < wanted
    return False


@inline
def attempt(stream, i, j, probability):
    """Return whether the one-shot attempt on the pair {i, j} succeeds in replicate ``stream.w``.

    U is read digit by digit, four to a Philox block; each word holds one binary digit for 32 replicates
    (block ``w >> 5``, lane ``w & 31``). The attempt succeeds iff U < probability (from `chance`).
    """
    if probability == CERTAIN:
        return True
    lower, upper = min(i, j), max(i, j)
    block, lane = stream.w >> _U5, stream.w & _U31
    drawn, wanted = _digits(stream.key, lower, upper, block, lane, 0), probability >> _U60
    if drawn != wanted:
        return drawn < wanted
    return undecided(stream.key, lower, upper, block, lane, probability)


@inline
def attempts(key, i, j, block, probability):
    """Return in which of the 32 replicates of a block the attempt on the pair {i, j} succeeds, as bits."""
    if probability == CERTAIN:
        return _LOW
    lower, upper, live, undecided, digit = min(i, j), max(i, j), _U0, _LOW, np.uint64(63)
    for group in range(16):
        x0, x1, x2, x3 = philox(key, lower, upper, block, tag(group, Purpose.ATTEMPT))
        for word in (x0, x1, x2, x3):
            if (probability >> digit) & _U1:
                live |= undecided & ~word
                undecided &= word
            else:
                undecided &= ~word
            digit -= _U1 if digit else _U0
        if not undecided:
            break
    return live


@inline
def log(x):
    """Return the natural logarithm of a positive normal float64 from + - * / alone, the same on every machine.

    After fdlibm's ``e_log.c`` (Sun Microsystems 1993), the argument's exponent taken from its bits, without a branch;
    accurate to about one unit in the last place.
    """
    bits = np.float64(x).view(np.uint64)
    x = np.uint64((bits & _MANTISSA) | _HALF).view(np.float64)
    small = x < 0.7071067811865476
    x = x * 2.0 if small else x
    k = np.float64(np.int64(bits >> _U52) - (1023 if small else 1022))
    f = x - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
    t2 = z * (0.6666666666666735130 + w * (0.2857142874366239149
              + w * (0.1818357216161805012 + w * 0.1479819860511658591)))
    half = 0.5 * f * f
    return k * 0.6931471803691238 - ((half - (s * (half + t1 + t2) + k * 1.9082149292705877e-10)) - f)


@inline
def exp(x):
    """Return the exponential of a float64 from + - * / alone, the same on every machine; 0 below -745.

    After fdlibm's ``e_exp.c`` (Sun Microsystems 1993), scaling by exact halving and doubling; accurate to about one
    unit in the last place.
    """
    if x > 709.782712893384:
        return np.inf
    k = np.floor(x * 1.4426950408889634 + 0.5)
    high, low = x - k * 0.6931471803691238, k * 1.9082149292705877e-10
    r = high - low
    t = r * r
    c = r - t * (0.16666666666666602 + t * (-0.0027777777777015593 + t * (0.00006613756321437934 + t * (
        -0.0000016533902205465252 + t * 0.00000004138136797057238))))
    y = 1.0 - ((low - r * c / (2.0 - c)) - high)
    while k > 0.0:
        y *= 2.0
        k -= 1.0
    while k < 0.0 < y:
        y *= 0.5
        k += 1.0
    return y


@inline
def waiting(bits):
    """Return an exponential waiting time of mean 1 from 64 bits."""
    return -log((np.float64(bits >> _U11) + 1.0) * 2.0**-53)


@inline
def polar(key, c0, c1, c2, c3):
    """Return an attempt at a standard normal draw from one block, by Marsaglia's polar method; NaN if it fails."""
    x0, x1, x2, x3 = philox(key, c0, c1, c2, c3)
    u = 2.0 * unit(x0 | (x1 << _U32)) - 1.0
    v = 2.0 * unit(x2 | (x3 << _U32)) - 1.0
    q = u * u + v * v
    return u * np.sqrt(-2.0 * log(q) / q) if 0.0 < q < 1.0 else np.nan


@inline
def normal(key, c0, c2, time, purpose):
    """Return a standard normal draw: attempt a = 0, 1, ... takes the block (c0, a, c2, time)."""
    z, a = np.nan, _U0
    while np.isnan(z):
        z = polar(key, c0, a, c2, tag(time, purpose))
        a += _U1
    return z


@kernel
def fill_uniform(key, w, purpose, first, second, out):
    """Fill ``out`` float64[n] with even draws in [0, 1): draw k is for nodes or arcs (first[k], second[k]).

    ``second`` may be one for all.
    """
    for k in range(out.size):
        other = np.uint64(second[k if second.size > 1 else 0])
        out[k] = unit(bits64(key, np.uint64(first[k]), other, w, tag(_U0, purpose)))


@kernel
def fill_normal(key, w, purpose, first, second, mean, sd, low, high, out):
    """Fill ``out`` float64[n] with normal draws, redrawn until they lie within [low, high].

    Attempt a = 0, 1, ... at draw k takes the block (first[k], second[k], w, a); ``second`` may be one for all.
    """
    for k in range(out.size):
        other, time = np.uint64(second[k if second.size > 1 else 0]), _U0
        out[k] = np.nan
        while not low <= out[k] <= high:
            out[k] = mean + sd * polar(key, np.uint64(first[k]), other, w, tag(time, purpose))
            time += _U1


@kernel
def _network_key(root, g):
    x0, x1, _, _ = philox(root, g & _LOW, g >> _U32, _U0, _U0)
    return x0 | (x1 << _U32)


def root(seed: int, point_hash: bytes = b"") -> int:
    """Return the 64-bit root of a scenario's randomness: SHA-256 of the stream version, seed and point hash.

    ``point_hash`` is empty unless the scenario asks for independent luck at each point.
    """
    text = b"simcore" + STREAM_VERSION.to_bytes(4, "little") + seed.to_bytes(8, "little") + point_hash
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "little")


@functools.lru_cache(maxsize=4096)
def network_key(root_: int, g: int) -> np.uint64:
    """Return the key (uint64) of network ``g``: the first 64 bits of Philox under the root."""
    return np.uint64(_network_key(np.uint64(root_), np.uint64(g)))
