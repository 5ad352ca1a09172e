"""How contestants are measured: interleaved in one process, on equal work, by ratios within a round.

Absolute times drift with the machine by tens of per cent, the ratio of two times taken within one round hardly.
A case names items of work (cascades, networks, runs) for every round and knows what each must give. Contestants do
them in turn, the order rotated every round; no time counts unless its outcome was right.
"""

from __future__ import annotations

import gc
import importlib.metadata
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

ROUNDS, QUICK = 15, 5
GATHER, COPY = "gather", "copy"  # the machine's limits: a random gather per arc, a streaming copy of the bytes
_SEED, _RESAMPLES, _LEVEL, _CHANCE = 20020430, 2000, 0.95, 1e-5

Equal = Literal["exact", "in law", "not comparable"]


class UnequalOutcomesError(Exception):
    """A contestant gave another outcome than the work has: its time means nothing."""


class Work(NamedTuple):
    """The items of one round.

    Attributes
    ----------
    items : object
        What contestants are given.
    outcome : array[items] or array[items, K]
        What each item must give: of cascades the size first, then what else is asked for.
    arcs : array[items]
        How many arcs each examines: the unit of work.
    draws : int
        How many random draws all of them make.
    """

    items: Any
    outcome: NDArray[Any]
    arcs: NDArray[Any]
    draws: int = 0


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
    equal : str
        Its outcomes are held to be those of the work ("exact"), or to have the law of ours ("in law").
    at_least : float, optional
        The ratio to ours that is to be reached.
    """

    name: str
    prepare: Callable[[], Callable[[Any], Any]]
    packages: tuple[str, ...] = ()
    equal: Equal = "exact"
    at_least: float | None = None

    @property
    def limit(self) -> bool:
        """Whether this is a bound for the machine rather than a competitor."""
        return self.name in (GATHER, COPY)


class Case(NamedTuple):
    """Work and those who do it.

    Attributes
    ----------
    name, title : str
    item : str
        What an item is called.
    n, arcs : int
        Size of the network.
    outcomes : tuple of str
        What is asked for.
    work : callable
        ``work(round) -> Work``.
    contestants : sequence of Contestant
        Ours first; it must give the work's outcomes.
    agree : callable
        ``agree(outcomes, expected) -> bool``, of exact contestants.
    pooled : bool
        Whether contestants that are equal in law are compared with ours over all rounds, by the law of each outcome;
        otherwise `agree` judges them as well.
    by_item : bool
        Whether an item is the unit that ratios are of, where what counts is its overhead; otherwise an arc.
    networks : int
        How many are used.
    algorithm : callable
        ``algorithm() -> str``: what ours chose.
    seconds : float, optional
        The seconds of ours, for an item, that are to be reached.
    at_most_bytes : int, optional
        The memory that ours is to do with, besides what there was before it began.
    """

    name: str
    title: str
    item: str
    n: int
    arcs: int
    outcomes: tuple[str, ...]
    work: Callable[[int], Work]
    contestants: Sequence[Contestant]
    agree: Callable[[NDArray[Any], NDArray[Any]], bool] = np.array_equal
    pooled: bool = False
    by_item: bool = False
    networks: int = 1
    algorithm: Callable[[], str] = lambda: "plain"
    seconds: float | None = None
    at_most_bytes: int | None = None

    def among(self, *, peers: bool) -> Case:
        """Return the case with ours and the limits alone, unless peers are wanted."""
        return self if peers else self._replace(contestants=[
            contestant for k, contestant in enumerate(self.contestants) if k == 0 or contestant.limit])


class Entrant(NamedTuple):
    """A contestant at work."""

    contestant: Contestant
    run: Callable[[Any], Any]
    setup: float  # seconds
    rates: list[float]  # seconds per unit, by round; the first is the warm-up
    pool: list[NDArray[Any]]  # outcomes, by round
    peak: list[int]  # bytes that its calls took, by round


def measure(case: Case, rounds: int = ROUNDS) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Measure a case; return a row for each contestant but ours, ready for JSON, and who was skipped, and why.

    Raises
    ------
    UnequalOutcomesError
        If any contestant gives another outcome than the work has, in any round.
    """
    entrants, skipped = _enter(case.contestants)
    first: dict[str, float] = {}
    units, items, work0 = [], 0, None
    for round_ in range(rounds + 1):  # round 0 is the warm-up
        work = case.work(round_)
        work0 = work0 or work
        items = len(work.outcome)
        units.append(_units(case, work).mean())
        turn = round_ % len(entrants)
        for entrant in entrants[turn:] + entrants[:turn]:
            before = _resident("VmRSS", anew=True)
            seconds, got = _timed(entrant.run, work.items)
            entrant.peak.append(_resident("VmHWM") - before)
            entrant.rates.append(seconds / _done(case, entrant, got, work))
            first.setdefault(entrant.contestant.name, seconds)
    _compare_laws(case, entrants)
    return list(_rows(case, entrants, first, float(np.mean(units[1:])), items, work0)), skipped


def _enter(contestants: Sequence[Contestant]) -> tuple[list[Entrant], dict[str, str]]:
    entrants, skipped = [], {}
    for contestant in contestants:
        try:
            with warnings.catch_warnings(action="ignore"):  # peers' own affairs
                setup, run = _timed(contestant.prepare)
        except ImportError as error:
            skipped[contestant.name] = str(error)
        else:
            entrants.append(Entrant(contestant, run, setup, [], [], []))
    return entrants, skipped


