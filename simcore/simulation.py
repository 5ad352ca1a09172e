"""A model on a network of one's own, from Python: the same answers as a scenario on a file of that network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from simcore import engine, models, outcomes, rng
from simcore.errors import ScenarioError, UsageError, did_you_mean, needing
from simcore.model import Model
from simcore.network import describe as description
from simcore.network.adapters import as_loaded
from simcore.network.csr import with_in_arcs
from simcore.parameters import lacking, resolve
from simcore.scenario.axes import Variant
from simcore.scenario.classes import lacking_of_own, node_classes
from simcore.scenario.parameters import model_parameters, times, validated
from simcore.scenario.points import STANDARD_OUTCOMES
from simcore.scenario.problems import Problems
from simcore.scenario.schema import SEEDINGS, Record
from simcore.scenario.sections import read_seeding
from simcore.scenario.seeds import strategy
from simcore.scenario.toml import Document
from simcore.scenario.wording import choices, shown
from simcore.seeding import Given, choose
from simcore.seeding import lacking as lacking_seeds

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from simcore.network.csr import Network
    from simcore.scenario.schema import Section


@dataclass(frozen=True, eq=False)
class Simulation:
    """What replicates on one network came to.

    Attributes
    ----------
    network : Network
    outcomes : dict of int64[R] or float64[R]
        One array for each outcome: ``size, share, duration, peak, seed_in_degree, seed_out_degree``.
    trajectories : dict of float64[R, T + 1]
        One array for each observable; empty unless asked for.
    classes : dict of int64[...] and str[...]
        Adoption by class, in the columns of ``Results.to_arrow("classes")``, see `docs/results.md`: a row for every
        class at t = 0, and for every class in which somebody adopts at a later t; empty unless asked for.
    """

    network: Network
    outcomes: dict[str, NDArray[Any]]
    trajectories: dict[str, NDArray[np.float64]]
    classes: dict[str, NDArray[Any]]

    def p_global(self, share: float = 0.1) -> float:
        """Return the share of replicates whose cascade reached at least this share of the nodes.

        Parameters
        ----------
        share : float
            0 to 1.

        Returns
        -------
        float
        """
        return float((self.outcomes["share"] >= share).mean())

    def to_pandas(self, of: Literal["outcomes", "classes"] = "outcomes") -> pd.DataFrame:
        """Return the outcomes, one row per replicate; of "classes" adoption by class (extra ``pandas``).

        Parameters
        ----------
        of : {"outcomes", "classes"}

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        UsageError
            If pandas is not installed.
        """
        with needing("pandas", "to_pandas"):
            import pandas
        return pandas.DataFrame(self.classes if of == "classes" else self.outcomes)

    def __repr__(self) -> str:
        size = self.outcomes["size"]
        return (f"<Simulation: {size.size} replicates on {self.network.n} nodes, mean size {size.mean():.1f}, "
                f"P(global) {self.p_global():.3f}>")

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th>{name}</th><td>{values.mean():.4g}</td><td>{np.quantile(values, 0.05):.4g}</td>"
                       f"<td>{np.median(values):.4g}</td><td>{np.quantile(values, 0.95):.4g}</td></tr>"
                       for name, values in self.outcomes.items())
        title = f"{self.outcomes['size'].size} replicates on {self.network.n} nodes"
        head = "".join(f"<th>{name}</th>" for name in ("", "mean", "5 %", "median", "95 %"))
        return f"<table><caption>{title}</caption><tr>{head}</tr>{rows}</table>"


def simulate(network: Any, model: str | Path | Model = "threshold", *, seeds: int | Sequence[int | str] | None = None,
             seeding: str | Mapping[str, Any] = "random", degree: str = "out", top: float = 0.1,
             replicates: int = 1000, seed: int = 0, horizon: int = 1000, trajectories: bool = False,
             by_class: str | Mapping[str, Any] | None = None, **parameters: Any) -> Simulation:
    """Simulate a model on a network of one's own.

    Parameters
    ----------
    network : graph of networkx, igraph, networkit or graph-tool, scipy sparse matrix, Loaded or Network
        Influence flows along arcs; undirected ties carry it both ways.
    model : str, path or Model
        A model of the catalogue, a file that declares one, or a `Model`.
    seeds : int or sequence of labels, optional
        How many nodes start, or which; 1 unless `seeding` says it.
    seeding : str or mapping
        How they are chosen: a kind, or a section with a kind and its keys, see `docs/scenarios.md`.
    degree : {"out", "in", "total"}
        What ranks nodes, of kinds that a word names.
    top : float
        The share of nodes that counts as influential, of kinds that a word names.
    replicates, seed, horizon : int
        Number of replicates, root of all randomness, largest time step.
    trajectories : bool
        Whether to keep the observables at every time.
    by_class : str or mapping, optional
        Classes of nodes whose adoption over time is kept, as in ``[record]``: ``"out-degree-decile"``,
        ``"in-degree-decile"``, or ``{"attribute": ...}`` of the nodes, and perhaps ``"quantiles"``.
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
    <Simulation: 500 replicates on 34 nodes, mean size 5.1, P(global) 0.324>
    """
    section = _section(seeds, seeding, degree, top)
    seed, replicates, horizon = times(seed, replicates, horizon)
    found = model if isinstance(model, Model) else (
        models.load(Path(model)) if isinstance(model, Path) else models.find(model))
    if found.prepare is not None:
        raise UsageError(f"'{found.name}' lives on an organisation and its customers, which a scenario declares")
    loaded = as_loaded(network)
    record = cast("Record", validated("record", Record, {"by_class": by_class}))
    params = model_parameters(found, parameters)
    wrong = lacking(found.Params, params, loaded.network, loaded.columns, loaded.arc_columns, loaded.missing)
    if record.by_class is not None and (unclassed := lacking_of_own(record.by_class, found, loaded)):
        wrong["by_class"] = unclassed
    if wrong:
        raise UsageError("; ".join(f"{name}: {message}" for name, message in wrong.items()))
    arcs = with_in_arcs(loaded.network) if found.reads_in_arcs else loaded.network
    key = rng.network_key(rng.root(seed), 0)
    labels: Any = seeds
    who = strategy(section, loaded) if section else Given(tuple(map(loaded.node, dict.fromkeys(labels))))
    if wrong := lacking_seeds(who, loaded):
        raise UsageError("; ".join(f"{name}: {message}" for name, message in wrong.items()))
    chosen = choose(who, loaded, key, 0, replicates)
    resolved = resolve(found.Params, params, arcs, loaded.columns, rng.Stream(key, np.uint64(0)), loaded.arc_columns)
    task = engine.Task(found, found.Layers(arcs), resolved, chosen, key, 0, horizon)
    classed: dict[str, NDArray[Any]] = {}
    if record.by_class is not None:
        classes = node_classes(record.by_class, None, loaded, key)
        rows, trajectory, counted = engine.plain.run_by_class(*task, trajectories, classes)
        classed = {**outcomes.Adoption(classes, counted).columns()}
        classed["class"] = np.array(classes.labels)[classed["class"]]
    elif trajectories:
        rows, trajectory = engine.plain.run(*task, trajectories)
    else:
        rows, _ = engine.run(task, found.outcomes)
    series = {name: trajectory[:, :, k] for k, name in enumerate(found.observables)} if trajectories else {}
    return Simulation(arcs, outcomes.outcome_columns(found, rows, arcs, chosen,
                                                     (*found.outcomes, *STANDARD_OUTCOMES), {}), series, classed)


def describe(network: Any) -> description.Description:
    """Describe a network: its size, components, reciprocity, degrees, and what is known of its nodes.

    Parameters
    ----------
    network : graph of networkx, igraph, networkit or graph-tool, scipy sparse matrix, Loaded or Network

    Returns
    -------
    Description
        What ``simcore network --json`` prints, by ``as_dict()``; printed, a table.

    Raises
    ------
    UsageError, NetworkError
        If it is no network.
    """
    return description.describe(as_loaded(network))


def _section(seeds: Any, seeding: Any, degree: Any, top: Any) -> Section | None:
    """Return the section of a scenario that the arguments of `simulate` stand for; None if the nodes are given."""
    kinds = [kind for kind in SEEDINGS if kind != "given"]
    if isinstance(seeding, Mapping):
        keys = dict(seeding)
    elif isinstance(seeding, str) and seeding in kinds:
        fields = SEEDINGS[seeding].model_fields
        keys = {"kind": seeding} | {key: value for key, value in (("degree", degree), ("top", top)) if key in fields}
    else:
        raise UsageError(f"seeding: must be {choices(kinds)}, or a table with such a kind and its keys "
                         f"(got {shown(seeding)}); nodes are given by seeds = [...]{did_you_mean(str(seeding), kinds)}")
    kind = keys.get("kind")
    if isinstance(seeds, int | float):
        counted = kind not in kinds or "count" in SEEDINGS[kind].model_fields
        if not counted or keys.keys() & {"count", "share"}:
            raise UsageError(f"seeds: seeding = {shown(seeding)} itself says how many (got {shown(seeds)})")
        keys["count"] = seeds
    elif seeds is not None:
        if isinstance(seeds, str) or not list(seeds):
            raise UsageError(f"seeds: must be a number, or a list of labels (got {shown(seeds)})")
        if seeding != "random":
            raise UsageError(f"seeds: the nodes are given, so seeding = {shown(seeding)} has nothing to choose")
        return None
    problems = Problems(Document({"seeding": keys}, {}, ""))
    section = read_seeding(Variant(keys, {}), problems)
    try:
        problems.check()
    except ScenarioError as error:
        raise UsageError("; ".join(str(problem._replace(key=problem.key.removeprefix("seeding.")))
                                   for problem in error.problems)) from None
    return section
