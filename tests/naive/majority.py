"""Written from the rule, without sight of the kernel: the majority vote with noise.

de Oliveira 1992 (doi:10.1007/BF01060069). In each pick a random node looks at all its in-neighbours, each with
the weight of its arc. With probability 1 - noise it takes the opinion of the larger part, else that of the
smaller; if both are equal, either with probability 1/2. So it changes its own with probability `noise` if it is
with the larger part, 1 - noise if it is with the smaller. Opinions are 1 (seeds) and 0.
"""

from tests.naive.adoption import in_arcs
from tests.naive.philox import occurs
from tests.naive.picks import pick


def simulate(arcs, n, noise, seeds, key, w, *, horizon):
    """Run n picks a step; `arcs` are (source, target, weight), weight 1 where there is none."""
    incoming = in_arcs(arcs, n)
    opinion = [int(node in seeds) for node in range(n)]
    series = [(sum(opinion),)]
    duration = 0
    for t in range(1, horizon + 1):
        for k in range(n):
            i, bits = pick(n, k, t, key, w)
            if not incoming[i]:
                continue
            like = sum(weight for source, weight in incoming[i] if opinion[source] == opinion[i])
            unlike = sum(weight for source, weight in incoming[i] if opinion[source] != opinion[i])
            change = noise if like > unlike else 1 - noise if like < unlike else 1 / 2
            if occurs(bits, change):
                opinion[i] = 1 - opinion[i]
                duration = t
        series.append((sum(opinion),))
    return {"size": sum(opinion), "duration": duration, "series": series}
