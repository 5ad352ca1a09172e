"""Written from the definitions: multipliers, unpredictability, and people choosing among items one after the other."""

from fractions import Fraction
from itertools import combinations

from tests.naive.philox import bits64, unit

CHOICE = 68


def influentials(p_global, size, degree, ranked, number):
    """Return (M, M by size, D, share of ordinary people) of the first `number` of a ranking."""
    def mean(values, nodes):
        return sum(values[i] for i in nodes) / len(nodes)
    top, everybody = ranked[:number], range(len(degree))
    ordinary = sum(p_global[i] for i in everybody if i not in top)
    return (*(mean(values, top) / mean(values, everybody) for values in (p_global, size, degree)),
            ordinary / sum(p_global))


def unpredictability(worlds):
    """Return the mean over items of the mean difference of shares between pairs of worlds."""
    pairs = list(combinations(worlds, 2))
    return float(sum(abs(Fraction(a) - Fraction(b)) for one, other in pairs for a, b in zip(one, other, strict=True))
                 / len(pairs) / len(worlds[0]))


def choices(appeal, people, influence, world, key):
    """Return how often each item is chosen in a world."""
    chosen = [0] * len(appeal)
    for person in range(people):
        weights = [a + influence * d for a, d in zip(appeal, chosen, strict=True)]
        draw, k = sum(weights) * unit(bits64(key, person, 0, world, CHOICE)), 0
        while k + 1 < len(weights) and draw >= weights[k]:
            draw -= weights[k]
            k += 1
        chosen[k] += 1
    return chosen
