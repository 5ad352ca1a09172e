"""How contestants are measured: interleaved in one process, on equal work, by ratios within a round.

Absolute times drift with the machine by tens of per cent, the ratio of two times taken within one round hardly.
A case names items of work (cascades, networks) for every round and knows what each must give. Contestants do
them in turn, the order rotated every round; no time counts unless its outcome was right.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import json
import platform
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import __version__
from simcore.machine import available_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

ROUNDS, QUICK = 15, 5
SCHEMA_VERSION = 1
_SEED, _RESAMPLES, _LEVEL = 20020430, 2000, 0.95


class UnequalOutcomesError(Exception):
    """A contestant gave another outcome than the work has: its time means nothing."""


class Work(NamedTuple):
    """The items of one round.

    Attributes
    ----------
    items : object
        What contestants are given.
    outcome : array[items]
        What each item must give.
    arcs : array[items]
        How many arcs each costs: the unit of work.
    """

    items: Any
    outcome: NDArray[Any]
    arcs: NDArray[Any]


class Contestant(NamedTuple):
    """One way to do the work.

    Attributes
    ----------
    name : str
    prepare : callable
        ``prepare() -> run``: imports and builds what is needed once; an `ImportError` skips the contestant.
        ``run(items) -> outcomes`` is timed; a slow one may do the first items only. A limit returns how many
        arcs it visited.
    packages : tuple of str
        Distributions whose versions the report names.
    limit : bool
        Whether this is a bound for the machine rather than a competitor.
    """

    name: str
    prepare: Callable[[], Callable[[Any], Any]]
    packages: tuple[str, ...] = ()
    limit: bool = False


class Case(NamedTuple):
    """Work and those who do it.

    Attributes
    ----------
    name, title : str
    item : str
        What an item is called.
    work : callable
        ``work(round) -> Work``.
    contestants : sequence of Contestant
        Ours first.
    agree : callable
        ``agree(outcomes, expected) -> bool``.
    """

    name: str
    title: str
    item: str
    work: Callable[[int], Work]
    contestants: Sequence[Contestant]
    agree: Callable[[NDArray[Any], NDArray[Any]], bool] = np.array_equal


class _Entrant(NamedTuple):
    contestant: Contestant
    run: Callable[[Any], Any]
    setup: float  # seconds
    rates: list[float]  # seconds per arc, by round; the first is the warm-up


def measure(case: Case, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure a case and return its report, ready for JSON.

    Raises
    ------
    UnequalOutcomesError
        If any contestant gives another outcome than the work has, in any round.
    """
    entrants, skipped = _enter(case.contestants)
    first: dict[str, float] = {}
    arcs = []
    for round_ in range(rounds + 1):  # round 0 is the warm-up
        work = case.work(round_)
        arcs.append(work.arcs)
        turn = round_ % len(entrants)
        for entrant in entrants[turn:] + entrants[:turn]:
            seconds, got = _timed(entrant.run, work.items)
            done = got if entrant.contestant.limit else _arcs(case, entrant.contestant, np.asarray(got), work)
            entrant.rates.append(seconds / done)
            first.setdefault(entrant.contestant.name, seconds)
    mean = float(np.concatenate(arcs).mean())
    return {
        "name": case.name, "title": case.title, "item": case.item, "rounds": rounds, "arcs_per_item": mean,
        "contestants": [{
            "name": contestant.name, "limit": contestant.limit,
            "versions": {package: importlib.metadata.version(package) for package in contestant.packages},
            "setup_s": setup, "first_call_s": first[contestant.name],
            "ns_per_arc": 1e9 * float(np.median(rates[1:])),
            "s_per_item": mean * float(np.median(rates[1:])),
            "ratio": _summary(np.divide(rates[1:], entrants[0].rates[1:])),
        } for contestant, _, setup, rates in entrants],
        "skipped": skipped}


def _enter(contestants: Sequence[Contestant]) -> tuple[list[_Entrant], dict[str, str]]:
    entrants, skipped = [], {}
    for contestant in contestants:
        try:
            with warnings.catch_warnings(action="ignore"):  # peers' own affairs
                setup, run = _timed(contestant.prepare)
        except ImportError as error:
            skipped[contestant.name] = str(error)
        else:
            entrants.append(_Entrant(contestant, run, setup, []))
    return entrants, skipped


def _timed(function: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    gc.disable()  # or one contestant pays for another's garbage
    try:
        begin = time.perf_counter()
        result = function(*arguments)
        return time.perf_counter() - begin, result
    finally:
        gc.enable()


def _arcs(case: Case, contestant: Contestant, got: NDArray[Any], work: Work) -> int:
    """Return how many arcs the outcomes stand for, having checked them."""
    expected = work.outcome[: got.size]
    if not got.size or got.shape != expected.shape or not case.agree(got, expected):
        raise UnequalOutcomesError(f"{case.name}: {contestant.name} gives {got.tolist()[:9]}, "
                                   f"but these are {work.outcome.tolist()[:9]}")
    return work.arcs[: got.size].sum()


def _summary(ratios: NDArray[np.float64]) -> dict[str, Any]:
    """Return the median of the rounds with its bootstrap interval, and the rounds."""
    resampled = np.random.default_rng(_SEED).choice(ratios, (_RESAMPLES, ratios.size))
    low, high = np.quantile(np.median(resampled, axis=1), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return {"median": float(np.median(ratios)), "low": float(low), "high": float(high),
            "rounds": ratios.tolist()}


def report(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the results of several cases with the facts of the machine, ready for JSON."""
    return {"schema": SCHEMA_VERSION, "machine": machine(), "cases": list(results)}


def machine() -> dict[str, Any]:
    """Return what the times depend on besides the code; nothing that names the machine."""
    return {"cpu": _cpu(), "cores": available_cores(), "system": platform.system(),
            "python": platform.python_version(), "simcore": __version__,
            **{package: importlib.metadata.version(package) for package in ("numba", "numpy")}}


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")),
                platform.processor() or platform.machine())


def table(result: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a readable report of one case."""
    yield f"{result['name']}: {result['title']}"
    yield f"{result['rounds']} rounds; a {result['item']} costs {result['arcs_per_item']:,.4g} arcs"
    rows = [("", f"a {result['item']}", "ns an arc", "over ours", f"[{_LEVEL:.0%}]", "set-up", "first call")]
    for row in result["contestants"]:
        ratio = row["ratio"]
        rows.append((
            " ".join([row["name"], *row["versions"].values(), *(["(limit)"] if row["limit"] else [])]),
            _readable(row["s_per_item"]), f"{row['ns_per_arc']:,.3g}", f"{ratio['median']:,.3g}",
            f"[{ratio['low']:,.3g}, {ratio['high']:,.3g}]", _readable(row["setup_s"]),
            _readable(row["first_call_s"])))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *figures in rows:
        cells = (cell.rjust(width) for cell, width in zip(figures, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *cells])
    yield from (f"skipped: {name} ({reason})" for name, reason in result["skipped"].items())


def command(module: str, doc: str | None, cases: Mapping[str, Callable[[], Case]],
            arguments: Sequence[str] | None) -> None:
    """Measure the cases of a module, or one of them, and print what came out."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=doc)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} rounds instead of {ROUNDS}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--case", choices=cases, help="measure this case only")
    options = parser.parse_args(arguments)
    results = []
    for name in [options.case] if options.case else cases:
        results.append(measure(cases[name](), QUICK if options.quick else ROUNDS))
        if not options.json:
            print(*table(results[-1]), "", sep="\n", flush=True)
    print(json.dumps(report(results), indent=2) if options.json else machine())


def _readable(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1.0:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
