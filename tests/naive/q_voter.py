"""Written from the rule, without sight of the kernel: the q-voter model.

Castellano, Munoz & Pastor-Satorras 2009 (doi:10.1103/PhysRevE.80.041129). In each pick a random node asks q
in-neighbours, each drawn from all of them. If all q agree it takes their opinion; if they do not, it changes its
own with probability `noise`. Opinions are 1 (seeds) and 0.
"""

from tests.naive.philox import MEET, below, c3, halves, occurs
from tests.naive.picks import discordant, in_neighbours, pick


def simulate(arcs, n, q, noise, seeds, key, w, *, horizon):
    """Run n picks a step; `arcs` are (source, target, ...)."""
    around = in_neighbours(arcs, n)
    opinion = [int(node in seeds) for node in range(n)]
    series = [(sum(opinion), discordant(arcs, opinion))]
    duration = 0
    for t in range(1, horizon + 1):
        for k in range(n):
            i, bits = pick(n, k, t, key, w)
            if not around[i]:
                continue
            answers = set()
            for c in range(q):
                draw = halves(key, k, 1 + c // 2, w, c3(MEET, t))[c % 2]
                answers.add(opinion[around[i][below(draw, len(around[i]))]])
            if len(answers) == 1:
                new = answers.pop()
            elif occurs(bits, noise):
                new = 1 - opinion[i]
            else:
                new = opinion[i]
            if new != opinion[i]:
                opinion[i] = new
                duration = t
        series.append((sum(opinion), discordant(arcs, opinion)))
    return {"size": sum(opinion), "duration": duration, "series": series}
