"""Written from the rule, without sight of the kernel: who is seeded (docs/randomness.md, "Seeds").

Candidates a = 0, 1, 2, ... are drawn from a group; one that is chosen already is skipped, until there are
`count` seeds. The group is all nodes in ascending order (random), the top share q in rank order
(influential), or the rest in rank order (ordinary). Rank is by degree, largest first; equals by a draw,
smaller first; then by node. The top share holds max(1, floor(q n + 0.5)) nodes. `top_degree` draws
nothing but ties: the first `count` by rank.
"""

import math

from tests.naive.philox import SEED, SEED_TIE, below, bits64, c3, halves


def random_seeds(n, count, key, w):
    return draw(list(range(n)), count, key, w)


def top_degree(degree, count, key):
    return ranked(degree, key)[:count]


def influential(degree, q, count, key, w):
    return draw(ranked(degree, key)[: top_size(degree, q)], count, key, w)


def ordinary(degree, q, count, key, w):
    return draw(ranked(degree, key)[top_size(degree, q) :], count, key, w)


def ranked(degree, key):
    """Return all nodes, the one of the largest degree first."""
    return sorted(
        range(len(degree)), key=lambda node: (-degree[node], bits64(key, node, 0, 0, c3(SEED_TIE)), node)
    )


def top_size(degree, q):
    return max(1, math.floor(q * len(degree) + 0.5))


def draw(group, count, key, w):
    if count > len(group):
        raise ValueError(f"{count} seeds from a group of {len(group)}")
    chosen = []
    a = 0
    while len(chosen) < count:
        node = group[below(bits64(key, a, 0, w, c3(SEED)), len(group))]
        if node not in chosen:
            chosen.append(node)
        a += 1
    return chosen

# What chooses one seed after the other, given those that earlier parts of a mixture have chosen.


def append(group, count, key, w, part, chosen, sequence=0):
    """Append candidates from a group until there are so many more seeds, or nobody is left."""
    stop = len(chosen) + min(count, len(set(group) - set(chosen)))
    a = 0
    while len(chosen) < stop:
        node = group[below(bits64(key, a, part, w, c3(SEED, sequence)), len(group))]
        if node not in chosen:
            chosen.append(node)
        a += 1


def append_first(order, count, chosen):
    chosen += [node for node in order if node not in chosen][:count]


def append_friends(n, influencing, count, key, w, part, chosen):
    """`influencing` says by whom each node is influenced."""
    people = [i for i in range(n) if influencing[i]]
    stop = min(n, len(chosen) + count)
    a = vain = 0
    asking = bool(people)
    while len(chosen) < stop:
        first, second = halves(key, a, part, w, c3(SEED))
        a += 1
        if asking:
            friends = sorted(influencing[people[below(first, len(people))]])
            node = friends[below(second, len(friends))]
        else:
            node = below(first, n)
        vain += 1
        if node not in chosen:
            chosen.append(node)
            vain = 0
        asking = asking and vain < 100


def append_neighbourhoods(n, tied, count, key, w, part, chosen):
    """`tied` says to whom each node is tied."""
    stop = min(n, len(chosen) + count)
    a = 0
    while len(chosen) < stop:
        focus = below(bits64(key, a, part, w, c3(SEED)), n)
        a += 1
        if focus in chosen:
            continue
        ball = [focus]
        front = [focus]
        while front:
            shell = {j for i in front for j in tied[i] if j not in chosen and j not in ball}
            front = sorted(shell, key=lambda j: (bits64(key, j, 1, w, c3(SEED_TIE)), j))
            ball += front
        chosen += ball[: stop - len(chosen)]


def append_group(n, group_of, count, key, w, part, chosen):
    """`group_of` is the number of each node's group, None if it is in none."""
    stop = len(chosen) + min(count, len({i for i in range(n) if group_of[i] is not None} - set(chosen)))
    a = 0
    while len(chosen) < stop:
        g = group_of[below(bits64(key, a, part, w, c3(SEED)), n)]
        a += 1
        if g is not None:
            append([i for i in range(n) if group_of[i] == g], stop - len(chosen), key, w, part, chosen, g + 1)
