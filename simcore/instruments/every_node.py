"""The census: what every single node would set off, and what could have told.

*Cascade size* is the number of nodes that adopt in the end if this node alone starts, itself included: exact for
thresholds, the mean over shared samples for independent cascades and SIR. *Vulnerable* is a node that a single one of
those who influence it can convince. *Direct* is how many others a node convinces by itself alone: those for whom it
suffices, or the expected number. *Core* is the k-core, directions of arcs aside.
"""

from __future__ import annotations

import csv
import functools
import html
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import models, rng
from simcore.definitions import definitions
from simcore.definitions import lines as definition_lines
from simcore.engine import census as counting
from simcore.engine import percolation
from simcore.errors import UsageError
from simcore.instruments.concentration import Precision, gini, lorenz, precision, spearman
from simcore.intervals import student
from simcore.network.adapters import as_loaded
from simcore.network.loaded import labels_of
from simcore.parameters import resolve
from simcore.scenario.parameters import fitting_parameters
from simcore.seeding import Ranking, order, scores

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.network.csr import Network
    from simcore.network.loaded import Loaded

MODELS = ("threshold", "independent-cascade", "sir")
SAMPLES = 1024
GLOBAL = 0.1
TOP = 0.1  # the share of nodes that counts as influential
PREDICTORS = {"degree": Ranking(), "PageRank": Ranking("pagerank"), "k-core": Ranking("k-core"),
              "collective influence": Ranking("collective-influence"), "betweenness": Ranking("betweenness")}
COLUMNS = ("node", "cascade_size", "in_degree", "out_degree", "core", "vulnerable", "direct", "rank", "standard_error")
_SHOWN = 10  # nodes in a table for reading


class Prediction(NamedTuple):
    """How well a measure of centrality foretells what nodes set off.

    Attributes
    ----------
    by : str
    spearman : float or None
        Rank correlation with the size of the cascades.
    precision : Precision
        Of the best tenth, see `simcore.instruments.concentration.precision`; equals are ordered by the network's key.
    """

    by: str
    spearman: float | None
    precision: Precision


