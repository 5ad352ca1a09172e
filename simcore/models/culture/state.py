"""What the model remembers, and what it counts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from simcore.mechanisms.arcs import longest, room_for_arcs
from simcore.mechanisms.draws import Draws, room_for_draws
from simcore.mechanisms.marks import Marks, no_marks

PROSPECT, CUSTOMER, FORMER = range(3)
NEVER = np.int32(-(2**30))  # longer ago than anybody remembers
SOON = 8  # places ahead in a list whose rows are asked for
PAIRS = 512  # that are drawn at a time, or those of one customer
LEVELS, DEPARTMENTS = 8, 8  # that have observables of their own

OBSERVABLES = (
    "mean", "variance", "committed", "executives", "middle", "front", "executives_free", "middle_free", "front_free",
    *(f"committed_level_{level}" for level in range(LEVELS)),
    *(f"committed_department_{k}" for k in range(1, DEPARTMENTS + 1)), "between", "heard", "prospects", "customers",
    "former", "advocates", "detractors", "satisfaction", "promoters", "retention", "encounters", "at_once", "escalated",
    "never", "first_contact", "heard_above", "responsiveness", "revenue", "cost_programmes", "cost_concessions",
    "cost_compensation", "cost_surveys", "cost_time", "cost_advertising", "cost_pay")
(MEAN, VARIANCE, COMMITTED, EXECUTIVES, MIDDLE, FRONT) = range(6)
LEVEL = OBSERVABLES.index("committed_level_0")
DEPARTMENT = OBSERVABLES.index("committed_department_1")
(BETWEEN, HEARD, PROSPECTS, CUSTOMERS, FORMERS, ADVOCATES, DETRACTORS, SATISFACTION, PROMOTERS, RETENTION, ENCOUNTERS,
 AT_ONCE, ESCALATED, UNSETTLED, FIRST_CONTACT, HEARD_ABOVE, RESPONSIVENESS, REVENUE, PROGRAMMES, CONCESSIONS,
 COMPENSATION, SURVEYS, TIME, ADVERTISING, PAY) = range(OBSERVABLES.index("between"), len(OBSERVABLES))

TOTALS = ("left", "exposed", "customer_periods", "revenue", "programme_cost", "cost", "npv", "discount")
LEFT, EXPOSED, CUSTOMER_PERIODS, SUM_REVENUE, PROGRAMME_COST, COST, NPV, DISCOUNT = range(len(TOTALS))


class People(NamedTuple):
    """Of each employee."""

    x: np.ndarray  # float64[N]: commitment
    after: np.ndarray  # float64[N]: what it becomes
    s: np.ndarray  # float64[N]: susceptibility
    resents: np.ndarray  # uint8[N]: pay
    paid: np.ndarray  # uint64[N]: who is paid, if coverage is above
    bought: np.ndarray  # float64[N]: what pay has added
    held: np.ndarray  # uint8[N]: seats
    happened: np.ndarray  # int64[N]: this period, at or below
    heard: np.ndarray  # int64[N]: of that
    heard_sum: np.ndarray  # float64[N]: of the experiences
    seen: np.ndarray  # uint8[N]: with a customer
    served: np.ndarray  # int64[N]: customers now, by place in the tree
    sum_below: np.ndarray  # float64[N]: satisfaction of customers served at or below
    number_below: np.ndarray  # int64[N]
    department_sum: np.ndarray  # float64[D + 1]
    leaving: Draws  # uint64[N]: of this period


class Public(NamedTuple):
    """Of each customer."""

    status: np.ndarray  # uint8[n]
    c: np.ndarray  # float64[n]: satisfaction
    v: np.ndarray  # float64[n]: value; float64[1] where all are worth the same at all times
    rank: np.ndarray  # uint64[n]: the smaller the better
    since: np.ndarray  # int32[n]: the last period in which an issue of a customer was not settled, or a former one left
    near: np.ndarray  # int32[n]: in which a neighbour left
    angry: np.ndarray  # uint8[n]: held back since they joined
    audience: np.ndarray  # uint8[n]: 0 if no neighbour is a prospect; 1 if some are, or were when last looked at
    good: np.ndarray  # int32[n]: good things heard now
    told: np.ndarray  # uint8[n]: reached by advertising now
    marks: Marks  # who is served, or speaks well
    bad: Marks  # who is tempted to leave, or speaks badly
    moves: Marks  # which prospects heard something, and which former customers are won back


class State(NamedTuple):
    people: People
    public: Public
    news: np.ndarray  # uint8 or as wide as needed, [memory + 1, n]: bad news that customers heard, by period
    remembered: np.ndarray  # likewise, [n]: their sum; here, since the engine binds kernels by the types of these
    seat: np.ndarray  # uint32[P N]: whom programmes hold
    seat_ptr: np.ndarray  # int64[P + 1]
    draws: Draws  # of months, of encounters, and of who talks to whom
    arcs: np.ndarray  # uint64[PAIRS, at least]: of those who talk
    sources: np.ndarray  # uint32[PAIRS, at least]
    now: np.ndarray  # float64[observables]
    total: np.ndarray  # float64[TOTALS]
    noted: np.ndarray  # float64[2]: mean commitment at the marks
    tipping: np.ndarray  # int64[1]
    levels: np.ndarray  # int64[N]: of each employee, the deepest put together
    level_sizes: np.ndarray  # int64[LEVELS]


def allocate(layers: Any, rules: Any) -> State:
    """Return room for a replicate."""
    employees, customers = layers.chart.level.size, layers.customers.n
    programmes, memory = rules.first.size, int(rules.levers[0].memory)
    arcs = room_for_arcs(layers.customers, least=PAIRS)

    def room(dtypes: str, n: int) -> Any:
        return (np.zeros(n, dtype) for dtype in dtypes.split())

    of_people, more = room("f8 f8 f8 u1 u8 f8 u1 i8 i8 f8 u1 i8 f8 i8", employees), np.zeros(layers.departments.size)
    people = People(*(*of_people, more, room_for_draws(employees)))
    alike = rules.levers[0].tail == 0.0 and not rules.levers.growth.any()
    kept, others = room("u1 f8", customers), room("u8 i4 i4 u1 u1 i4 u1", customers)
    worth, marks = np.zeros(1 if alike else customers), (no_marks(customers) for _ in range(3))
    public = Public(*(*kept, worth, *others, *marks))
    counts = np.min_scalar_type((memory + 1) * int(longest(layers.customers.out_ptr)))
    levels = np.minimum(layers.chart.level, LEVELS - 1)
    return State(people, public, np.zeros((memory + 1, customers), counts), np.zeros(customers, counts),
                 np.zeros(programmes * employees, np.uint32), np.zeros(programmes + 1, np.int64),
                 room_for_draws(arcs.size), arcs, np.empty(arcs.size, np.uint32),
                 np.zeros(len(OBSERVABLES)), np.zeros(len(TOTALS)), np.full(2, np.nan), np.zeros(1, np.int64), levels,
                 np.bincount(levels, minlength=LEVELS))
