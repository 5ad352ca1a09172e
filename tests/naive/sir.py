"""Written from the rule, without sight of the kernel: the SIR model in discrete time.

In step t every node that was infected before the step infects each susceptible out-neighbour with
probability `transmission`, one draw per contact; then every node that was infected before the step
recovers, for good, with probability `recovery`. Who is infected in a step neither infects nor recovers in
it. Seeds are infected at t = 0; steps are t = 1, 2, ..., horizon.

With a recovery of 1 there is one contact at most along each arc, and its luck is that of the one attempt on the
pair, as in the independent cascade.
"""

from tests.naive.philox import RECOVER, TRANSMIT, attempt, bits64, c3, occurs


def simulate(arcs, n, transmission, recovery, seeds, key, w, *, horizon):
    """Run one epidemic; `arcs` are (source, target, ...)."""
    out = [[] for _ in range(n)]
    for source, target, *_ in arcs:
        out[source].append(target)

    infected = set(seeds)
    susceptible = set(range(n)) - infected
    recovered = set()
    series = [(len(susceptible), len(infected), len(recovered))]
    duration = 0
    peak = len(infected)
    for t in range(1, horizon + 1):
        if not infected:
            break
        caught = set()
        for source in infected:
            for target in out[source]:
                if target in susceptible:
                    if recovery == 1:
                        infects = attempt(key, w, source, target, transmission)
                    else:
                        infects = occurs(bits64(key, source, target, w, c3(TRANSMIT, t)), transmission)
                    if infects:
                        caught.add(target)
        healed = {node for node in infected if occurs(bits64(key, node, 0, w, c3(RECOVER, t)), recovery)}
        susceptible -= caught
        infected = (infected - healed) | caught
        recovered |= healed
        series.append((len(susceptible), len(infected), len(recovered)))
        if caught or healed:
            duration = t
        peak = max(peak, len(infected))
    while len(series) < horizon + 1:
        series.append(series[-1])
    return {"size": n - len(susceptible), "duration": duration, "peak": peak, "series": series}
