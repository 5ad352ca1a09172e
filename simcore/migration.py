"""Experiments set up for NDlib or EoN, as simcore runs them, and what differs in meaning.

What has no counterpart is refused, never left out in silence; `docs/migrating.md` has the same for reading.
"""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.errors import UsageError
from simcore.network.adapters import from_networkx
from simcore.simulation import Simulation, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.network.loaded import Loaded

_ANEW = "seeds are drawn anew for each replicate; NDlib draws them once, and again when the model is reset"
_ROUNDED = "of k neighbours ceil(threshold * k - 1e-9) must have adopted; rounding can make NDlib's number another"
_PICKS = "a step here is n picks, one of NDlib's iterations is one"
_RATES = {"SI": ("si", {"beta": "transmission"}), "SIS": ("sis", {"beta": "transmission", "lambda": "recovery"}),
          "SIR": ("sir", {"beta": "transmission", "gamma": "recovery"}),
          "SEIR": ("seir", {"beta": "transmission", "alpha": "progression", "gamma": "recovery"})}
_MARKOV = {"fast_SIR": "sir-markov", "Gillespie_SIR": "sir-markov", "fast_SIS": "sis-markov",
           "Gillespie_SIS": "sis-markov"}
_DISCRETE = ("basic_discrete_SIR", "percolation_based_discrete_SIR")


class Experiment(NamedTuple):
    """What `simcore.simulate` is told to repeat an experiment of another program.

    Attributes
    ----------
    network : Loaded
    model : str
        Of the catalogue.
    parameters : dict
        The model's.
    seeds : int or list
        How many nodes start, or which.
    horizon : int
        Largest time step.
    differs : tuple of str
        What is not the same in both, in sentences.
    """

    network: Loaded
    model: str
    parameters: dict[str, Any]
    seeds: int | list[Any]
    horizon: int
    differs: tuple[str, ...]

    def simulate(self, *, replicates: int = 1000, seed: int = 0, trajectories: bool = False) -> Simulation:
        """Run it.

        Parameters
        ----------
        replicates, seed : int
            Number of replicates, root of all randomness.
        trajectories : bool
            Whether to keep the observables at every time.

        Returns
        -------
        Simulation
        """
        return simulate(self.network, self.model, seeds=self.seeds, replicates=replicates, seed=seed,
                        horizon=self.horizon, trajectories=trajectories, **self.parameters)


def from_ndlib(model: Any, *, horizon: int = 1000) -> Experiment:
    """Take over a model of NDlib whose ``set_initial_status`` has been called.

    Parameters
    ----------
    model : ThresholdModel, IndependentCascadesModel, SIModel, SISModel, SIRModel, SEIRModel, VoterModel or QVoterModel
        On a graph of networkx.
    horizon : int
        Largest time step; a replicate ends earlier once nothing can change.

    Returns
    -------
    Experiment

    Raises
    ------
    UsageError
        If it is another model, or uses what has no counterpart: ``tp_rate`` other than 1, nodes that begin removed or
        blocked, probabilities for some edges only.

    Notes
    -----
    Rossetti et al. (2018), doi:10.1007/s41060-017-0086-6.
    """
    if not hasattr(model, "graph"):
        raise UsageError(f"this is no model of NDlib (got {type(model).__name__})")
    kind, graph, told = type(model).__name__.removesuffix("Model"), model.graph.graph, model.params["model"]
    seeds, differs = _infected(model)
    parameters: dict[str, Any] = {}
    attributes: list[str] = []
    if kind == "Threshold":
        name, values = "threshold", model.params["nodes"]["threshold"]
        graph = graph.copy()
        for node, value in values.items():
            graph.nodes[node]["threshold"] = float(value)
        parameters["threshold"] = _even(values, "threshold")
        differs.append(_ROUNDED)
    elif kind == "IndependentCascades":
        name, values = "independent-cascade", _of_edges(graph, model.params["edges"].get("threshold"))
        graph, attributes = graph.to_directed(), ["transmission"]
        for (one, other), value in values.items():
            graph.edges[one, other]["transmission"] = value
        parameters["transmission"] = _even(values, "transmission")
    elif kind in _RATES:
        name, names = _RATES[kind]
        if told.get("tp_rate", 1) != 1:
            raise UsageError(f"tp_rate: only 1, a trial for each infected neighbour, has a counterpart "
                             f"(got {told['tp_rate']})")
        parameters = {ours: float(told[theirs]) for theirs, ours in names.items()}
    elif kind in ("Voter", "QVoter"):
        name, parameters = ("voter", {}) if kind == "Voter" else ("q-voter", {"q": int(told["q"])})
        differs.append(_PICKS)
    else:
        raise UsageError(f"there is no counterpart of NDlib's {type(model).__name__}; there is one of Threshold, "
                         f"IndependentCascades, {', '.join(_RATES)}, Voter and QVoter")
    return Experiment(from_networkx(graph, attributes=attributes), name, parameters, seeds, horizon, tuple(differs))


