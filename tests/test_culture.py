"""The culture model: equal to its naive twin draw for draw, and what is conserved whatever is done."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models
from simcore.engine import plain
from simcore.mechanisms.programmes import NEVER, Change, Programmes, Seats
from simcore.network import company
from simcore.network.csr import from_arcs
from simcore.seeding import given as given_seeds
from simcore.seeding import with_people
from tests.naive import culture as naive
from tests.strategies import keys

MODEL = models.find("culture")
DEFAULTS = MODEL.Params()._asdict()
HORIZON = 14

share = st.floats(0.0, 1.0)
often = st.sampled_from([0.0, 0.2, 0.5, 1.0]) | share
LEVERS = {
    "rule": st.sampled_from(["enculturation", "threshold"]), "start": st.floats(0.1, 0.9),
    "start_spread": st.sampled_from([0.0, 0.05, 0.1]), "start_by_level": st.just([]) | st.lists(
        st.floats(0.1, 0.9), max_size=4),
    "manager": st.floats(0.0, 0.5), "peers": st.floats(0.0, 0.5),
    "conformity": st.integers(1, 4), "line": often, "hearing": often, "sting": st.floats(0.0, 2.0),
    "visibility": share, "executive_time": often, "executive_levels": st.integers(0, 3), "decay": st.floats(0.0, 0.2),
    "turnover": st.floats(0.0, 0.3), "misfit": st.sampled_from([0.0, 0.5]), "hire_mean": st.none() | share,
    "hire_sd": share,
    "selectivity": share, "susceptibility": st.floats(0.2, 0.8), "susceptibility_sd": st.sampled_from([0.0, 0.1, 0.2]),
    "incentive": st.sampled_from([0.0, 0.1]), "coverage": often, "pushback": often,
    "pay_on": st.sampled_from(["always", "success"]), "contact_rate": often, "reachability": st.floats(0.5, 1.0),
    "priority": st.sampled_from([0.0, 0.3, 0.5]), "issue_rate": often, "handoff": often, "quality_floor": share,
    "empowerment": often, "concession": share, "patience": share, "red_tape": st.integers(0, 2), "apology": share,
    "guarantee": st.booleans(), "guarantee_steps": st.integers(0, 3), "compensation": share, "feedback": often,
    "survey": often, "exit_interview": often, "learning": often, "first_impression": share,
    "advocate_at": st.floats(0.6, 1.0), "detractor_at": st.floats(0.0, 0.5), "churn_floor": st.floats(0.0, 0.2),
    "churn_slope": share, "contagion": st.floats(0.0, 2.0), "memory": st.integers(0, 4), "exit_friction": often,
    "positive": often, "negative": often, "weight_of_bad": st.floats(0.0, 3.0), "advertising": st.floats(0.0, 0.3),
    "win_back": often, "customers_at_start": often, "value": st.floats(0.5, 2.0),
    "shape": st.sampled_from([0.0, 1.5, 3.0]), "growth": st.sampled_from([0.0, 0.1]), "after": st.integers(1, 5),
    "discount": st.sampled_from([0.0, 0.01]), "survey_cost": share, "executive_cost": share, "pay_cost": share,
    "advertising_cost": share}
assert set(LEVERS) == set(DEFAULTS)  # or nobody would ask the twin about the others
CHANGING = [name for name in LEVERS if name not in MODEL.fixed and name not in
            ("priority", "susceptibility", "susceptibility_sd", "detractor_at", "advocate_at", "reachability")]


@st.composite
def companies(draw):
    """Draw an organisation as both sides take it: managers, ties, a front line; customers' ties; how many serve."""
    people = draw(st.integers(1, 12))
    order = draw(st.permutations(range(people)))
    manager = [-1] * people
    for place in range(1, people):
        manager[order[place]] = order[draw(st.integers(0, place - 1))]
    ties = draw(st.lists(st.tuples(st.integers(0, people - 1), st.integers(0, people - 1)), max_size=20))
    customers = draw(st.integers(0, 15))
    talk = draw(st.lists(st.tuples(st.integers(0, max(customers - 1, 0)), st.integers(0, max(customers - 1, 0))),
                         max_size=30)) if customers else []
    leaves = sorted(set(range(people)) - set(manager))
    front = sorted(draw(st.sets(st.integers(0, people - 1), min_size=1))) if draw(st.booleans()) else leaves
    return (manager, [(a, b) for a, b in ties if a != b], customers, [(a, b) for a, b in talk if a != b], front,
            draw(st.integers(1, min(3, len(front)))), draw(st.booleans()))


