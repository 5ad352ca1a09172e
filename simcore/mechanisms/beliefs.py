"""What is real, what an organisation's code says about it, and what its members believe: 1, -1, or 0 for neither."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.rng import Purpose, below, bits64, chance, occurs, philox, tag

AGREED = "members who agree with the code"
AGREEING, CODE, MEMBERS, UNDECIDED = range(4)  # of the stock, see `take_stock`
_U0, _U32 = np.uint64(0), np.uint64(32)


class Beliefs(NamedTuple):
    """What kernels see of it; make one by `beliefs`."""

    reality: np.ndarray  # int8[dimensions]: 1 or -1
    code: np.ndarray  # int8[dimensions]
    members: np.ndarray  # int8[n, dimensions]
    action: np.ndarray  # int8[dimensions]: what one member does
    votes: np.ndarray  # int64[dimensions]: sum of what superior members do
    stock: np.ndarray  # int64[4]


def beliefs(n: int, dimensions: int) -> Beliefs:
    """Return room for the beliefs of n members in so many dimensions."""
    return Beliefs(np.zeros(dimensions, np.int8), np.zeros(dimensions, np.int8), np.zeros((n, dimensions), np.int8),
                   np.zeros(dimensions, np.int8), np.zeros(dimensions, np.int64), np.zeros(4, np.int64))


@inline
def _start(stream, i, d, t, kinds):
    drawn = bits64(stream.key, np.uint64(i), np.uint64(d), stream.w, tag(t, Purpose.START))
    return np.int64(below(drawn, np.uint64(kinds)))


@inline
def join(beliefs, stream, i, t):
    """Give a new member its beliefs."""
    for d in range(beliefs.code.size):
        beliefs.members[i, d] = _start(stream, i, d, t, 3) - 1


@kernel
def begin(beliefs, stream, informed):
    """Draw what is real, and what members believe: the informed, the truth. The code believes nothing."""
    n, dimensions = beliefs.members.shape
    for d in range(dimensions):
        beliefs.reality[d] = 2 * _start(stream, n, d, 0, 2) - 1
        beliefs.code[d] = 0
    for i in range(n):
        join(beliefs, stream, i, 0)
    for i in informed:
        for d in range(dimensions):
            beliefs.members[i, d] = beliefs.reality[d]


@kernel
def turn(beliefs, stream, turbulence, t):
    """Turn reality round in some dimensions; return in how many."""
    turned = 0
    for d in range(beliefs.reality.size):
        _, _, x2, x3 = philox(stream.key, np.uint64(d), _U0, stream.w, tag(t, Purpose.LEARN))
        if occurs(x2 | (x3 << _U32), chance(turbulence)):
            beliefs.reality[d] = -beliefs.reality[d]
            turned += 1
    return turned


@kernel
def socialise(beliefs, params, stream, t):
    """Let members act, the superior vote by it, and all take over what the code says; return how many beliefs change.

    Superior is whose actions fit reality better than the code does.
    """
    reality, code, members, action, votes = (beliefs.reality, beliefs.code, beliefs.members, beliefs.action,
                                             beliefs.votes)
    known = changed = 0
    for d in range(code.size):
        known += code[d] * reality[d]
        votes[d] = 0
    for i in range(members.shape[0]):
        fits = 0
        for d in range(code.size):
            belief, at_random = members[i, d], params.acting and members[i, d] == 0
            action[d] = belief
            differs = code[d] != 0 and code[d] != belief
            if differs or at_random:
                x0, x1, x2, x3 = philox(stream.key, np.uint64(i), np.uint64(d), stream.w, tag(t, Purpose.SOCIALISE))
                if at_random:
                    action[d] = 2 * np.int64(below(x2 | (x3 << _U32), np.uint64(2))) - 1
                if differs and occurs(x0 | (x1 << _U32), chance(params.socialisation)):
                    members[i, d] = belief + code[d] if params.gradual else code[d]
                    changed += 1
            fits += action[d] * reality[d]
        if fits > known:
            for d in range(code.size):
                votes[d] += action[d]
    return changed


@kernel
def learn(beliefs, learning, stream, t):
    """Let the code take over what the majority of the votes says; return how many of its beliefs change."""
    changed = 0
    for d in range(beliefs.code.size):
        majority = np.sign(beliefs.votes[d])
        if majority != 0 and majority != beliefs.code[d]:
            unmoved = 1.0
            for _ in range(abs(beliefs.votes[d])):
                unmoved *= 1.0 - learning
            drawn = bits64(stream.key, np.uint64(d), _U0, stream.w, tag(t, Purpose.LEARN))
            if occurs(drawn, chance(1.0 - unmoved)):
                beliefs.code[d] = majority
                changed += 1
    return changed


@kernel
def take_stock(beliefs):
    """Count the members who agree with the code, what it knows, what members know, and where it is undecided.

    Knowledge is the sum of belief times reality.
    """
    stock = beliefs.stock
    stock[AGREEING] = stock[CODE] = stock[MEMBERS] = stock[UNDECIDED] = 0
    n, dimensions = beliefs.members.shape
    for d in range(dimensions):
        stock[CODE] += beliefs.code[d] * beliefs.reality[d]
        stock[UNDECIDED] += beliefs.code[d] == 0
    for i in range(n):
        agrees = True
        for d in range(dimensions):
            stock[MEMBERS] += beliefs.members[i, d] * beliefs.reality[d]
            agrees &= beliefs.members[i, d] == beliefs.code[d]
        stock[AGREEING] += agrees
