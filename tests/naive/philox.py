"""Written from the rule, without sight of the kernel: the draws of docs/randomness.md.

Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405). Ten rounds on four 32-bit words (c0, c1,
c2, c3) under two 32-bit key words (k0, k1); in a round, with the 64-bit products A = M0 c0 and B = M1 c2,

    c0, c1, c2, c3  <-  high(B) ^ c1 ^ k0,  low(B),  high(A) ^ c3 ^ k1,  low(A)

and between rounds each key word is raised by its own constant. A draw is named by its key and its
counter: c0, c1 say who, c2 is the replicate w on the network, c3 is (time << 8) | purpose.
"""

import hashlib
import math

STREAM_VERSION = 1
WORD = 2**32

# purposes
NETWORK_COUNT = 1
NETWORK_TIE = 2
SEED = 16
SEED_TIE = 17
PARAMETER = 32
TRANSMIT = 48
RECOVER = 49
OUTSIDE = 50
PROGRESS = 51
WANE = 52
CONTACT = 53
DURATION = 54
MEET = 55
DOSE = 56
TIE = 57
MEMORY = 58
ADOPT = 59
START = 60
SOCIALISE = 61
LEARN = 62
TURNOVER = 63
ATTEMPT = 64
THRESHOLD = 65


def philox(key, c0, c1, c2, c3):
    k0, k1 = key % WORD, key // WORD
    for _ in range(10):
        a = 0xD2511F53 * c0
        b = 0xCD9E8D57 * c2
        c0, c1, c2, c3 = b // WORD ^ c1 ^ k0, b % WORD, a // WORD ^ c3 ^ k1, a % WORD
        k0 = (k0 + 0x9E3779B9) % WORD
        k1 = (k1 + 0xBB67AE85) % WORD
    return c0, c1, c2, c3


KNOWN_ANSWERS = [  # key, counter, result
    (0, (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        0x299F31D0_A4093822,
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
    (2**64 - 1, (WORD - 1,) * 4, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
]
for _key, _counter, _result in KNOWN_ANSWERS:
    assert philox(_key, *_counter) == _result


def c3(purpose, time=0):
    """Return the fourth counter word: a time, or a sequence number, over a purpose."""
    assert 0 <= time < 2**24
    return time << 8 | purpose


def bits64(key, c0, c1, c2, c3):
    x0, x1, _, _ = philox(key, c0, c1, c2, c3)
    return x0 + WORD * x1


def chance(p):
    """Return floor(p 2^64), exactly: 2^64, above every draw, for the certain p = 1."""
    return math.floor(p * 2**64)


def occurs(bits, p):
    return bits < chance(p)


def below(bits, n):
    return bits * n // 2**64


def unit(bits):
    return (bits >> 11) / 2**53


def waiting(bits):
    """Return a waiting time of mean 1; `math.log` differs from simcore's logarithm by an ulp or two."""
    return -math.log(((bits >> 11) + 1) / 2**53)


def halves(key, c0, c1, c2, c3):
    x0, x1, x2, x3 = philox(key, c0, c1, c2, c3)
    return x0 + WORD * x1, x2 + WORD * x3


def root(seed, point_hash=b""):
    text = b"simcore" + STREAM_VERSION.to_bytes(4, "little") + seed.to_bytes(8, "little") + point_hash
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "little")


def network_key(root, g):
    return bits64(root, g % WORD, g // WORD, 0, 0)


def attempt(key, w, i, j, p):
    """Tell whether the one-shot attempt on the unordered pair i, j succeeds in replicate w.

    U has 64 binary digits, most significant first: digit 4 g + d is bit `w mod 32` of word d of group g.
    """
    lane = w % 32
    u = 0
    for group in range(16):
        for word in philox(key, min(i, j), max(i, j), w // 32, c3(ATTEMPT, group)):
            u = 2 * u + (word >> lane) % 2
    return occurs(u, p)
