"""Models with chance: independent cascades, SIR in discrete and in continuous time, the culture of an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.models import independent_cascade, sir, sir_markov
from simcore.plan import Block
from simcore.rng import Stream, attempt, chance
from simcore.scenario.load import from_data
from simcore.study import Study

from . import peers
from .cascades import Cascades
from .harness import Case, Contestant, Work
from .limits import gather

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

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


def many_independent_cascades(n: int = 10_000, number: int = 2048, few: int = 64) -> Case:
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


def discrete_sir(n: int = 10_000, number: int = 2048) -> Case:
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


class Companies:
    """Replicates of the culture model at its default levers, on one organisation with its customers.

    Parameters
    ----------
    levels : int
        Of the organisation, each manager having five reports.
    customers : int
        In a small world of six ties each.
    horizon : int
        Periods.
    number : int
        Replicates in a round.
    """

    outcomes = ("mean", "customers")

    def __init__(self, levels: int, customers: int, horizon: int, number: int) -> None:
        self.study = Study(from_data({
            "schema": 1, "title": "culture", "seed": 20020430, "replicates": number, "horizon": horizon,
            "organisation": {"kind": "hierarchy", "levels": levels, "count": 1},
            "customers": {"kind": "watts-strogatz", "n": customers, "neighbours": 6, "rewiring": 0.1},
            "model": {"name": "culture"}, "record": {"outcomes": list(self.outcomes)}}))
        self.company = self.study.network(0, 0).company  # type: ignore[attr-defined]
        self.horizon, self.number = horizon, number
        self.ties = self.company.informal.arcs + self.company.customers.arcs

    def run(self, first: int) -> NDArray[np.float64]:
        """Return the outcomes of consecutive replicates."""
        columns = self.study.run_block(Block(0, 0, first, self.number), trajectories=False).columns
        return np.column_stack([columns[name] for name in self.outcomes])

    def work(self, round_: int) -> Work:
        """Return the work of a round; each period is charged every tie once, whoever looks along it."""
        first = round_ * self.number
        return Work(first, self.run(first), np.full(self.number, self.ties * self.horizon))

    def in_mesa(self, few: int) -> Callable[[int], list[tuple[float, int]]]:
        """Prepare the first replicates of a round in Mesa."""
        from .culture_in_mesa import Culture

        levers = self.study.scenario.points[0].params

        def replicate(seed: int) -> tuple[float, int]:
            model = Culture(levers, self.company, seed)
            for _ in range(self.horizon):
                model.step()
            return model.outcomes()
        return lambda first: [replicate(first + k) for k in range(few)]


def culture(levels: int = 5, customers: int = 4000, horizon: int = 60, number: int = 16, few: int = 2) -> Case:
    """Return the case of the culture model at its default levers."""
    companies = Companies(levels, customers, horizon, number)
    n = companies.company.informal.n + customers
    mesa = Contestant("Mesa", lambda: companies.in_mesa(few), ("mesa",), equal="in law", at_least=100)
    return Case("culture", f"culture of customer focus: {n - customers} employees, {customers} customers, {horizon} "
                "periods, default levers", "replicate", n, companies.ties, companies.outcomes, companies.work,
                [Contestant("simcore", lambda: companies.run), mesa, gather(companies.company.customers)],
                pooled=True, by_item=True)


CASES: dict[str, Callable[[], Case]] = {
    "ic": many_independent_cascades, "ic-single": single_independent_cascades, "sir": discrete_sir,
    "sir-markov": markov_sir, "culture": culture}
