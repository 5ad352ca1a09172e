"""The parameters as kernels see them: one record for each stretch of periods in which none changes."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np
from annotated_types import Ge, Le, Unit

from simcore._jit import inline
from simcore.parameters import Probability, Rate  # noqa: TC001 - type hints that are read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simcore.mechanisms.programmes import Programmes
    from simcore.network.company import Company

ENCULTURATION, THRESHOLD = range(2)
ALWAYS, SUCCESS = range(2)
_TABLE, _UNITS = 4096, 2.0**20
_FIELDS = {"shape": "tail"}  # a record that is not compiled has a shape of its own
FIXED = ("rule", "memory", "start", "start_spread", "start_by_level", "customers_at_start", "value", "shape", "after",
         "discount")  # cannot change during a run
_Share = Annotated[float, Ge(0.0), Le(1.0), Unit("share")]
_Factor = Annotated[float, Ge(0.0), Unit("factor")]
_Months = Annotated[float, Ge(0.0), Unit("front-line months")]
_Steps = Annotated[int, Ge(0), Le(64)]


class Params(NamedTuple):
    """See `docs/culture-odd.md`, section 10, for ranges and reasons."""

    rule: Literal["enculturation", "threshold"] = "enculturation"
    start: _Share = 0.35
    start_spread: _Share = 0.0
    start_by_level: list[_Share] = []  # noqa: RUF012 - a NamedTuple's default, never changed
    manager: Rate = 0.1
    peers: Rate = 0.2
    conformity: Annotated[int, Ge(1), Le(64)] = 2
    line: _Share = 0.5
    hearing: Rate = 0.15
    sting: _Factor = 0.5
    visibility: _Share = 0.5
    executive_time: Probability = 0.0
    executive_levels: _Steps = 1
    decay: Probability = 0.01
    turnover: Probability = 0.015
    misfit: _Factor = 0.0
    hire_mean: _Share | None = None
    hire_sd: _Share = 0.2
    selectivity: _Share = 0.0
    susceptibility: _Share = 0.5
    susceptibility_sd: _Share = 0.15
    incentive: Rate = 0.0
    coverage: _Share = 1.0
    pushback: _Share = 0.2
    pay_on: Literal["always", "success"] = "always"
    contact_rate: Probability = 0.2
    reachability: Probability = 0.92
    priority: _Share = 0.0
    issue_rate: Probability = 0.25
    handoff: Probability = 0.1
    quality_floor: Probability = 0.4
    empowerment: Probability = 0.4
    concession: _Months = 0.0
    patience: _Share = 0.7
    red_tape: _Steps = 0
    apology: _Share = 0.0
    guarantee: bool = False
    guarantee_steps: _Steps = 1
    compensation: _Share = 0.5
    feedback: Probability = 0.4
    survey: Probability = 0.0
    exit_interview: Probability = 0.0
    learning: _Share = 0.15
    first_impression: _Share = 0.7
    advocate_at: _Share = 0.8
    detractor_at: _Share = 0.35
    churn_floor: Probability = 0.004
    churn_slope: Probability = 0.05
    contagion: _Factor = 0.8
    memory: Annotated[int, Ge(0), Le(1000), Unit("periods")] = 6
    exit_friction: Probability = 0.1
    positive: Probability = 0.05
    negative: Probability = 0.1
    weight_of_bad: _Factor = 2.0
    advertising: Probability = 0.002
    win_back: Probability = 0.03
    customers_at_start: _Share = 0.4
    value: _Months = 1.0
    shape: _Factor = 0.0
    growth: Annotated[float, Ge(0.0), Le(1.0), Unit("per period")] = 0.0
    after: Annotated[int, Ge(1), Unit("periods")] = 24
    discount: Rate = 0.01
    survey_cost: _Months = 0.01
    executive_cost: _Months = 1.0
    pay_cost: _Months = 0.1
    advertising_cost: _Months = 0.5


def check(params: Any) -> dict[str, str]:
    """Return what is wrong with parameters that do not fit together."""
    return dict(_wrong(params))


def _wrong(p: Any) -> Iterator[tuple[str, str]]:
    if p.priority > p.reachability:
        yield "priority", (f"must be at most reachability = {p.reachability:g}: who is always reached takes it from "
                           f"the others (got {p.priority:g})")
    if p.susceptibility_sd**2 >= p.susceptibility * (1.0 - p.susceptibility) and p.susceptibility_sd > 0.0:
        yield "susceptibility_sd", ("must be below sqrt(m (1 - m)), m the mean susceptibility = "
                                    f"{p.susceptibility:g} (got {p.susceptibility_sd:g})")
    if p.detractor_at >= p.advocate_at:
        yield "detractor_at", f"must be below advocate_at = {p.advocate_at:g} (got {p.detractor_at:g})"
    if 0.0 < p.shape <= 1.0:
        yield "shape", f"must be 0, which makes all customers alike, or above 1 (got {p.shape:g})"
    for level in p.start_by_level or [p.start]:
        if not p.start_spread <= level <= 1.0 - p.start_spread:
            yield "start_spread", (f"must leave start = {level:g} within 0 and 1 on both sides "
                                   f"(got {p.start_spread:g})")


def _kinds() -> dict[str, tuple[str, ...]]:
    """Return the parameters that are numbers or words, and their words."""
    return {name: get_args(hint) if get_origin(hint) is Literal else ()
            for name, hint in get_type_hints(Params).items() if name != "start_by_level"}


def _dtype() -> np.dtype[Any]:
    hints = get_type_hints(Params)
    return np.dtype([(_FIELDS.get(name, name), "i8" if words or hints[name] in (int, bool) else "f8")
                     for name, words in _kinds().items()])


def _record(params: Any) -> tuple[Any, ...]:
    values = params._asdict()
    if params.hire_mean is None:
        values["hire_mean"] = 0.5 if params.rule == "enculturation" else 0.0
    return tuple(words.index(values[name]) if words else values[name] for name, words in _kinds().items())


class Rules(NamedTuple):
    """What kernels are told.

    Attributes
    ----------
    levers : record[K]
        The parameters in each stretch of periods.
    begin : int64[K]
        Its first period; the first is 0.
    quantiles : float64[K, 4096]
        Of the law of susceptibility.
    start : float64[levels]
        Commitment at the start, by level; the last also for deeper ones.
    first, until : int64[P]
        The periods of each programme with people.
    cost : float64[P, heights]
        Of a person a period, by height.
    marks : int64[2]
        The periods at whose ends it is noted what was won and what was kept; -1 for none.
    """

    levers: Any
    begin: NDArray[np.int64]
    quantiles: NDArray[np.float64]
    start: NDArray[np.float64]
    first: NDArray[np.int64]
    until: NDArray[np.int64]
    cost: NDArray[np.float64]
    marks: NDArray[np.int64]


@functools.lru_cache(maxsize=64)
def quantiles(mean: float, sd: float) -> NDArray[np.float64]:
    """Return the 4,096 quantiles of a Beta law, rounded to 2^-20; the mean itself without spread."""
    from scipy.stats import beta

    if sd == 0.0:
        return np.full(_TABLE, mean)
    total = mean * (1.0 - mean) / sd**2 - 1.0
    exact = beta.ppf((np.arange(_TABLE) + 0.5) / _TABLE, mean * total, (1.0 - mean) * total)
    return np.asarray(np.floor(exact * _UNITS + 0.5) / _UNITS)


def rules(params: Params, layers: Company, programmes: Programmes) -> Rules:
    """Return the parameters of a point as kernels see them."""
    changes = sorted(programmes.changes, key=lambda change: change.begin)
    begin, settings = [0], [params]
    for change in changes:
        after = settings[-1]._replace(**{change.parameter: change.value})
        if change.begin > begin[-1]:
            begin.append(change.begin)
            settings.append(after)
        else:
            settings[-1] = after
    levers = np.array([_record(setting) for setting in settings], _dtype()).view(np.recarray)
    heights = int(layers.chart.height.max()) + 1
    costs = np.ones((len(programmes.seats), heights))
    for row, seats in zip(costs, programmes.seats, strict=True):
        row[0] = seats.cost
        for height in range(1, heights):
            row[height] = row[height - 1] * seats.ratio
    ended = programmes.ended
    return Rules(levers, np.array(begin, np.int64),
                 np.array([quantiles(setting.susceptibility, setting.susceptibility_sd) for setting in settings]),
                 np.array(params.start_by_level or [params.start]),
                 np.array([seats.begin for seats in programmes.seats], np.int64),
                 np.array([seats.end for seats in programmes.seats], np.int64), costs,
                 np.array([ended, ended + params.after if ended >= 0 else -1], np.int64))


@inline
def stretch(rules, t):
    """Return the number of the stretch that a period is in."""
    k = rules.begin.size - 1
    while rules.begin[k] > t:
        k -= 1
    return k
