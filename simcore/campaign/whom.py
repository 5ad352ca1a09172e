"""Whom to seed under a budget: the instrument, and what it answers."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import models, rng
from simcore.campaign.costs import UNIT, costs, worded
from simcore.campaign.spread import Adoption, RandomSeeds, Setting, adoption, drawn, nodes, sizes
from simcore.campaign.strategies import (
    DRAWN,
    FIXED,
    MODELS,
    USUAL,
    Chosen,
    Search,
    choose_seeds,
    refuse_unknown,
    unsuited,
)
from simcore.definitions import definitions
from simcore.definitions import lines as definition_lines
from simcore.errors import UsageError, did_you_mean
from simcore.network.adapters import as_loaded
from simcore.network.loaded import labels_of
from simcore.parameters import resolve
from simcore.scenario.parameters import fitting_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from simcore.maximisation.opim import Certified

ROUGH = 1000  # replicates for what is asked of many numbers of seeds
_GREEDY = "1 - 1/e = 63.2 % of what the best seeds reach (Kempe, Kleinberg & Tardos 2003, doi:10.1145/956750.956769)"
_WITHIN = ("40.5 % of what the best seeds within the budget reach (Tang, Tang, Lim, Han, Li & Yuan 2021, "
           "doi:10.1145/3447386)")
_NONE = ("Fixed thresholds: what a seed adds may grow with the others, so that spread is not submodular. The guarantee "
         "of 1 - 1/e does not hold, for greedy or any other strategy here; the best seeds may reach far more.")


class Row(NamedTuple):
    """What a strategy came to.

    Attributes
    ----------
    strategy : str
    seeds : list of labels
        In the order of their choice; empty where every replicate has others.
    number, cost : float
        How many seeds, and what they cost; on average where every replicate has others.
    adoption : Adoption
        How many adopt, seeds included, by simulations that nothing was chosen from.
    per_cost : float
        Adopters for a unit of cost.
    random_seeds : tuple of int
        How many seeds drawn evenly reach as many, and the low and the high end of the interval.
    random_cost : float
        What so many cost on average.
    certified : Certified, optional
        Bounds on the spread of the seeds and of the best there are.
    remark : str
        What the choice took.
    """

    strategy: str
    seeds: list[int | str]
    number: float
    cost: float
    adoption: Adoption
    per_cost: float
    random_seeds: tuple[int, int, int]
    random_cost: float
    certified: Certified | None
    remark: str


@dataclass(frozen=True, eq=False)
class Influence:
    """Whom to seed, and what comes of it; printed, a table.

    Attributes
    ----------
    model : str
    nodes, arcs : int
    budget : float
    cost : str
    guarantee : str
        What is known of the best seeds there are.
    accuracy : str
        How that was looked for, and what was simulated.
    rows : list of Row
        One for each strategy, the one that reaches most first.
    curve : list of dict
        How many adopt by strategy and budget, where that was asked for: ``strategy, budget, adoption, adoption_low,
        adoption_high``.
    replicates : int
        How many simulations each mean is of.
    """

    model: str
    nodes: int
    arcs: int
    budget: float
    cost: str
    guarantee: str
    accuracy: str
    rows: list[Row]
    curve: list[dict[str, Any]]
    replicates: int

    @property
    def definitions(self) -> dict[str, str]:
        """What is meant by what is told."""
        return definitions(("pool", "ties", "cost"), cost=worded(self.cost))

    @property
    def best(self) -> Row:
        """The strategy that reaches most."""
        return self.rows[0]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        strategies = []
        for row in self.rows:
            of_row = row._asdict() | {"adoption": row.adoption._asdict(), "random_seeds": dict(
                zip(("number", "low", "high"), row.random_seeds, strict=True))}
            if row.certified is not None:
                known = row.certified
                of_row["certified"] = {"ratio": known.ratio, "at_least": known.at_least, "best_at_most": known.at_most,
                                       "sets": known.sets}
            strategies.append(of_row)
        names = ("model", "nodes", "arcs", "budget", "cost", "guarantee", "accuracy", "replicates")
        return {name: getattr(self, name) for name in names} | {"definitions": self.definitions,
                                                              "strategies": strategies, "curve": self.curve}

    def seeds(self) -> list[dict[str, Any]]:
        """Return one row for each seed of each strategy that names its seeds: ``strategy, rank, node``."""
        return [{"strategy": row.strategy, "rank": rank, "node": node}
                for row in self.rows for rank, node in enumerate(row.seeds, 1)]

    def __repr__(self) -> str:
        head = ("strategy", "seeds", "cost", "adopters", "95 % interval", "per cost", "as many random seeds")
        table = [head]
        for row in self.rows:
            least, most = row.random_seeds[1:]
            table.append((row.strategy, f"{row.number:,.4g}", f"{row.cost:,.5g}", f"{row.adoption.mean:,.1f}",
                          f"{row.adoption.low:,.1f} to {row.adoption.high:,.1f}", f"{row.per_cost:,.3g}",
                          f"{row.random_seeds[0]:,} ({least:,} to {most:,})"))
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(cell.ljust(width) if k == 0 else cell.rjust(width)
                           for k, (cell, width) in enumerate(zip(line, widths, strict=True))) for line in table]
        known = [f"{row.strategy}: certified to reach at least {100 * row.certified.ratio:.1f} % of the best "
                 f"(at least {row.certified.at_least:,.1f}, the best at most {row.certified.at_most:,.1f})"
                 for row in self.rows if row.certified is not None]
        remarks = [f"{row.strategy}: {row.remark}" for row in self.rows if row.remark]
        chosen = [f"{row.strategy}: {', '.join(map(str, row.seeds[:20]))}{', ...' * (len(row.seeds) > 20)}"
                  for row in self.rows if row.seeds]
        what = f"{self.model} on {self.nodes:,} nodes, {self.arcs:,} arcs; budget {self.budget:g}, cost {self.cost}"
        return "\n".join([what, "", *lines, "", self.guarantee, *known, *remarks, self.accuracy, "", "seeds", *chosen,
                          "", *definition_lines(self.definitions)])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def influence(network: Any, model: str = "independent-cascade", *, budget: float, cost: str = UNIT,
              strategies: Sequence[str] | None = None, epsilon: float = 0.05, delta: float | None = None,
              worlds: int = 1024, replicates: int = 10_000, seed: int = 0, steps: int = 0,
              progress: Callable[[str], object] = lambda _: None, **parameters: Any) -> Influence:
    """Choose whom to seed under a budget, by the best methods known and by what people do; simulate what comes of it.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
        Influence flows along arcs; undirected ties carry it both ways.
    model : {"independent-cascade", "linear-threshold", "threshold"}
    budget : float
        What all seeds together may cost; with a cost of 1 each, their number.
    cost : str
        "unit"; ``"10+0.5k"``, an acquisition cost and a cost for each of the k that a node influences; or a column of
        the nodes.
    strategies : sequence of str, optional
        "opim-c", "imm", "celf" (independent cascades, linear thresholds), "greedy", "degree-targeting" (thresholds),
        any ranking of `simcore.seeding`, "friend", "random"; the usual ones by default.
    epsilon, delta : float
        "opim-c" looks for seeds until they certainly reach a share of 1 - 1/e - `epsilon` of the best (0.405 -
        `epsilon` with costs that differ), but for a probability of `delta`, one over the number of nodes unless given.
    worlds : int
        Fixed worlds in which "celf" simulates; they come in blocks of 64.
    replicates : int
        Independent simulations of the seeds of each strategy.
    seed : int
        Root of all randomness.
    steps : int
        How many budgets to show as well, evenly spaced, the given one the last; fewer if it buys fewer seeds.
    progress : callable, optional
        Told what is being done.
    **parameters
        The model's, as a scenario gives them: ``transmission``, ``threshold``, ...

    Returns
    -------
    Influence

    Raises
    ------
    UsageError, NetworkError
        If something does not exist or does not fit.

    Examples
    --------
    >>> import networkx as nx, simcore as sc
    >>> found = sc.influence(nx.karate_club_graph(), budget=2, transmission=0.2, strategies=["celf", "random"])
    >>> found.best.strategy, found.best.seeds
    ('celf', [33, 0])
    """
    _refuse(model, budget, epsilon, delta, worlds, replicates, seed, steps)
    found, loaded = models.find(model), as_loaded(network)
    params = fitting_parameters(found, parameters, loaded)
    if not loaded.network.n:
        raise UsageError("network: has no nodes")
    if getattr(params, "advertising", 0.0) > 0.0:
        raise UsageError("advertising: whom it wins is no seed's work, so that it must be 0 here "
                         f"(got {params.advertising:g})")
    price, key = costs(loaded, cost), rng.network_key(rng.root(seed), 0)
    resolved = resolve(found.Params, params, loaded.network, loaded.columns, rng.Stream(key, np.uint64(0)),
                       loaded.arc_columns)
    layers, worlds = found.Layers(loaded.network), 64 * math.ceil(worlds / 64)
    found.allocate(layers, resolved)  # which refuses what the model cannot have
    setting = Setting(found, loaded, layers, resolved, key, worlds, price, float(budget))
    if not setting.most:
        raise UsageError(f"budget: does not pay for a single seed, the cheapest of which costs {price.min():g} "
                         f"(got {budget:g})")
    search = Search(epsilon, 1.0 / loaded.network.n if delta is None else delta, worlds, progress)
    rows, curve = _rows(setting, _suited(strategies, setting), search, replicates, steps)
    rows.sort(key=lambda row: -row.adoption.mean)
    guarantee = _NONE if model == FIXED else ("What seeds add shrinks with their number: greedy choices reach at least "
                                              f"{_GREEDY if setting.uniform else _WITHIN}.")
    searched = "" if model == FIXED else f"epsilon {epsilon:g}, delta {search.delta:.3g}; "
    accuracy = (f"{searched}{replicates:,} independent simulations, with 95 % intervals (given this network); as many "
                f"random seeds: from {min(ROUGH, replicates):,} of them")
    return Influence(model, loaded.network.n, loaded.network.arcs, float(budget), cost, guarantee, accuracy, rows,
                     curve, replicates)


def _refuse(model: str, budget: Any, epsilon: float, delta: float | None, worlds: Any, replicates: Any, seed: Any,
            steps: Any) -> None:
    """Refuse what cannot be, all of it at once."""
    wrong = list[str]()
    if model not in MODELS:
        wrong.append(f"model: must be one of {', '.join(MODELS)} (got '{model}'){did_you_mean(str(model), MODELS)}")
    if not isinstance(budget, float | int | np.number) or not 0.0 < budget < math.inf:
        wrong.append(f"budget: must be above 0 (got {budget!r})")
    if not 0.0 < epsilon < 0.4:
        wrong.append(f"epsilon: must be above 0 and below 0.4 (got {epsilon!r})")
    if delta is not None and not 0.0 < delta < 1.0:
        wrong.append(f"delta: must be above 0 and below 1 (got {delta!r})")
    for name, value, least, most in (("worlds", worlds, 1, 10**6), ("replicates", replicates, 2, 10**8),
                                     ("seed", seed, 0, 2**63 - 1), ("steps", steps, 0, 1000)):
        if not isinstance(value, int | np.integer) or not least <= value <= most:
            wrong.append(f"{name}: must be a whole number from {least} to {most} (got {value!r})")
    if wrong:
        raise UsageError("; ".join(wrong))


def _suited(strategies: Sequence[str] | None, setting: Setting) -> list[str]:
    """Return the strategies asked for, or the usual ones as far as they suit the setting."""
    if strategies is None:
        return [name for name in USUAL[setting.model.name] if not unsuited(name, setting)]
    asked = list(dict.fromkeys([strategies] if isinstance(strategies, str) else strategies))
    refuse_unknown(setting.model.name, tuple(asked))
    if wrong := [f"strategy '{name}' {why}" for name in asked if (why := unsuited(name, setting))]:
        raise UsageError("; ".join(wrong))
    return asked


def _rows(setting: Setting, names: Sequence[str], search: Search, replicates: int,
          steps: int) -> tuple[list[Row], list[dict[str, Any]]]:
    """Return what each strategy comes to, and the curves over smaller budgets."""
    rough = min(ROUGH, replicates)
    anybody, labels = RandomSeeds(setting, rough), labels_of(setting.loaded)
    rows, curve = list[Row](), list[dict[str, Any]]()
    for name in names:
        search.progress(f"{name}: choosing")
        chosen = None if name in DRAWN else choose_seeds(name, setting, search)
        search.progress(f"{name}: {replicates:,} simulations")
        reached, number, spent = _simulated(name, setting, chosen, replicates, setting.budget)
        search.progress(f"{name}: how many random seeds are worth as much")
        worth = (anybody.number(reached.mean), anybody.number(reached.low), anybody.number(reached.high))
        if name == "random" and setting.uniform:
            worth = (int(number),) * 3
        seeds = [] if chosen is None else [labels[i] for i in chosen.seeds.tolist()]
        rows.append(Row(name, seeds, number, spent, reached, reached.mean / spent if spent else math.nan, worth,
                        worth[0] * float(setting.cost.mean()), chosen.certified if chosen else None,
                        chosen.remark if chosen else "others in each replicate"))
        for budget in _budgets(setting, steps):
            search.progress(f"{name}: budget {budget:g}")
            part, _, _ = _simulated(name, setting, chosen, rough, budget)
            curve.append({"strategy": name, "budget": budget, "adoption": part.mean, "adoption_low": part.low,
                          "adoption_high": part.high})
    return rows, curve


def _budgets(setting: Setting, steps: int) -> list[float]:
    """Return smaller budgets, and the given one; those that buy whole seeds where all cost the same."""
    shares = [step / steps for step in range(1, steps + 1)]
    if not setting.uniform:
        return [setting.budget * share for share in shares]
    return sorted({max(1, round(setting.most * share)) * float(setting.cost[0]) for share in shares})


def _simulated(name: str, setting: Setting, chosen: Chosen | None, replicates: int,
               budget: float) -> tuple[Adoption, float, float]:
    """Return how many adopt from the seeds that a budget pays, how many seeds these are, and what they cost."""
    if chosen is None:
        seeds = drawn(setting, DRAWN[name], replicates, budget)
        number = seeds.end - seeds.begin
        paid = [setting.cost[seeds.nodes[begin:end]].sum() for begin, end in zip(seeds.begin, seeds.end, strict=True)]
        return adoption(sizes(setting, seeds)), float(number.mean()), float(np.mean(paid))
    first: NDArray[np.uint32] = chosen.seeds[np.cumsum(setting.cost[chosen.seeds]) <= budget * (1.0 + 1e-9)]
    reached = adoption(sizes(setting, nodes(setting, first, replicates)))
    return reached, float(first.size), float(setting.cost[first].sum())
