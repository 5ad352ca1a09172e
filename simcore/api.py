"""simcore from Python: run a scenario, open its results, or simulate on a network of one's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore import catalogue, engine, machine, models, rng, runner, study
from simcore.errors import UsageError, did_you_mean
from simcore.model import Model, lacking, resolve
from simcore.network.adapters import from_networkx, from_scipy
from simcore.network.csr import Network, with_in_arcs
from simcore.network.loaded import Loaded, reported
from simcore.scenario import Scenario, load
from simcore.scenario.parameters import model_parameters, validated
from simcore.scenario.schema import SEEDINGS, Head
from simcore.scenario.wording import choices, shown
from simcore.seeding import Degree, Kind, Seeding, choose, refuse_impossible
from simcore.store import Store
from simcore.summary import summarise, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import pyarrow as pa
    import xarray as xr
    from numpy.typing import NDArray



@dataclass(frozen=True, eq=False)
class Simulation:
    """What replicates on one network came to.

    Attributes
    ----------
    network : Network
    outcomes : dict of array
        One array of length R for each outcome: ``size, share, duration, peak, seed_in_degree, seed_out_degree``.
    trajectories : dict of float64[R, T + 1]
        One array for each observable; empty unless asked for.
    """

    network: Network
    outcomes: dict[str, NDArray[Any]]
    trajectories: dict[str, NDArray[np.float64]]

    def p_global(self, share: float = 0.1) -> float:
        """Return the share of replicates whose cascade reached at least this share of the nodes."""
        return float((self.outcomes["share"] >= share).mean())

    def to_pandas(self) -> pd.DataFrame:
        """Return the outcomes, one row per replicate."""
        import pandas

        return pandas.DataFrame(self.outcomes)

    def __repr__(self) -> str:
        size = self.outcomes["size"]
        return (f"<Simulation: {size.size} replicates on {self.network.n} nodes, mean size {size.mean():.1f}, "
                f"P(global) {self.p_global():.3f}>")


def simulate(network: Any, model: str | Path | Model = "threshold", *, seeds: int | Sequence[int | str] = 1,
             seeding: Kind = "random", degree: Degree = "out", top: float = 0.1, replicates: int = 1000, seed: int = 0,
             horizon: int = 1000, trajectories: bool = False, **parameters: Any) -> Simulation:
    """Simulate a model on a network of one's own.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
        Influence flows along arcs; undirected ties carry it both ways.
    model : str, path or Model
        A model of the catalogue, a file that declares one, or a `Model`.
    seeds : int or sequence of labels
        How many nodes start, or which.
    seeding : {"random", "top-degree", "influential", "ordinary"}
        How they are chosen, see `docs/scenarios.md`.
    degree : {"out", "in", "total"}
        What ranks nodes.
    top : float
        The share of nodes that counts as influential.
    replicates, seed, horizon : int
        Number of replicates, root of all randomness, largest time step.
    trajectories : bool
        Whether to keep the observables at every time.
    **parameters
        The model's, as a scenario gives them.

    Returns
    -------
    Simulation
        The same outcomes as a scenario with this seed on a file of this network.

    Raises
    ------
    UsageError, NetworkError
        If something does not exist or does not fit, all problems at once.

    Examples
    --------
    >>> import networkx as nx, simcore as sc
    >>> sc.simulate(nx.karate_club_graph(), "threshold", threshold=0.3, replicates=500)
    <Simulation: 500 replicates on 34 nodes, mean size 4.7, P(global) 0.304>
    """
    _refuse_nonsense(seeds, seeding, degree, top, replicates, seed, horizon)
    found = model if isinstance(model, Model) else (
        models.load(Path(model)) if isinstance(model, Path) else models.find(model))
    loaded = _loaded(network)
    params = model_parameters(found, parameters)
    wrong = lacking(found, params, loaded.network, loaded.columns)
    if wrong:
        raise UsageError("; ".join(f"{name}: {message}" for name, message in wrong.items()))
    arcs = with_in_arcs(loaded.network) if found.reads_in_arcs else loaded.network
    key = rng.network_key(rng.root(seed), 0)
    if isinstance(seeds, int):
        strategy = Seeding(seeding, seeds, (), degree, top)
    else:
        nodes = tuple(loaded.node(label) for label in dict.fromkeys(seeds))
        strategy = Seeding("given", len(nodes), nodes)
    refuse_impossible(strategy, arcs.n)
    chosen = choose(strategy, arcs, key, 0, replicates)
    algorithm = engine.select(found, found.outcomes, trajectories=trajectories, n=arcs.n, arcs=arcs.arcs,
                              replicates=replicates)
    resolved = resolve(found, params, arcs, loaded.columns, rng.Stream(key, np.uint64(0)))
    rows, series = algorithm.run(found, found.Layers(arcs), resolved, chosen, key, 0, horizon, trajectories)
    return Simulation(arcs, study.outcome_columns(found, rows, arcs, chosen),
                      {name: series[:, :, k] for k, name in enumerate(found.observables) if trajectories})


def _loaded(network: Any) -> Loaded:
    """Return a network of any kind as one of ours."""
    if isinstance(network, Loaded):
        return network
    if isinstance(network, Network):
        return reported(network)
    if hasattr(network, "tocoo"):
        return from_scipy(network)
    if not hasattr(network, "adj"):
        raise UsageError("a network is a networkx graph, a scipy sparse matrix, or what simcore.read_network returns "
                         f"(got {type(network).__name__})")
    return from_networkx(network)


def _refuse_nonsense(seeds: Any, seeding: Any, degree: Any, top: Any, replicates: Any, seed: Any, horizon: Any) -> None:
    """Hold the arguments of `simulate` to the rules of a scenario's keys."""
    kinds = [kind for kind in SEEDINGS if kind != "given"]
    if seeding not in kinds:
        raise UsageError(f"seeding: must be {choices(kinds)} (got {shown(seeding)}); nodes are given by seeds = [...]"
                         f"{did_you_mean(str(seeding), kinds)}")
    chosen: dict[str, Any] = {"kind": seeding, "degree": degree, "top": top}
    if isinstance(seeds, int | float | bool) or seeds is None:
        chosen["count"] = seeds
    elif isinstance(seeds, str) or not list(seeds):
        raise UsageError(f"seeds: must be a number, or a list of labels (got {shown(seeds)})")
    elif seeding != "random":
        raise UsageError(f"seeds: the nodes are given, so seeding = {shown(seeding)} has nothing to choose")
    section = SEEDINGS[seeding]
    validated("seeding", section, {key: value for key, value in chosen.items() if key in section.model_fields})
    validated("", Head, {"schema": 1, "title": "", "seed": seed, "replicates": replicates, "horizon": horizon})


