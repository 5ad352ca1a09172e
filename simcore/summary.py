"""From outcomes to what a researcher quotes: probabilities, sizes, multipliers, their intervals, and theory."""

from __future__ import annotations

import itertools
import json
import math
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore import adoption, stopping, twins
from simcore.definitions import of_scenario
from simcore.intervals import INDEPENDENT, Ratio, clustering, mean_interval, proportion, ratio, ratio_of_ratios
from simcore.predictions import predict
from simcore.scenario.schema import SEEDINGS
from simcore.store import understood
from simcore.theory import Prediction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.store import Store

COMPARED = ("share", "seed_out_degree", *twins.COMPARED)  # outcomes of a point that those of others are held against
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def _quantiles(values: NDArray[np.float64]) -> dict[str, float]:
    found = np.quantile(values, QUANTILES, method="inverted_cdf")
    return {str(level): float(value) for level, value in zip(QUANTILES, found, strict=True)}


def summarise(store: Store) -> dict[str, Any]:
    """Summarise what a results folder holds so far.

    Returns
    -------
    dict
        ``scenario, digest, complete, points``; see `docs/results.md` for every field. A cascade is global from
        ``summary.global_share`` of the scenario on.
    """
    return _summarised(store, lambda entry: entry)


def as_json(store: Store) -> Iterator[str]:
    """Yield the parts of `summarise` as JSON; until all is known, points are held as packed text, not as objects.

    Parameters
    ----------
    store : Store

    Yields
    ------
    str
    """
    found = _summarised(store, lambda entry: zlib.compress(_text(entry).encode(), 1))
    lists = {name: found.pop(name) for name in ("points", "twins") if name in found}
    yield _text(found).removesuffix("\n}")
    for name, texts in lists.items():
        yield f',\n "{name}": ['
        for place, text in enumerate(texts):
            yield f"{',' if place else ''}\n{zlib.decompress(text).decode()}".replace("\n", "\n  ")
        yield "\n ]"
    yield "\n}"


def _text(found: Mapping[str, Any]) -> str:
    return json.dumps(found, indent=1, allow_nan=False)


