"""Which of the swept parameters decide: Sobol' indices, elementary effects, their intervals, the share of chance.

A quantity is a mean over replicates, so part of what differs between points is chance. All points share their luck, of
which the replicates of a block of rows show how much of each index it makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import UsageError
from simcore.intervals import Z
from simcore.quantities import Crossed, crossed, draws, nodes
from simcore.scenario.designs import unit_cube
from simcore.scenario.schema import Sweep
from simcore.scenario.wording import keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from simcore.store import Store

RESAMPLES = 1000
_AT_ONCE = 50
_SAMPLES, _CLUSTERS = 0, 1
DESIGNS = ("saltelli", "morris")


def sensitivity(store: Store, of: str) -> dict[str, Any]:
    """Return how much each axis of a results folder decides of a quantity.

    Parameters
    ----------
    store : Store
        Of a ``"saltelli"`` or ``"morris"`` design.
    of : str
        ``"p_global"`` or the mean of an outcome.

    Returns
    -------
    dict
        ``scenario, nodes, design, of, samples, points, replicates, mean, variance, noise, inputs``; see
        `docs/sweeps.md`.

    Raises
    ------
    UsageError
        If it is of another design, or there is no such quantity.
    """
    scenario = store.manifest["scenario"]
    sweep, paths = _declared(store)
    data = crossed(store, of)
    rows = _rows(store)
    blocks = rows.reshape(sweep.samples or 1, -1)
    analyse = _sobol if sweep.design == "saltelli" else _morris
    variance, noise, inputs = analyse(data, blocks, _moves(sweep, paths, scenario["seed"]))
    return {"scenario": scenario["title"], "nodes": nodes(store), "design": sweep.design, "of": of,
            "samples": sweep.samples, "points": len(data.values), "replicates": int(data.clusters.size),
            "mean": float(data.means[rows].mean()), "variance": variance, "noise": noise,
            "inputs": [{"input": path, **found} for path, found in zip(paths, inputs, strict=True)]}


def salib(store: Store, of: str) -> dict[str, Any]:
    """Return the design and a quantity as SALib takes them: ``problem``, ``X`` by row and input, ``Y`` by row.

    Inputs are coordinates of the unit cube, so that whole numbers, words and conditions make no difference. Analyse
    with ``SALib.analyze.sobol.analyze(problem, Y, calc_second_order=False)``, or ``morris.analyze(problem, X, Y)``.
    Errors are those of `sensitivity`.
    """
    sweep, paths = _declared(store)
    cube = unit_cube(sweep, paths, store.manifest["scenario"]["seed"])
    return {"problem": {"num_vars": len(paths), "names": paths, "bounds": [[0.0, 1.0]] * len(paths)},
            "num_levels": sweep.levels or 4, "X": cube.tolist(), "Y": crossed(store, of).means[_rows(store)].tolist()}


def sobol_indices(y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return first-order and total indices times the variance, float64[..., k] each, and the variance, float64[...].

    Estimators: Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018, Table 2 (b) and (f), after taking off the mean.

    Parameters
    ----------
    y : float64[..., N, k + 2]
        Values at a, at a with each coordinate in turn from b, and at b.
    """
    y = y - y.mean(axis=(-2, -1), keepdims=True)
    a, mixed, b = y[..., :1], y[..., 1:-1], y[..., -1:]
    variance = np.concatenate([a, b], axis=-1).var(axis=(-2, -1))
    return (b * (mixed - a)).mean(axis=-2), 0.5 * ((a - mixed) ** 2).mean(axis=-2), variance


