"""The epidemics in discrete time against their naive twins, exactly, and what they conserve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models
from tests.naive import seir, si, sirs, sis
from tests.simulation import HORIZON, agree, simulate, some_seeds
from tests.strategies import keys, networks, probabilities

TWINS = {"si": si, "sis": sis, "sirs": sirs, "seir": seir}


@pytest.mark.parametrize("name", TWINS)
@given(st.data(), keys, st.integers(0, 100))
@settings(max_examples=200, deadline=None)
def test_epidemics_equal_their_twins(name, data, key, w):
    network, arcs = data.draw(networks())
    seeds = some_seeds(data, network.n)
    values = [data.draw(probabilities) for _ in models.find(name).Params._fields]
    rows, trajectory = simulate(name, network, models.find(name).Params(*values), seeds, key, first=w)
    agree(name, rows[0], trajectory[0], TWINS[name].simulate(arcs, network.n, *values, seeds, int(key), w,
                                                             horizon=HORIZON))


@pytest.mark.parametrize("name", ["sir", "sis", "sirs", "seir"])
@given(st.data(), keys)
@settings(max_examples=50, deadline=None)
def test_nobody_is_lost(name, data, key):
    network, _ = data.draw(networks(max_nodes=40))
    values = [data.draw(probabilities) for _ in models.find(name).Params._fields]
    _, trajectory = simulate(name, network, models.find(name).Params(*values), some_seeds(data, network.n), key)
    assert np.all(trajectory.sum(axis=2) == network.n)
    assert np.all(trajectory >= 0)


@given(st.data(), keys, probabilities, probabilities)
@settings(max_examples=50, deadline=None)
def test_special_cases_are_one_another(data, key, p, r):
    """SIR that nobody recovers from is SI; SIRS without waning SIR, unless all recover; SIS without recovery is SI."""
    network, _ = data.draw(networks(max_nodes=20))
    seeds = some_seeds(data, network.n)

    def series(name, *values):
        return simulate(name, network, models.find(name).Params(*values), seeds, key)[1][0]
    assert series("si", p)[:, 0].tolist() == series("sir", p, 0.0)[:, 1].tolist()
    if r < 1.0:
        assert series("sirs", p, r, 0.0).tolist() == series("sir", p, r).tolist()
    assert series("sis", p, 0.0).tolist() == series("sir", p, 0.0)[:, :2].tolist()
