"""Whom a budget buys among employees, in every order: equal to the naive twin's, one by one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.scenario.seedings import BudgetSeeding
from simcore.seeding.budget import bought
from simcore.seeding.strategies import Budget
from tests.naive import culture as naive
from tests.strategies import keys
from tests.test_culture import built, companies, neighbours

ORDERS = get_args(BudgetSeeding.model_fields["by"].annotation)


@given(companies(), keys, st.sampled_from(ORDERS), st.floats(0.0, 40.0), st.sampled_from([0.5, 1.0, 2.0]),
       st.sampled_from([0.5, 1.0, 2.0]), st.integers(0, 2), st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_a_budget_buys_whom_the_twin_buys(drawn, key, by, budget, cost, ratio, part, first):
    manager, ties, _, _, front, _, _ = drawn
    company = built(drawn, key)
    firm = SimpleNamespace(company=company, network=company.informal)
    organisation = naive.Organisation([None if above < 0 else above for above in manager],
                                      neighbours(len(manager), ties), front)
    found = bought(Budget(budget, by, cost, ratio), firm, key, part, first, 3)
    assert [people.tolist() for people in found] == [
        naive.bought_people(organisation, by, budget, cost, ratio, part, int(key), w) for w in range(first, first + 3)]
    held = set(found[0].tolist())
    assert sum(naive.price(organisation, cost, ratio, i) for i in held) <= budget + 1e-9
    left = budget - sum(naive.price(organisation, cost, ratio, i) for i in held)
    if by != "subtree":  # nobody is left whom the rest would buy
        assert all(naive.price(organisation, cost, ratio, i) > left - 1e-9 for i in organisation.people()
                   if i not in held)
