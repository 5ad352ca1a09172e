"""The kernels that choose: each appends seeds to one row for each replicate, none twice.

``out[r, :filled[r]]`` are the seeds of replicate r so far, as many as a mixture has chosen before; ``marked`` is
zero for every node that may be a seed, and is left so. `docs/randomness.md` says what is drawn.
"""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.rng import Purpose, below, bits64, philox, tag

_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))
_PATIENCE = 100  # people in a row who name but seeds, after which nobody is asked any more
_SEQUENCES = np.uint64(2**24 - 1)


@inline
def _mark(row, value, marked):
    for i in row:
        marked[i] = value


@inline
def _unmarked(group, marked):
    number = 0
    for i in group:
        number += not marked[i]
    return number


@inline
def _free(marked):
    """Return how many of all nodes are not marked."""
    number = 0
    for mark in marked:
        number += not mark
    return number


@inline
def _sequence(group):
    """Return the sequence number under which members of a group are drawn; 0 is that of no group."""
    return np.uint64(group + 1) & _SEQUENCES


@kernel
def append_first(order, count, marked, out, filled):
    """Append the first of an order."""
    for r in range(filled.size):
        _mark(out[r, :filled[r]], 1, marked)
        stop = filled[r] + count
        for i in order:
            if filled[r] == stop:
                break
            if not marked[i]:
                out[r, filled[r]] = i
                filled[r] += 1
        _mark(out[r, :filled[r]], 0, marked)


@kernel
def append_drawn(key, first, part, number, group, size, count, marked, out, filled):
    """Append members of a group drawn evenly, all of them if they are fewer; an empty one of size n is everybody.

    ``number`` is that of the group among all; -1 if there are no others.
    """
    free = _unmarked(group, marked) if group.size else min(_free(marked), np.int64(size))
    for r in range(filled.size):
        left = free
        if filled[r]:
            _mark(out[r, :filled[r]], 1, marked)
            left = _unmarked(group, marked) if group.size else left - filled[r]
        stop = filled[r] + min(count, left)
        candidate = _U0
        while filled[r] < stop:
            i = below(bits64(key, candidate, part, first + np.uint64(r), tag(_sequence(number), Purpose.SEED)), size)
            candidate += _U1
            if group.size:
                i = np.uint64(group[i])
            if not marked[i]:
                marked[i] = 1
                out[r, filled[r]] = i
                filled[r] += 1
        _mark(out[r, :filled[r]], 0, marked)


@kernel
def append_friends(key, first, part, people, in_ptr, in_idx, count, marked, out, filled):
    """Append nodes that influence people drawn evenly; evenly drawn nodes once hardly any are left to be named."""
    n, free = np.uint64(marked.size), _free(marked)
    for r in range(filled.size):
        _mark(out[r, :filled[r]], 1, marked)
        stop = min(filled[r] + count, free)
        asking, candidate, vain = people.size > 0, _U0, 0
        while filled[r] < stop:
            x0, x1, x2, x3 = philox(key, candidate, part, first + np.uint64(r), tag(_U0, Purpose.SEED))
            candidate += _U1
            if asking:
                person = np.uint64(people[below(x0 | (x1 << _U32), np.uint64(people.size))])
                begin, end = np.uint64(in_ptr[person]), np.uint64(in_ptr[person + _U1])
                i = np.uint64(in_idx[begin + below(x2 | (x3 << _U32), end - begin)])
            else:
                i = below(x0 | (x1 << _U32), n)
            vain += 1
            if not marked[i]:
                marked[i] = 1
                out[r, filled[r]] = i
                filled[r] += 1
                vain = 0
            asking = asking and vain < _PATIENCE
        _mark(out[r, :filled[r]], 0, marked)


@kernel
def _sort(values, nodes, size):
    """Sort the first values, and the nodes that they belong to: Shell's sort."""
    gap = 1
    while 3 * gap + 1 < size:
        gap = 3 * gap + 1
    while gap > 0:
        for a in range(gap, size):
            value, node, b = values[a], nodes[a], a
            while b >= gap and (values[b - gap] > value or (values[b - gap] == value and nodes[b - gap] > node)):
                values[b], nodes[b] = values[b - gap], nodes[b - gap]
                b -= gap
            values[b], nodes[b] = value, node
        gap //= 3


@kernel
def append_neighbourhoods(key, first, part, ptr, idx, count, values, shell, marked, out, filled):
    """Append a node drawn evenly, then those around it, the nearest first; others once they are exhausted."""
    n, free = np.uint64(marked.size), _free(marked)
    for r in range(filled.size):
        w = first + np.uint64(r)
        _mark(out[r, :filled[r]], 1, marked)
        stop = min(filled[r] + count, free)
        candidate = _U0
        while filled[r] < stop:
            focus = below(bits64(key, candidate, part, w, tag(_U0, Purpose.SEED)), n)
            candidate += _U1
            if marked[focus]:
                continue
            marked[focus] = 1
            begin = filled[r]
            out[r, begin] = focus
            filled[r] += 1
            while begin < filled[r] < stop:
                size = 0
                for i in out[r, begin:filled[r]]:
                    for j in idx[ptr[i]:ptr[i + _U1]]:
                        if not marked[j]:
                            marked[j] = 1
                            shell[size] = j
                            values[size] = bits64(key, np.uint64(j), _U1, w, tag(_U0, Purpose.SEED_TIE))
                            size += 1
                _sort(values, shell, size)
                begin = filled[r]
                taken = min(size, stop - begin)
                for k in range(taken):
                    out[r, begin + k] = shell[k]
                _mark(shell[taken:size], 0, marked)
                filled[r] += taken
        _mark(out[r, :filled[r]], 0, marked)


@kernel
def append_grouped(key, first, part, group, begin, members, count, marked, out, filled):
    """Append members of the group of a node drawn evenly; of another one's once that is exhausted.

    ``group[i]`` is the group of node i, -1 if it is in none; ``members[begin[g]:begin[g + 1]]`` are in g.
    """
    n = np.uint64(marked.size)
    for r in range(filled.size):
        w = first + np.uint64(r)
        _mark(out[r, :filled[r]], 1, marked)
        stop = filled[r] + min(count, _unmarked(members, marked))
        candidate = _U0
        while filled[r] < stop:
            g = group[below(bits64(key, candidate, part, w, tag(_U0, Purpose.SEED)), n)]
            candidate += _U1
            if g < 0:
                continue
            of_group = members[begin[g]:begin[g + 1]]
            left = min(_unmarked(of_group, marked), stop - filled[r])
            another = _U0
            while left:
                at = below(bits64(key, another, part, w, tag(_sequence(g), Purpose.SEED)),
                           np.uint64(of_group.size))
                another += _U1
                i = of_group[at]
                if not marked[i]:
                    marked[i] = 1
                    out[r, filled[r]] = i
                    filled[r] += 1
                    left -= 1
        _mark(out[r, :filled[r]], 0, marked)


@kernel
def fill_ties(key, out):
    """Fill ``out`` uint64[n] with the draws that order equals."""
    for i in range(out.size):
        out[i] = bits64(key, np.uint64(i), _U0, _U0, tag(_U0, Purpose.SEED_TIE))
