"""March's model of organisational learning against its naive twin, exactly, and against values of his Figure 1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models
from simcore.network.csr import from_arcs
from tests.naive import march_1991
from tests.simulation import agree, simulate, some_seeds
from tests.strategies import keys, probabilities

NAME = "march-1991"
Params = models.find(NAME).Params


def members(n):
    return from_arcs(n, [], []).network


changes = st.one_of(st.just(0.0), st.just(0.0), st.floats(0, 0.3))


@given(st.data(), keys, st.integers(0, 100), st.integers(0, 6), st.integers(1, 4), st.booleans(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_march_equals_its_twin(data, key, w, n, dimensions, gradual, acting):
    seeds = data.draw(st.one_of(st.just([]), st.just(some_seeds(data, n))))
    values = (data.draw(probabilities), data.draw(probabilities), data.draw(changes), data.draw(changes), dimensions,
              gradual, acting)
    rows, trajectory = simulate(NAME, members(n), Params(*values), seeds, key, first=w, horizon=8)
    agree(NAME, rows[0], trajectory[0], march_1991.simulate(n, *values, seeds, int(key), w, horizon=8))


@pytest.mark.parametrize(("socialisation", "learning", "gradual", "literal"), [
    (0.1, 0.9, 0.9730, 0.8535), (0.9, 0.1, 0.8132, 0.8103), (0.9, 0.9, 0.7319, 0.6525)])
def test_knowledge_at_equilibrium_is_that_of_a_replication(socialisation, learning, gradual, literal):
    """Reference: 2,000 runs of 50 members in 30 dimensions, by the replication and by the letter of the paper."""
    for stepwise, expected in ((True, gradual), (False, literal)):
        rows, _ = simulate(NAME, members(50), Params(socialisation, learning, gradual=stepwise, acting=stepwise), [],
                           np.uint64(1991), replicates=1000, horizon=500)
        size, code, mean, duration = rows.T
        error = code.std() * np.sqrt(1 / 1000 + 1 / 2000)
        assert abs(code.mean() - expected) < 4 * error
        assert np.all(size == 50)
        assert code.tolist() == pytest.approx(mean.tolist())
        assert duration.max() < 500


def test_informed_members_teach_the_code():
    """One of fifty who knows reality is superior to the end: what the code learns, it learns right."""
    rows, _ = simulate(NAME, members(50), Params(0.1, 0.5), [7], np.uint64(5), replicates=200, horizon=500)
    alone, _ = simulate(NAME, members(50), Params(0.1, 0.5), [], np.uint64(5), replicates=200, horizon=500)
    assert rows[:, 1].mean() > alone[:, 1].mean() + 4 * alone[:, 1].std() / np.sqrt(200)


def test_turbulence_outruns_the_code():
    """March's Figure 5: where reality turns, knowledge decays without turnover, and less with some."""
    knowledge = [simulate(NAME, members(50), Params(0.5, 0.5, turnover, 0.02), [], np.uint64(6), replicates=200,
                          horizon=100)[0][:, 1].mean() for turnover in (0.0, 0.1)]
    assert knowledge[0] < 0.3 < knowledge[1]


def test_doubt_is_no_equilibrium():
    """One member who believes what is real, or nothing (and tries until it works), teaches the code: two in three."""
    rows, _ = simulate(NAME, members(1), Params(0.5, 1.0, dimensions=1), [], np.uint64(8), replicates=900, horizon=80)
    code = rows[:, 1]
    assert set(code) == {0.0, 1.0}
    assert abs(code.mean() - 2 / 3) < 4 * code.std() / 30
