"""Written from the rule, without sight of the kernel: generalised contagion.

Dodds & Watts 2004 (doi:10.1103/PhysRevLett.92.218701). In every step each node meets one other, any (`mixing`)
or an in-neighbour; if that one was infected before the step, it passes on a dose with probability `exposure`.
A node remembers what it received in each of the last `memory` steps, mostly nothing. A susceptible node is
infected while the sum of what it remembers is at least its threshold. An infected one whose sum is below
recovers with probability `recovery` per step, and a recovered one becomes susceptible with probability `waning`
per step: in the step in which it recovers, too, and one that becomes so at the beginning of a step can be
infected at its end. Doses are equal, or log-normal of mean `dose` and standard deviation `dose_sd`.

Pinned: doses are whole multiples of 2^-32, and a shortfall of 1e-9 is forgiven. At the start nothing is
remembered; with `filled`, each place of the memory holds a dose with probability exposure * seeds / n.
"""

import math

from tests.naive.epidemics import ever, happens, outcomes, start
from tests.naive.philox import DOSE, MEET, MEMORY, RECOVER, WANE, below, bits64, c3, halves, occurs, unit

UNITS = 2**32


def simulate(arcs, n, threshold, memory, exposure, dose, dose_sd, recovery, waning, mixing, filled, seeds, key, w,
             *, horizon):
    """Run one contagion; `arcs` are (source, target, ...), `threshold` a list of n numbers."""
    around = [sorted(source for source, target, *_ in arcs if target == node) for node in range(n)]
    if mixing:
        around = [[other for other in range(n) if other != node] for node in range(n)]
    need = [math.ceil(threshold[node] * UNITS - 1e-9 * UNITS) for node in range(n)]

    def size_of_dose(node, sequence):
        return math.floor(draw_dose(dose, dose_sd, node, sequence, key, w) * UNITS + 1 / 2)

    remembered = [[0] * memory for _ in range(n)]
    if filled:
        for node in range(n):
            for s in range(memory):
                if occurs(bits64(key, node, s, w, c3(MEMORY)), exposure * len(seeds) / n):
                    remembered[node][s] = size_of_dose(node, 2**23 + s)

    history = [start(n, seeds)]
    for t in range(1, horizon + 1):
        before = history[-1]
        after = list(before)
        for node in range(n):
            whom, whether = halves(key, node, 0, w, c3(MEET, t))
            received = 0
            if around[node]:
                met = around[node][below(whom, len(around[node]))]
                if before[met] == "I" and occurs(whether, exposure):
                    received = size_of_dose(node, t)
            remembered[node][(t - 1) % memory] = received
            enough = sum(remembered[node]) >= need[node]

            if before[node] == "R" and happens(WANE, node, t, waning, key, w):
                after[node] = "S"
            if after[node] == "S" and enough:
                after[node] = "I"
            if before[node] == "I" and not enough and happens(RECOVER, node, t, recovery, key, w):
                after[node] = "S" if happens(WANE, node, t, waning, key, w) else "R"
        history.append(after)
    return {"size": history[-1].count("I"), "ever": ever(history), **outcomes(history, "SIR")}


def draw_dose(dose, dose_sd, node, sequence, key, w):
    """Return a dose; `math.log` and `math.exp` differ from simcore's by an ulp or two."""
    if dose_sd == 0:
        return dose
    variance = math.log(1 + (dose_sd / dose) ** 2)
    a = 0
    while True:
        u, v = (2 * unit(half) - 1 for half in halves(key, node, a, w, c3(DOSE, sequence)))
        q = u * u + v * v
        if 0 < q < 1:
            z = u * math.sqrt(-2 * math.log(q) / q)
            return math.exp(math.log(dose) - variance / 2 + math.sqrt(variance) * z)
        a += 1
