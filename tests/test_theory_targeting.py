"""Degree targeting: whom to seed by degree, when seeds cost something."""

from __future__ import annotations

import numpy as np
import pytest

from simcore.theory import critical_seed_share, degree_laws, degree_targeting, final_size

LAW = degree_laws.poisson(7.0)
PER_CONTACT = 0.1 + np.arange(len(LAW))


def test_with_equal_costs_the_best_connected_are_seeded():
    needed = critical_seed_share(LAW, 0.18, seeding="top-degree").seed_share
    for budget, wins in ((0.99 * needed, False), (1.01 * needed, True)):
        found = degree_targeting(LAW, 0.18, budget=budget)
        assert found.highest == len(LAW) - 1
        assert found.seed_share_by_degree == pytest.approx(degree_laws.in_top(LAW, budget))
        assert (found.final_size > 0.9) == wins


def from_the_top(budget):
    """Return the share of seeds by degree, and the final size, if the best-connected are bought."""
    shares = np.zeros(len(LAW))
    for k in range(len(LAW) - 1, -1, -1):
        shares[k] = min(1.0, max(0.0, budget / (LAW[k] * PER_CONTACT[k])))
        budget -= shares[k] * LAW[k] * PER_CONTACT[k]
    return shares, final_size(LAW, 0.18, seed_share=float(LAW @ shares), seed_share_by_degree=shares)


def test_where_contacts_cost_cheap_nodes_reach_more_unless_the_budget_sets_off_a_global_cascade():
    for budget, highest in ((0.015, 2), (0.021, len(LAW) - 1)):
        found = degree_targeting(LAW, 0.18, budget=budget, cost_by_degree=PER_CONTACT)
        assert found.highest == highest
        assert LAW @ (found.seed_share_by_degree * PER_CONTACT) == pytest.approx(budget)
        top, size = from_the_top(budget)
        assert found.final_size >= size
        assert (found.final_size > size + 1e-3) == (highest == 2)
        if highest > 2:
            assert found.seed_share_by_degree == pytest.approx(top)


def test_a_budget_for_all_seeds_all():
    assert degree_targeting(LAW, 0.5, budget=1.0).final_size == pytest.approx(1.0)
    assert degree_targeting(LAW, 0.5, budget=0.0).final_size == 0.0


@pytest.mark.parametrize(("arguments", "message"), [
    ({"budget": -1.0}, "budget must be at least 0"),
    ({"budget": 1.0, "cost_by_degree": [1.0]}, "a number above 0 for each"),
    ({"budget": 1.0, "cost_by_degree": np.zeros(len(LAW))}, "a number above 0 for each"),
])
def test_what_is_no_budget_or_cost_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        degree_targeting(LAW, 0.18, **arguments)