def built(drawn, key):
    """Return the company as the kernels see it."""
    manager, ties, customers, talk, front, number, together = drawn
    chart = company.chart(manager)
    front = np.array(front, np.uint32)
    nets = [from_arcs(n, [a for a, _ in pairs], [b for _, b in pairs], undirected=True).network
            for n, pairs in ((len(manager), ties), (customers, talk))]
    return company.company(chart, front, *nets, *company.serve(chart, front, customers, key, number=number,
                                                               together=together))


def neighbours(n, pairs):
    found = [set() for _ in range(n)]
    for a, b in pairs:
        found[a].add(b)
        found[b].add(a)
    return found


@st.composite
def done(draw, people, levers):
    """Draw programmes: whose seats are held and when, and parameters that change and perhaps change back."""
    whom = st.lists(st.integers(0, people - 1), unique=True)
    seats = draw(st.lists(st.tuples(whom, st.integers(0, 6), st.integers(1, 8) | st.none(), st.floats(0.0, 2.0),
                                    st.floats(0.5, 3.0)), max_size=2))
    changes = []
    pay = draw(st.sampled_from([[], [], ["incentive"], ["coverage"]]))  # or hardly any pay would be withdrawn
    for name in dict.fromkeys(pay + draw(st.lists(st.sampled_from(CHANGING), unique=True, max_size=3))):
        begin = draw(st.integers(0, 6))
        changes.append((begin, name, draw(LEVERS[name])))
        if draw(st.booleans()):
            changes.append((begin + draw(st.integers(1, 5)), name, levers[name]))
    return seats, changes


def simulate(firm, levers, seats, changes, seeds, key, w, replicates=1, horizon=HORIZON):
    """Run the kernels."""
    programmes = Programmes(tuple(Seats(begin, NEVER if length is None else begin + length, cost, ratio)
                                  for _, begin, length, cost, ratio in seats),
                            tuple(Change(*change) for change in changes), ended(seats, changes, levers))
    rules = MODEL.prepare(MODEL.Params(**levers), firm, programmes)
    chosen = given_seeds(firm.customers, seeds, replicates)
    chosen = with_people(chosen, [[np.array(people, np.uint32)] * replicates for people, *_ in seats])
    return plain.run(MODEL, firm, rules, chosen, key, w, horizon, True)


def ended(seats, changes, levers):
    """Return the last period of the last programme that ends; -1 without one."""
    ends = [begin + length - 1 for _, begin, length, *_ in seats if length is not None]
    ends += [begin - 1 for begin, name, value in changes if value == levers[name]
             and any(other == name and earlier < begin for earlier, other, _ in changes)]
    return max(ends, default=-1)


def agrees(found, wanted, name):
    same = (math.isnan(found) and math.isnan(wanted)) or found == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    assert same, (name, found, wanted)


def equals_its_twin(data, drawn, levers, key, w):
    """Draw programmes and seeds for a company, and compare what both say of it."""
    seats, changes = data.draw(done(len(drawn[0]), levers))
    customers = drawn[2]
    seeds = sorted(data.draw(st.sets(st.integers(0, customers - 1), max_size=3))) if customers else []
    compare(drawn, levers, seats, changes, seeds, key, w, HORIZON)


def compare(drawn, levers, seats, changes, seeds, key, w, horizon):
    """Run a company by both, and compare all that is said of it."""
    manager, ties, customers, talk, front, _, _ = drawn
    firm = built(drawn, key)
    rows, series = simulate(firm, levers, seats, changes, seeds, key, w, horizon=horizon)
    organisation = naive.Organisation([None if above < 0 else above for above in manager],
                                      neighbours(len(manager), ties), front)
    programmes = [naive.Seats(people, begin, math.inf if length is None else begin + length, cost, ratio)
                  for people, begin, length, cost, ratio in seats]
    programmes += [naive.Change(name, value, begin) for begin, name, value in changes]
    servers = [firm.server_idx[firm.server_ptr[j]:firm.server_ptr[j + 1]].tolist() for j in range(customers)]
    spread = levers["start_spread"]
    starts = [{"low": start - spread, "high": start + spread} if spread else start
              for start in levers["start_by_level"] or [levers["start"]]]
    said = levers | {"start": starts}
    twin = naive.simulate(organisation, neighbours(customers, talk), servers, said, programmes, seeds, int(key), w,
                          horizon=horizon)
    for t, row in enumerate(twin["series"]):
        for k, name in enumerate(MODEL.observables):
            if name in row:
                agrees(series[0, t, k], row[name], (t, name))
    assert set(MODEL.observables) - {"variance"} <= set(twin["series"][0])
    for k, name in enumerate(MODEL.outcomes):
        agrees(rows[0, k], twin[name], name)


@given(st.data(), companies(), st.fixed_dictionaries(LEVERS), keys, st.integers(0, 100))
@settings(max_examples=300, deadline=None)
def test_culture_equals_its_twin(data, drawn, levers, key, w):
    equals_its_twin(data, drawn, levers, key, w)