def _summarised(store: Store, kept: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """Return a summary whose points are kept as they are wanted, each as soon as it is known."""
    scenario, points = store.manifest["scenario"], store.manifest["points"]
    plans = store.plans()
    planned = {point["hash"]: 0 for point in points}
    planned |= {hash_: plan["stop"] for plan in plans for hash_ in plan.get("points", planned)}
    looks = stopping.looks(store) if "stop" in scenario else {}
    found, is_done, is_compared = {}, True, False
    for entry in _entries(store, planned, looks):
        is_done = is_done and entry["replicates"] == entry["planned"]
        is_compared = is_compared or entry["multiplier"] is not None
        found[entry["id"]] = kept(entry)
    out = {"scenario": scenario["title"], "definitions": of_scenario(scenario, compared=is_compared),
           "digest": store.digest(),
           "complete": bool(plans) and is_done
                       and ("stop" not in scenario or (bool(looks) and all(look.done for look in looks.values()))),
           "points": [found[point["id"]] for point in in_file_order(store.manifest)]}
    twins_ = [found[point["id"]] for point in sorted(points, key=lambda p: p["hash"]) if point.get("is_twin")]
    return out | ({"twins": twins_} if twins_ else {})


def _entries(store: Store, planned: Mapping[str, int], looks: Mapping[str, stopping.Look]) -> Iterator[dict[str, Any]]:
    """Yield what each point came to; only rows of points that others are compared with are kept."""
    scenario, points = store.manifest["scenario"], sorted(store.manifest["points"], key=lambda p: p["hash"])
    hashes = {point["hash"]: point for point in points}
    against = _randomly_seeded(points)
    kept = _kept(store, {other["hash"] for other in against.values()} | {p["twin"] for p in points if "twin" in p})
    counted = adoption.by_point(store) if adoption.is_recorded(store) else itertools.repeat(None, len(points))
    for point, rows, classes in zip(points, store.by_point(), counted, strict=True):
        entry = (_point(point, scenario, rows, planned[point["hash"]]) | {"stop": _stop(looks.get(point["hash"]))}
                 | {"by_class": _by_class(classes)})
        if "twin" in point:
            entry["twin"] = _against(hashes[point["twin"]]["id"], rows, kept[point["twin"]])
        if other := against.get(point["hash"]):
            entry["multiplier"] = _multiplier(rows, other["id"], kept[other["hash"]], scenario)
        yield entry


def _kept(store: Store, wanted: Collection[str]) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the rows of points that others are compared with, by their hashes."""
    if not wanted:
        return {}
    outcomes = [name for name in store.manifest["columns"] if name in COMPARED]
    hashes = sorted(point["hash"] for point in store.manifest["points"])
    return {hash_: {name: values.copy() for name, values in rows.items()}  # which are slices of much more
            for hash_, rows in zip(hashes, store.by_point(outcomes), strict=True) if hash_ in wanted}


def _against(twin: str, rows: Mapping[str, NDArray[Any]], rows_of_twin: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return what a point came to against its twin."""
    against = twins.paired(rows, rows_of_twin)
    return {"id": twin, **twins.unit_costs(against),
            **{name: _mean(values, against) for name, values in against.items()
               if name not in ("network", "replicate")}}


def _mean(values: NDArray[np.float64], rows: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return the mean of what is there, its 95 % interval, and of how many replicates."""
    there = ~np.isnan(values)
    mean, interval = mean_interval(values[there], clustering(rows)[there])
    return {"mean": mean, "interval": interval, "replicates": int(there.sum())}


@understood()
def swept(manifest: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the axes of a results folder and the values that each takes, as the design has them."""
    axes = {path: given for path, given in manifest["scenario"].get("sweep", {}).items()
            if path == "horizon" or "." in path}
    if not any("rows" in point for point in manifest["points"] if not point.get("is_twin")):
        return {path: list(values) for path, values in axes.items()}
    points = in_file_order(manifest)
    return {path: list({repr(point["point"][path]): point["point"][path] for point in points
                        if path in point["point"]}.values()) for path in axes}


@understood()
def in_file_order(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the points of a results folder as the scenario orders them; twins are none of them."""
    points = [point for point in manifest["points"] if not point.get("is_twin")]
    if "rows" in points[0]:
        return sorted(points, key=lambda point: point["rows"])
    places = {path: {repr(value): k for k, value in enumerate(values)} for path, values in swept(manifest).items()}
    return sorted(points,
                  key=lambda point: [places[path][repr(value)] for path, value in point["point"].items()])


def _point(point: Mapping[str, Any], scenario: Mapping[str, Any], rows: Mapping[str, NDArray[Any]],
           planned: int) -> dict[str, Any]:
    stopped = bool(np.any(rows["duration"] >= scenario["horizon"])) if "duration" in rows else False
    prediction = predict(scenario, point["point"], stopped=stopped)
    out: dict[str, Any] = {
        "id": point["id"], "point": point["point"], "planned": planned, "replicates": int(rows["replicate"].size),
        "networks": int(np.unique(rows["network"]).size), "n": point["n"], "share_mean": None,
        "share_interval": None, "share_quantiles": {}, "p_global": None, "p_global_interval": None,
        "interval_method": INDEPENDENT, "share_given_global": None, "share_given_global_interval": None, "outcomes": {},
        "theory": prediction._asdict() if prediction else dict.fromkeys(Prediction._fields),
        "multiplier": None}
    if not out["replicates"]:
        return out
    share = rows["share"]
    hits = share >= scenario["summary"]["global_share"]
    p, reached, method = proportion(hits, rows["network"])
    clusters = clustering(rows)
    out |= {"share_quantiles": _quantiles(share), "p_global": p, "p_global_interval": list(reached),
            "interval_method": method}
    for name, (mean, interval) in {"share_mean": mean_interval(share, clusters),
                                   "share_given_global": mean_interval(share[hits], clusters[hits])}.items():
        out[name] = mean
        out[f"{name.removesuffix('_mean')}_interval"] = (
            None if interval is None else [max(0.0, interval[0]), min(1.0, interval[1])])
    for name in scenario["record"]["outcomes"]:
        values = rows[name].astype(np.float64)
        mean, interval = mean_interval(values, clusters)
        out["outcomes"][name] = {"mean": mean, "interval": interval,
                                 "quantiles": {} if mean is None else _quantiles(values)}
    return out


def _stop(look: stopping.Look | None) -> dict[str, Any] | None:
    """Return what decided whether the point has enough replicates; None where nothing does."""
    if look is None:
        return None
    finite = math.isfinite(look.value) and math.isfinite(look.interval[1])
    return {"replicates": look.replicates, "value": look.value if finite else None,
            "interval": list(look.interval) if finite else None, "met": look.met, "done": look.done}


def _by_class(counted: adoption.Counts | None) -> list[dict[str, Any]] | None:
    """Return how much of each class adopts; None where that is not recorded."""
    if counted is None:
        return None
    nodes, (share, _, half) = adoption.mean_nodes(counted), adoption.final(counted)
    return [{"class": label, "nodes": float(nodes[k]), "share_mean": float(share[k]),
             "interval": [max(0.0, float(share[k] - half[k])), min(1.0, float(share[k] + half[k]))]
             if math.isfinite(half[k]) else None} for k, label in enumerate(counted.labels)]


@understood()
def _randomly_seeded(points: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return, by the hash of each point seeded among the influential, the one seeded at random, all else equal."""
    points = [point for point in points if "seeding.kind" in point["point"] and not point.get("is_twin")]
    known = {f"seeding.{name}" for name in SEEDINGS["random"].model_fields}  # and not who counts as influential
    random = {_hashable(point["point"]): point for point in points if point["point"]["seeding.kind"] == "random"}
    pairs = {point["hash"]: _hashable({path: value for path, value in point["point"].items()
                                       if path in known or not path.startswith("seeding.")}
                                      | {"seeding.kind": "random"})
             for point in points if point["point"]["seeding.kind"] == "influential"}
    return {hash_: random[like] for hash_, like in pairs.items() if like in random}


def _hashable(value: Any) -> Any:
    if isinstance(value, dict):
        return frozenset((key, _hashable(inner)) for key, inner in value.items())
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


def _multiplier(a: Mapping[str, NDArray[Any]], against: str, b: Mapping[str, NDArray[Any]],
                scenario: Mapping[str, Any]) -> dict[str, Any] | None:
    """Compare seeds from among the influential with random ones; None where there are none of either."""
    if not (a["replicate"].size and b["replicate"].size):
        return None
    clusters = clustering(a), clustering(b)
    share = scenario["summary"]["global_share"]
    hits = (a["share"] >= share) * 1.0, (b["share"] >= share) * 1.0
    m = ratio(hits[0], clusters[0], hits[1], clusters[1])
    size = ratio(a["share"], clusters[0], b["share"], clusters[1])
    direct = relative = None
    if "seed_out_degree" in a:
        relative = ratio_of_ratios(hits, (a["seed_out_degree"], b["seed_out_degree"]), clusters)
        direct = ratio(a["seed_out_degree"], clusters[0], b["seed_out_degree"], clusters[1])
    return {"m": m.value if m else None, "m_interval": _finite(m), "m_size": size.value if size else None,
            "m_size_interval": _finite(size), "d": direct.value if direct else None, "d_interval": _finite(direct),
            "m_over_d": relative.value if relative else None, "m_over_d_interval": _finite(relative),
            "against": against}


def _finite(found: Ratio | None) -> list[float] | None:
    return list(found.interval) if found is not None and math.isfinite(found.interval[1]) else None