class Results:
    """A results folder: tidy tables and summaries of what is done so far."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, folder: Path | str) -> Results:
        """Open a results folder; `StoreError` if it is none."""
        return cls(Store(folder))

    @property
    def digest(self) -> str:
        """The identity of the outcomes."""
        return self.store.digest()

    def summary(self) -> dict[str, Any]:
        """Return what ``simcore summary --json`` prints."""
        return summarise(self.store)

    def to_arrow(self) -> pa.Table:
        """Return one row per (point, replicate): the swept parameters, and every outcome."""
        import pyarrow as pa

        columns = self.store.columns()
        points = sorted(self.store.manifest["points"], key=lambda point: point["hash"])
        place = columns.pop("point")
        swept = {path: [_cell(point["point"][path]) for point in points] for path in points[0]["point"]}
        ids = pa.array([point["id"] for point in points])
        return pa.table({"point": ids.take(pa.array(place)),
                         **{path: pa.array(values).take(pa.array(place)) for path, values in swept.items()}, **columns})

    def to_pandas(self) -> pd.DataFrame:
        """Return `to_arrow` as a pandas data frame (extra ``pandas``)."""
        return self.to_arrow().to_pandas()

    def to_xarray(self) -> xr.Dataset:
        """Return the outcomes over (swept parameters..., replicate), for complete runs (extra ``xarray``)."""
        try:
            import xarray  # noqa: F401 - pandas asks for it
        except ImportError:
            raise UsageError("to_xarray needs the package xarray; install simcore[xarray]") from None
        frame = self.to_pandas().drop(columns=["point"])
        paths = list(self.store.manifest["points"][0]["point"])
        return frame.set_index([*paths, "replicate"]).to_xarray()

    def __repr__(self) -> str:
        return table(self.summary())


def _cell(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value


def run(what: Scenario | Path | str, out: Path | str | None = None, *, workers: int | None = None, resume: bool = False,
        sets: Sequence[str] = (), allow_code: bool = False) -> Results:
    """Run a scenario into a results folder, or go on with it.

    Parameters
    ----------
    what : Scenario, path or str
        A file, or the name of a scenario of the catalogue.
    out : path, optional
        The results folder; ``results/<scenario>`` if not given.
    workers : int, optional
        Threads; all cores if not given.
    resume : bool
        Whether to go on with a folder that exists.
    sets, allow_code
        See `simcore.scenario.load`.

    Returns
    -------
    Results
    """
    loaded = what if isinstance(what, Scenario) else load(catalogue.find(str(what)), sets=sets, allow_code=allow_code)
    planned = study.Study(loaded)
    store = planned.open(Path(out) if out is not None else Path("results", loaded.name), resume=resume)
    runner.run(planned, store, workers=workers or machine.available_cores())
    return Results(store)