@dataclass(frozen=True, eq=False)
class Census:
    """What every single node would set off.

    Attributes
    ----------
    loaded : Loaded
        The network.
    model : str
    parameters : dict
        As they were given.
    key : uint64
        The network's key.
    samples : int
        0: sizes are exact.
    global_share : float
        From this share of the nodes on a cascade is global.
    size : float64[n]
        Of the cascade that each node starts alone.
    error : float64[n]
        Standard errors over samples; 0 where sizes are exact.
    p_global : float64[n]
        How likely each node's cascade is to be global; 0 or 1 where sizes are exact.
    vulnerable : bool[n]
    direct : float64[n]
    """

    loaded: Loaded
    model: str
    parameters: dict[str, Any]
    key: np.uint64
    samples: int
    global_share: float
    size: NDArray[np.float64]
    error: NDArray[np.float64]
    p_global: NDArray[np.float64]
    vulnerable: NDArray[np.bool_]
    direct: NDArray[np.float64]

    @property
    def definitions(self) -> dict[str, str]:
        """What is meant by what is told."""
        return definitions(("global", "cascade size", "vulnerable", "ties"), share=self.global_share)

    @property
    def network(self) -> Network:
        """The arrays of the network."""
        return self.loaded.network

    @functools.cached_property
    def core(self) -> NDArray[np.int64]:
        """The largest k such that a node is in the k-core, int64[n]."""
        return scores(self.loaded, Ranking("k-core")).astype(np.int64)

    @property
    def order(self) -> NDArray[np.uint32]:
        """Nodes by what they set off, the largest first, equals by number: uint32[n]."""
        return np.argsort(-self.size, kind="stable").astype(np.uint32)

    @property
    def lorenz(self) -> NDArray[np.float64]:
        """The share of all cascades' sizes that the k least influential nodes have, float64[n + 1]."""
        return lorenz(self.size)

    @property
    def gini(self) -> float:
        """How concentrated influence is: 0 if all set off as much, near 1 if one sets off everything."""
        return gini(self.size)

    @property
    def share_global(self) -> float:
        """How likely a random node is to start a global cascade."""
        return float(self.p_global.mean()) if self.network.n else 0.0

    @functools.cached_property
    def predictions(self) -> tuple[Prediction, ...]:
        """How well measures of centrality foretell the sizes; collective influence is compared as an order."""
        n = self.network.n
        if not n:
            return ()
        out, count = [], max(1, round(TOP * n))
        for name, ranking in PREDICTORS.items():
            first = order(self.loaded, ranking, self.key, n)
            if ranking.by == "collective-influence":
                score: NDArray[Any] = np.empty(n)
                score[first] = -np.arange(n)
            else:
                score = scores(self.loaded, ranking, self.key)
            out.append(Prediction(name, spearman(score, self.size), precision(self.size, first[:count])))
        return tuple(out)

    def columns(self) -> dict[str, Any]:
        """Return what is known of each node, by the names in `COLUMNS`."""
        rank = np.empty(self.network.n, np.int64)
        rank[self.order] = np.arange(1, self.network.n + 1)
        size, direct = (values.astype(np.float64 if self.samples else np.int64) for values in (self.size, self.direct))
        return dict(zip(COLUMNS, (labels_of(self.loaded), size, self.network.in_degree, self.network.out_degree,
                                  self.core, self.vulnerable, direct, rank, self.error), strict=True))

    def write(self, path: Path | str) -> Path:
        """Write a row for each node as CSV, in the order of the nodes; `COLUMNS` names the columns.

        Parameters
        ----------
        path : path
            The file, replaced if it is there.

        Returns
        -------
        Path

        Raises
        ------
        UsageError
            If the file cannot be written.
        """
        columns = {name: values.tolist() if isinstance(values, np.ndarray) else list(values)
                   for name, values in self.columns().items()}
        columns["vulnerable"] = [int(value) for value in columns["vulnerable"]]
        path = Path(path)
        try:
            with path.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(COLUMNS)
                writer.writerows(zip(*columns.values(), strict=True))
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
        return path

    def as_dict(self) -> dict[str, Any]:
        """Return the census in short as plain values, for JSON: everything but the rows of `write`."""
        n, first, labels = self.network.n, self.order[:_SHOWN].tolist(), labels_of(self.loaded)
        reach = student(self.samples - 1)
        return {
            "model": self.model, "parameters": self.parameters, "nodes": n, "arcs": self.network.arcs,
            "samples": self.samples, "mean_size": float(self.size.mean()) if n else None,
            "largest": float(self.size.max()) if n else None, "share_global": self.share_global,
            "share_vulnerable": float(self.vulnerable.mean()) if n else None, "gini": self.gini,
            "first": [{"node": labels[i], "cascade_size": float(self.size[i]),
                       "interval": [float(self.size[i] + sign * reach * self.error[i]) for sign in (-1, 1)]
                       if self.samples > 1 else None, "out_degree": int(self.network.out_degree[i]),
                       "core": int(self.core[i])} for i in first],
            "predictions": [{"by": each.by, "spearman": each.spearman, "precision": each.precision.found,
                             "precision_of_chance": each.precision.chance} for each in self.predictions],
            "top": max(1, round(TOP * n)), "definitions": self.definitions}

    def __repr__(self) -> str:
        how = f"mean of {self.samples:,} samples" if self.samples else "exact"
        return f"<Census: {self.model} on {self.network.n:,} nodes, {how}>"

    def __str__(self) -> str:
        """Return a table for reading."""
        said = self.as_dict()
        exact = f"mean of {self.samples:,} samples" if self.samples else "exact"
        if not said["nodes"]:
            return "no nodes"
        lines = [
            f"{'nodes':15}{said['nodes']:,}; {100 * said['share_vulnerable']:.4g} % of them vulnerable",
            f"{'cascade size':15}mean {said['mean_size']:,.6g}, largest {said['largest']:,.6g} ({exact})",
            f"{'global':15}{100 * said['share_global']:.4g} % of the nodes start a global cascade",
            f"{'Gini':15}{said['gini']:.4f}", "",
            f"{'rank':>4}  {'node':>12}  {'cascade size':>14}  {'out-degree':>10}  {'core':>5}"]
        lines += [f"{rank:4}  {each['node']!s:>12}  {each['cascade_size']:14,.6g}"
                  + (f" ± {each['interval'][1] - each['cascade_size']:.3g}" if each["interval"] else "")
                  + f"  {each['out_degree']:10}  {each['core']:5}" for rank, each in enumerate(said["first"], 1)]
        lines += ["", f"{'predicted by':22}{'Spearman':>9}  {'of its best ' + str(said['top']):>18}  {'by chance':>9}"]
        lines += [f"{each['by']:22}{'-' if each['spearman'] is None else format(each['spearman'], '.4f'):>9}  "
                  f"{100 * each['precision']:16.2f} %  {100 * each['precision_of_chance']:7.2f} %"
                  for each in said["predictions"]]
        note = f"Of its best {said['top']}: share that set off as much as rank {said['top']} does."
        return "\n".join([*lines, "", note, *definition_lines(self.definitions)])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def census(network: Any, model: str = "threshold", *, seed: int = 0, samples: int = SAMPLES,
           global_share: float = GLOBAL, progress: Callable[[int], object] = int, **parameters: Any) -> Census:
    """Find what every single node of a network would set off.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
        Influence flows along arcs; undirected ties carry it both ways.
    model : {"threshold", "independent-cascade", "sir"}
    seed : int
        Root of all randomness: of samples, of parameters that are drawn, and of the order of equals.
    samples : int
        Of live arcs, shared by all nodes; thresholds need none.
    global_share : float
        From this share of the nodes on a cascade is global.
    progress : callable, optional
        Called with 1 after each sample.
    **parameters
        The model's, as a scenario gives them.

    Returns
    -------
    Census

    Raises
    ------
    UsageError, NetworkError
        If something does not exist or does not fit, all problems at once.

    Notes
    -----
    Exact for thresholds: `simcore.engine.census`. Sample w of an independent cascade is replicate w of the model under
    the same seed, bit for bit; of SIR it is equal in law: `simcore.engine.percolation`.

    Examples
    --------
    >>> import networkx as nx, simcore as sc
    >>> sc.census(nx.karate_club_graph(), threshold=0.3).size.max()
    np.float64(34.0)
    """
    if model not in MODELS:
        raise UsageError(f"model: a census is taken of {', '.join(MODELS)} (got '{model}')")
    if samples < 1:
        raise UsageError(f"samples: must be at least 1 (got {samples})")
    loaded, found = as_loaded(network), models.find(model)
    declared = fitting_parameters(found, parameters, loaded)
    if getattr(declared, "advertising", 0.0) > 0.0:
        raise UsageError("advertising: a census is of what one node sets off alone, so there is none "
                         f"(got {declared.advertising})")
    key = rng.network_key(rng.root(seed), 0)
    params = resolve(found.Params, declared, loaded.network, loaded.columns, rng.Stream(key, np.uint64(0)),
                     loaded.arc_columns)
    if model == "threshold":
        return Census(loaded, model, parameters, key, 0, global_share,
                      *_thresholds(found, loaded.network, params, global_share))
    if model == "sir":
        infects, recovers = params
        if recovers == 1.0:  # then it is the independent cascade, draw for draw
            reaches = percolation.cascade_reaches(loaded.network, np.array([rng.chance(infects)], np.uint64), key,
                                                  range(samples))
        else:
            reaches = percolation.epidemic_reaches(loaded.network, infects, recovers, key, range(samples))
        ends = infects + recovers - infects * recovers  # of a step: that somebody is infected, or recovers
        likely = np.full(loaded.network.arcs, infects / ends if ends > 0.0 else 0.0)
    else:
        chances = _chances(found, loaded.network, params)
        reaches = percolation.cascade_reaches(loaded.network, chances, key, range(samples))
        likely = np.broadcast_to(chances.astype(np.float64) * 2.0**-64, loaded.network.arcs)
    return Census(loaded, model, parameters, key, samples, global_share,
                  *percolation.spread(reaches, loaded.network.n, _least(loaded.network, global_share), progress),
                  _entered(loaded.network, likely > 0.0), _sums(loaded.network, likely))