def _timed(function: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    gc.disable()  # or one contestant pays for another's garbage
    try:
        begin = time.perf_counter()
        result = function(*arguments)
        return time.perf_counter() - begin, result
    finally:
        gc.enable()


def _resident(field: str, *, anew: bool = False) -> int:
    """Return bytes of memory now (VmRSS), or at most since it was last looked at anew (VmHWM); 0 if nobody tells."""
    try:
        if anew:
            Path("/proc/self/clear_refs").write_text("5")
        fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
        return int(fields[field].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 0


def _units(case: Case, work: Work) -> NDArray[Any]:
    return np.ones(len(work.outcome)) if case.by_item else work.arcs


def _done(case: Case, entrant: Entrant, got: Any, work: Work) -> float:
    """Return how many units the outcomes stand for, having checked them."""
    contestant, units = entrant.contestant, _units(case, work)
    if contestant.limit:
        return float(got / work.arcs.mean() if case.by_item else got)
    got = np.asarray(got)
    expected = work.outcome[: len(got)]
    fits = len(got) and got.shape == expected.shape
    deferred = case.pooled and contestant.equal == "in law"
    if not fits or not (deferred or case.agree(got, expected)):
        raise UnequalOutcomesError(f"{case.name}: {contestant.name} gives {got.tolist()[:9]}, "
                                   f"but these are {work.outcome.tolist()[:9]}")
    if case.pooled:
        entrant.pool.append(got.reshape(len(got), -1))
    if deferred and not case.by_item:  # other cascades than ours: as many arcs as nodes that adopted have on average
        return float(got.reshape(len(got), -1)[:, 0].sum() * units.sum() / _sizes(work.outcome).sum())
    return float(units[: len(got)].sum())


def _sizes(outcome: NDArray[Any]) -> NDArray[Any]:
    return outcome.reshape(len(outcome), -1)[:, 0]


def _compare_laws(case: Case, entrants: Sequence[Entrant]) -> None:
    """Hold the outcomes of all rounds to have one law (Kolmogorov & Smirnov's test, with ties conservative)."""
    if not case.pooled:
        return
    from scipy.stats import ks_2samp

    ours = np.concatenate(entrants[0].pool)
    for entrant in entrants[1:]:
        if entrant.contestant.equal == "in law":
            theirs = np.concatenate(entrant.pool)
            for k, name in enumerate(case.outcomes):
                if ks_2samp(ours[:, k], theirs[:, k]).pvalue < _CHANCE:
                    raise UnequalOutcomesError(
                        f"{case.name}: {entrant.contestant.name} gives another law of {name}: on average "
                        f"{theirs[:, k].mean():.6g} in {len(theirs)}, ours {ours[:, k].mean():.6g} in {len(ours)}")


def _rows(case: Case, entrants: Sequence[Entrant], first: dict[str, float], units: float, items: int,
          work: Work | None) -> Any:
    ours = entrants[0]
    limit = next((entrant for entrant in entrants if entrant.contestant.limit), None)
    reached = None if limit is None else float(np.median(np.divide(limit.rates[1:], ours.rates[1:])))
    assert work is not None
    per_unit = float(work.arcs.mean()) if case.by_item else 1.0  # arcs

    def facts(entrant: Entrant, who: str) -> dict[str, Any]:
        rate = float(np.median(entrant.rates[1:]))
        return {f"{who}_ns_per_arc": 1e9 * rate / per_unit if per_unit else None, f"{who}_setup_seconds": entrant.setup,
                f"{who}_first_call_seconds": first[entrant.contestant.name],
                f"{who}_peak_bytes": max(0, *entrant.peak)}

    for entrant in entrants[1:]:
        contestant = entrant.contestant
        ratios = np.divide(entrant.rates[1:], ours.rates[1:])
        median, low, high = interval(ratios)
        yield {
            "case": case.name, "n": case.n, "arcs": case.arcs, "replicates": items, "networks": case.networks,
            "algorithm": case.algorithm(), "outcomes": list(case.outcomes),
            "ours_seconds": units * float(np.median(ours.rates[1:])),
            "peer": contestant.name, "peer_seconds": units * float(np.median(entrant.rates[1:])),
            "ratio": median, "ratio_interval": [low, high], "limit_ratio": reached,
            "equal": "not comparable" if contestant.limit else contestant.equal,
            "title": case.title, "item": case.item, "limit": contestant.limit,
            "versions": {package: importlib.metadata.version(package) for package in contestant.packages},
            "at_least": contestant.at_least, "at_most_seconds": case.seconds,
            "at_most_bytes": case.at_most_bytes,
            **facts(ours, "ours"), **facts(entrant, "peer"),
            "work": {"arcs": int(work.arcs.sum()), "draws": int(work.draws)}, "ratios": ratios.tolist()}


def interval(ratios: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the median of the rounds with its bootstrap interval (percentiles, fixed seed)."""
    resampled = np.random.default_rng(_SEED).choice(ratios, (_RESAMPLES, ratios.size))
    low, high = np.quantile(np.median(resampled, axis=1), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(np.median(ratios)), float(low), float(high)
