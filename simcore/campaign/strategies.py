"""Strategies under a budget: the best that are known, and what people do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import UsageError, did_you_mean
from simcore.maximisation import fixed_thresholds, opim, worlds
from simcore.maximisation.live_arcs import cascade, choice
from simcore.seeding import MEASURES, Friends, Random, Ranking, order
from simcore.seeding.prices import affordable
from simcore.theory import degree_targeting

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simcore.campaign.spread import Setting
    from simcore.maximisation.live_arcs import LiveArcs
    from simcore.network.csr import Network

CASCADE, LINEAR, FIXED = "independent-cascade", "linear-threshold", "threshold"
MODELS = (CASCADE, LINEAR, FIXED)
RANKED = tuple(measure for measure in MEASURES if measure != "attribute")
DRAWN = {"friend": Friends, "random": Random}
SUBMODULAR = ("opim-c", "imm", "celf")
_USUAL = ("out-degree", "pagerank", "k-core", "collective-influence", *DRAWN)
USUAL = {CASCADE: ("opim-c", "celf", *_USUAL), LINEAR: ("opim-c", "celf", *_USUAL),
         FIXED: ("greedy", "degree-targeting", *_USUAL)}
_MOST_DEGREES = 2_000_000  # pairs of in- and out-degree whose law is tabulated


class Search(NamedTuple):
    """How hard the best seeds are looked for.

    Attributes
    ----------
    epsilon, delta : float
        Of `opim` and `imm`.
    worlds : int
        Of `celf`.
    progress : callable
        Told what is being done.
    """

    epsilon: float
    delta: float
    worlds: int
    progress: Callable[[str], object]


class Chosen(NamedTuple):
    """The seeds of a strategy, in the order of their choice, and what is known of them.

    Attributes
    ----------
    seeds : uint32[k]
    certified : Certified, optional
    remark : str
    """

    seeds: NDArray[np.uint32]
    certified: opim.Certified | None = None
    remark: str = ""


def known(model: str) -> tuple[str, ...]:
    """Return the strategies that there are for a model."""
    best = ("greedy", "degree-targeting") if model == FIXED else SUBMODULAR
    return (*best, *RANKED, *DRAWN)


def refuse_unknown(model: str, strategies: tuple[str, ...]) -> None:
    """Refuse strategies that there are not for this model."""
    there = known(model)
    for name in strategies:
        if name not in there:
            why = ""
            if name in known(FIXED if model != FIXED else CASCADE):
                why = f": '{name}' is not for {model}"
            raise UsageError(f"there is no strategy '{name}' here{why}; strategies are {', '.join(there)}"
                             f"{did_you_mean(name, there)}")


def unsuited(name: str, setting: Setting) -> str:
    """Return why a strategy cannot serve here; nothing if it can."""
    if name == "imm" and not setting.uniform:
        return "is for seeds that all cost the same; 'opim-c' takes any costs"
    if name != "degree-targeting":
        return ""
    network, params = setting.loaded.network, setting.params
    if params.threshold.size > 1 or params.absolute or network.weighted or not 0.0 < params.threshold[0] <= 1.0:
        return "is for one threshold of all, a share above 0, without weights"
    shape = _degrees(network)
    if shape[0] * shape[1] > _MOST_DEGREES:
        return f"takes at most {_MOST_DEGREES:,} pairs of in- and out-degree (got {shape[0]} x {shape[1]})"
    return ""


def _degrees(network: Network) -> tuple[int, int]:
    """Return how many different out- and in-degrees there can be; in-degrees only where they are another matter."""
    most = int(network.in_degree.max(initial=0)) + 1
    return int(network.out_degree.max(initial=0)) + 1, 1 if network.symmetric else most


def live_arcs(setting: Setting) -> LiveArcs:
    """Return from what reverse-reachable sets are drawn."""
    network = setting.loaded.network
    if setting.model.name == CASCADE:
        return cascade(network, _chances(setting))
    return choice(network, weights=setting.params.weights)


def _chances(setting: Setting) -> NDArray[np.uint64]:
    chances: NDArray[np.uint64] = setting.model.allocate(setting.layers, setting.params).chances
    return chances


def choose_seeds(name: str, setting: Setting, search: Search) -> Chosen:
    """Choose the seeds of a strategy within the budget.

    Parameters
    ----------
    name : str
        One of `known`, but for those of `DRAWN`.
    setting : Setting
    search : Search
    """
    match name:
        case "opim-c" | "imm":
            return _certified(name, setting, search)
        case "celf":
            return _greedy_on_worlds(setting, search)
        case "greedy":
            return _greedy_on_thresholds(setting, search)
        case "degree-targeting":
            return _by_degree(setting)
    measure: Any = name
    ranked = order(setting.loaded, _ranking(measure, setting), setting.key, _listed(setting))
    return Chosen(affordable(ranked, setting.cost, setting.budget))


def _listed(setting: Setting) -> int:
    """Return how many of a ranking are looked at."""
    return setting.most if setting.uniform else setting.loaded.network.n


def _ranking(measure: Any, setting: Setting) -> Ranking:
    if measure == "degree-discount" and setting.model.name == CASCADE:
        return Ranking(measure, transmission=float(np.mean(_chances(setting) * 2.0**-64)))
    return Ranking(measure)


def _certified(name: str, setting: Setting, search: Search) -> Chosen:
    def told(sets: int) -> None:
        search.progress(f"{name}: {sets:,} reverse-reachable sets")
    live, accuracy = live_arcs(setting), {"epsilon": search.epsilon, "delta": search.delta, "progress": told}
    if name == "imm":
        found = opim.imm(live, setting.key, setting.most, **accuracy)  # type: ignore[arg-type]
    elif setting.uniform:
        found = opim.opim(live, setting.key, setting.most, **accuracy)  # type: ignore[arg-type]
    else:
        found = opim.opim(live, setting.key, setting.most, cost=setting.cost, budget=setting.budget,
                          **accuracy)  # type: ignore[arg-type]
    return Chosen(found.seeds, found, f"{found.sets:,} reverse-reachable sets")


def _greedy_on_worlds(setting: Setting, search: Search) -> Chosen:
    network = setting.loaded.network
    if setting.model.name == CASCADE:
        some = worlds.cascade_worlds(network, _chances(setting), setting.key, search.worlds)
    else:
        live = choice(network, weights=setting.params.weights)
        some = worlds.choice_worlds(network, live, setting.key, search.worlds)

    def told(number: int) -> None:
        search.progress(f"celf: {number:,} evaluations in {some.number:,} worlds")
    found = worlds.celf(some, setting.cost, setting.budget, progress=told)
    return Chosen(found.seeds, None, f"{some.number:,} fixed worlds, {found.evaluations:,} evaluations; there at least "
                                     f"{100 * found.spread / found.at_most:.1f} % of the optimum")


def _greedy_on_thresholds(setting: Setting, search: Search) -> Chosen:
    state = setting.model.allocate(setting.layers, setting.params)
    need = state.need.astype(np.int64)
    need[state.eager] = 0
    found = fixed_thresholds.greedy(setting.loaded.network, need, setting.cost, setting.budget,
                                    progress=lambda number: search.progress(f"greedy: {number:,} cascades"))
    n, asked = setting.loaded.network.n, fixed_thresholds.CANDIDATES
    few = f", of the {asked:,} nodes that influence most for their cost" if n > asked else ""
    return Chosen(found.seeds, None, f"{found.evaluations:,} cascades{few}; no guarantee")


def _by_degree(setting: Setting) -> Chosen:
    network = setting.loaded.network
    out_degree = network.out_degree
    number = np.bincount(out_degree)
    cost = np.bincount(out_degree, setting.cost) / np.maximum(number, 1)
    found = degree_targeting(number / network.n, float(setting.params.threshold[0]), budget=setting.budget / network.n,
                             cost_by_degree=np.where(number, cost, 1.0), **_heard(network))
    ranked = order(setting.loaded, Ranking("out-degree"), setting.key, network.n)
    return Chosen(affordable(ranked[out_degree[ranked] <= found.highest], setting.cost, setting.budget), None,
                  f"from degree {found.highest} downwards; theory expects {found.final_size * network.n:,.0f} adopters")


def _heard(network: Network) -> dict[str, Any]:
    """Return what theory must know of the in-degrees of a directed network."""
    if network.symmetric:
        return {}
    pairs = np.zeros(_degrees(network))
    np.add.at(pairs, (network.out_degree, network.in_degree), 1.0)
    rows = pairs.sum(axis=1, keepdims=True)
    pairs[rows[:, 0] == 0, 0] = 1.0
    return {"directed": True, "in_degree_law": pairs / np.where(rows, rows, 1.0)}