def from_eon(function: Callable[..., Any], /, *given: Any, **named: Any) -> Experiment:
    """Take over a call of EoN: its function, and what it would be called with.

    Parameters
    ----------
    function : callable
        ``fast_SIR``, ``Gillespie_SIR``, ``fast_SIS``, ``Gillespie_SIS``, ``basic_discrete_SIR`` or
        ``percolation_based_discrete_SIR`` of EoN.
    *given, **named
        Its arguments.

    Returns
    -------
    Experiment

    Raises
    ------
    UsageError
        If it is another function, or uses what has no counterpart: initial recovered nodes, weights, a time that is no
        whole number, arguments that it does not have.

    Notes
    -----
    Miller & Ting (2019), doi:10.21105/joss.01731.
    """
    called = getattr(function, "__name__", str(function))
    if called not in (*_MARKOV, *_DISCRETE):
        raise UsageError(f"there is no counterpart of EoN's {called}; there is one of "
                         f"{', '.join((*_MARKOV, *_DISCRETE))}")
    try:
        asked = inspect.signature(function).bind(*given, **named).arguments
    except TypeError as error:
        raise UsageError(f"{called}: {error}") from None
    for name in ("initial_recovereds", "transmission_weight", "recovery_weight"):
        if asked.get(name) is not None:
            raise UsageError(f"{called}: {name} has no counterpart")
    graph, horizon = asked["G"], asked.get("tmax", 1000 if called.endswith("SIR") else 100) - asked.get("tmin", 0)
    if horizon == math.inf:
        horizon = 1000
    if horizon != int(horizon):
        raise UsageError(f"{called}: tmax - tmin must be a whole number of steps (got {horizon})")
    first, rho = asked.get("initial_infecteds"), asked.get("rho")
    if first is None:
        seeds: int | list[Any] = 1 if rho is None else round(len(graph) * rho)
    else:
        seeds = [first] if graph.has_node(first) else list(first)
    differs = [f"it ends at t = {int(horizon)}, or when nobody is infected any more"]
    if called in _DISCRETE:
        name, parameters = "independent-cascade", {"transmission": float(asked["p"])}
        differs.append("who is infected infects in the next step, and has then recovered: both have adopted")
    else:
        name = _MARKOV[called]
        parameters = {"transmission": float(asked["tau"]), "recovery": float(asked["gamma"])}
        differs.append("trajectories are at whole times")
    return Experiment(from_networkx(graph), name, parameters, seeds, int(horizon), tuple(differs))


def _infected(model: Any) -> tuple[int | list[Any], list[str]]:
    """Return who starts, or how many."""
    for status, nodes in model.params["status"].items():
        if status not in ("Infected", "Susceptible") and len(nodes):
            raise UsageError(f"nodes that begin as {status} have no counterpart (got {len(nodes)})")
    if "Infected" in model.params["status"]:
        return list(model.params["status"]["Infected"]), []
    share = float(model.params["model"]["fraction_infected"])
    return max(1, int(model.graph.number_of_nodes() * share)), [_ANEW]


def _of_edges(graph: Any, given: Mapping[Any, float] | None) -> dict[Any, float]:
    """Return the probability of every arc; without any, NDlib takes one over the source's degree."""
    directed = graph.is_directed()
    arcs = [*graph.edges, *([] if directed else [(other, one) for one, other in graph.edges])]
    if given is None:
        return {(one, other): 1.0 / len(graph.adj[one]) for one, other in arcs}
    found = {}
    for one, other in arcs:
        value = given.get((one, other), None if directed else given.get((other, one)))
        if value is None:
            raise UsageError(f"edge {one!r}, {other!r} has no threshold, and NDlib takes that of another edge")
        found[one, other] = float(value)
    return found


def _even(values: Mapping[Any, float], attribute: str) -> float | dict[str, str]:
    """Return the number that all of them are, or the attribute that has them."""
    different = {float(value) for value in values.values()}
    return different.pop() if len(different) == 1 else {"attribute": attribute}