def _least(network: Network, share: float) -> int:
    return max(1, math.ceil(share * network.n - 1e-9))


def _thresholds(model: Model, network: Network, params: Any, share: float) -> tuple[Any, ...]:
    """Return size, error, P(global), vulnerable and direct of each node."""
    need: NDArray[np.signedinteger] = np.empty(network.n, np.int64 if network.weighted else np.int32)
    model.needs(model.Layers(network), params, need)
    wanted = need[network.out_idx]
    direct = _sums(network, (wanted > 0) & (wanted <= (network.out_weight if network.weighted else 1)))
    size = counting.cascades(network, need).size.astype(np.float64)
    return size, np.zeros(network.n), (size >= _least(network, share)) * 1.0, counting.vulnerable(network, need), direct


def _chances(model: Model, network: Network, params: Any) -> NDArray[np.uint64]:
    """Return how likely arcs are to be live, uint64[m], or uint64[1] if all are as likely."""
    if np.all(params.influence == 1.0) and np.all(params.susceptibility == 1.0):
        return np.asarray(params.transmission)
    chances = np.empty(network.arcs, np.uint64)
    model.live(model.Layers(network), params, chances)
    return chances


def _sums(network: Network, values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the sum over the arcs that leave each node, float64[n]."""
    return np.diff(np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])[network.out_ptr])


def _entered(network: Network, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return into which nodes such an arc leads."""
    out = np.zeros(network.n, np.bool_)
    out[network.out_idx[chosen]] = True
    return out
