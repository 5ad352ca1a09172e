"""512 replicates at once: a row of bits says of which of them something holds, and counters stand on their edge.

A number that differs between lanes is kept as planes: row p holds binary digit p of all 512 numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import WORDS, inline, kernel, load_lanes, store_lanes

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANES = 64 * WORDS
_LINE = 64  # bytes of a cache line
_U1, _U6, _U63 = np.uint64(1), np.uint64(6), np.uint64(63)
_ALL = np.uint64(2**64 - 1)


def rows(number: int) -> NDArray[np.uint64]:
    """Return rows of 512 bits, all 0, each in a cache line of its own: uint64[number, WORDS]."""
    room = np.zeros((number + 1) * WORDS, np.uint64)
    first = -(room.ctypes.data // 8) % (_LINE // 8)
    return room[first:first + number * WORDS].reshape(number, WORDS)


def parts(*numbers: int) -> list[NDArray[np.uint64]]:
    """Return several arrays of rows, cut from one: what is given back at once is kept for the next block.

    Smaller ones go back to the system, each page of which costs a fault when it is taken anew.
    """
    end = np.cumsum(numbers)
    return np.split(rows(end[-1]), end[:-1])


@inline
def without(lanes, others):
    """Return those bits of the first that the second has not."""
    return lanes ^ (lanes & others)


@inline
def set_lane(bits, row, lane):
    """Set one bit."""
    bits[row, lane >> _U6] |= _U1 << (lane & _U63)


@inline
def set_first(bits, row, number):
    """Set the first bits of a row, and clear the others."""
    for word in range(WORDS):
        left = max(min(number - 64 * word, 64), 0)
        bits[row, word] = _ALL if left == 64 else (_U1 << np.uint64(left)) - _U1


@inline
def clear(planes):
    """Make all numbers 0."""
    for p in range(planes.shape[0]):
        for word in range(WORDS):
            planes[p, word] = 0


@inline
def count_in(counter, already, lanes):
    """Count these bits into a counter, two rows for each digit, to which so many rows were counted before.

    Digit p has two planes, its sum and a carry that waits until there are two more to add: 1 addition a row on
    average, however high the digits.
    """
    p, left = np.uint64(0), np.uint64(already)
    while left & _U1:
        total, waiting = load_lanes(counter, p), load_lanes(counter, p + _U1)
        store_lanes(counter, p, total ^ waiting ^ lanes)
        lanes = (total & waiting) | (lanes & (total ^ waiting))
        p += np.uint64(2)
        left >>= _U1
    store_lanes(counter, p + _U1, lanes)


@inline
def counted(counter, already, planes):
    """Put the numbers of a counter into planes and clear it."""
    number, left, carry = np.uint64(0), np.uint64(already), load_lanes(counter, np.uint64(0))
    zero = carry = carry ^ carry
    while number < np.uint64(planes.shape[0]):
        p = number << _U1
        total = load_lanes(counter, p)
        waiting = load_lanes(counter, p + _U1) if left & _U1 else zero
        store_lanes(planes, number, total ^ waiting ^ carry)
        carry = (total & waiting) | (carry & (total ^ waiting))
        store_lanes(counter, p, zero)
        number += _U1
        left >>= _U1


@inline
def add(planes, more):
    """Add numbers to numbers."""
    zero = load_lanes(planes, np.uint64(0))
    carry = zero ^ zero
    for k in range(planes.shape[0]):
        p = np.uint64(k)
        one, other = load_lanes(planes, p), load_lanes(more, p)
        store_lanes(planes, p, one ^ other ^ carry)
        carry = (one & other) | (carry & (one ^ other))


@inline
def raise_to(planes, others):
    """Replace each number by another where that is larger."""
    differ = load_lanes(planes, np.uint64(0))
    differ = differ ^ differ
    larger = differ
    for k in range(planes.shape[0]):  # from the highest digit: the first that differs decides
        p = np.uint64(planes.shape[0] - 1 - k)
        one, other = load_lanes(planes, p), load_lanes(others, p)
        larger = larger | without(without(other, one), differ)
        differ = differ | (one ^ other)
    for k in range(planes.shape[0]):
        p = np.uint64(k)
        one, other = load_lanes(planes, p), load_lanes(others, p)
        store_lanes(planes, p, without(one, larger) | (other & larger))


@inline
def assign(planes, lanes, number):
    """Replace the numbers of some lanes by this one."""
    for k in range(planes.shape[0]):
        p = np.uint64(k)
        kept = without(load_lanes(planes, p), lanes)
        store_lanes(planes, p, kept | lanes if (np.uint64(number) >> p) & _U1 else kept)


@kernel
def read(planes, first, out):
    """Fill in the numbers of the lanes from this one on."""
    for r in range(out.size):
        lane, number = np.uint64(first + r), np.uint64(0)
        for p in range(planes.shape[0]):
            number |= ((planes[p, lane >> _U6] >> (lane & _U63)) & _U1) << np.uint64(p)
        out[r] = number


@kernel
def tally(lines, counter, total, most, scratch):
    """Add to the totals how many of these rows have each lane's bit, and raise the largest of these numbers to it."""
    for k in range(lines.shape[0]):
        count_in(counter, k, load_lanes(lines, np.uint64(k)))
    counted(counter, lines.shape[0], scratch)
    add(total, scratch)
    raise_to(most, scratch)
