"""Models with chance: independent cascades, SIR in discrete and in continuous time, the culture of an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.models import independent_cascade, sir, sir_markov
from simcore.rng import Stream, attempt, chance

from . import peers
from .cascades import Cascades
from .harness import Case, Work

if TYPE_CHECKING:
    from collections.abc import Callable

TRANSMISSION = 0.4


@kernel
def _spread(ptr, idx, probability, key, first, seeds, reached, queue, outcomes, arcs):
    """Spread from each seed the naive way, one attempt along each arc to who is not reached; return their number."""
    attempts = 0
    for k in range(seeds.size):
        stream = Stream(key, np.uint64(first + k))
        queue[0] = seeds[k]
        reached[seeds[k]] = True
        size = last = 1
        place = arcs[k] = t = 0
        while place < size:
            i = np.uint64(queue[place])
            place += 1
            for a in range(ptr[i], ptr[i + np.uint64(1)]):
                j = np.uint64(idx[a])
                arcs[k] += 1
                if not reached[j]:
                    attempts += 1
                    if attempt(stream, i, j, probability):
                        reached[j] = True
                        queue[size] = j
                        size += 1
            if place == last and size > last:
                last, t = size, t + 1
        outcomes[k, 0], outcomes[k, 1] = size, t
        for i in queue[:size]:
            reached[i] = False
    return attempts


def _independent_cascades(n: int, number: int, algorithm: str | None = None) -> tuple[Cascades, Callable[[int], Work]]:
    cascades = Cascades(independent_cascade.MODEL, {"transmission": TRANSMISSION}, n, 4.0, number,
                        ("size", "duration"), algorithm)

    def work(round_: int) -> Work:
        items, network = cascades.items(round_), cascades.network
        outcomes, arcs = np.empty((number, 2), np.int64), np.empty(number, np.int64)
        draws = _spread(network.out_ptr, network.out_idx, np.uint64(chance(TRANSMISSION)), cascades.key, items.first,
                        items.seeds.nodes, np.zeros(n, np.bool_), np.empty(n, np.uint32), outcomes, arcs)
        return Work(items, outcomes, arcs, int(draws))
    return cascades, work


def many_independent_cascades(n: int = 10_000, number: int = 512, few: int = 64) -> Case:
    """Return the case of independent cascades on one network."""
    cascades, work = _independent_cascades(n, number)
    return cascades.case(
        "ic", f"independent cascades, transmission {TRANSMISSION}, with durations", work,
        peers.cynetdiff(peers.cynetdiff_independent_cascade, cascades, few, equal="in law", at_least=12),
        peers.eon(peers.eon_discrete, cascades, 16, equal="in law", at_least=600),
        peers.ndlib(peers.ndlib_independent_cascade, cascades, 6, equal="in law", at_least=2000), pooled=True)


def one_independent_cascade(name: str, n: int) -> Case:
    """Return the case of one global cascade on a network of any size."""
    cascades, work = _independent_cascades(n, 1, "plain")
    found = next(found for found in map(work, range(100)) if found.outcome[0, 0] > n // 10)
    return cascades.case(name, f"independent cascades, transmission {TRANSMISSION}, one at a time", lambda _: found,
                         pooled=True)


def single_independent_cascades(n: int = 10_000, number: int = 64) -> Case:
    """Return the case of independent cascades one after another, as where there is only one to a network."""
    cascades, work = _independent_cascades(n, number, "plain")
    return cascades.case(
        "ic-single", f"independent cascades, transmission {TRANSMISSION}, one at a time", work,
        peers.cynetdiff(peers.cynetdiff_independent_cascade, cascades, number, equal="in law", at_least=0.8),
        pooled=True)


def discrete_sir(n: int = 10_000, number: int = 512) -> Case:
    """Return the case of SIR in discrete time, everybody infected for one step."""
    cascades = Cascades(sir.MODEL, {"transmission": 0.3, "recovery": 1.0}, n, 4.0, number)
    return cascades.case(
        "sir", "SIR, discrete time, transmission .3, recovery 1", cascades.plain,
        peers.graph_tool(peers.graph_tool_sir, cascades, 8, equal="in law", at_least=150),
        peers.ndlib(peers.ndlib_sir, cascades, 6, equal="in law", at_least=300),
        peers.eon(peers.eon_discrete, cascades, 16, equal="in law"), pooled=True)


def markov_sir(n: int = 10_000, number: int = 128) -> Case:
    """Return the case of SIR in continuous time."""
    cascades = Cascades(sir_markov.MODEL, {"transmission": 0.7, "recovery": 1.0}, n, 4.0, number, ("size", "duration"))
    return cascades.case(
        "sir-markov", "SIR, continuous time, transmission .7, recovery 1", cascades.plain,
        peers.eon(peers.eon_markov, cascades, 6, equal="in law", at_least=60), pooled=True)


CASES: dict[str, Callable[[], Case]] = {
    "ic": many_independent_cascades, "ic-single": single_independent_cascades, "sir": discrete_sir,
    "sir-markov": markov_sir}