def effects(y: NDArray[np.float64], moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the elementary effects, float64[..., N, k], of walks over k inputs (doi:10.2307/1269043).

    Parameters
    ----------
    y : float64[..., N, k + 1]
        Values along each walk.
    moves : float64[N, k, k]
        By how much each step moves each coordinate.
    """
    which = np.abs(moves).argmax(axis=2)
    steps = np.diff(y, axis=-1) / np.take_along_axis(moves, which[:, :, None], 2)[:, :, 0]
    out = np.empty_like(steps)
    np.put_along_axis(out, np.broadcast_to(which, steps.shape), steps, -1)
    return out


def _declared(store: Store) -> tuple[Sweep, list[str]]:
    given: Mapping[str, Any] = store.manifest["scenario"].get("sweep", {})
    sweep = Sweep.model_validate({key: value for key, value in given.items() if key in keys_of(Sweep)})
    if sweep.design not in DESIGNS:
        raise UsageError(f"{store.folder}: sensitivity needs a design of 'saltelli' or 'morris' "
                         f"(got '{sweep.design}'): write design = \"saltelli\" and samples = 256 into [sweep]")
    return sweep, [path for path in given if path not in keys_of(Sweep)]


def _rows(store: Store) -> NDArray[np.int64]:
    """Return the point of each row of the design, in the order of hashes."""
    points = sorted(store.manifest["points"], key=lambda point: str(point["hash"]))
    out = np.empty(sum(len(point["rows"]) for point in points), np.int64)
    for position, point in enumerate(points):
        out[point["rows"]] = position
    return out


def _moves(sweep: Sweep, paths: list[str], seed: int) -> NDArray[np.float64]:
    cube = unit_cube(sweep, paths, seed) if sweep.design == "morris" else np.zeros((sweep.samples or 1, len(paths)))
    return np.diff(cube.reshape(sweep.samples or 1, -1, len(paths)), axis=1)


def _spread(data: Crossed, blocks: NDArray[np.int64],
            estimate: Callable[[NDArray[np.float64], NDArray[np.int64]], NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the standard deviation of an estimate where blocks and clusters of replicates are taken again.

    Both at once, independently: Owen's pigeonhole bootstrap (doi:10.1214/07-AOAS122), which errs on the wide side.
    """
    samples, clusters = len(blocks), int(data.clusters.max()) + 1
    again = draws(_SAMPLES, samples, RESAMPLES)
    weights = np.stack([np.bincount(taken, minlength=clusters)
                        for taken in draws(_CLUSTERS, clusters, RESAMPLES)], axis=1).astype(np.float64)
    found = []
    for first in range(0, RESAMPLES, _AT_ONCE):
        means = data.resampled(weights[:, first:first + _AT_ONCE]) if clusters > 1 else data.means[:, None]
        for k in range(_AT_ONCE):
            chosen = again[first + k]
            found.append(estimate(means[:, min(k, means.shape[1] - 1)][blocks[chosen]], chosen))
    return np.asarray(np.nanstd(np.stack(found), axis=0))  # where nothing varies by chance, there are no indices


def _interval(value: float, spread: float) -> list[float]:
    return [value - Z * spread, value + Z * spread]


def _sobol(data: Crossed, blocks: NDArray[np.int64], _moves: NDArray[np.float64],
           ) -> tuple[float, float | None, list[dict[str, Any]]]:
    def estimate(y: NDArray[np.float64], _: object) -> NDArray[np.float64]:
        first, total, variance = sobol_indices(y)
        return np.stack([first, total]) / (variance or np.nan)

    first, total, variance = sobol_indices(data.means[blocks])
    if not variance > 0:
        raise UsageError("the quantity is the same at all points, so nothing decides it")
    spread = _spread(data, blocks, estimate)
    parts = [sobol_indices(cluster[blocks]) for cluster in data.deviations().T]  # quadratic, as covariances are
    by_chance, in_total, in_variance = (np.sum(part, axis=0) / variance for part in zip(*parts, strict=True))
    known = bool(np.isfinite(in_variance))
    inputs = [{"first": float(f), "first_interval": _interval(float(f), spread[0, k]),
               "first_noise": float(by_chance[k]) if known else None,
               "total": float(t), "total_interval": _interval(float(t), spread[1, k]),
               "total_noise": float(in_total[k]) if known else None}
              for k, (f, t) in enumerate(zip(first / variance, total / variance, strict=True))]
    return float(variance), float(in_variance) if known else None, inputs


def _morris(data: Crossed, blocks: NDArray[np.int64], moves: NDArray[np.float64],
            ) -> tuple[float, float | None, list[dict[str, Any]]]:
    def estimate(y: NDArray[np.float64], chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        found = effects(y, moves[chosen])
        return np.stack([np.abs(found).mean(axis=0), found.mean(axis=0), found.std(axis=0, ddof=1)])

    found = effects(data.means[blocks], moves)
    if len(found) < 2:
        raise UsageError("one walk shows no spread of effects; draw more samples")
    spread = _spread(data, blocks, estimate)
    chance = sum(effects(cluster[blocks], moves) ** 2 for cluster in data.deviations().T)
    noise = np.sqrt(np.mean(chance, axis=0))
    variance = float(data.means[blocks].var())
    inputs = []
    for k, effect in enumerate(found.T):
        mu_star, mu, sigma = float(np.abs(effect).mean()), float(effect.mean()), float(effect.std(ddof=1))
        inputs.append({"mu_star": mu_star, "mu_star_interval": _interval(mu_star, spread[0, k]),
                       "mu": mu, "mu_interval": _interval(mu, spread[1, k]), "sigma": sigma,
                       "sigma_interval": _interval(sigma, spread[2, k]),
                       "noise": float(noise[k]) if np.isfinite(noise[k]) else None})
    within = data.deviations()[blocks]
    share = float(((within - within.mean(axis=(0, 1))) ** 2).sum(axis=-1).mean()) / variance if variance else np.nan
    return variance, share if np.isfinite(share) else None, inputs


def table(found: Mapping[str, Any]) -> str:
    """Return indices or effects as a table for reading, what decides most first."""
    saltelli = found["design"] == "saltelli"
    size = "total" if saltelli else "mu_star"
    columns = [("first", "first order"), ("total", "total")] if saltelli else [
        ("mu_star", "mu*"), ("mu", "mu"), ("sigma", "sigma")]
    noisy = {"first": "first_noise", "total": "total_noise", "sigma": "noise"}
    head, rows = ["input"], []
    for name, words in columns:
        head += [words, "95 % interval", *["noise"] * (name in noisy)]
    for entry in sorted(found["inputs"], key=lambda entry: -float(entry[size])):
        row = [entry["input"]]
        for name, _ in columns:
            low, high = entry[f"{name}_interval"]
            row += [f"{entry[name]:.4f}", f"{low:.4f} - {high:.4f}"]
            row += [_shown(entry[noisy[name]])] if name in noisy else []
        rows.append(row)
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    lines.insert(1, "  ".join("-" * width for width in widths))
    share = "unknown, with one replicate or network" if found["noise"] is None else f"{100 * found['noise']:.1f} %"
    meaning = ("noise: the part of an index that is chance of the replicates" if saltelli else
               "mu*: mean size of an effect; sigma: its spread; noise: the spread that chance of the replicates makes")
    whole = (f"{found['of']}: mean {found['mean']:.4g}, variance between points {found['variance']:.4g}, of which "
             f"chance of the replicates: {share}")
    return "\n".join([*lines, "", whole, meaning])


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