BUSY = DEFAULTS | {
    "start": 0.5, "start_spread": 0.2, "visibility": 0.4, "executive_time": 0.5, "decay": 0.03, "turnover": 0.05,
    "misfit": 0.2, "selectivity": 0.2, "incentive": 0.05, "coverage": 0.9, "pushback": 0.3, "pay_on": "success",
    "contact_rate": 0.6, "reachability": 0.8, "priority": 0.3, "issue_rate": 0.5, "handoff": 0.5, "empowerment": 0.5,
    "concession": 0.2, "patience": 0.6, "red_tape": 1, "apology": 0.2, "guarantee": True, "guarantee_steps": 2,
    "survey": 0.3, "exit_interview": 0.6, "advocate_at": 0.6, "churn_floor": 0.05, "churn_slope": 0.2,
    "contagion": 1.0, "memory": 3, "exit_friction": 0.4, "positive": 0.2, "negative": 0.3, "weight_of_bad": 1.0,
    "advertising": 0.1, "win_back": 0.3, "shape": 1.5, "growth": 0.02}


@pytest.mark.parametrize(("other", "w"), [({}, 0), (
    {"rule": "threshold", "decay": 0.2, "susceptibility": 0.65, "hire_mean": 0.3}, 2), (
    {"rule": "threshold", "decay": 0.1, "susceptibility": 0.6, "hire_mean": 0.3, "start_spread": 0.45, "turnover": 0.2,
     "incentive": 0.5, "pushback": 0.5, "pay_on": "always"}, 8)], ids=["pulls", "thresholds", "pay"])
def test_a_company_of_which_a_hundredth_of_any_lever_is_told_equals_its_twin(other, w):
    """Where every lever is at work, and so many people meet so often that each shows if it is one per cent off."""
    people, customers = 121, 400
    manager = [-1, *((i - 1) // 3 for i in range(1, people))]
    ties = [(i, (7 * i + 3) % people) for i in range(people) if i != (7 * i + 3) % people]
    talk = [(j, (j + step) % customers) for j in range(customers) for step in (1, 2, 29)]
    drawn = (manager, ties, customers, talk, sorted(set(range(people)) - set(manager)), 2, False)
    seats = [([1, 20], 3, 10, 1.0, 2.0), ([0], 5, None, 0.5, 1.5)]
    levers = BUSY | other
    changes = [(20, "incentive", 0.0), (30, "incentive", levers["incentive"])]
    compare(drawn, levers, seats, changes, [0, 7], np.uint64(20261122), w, 60)


@given(st.data(), companies(), keys)
@settings(max_examples=100, deadline=None)
def test_servers_are_those_of_the_twin(data, drawn, key):
    manager, ties, customers, _, front, number, together = drawn
    firm = built(drawn, key)
    organisation = naive.Organisation([None if above < 0 else above for above in manager],
                                      neighbours(len(manager), ties), front)
    assert [firm.server_idx[firm.server_ptr[j]:firm.server_ptr[j + 1]].tolist() for j in range(customers)] == \
        naive.draw_servers(organisation, customers, number, together, int(key))


@given(st.data(), companies(), st.fixed_dictionaries(LEVERS), keys)
@settings(max_examples=300, deadline=None)
def test_nobody_is_lost_and_shares_stay_shares(data, drawn, levers, key):
    firm = built(drawn, key)
    customers, replicates = drawn[2], 3
    seats, changes = data.draw(done(len(drawn[0]), levers))
    rows, series = simulate(firm, levers, seats, changes, [], key, 0, replicates)
    of = {name: series[:, :, k] for k, name in enumerate(MODEL.observables)}
    assert (of["prospects"] + of["customers"] + of["former"] == customers).all()
    for name in ("mean", "committed", "executives", "middle", "front", "heard", "satisfaction", "retention",
                 "first_contact", "heard_above"):
        values = of[name][~np.isnan(of[name])]
        assert (values >= 0.0).all(), name
        assert (values <= 1.0 + 1e-12).all(), name
    assert (of["advocates"] + of["detractors"] <= of["customers"]).all()
    assert (of["at_once"] + of["escalated"] + of["never"] <= of["encounters"]).all()
    assert rows[:, list(MODEL.outcomes).index("customer_periods")] == pytest.approx(of["customers"][:, 1:].sum(axis=1))
    for r in range(replicates):  # a state used before is as good as a fresh one
        alone, alone_series = simulate(firm, levers, seats, changes, [], key, r)
        np.testing.assert_array_equal(alone[0], rows[r])
        np.testing.assert_array_equal(alone_series[0], series[r])
