"""One way to choose seeds in a test, to run a model, and to hold it to its naive twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from simcore import models, seeding
from simcore.engine import plain
from simcore.model import Single
from simcore.network.csr import with_in_arcs

HORIZON = 15


def simulate(name, network, params, seeds, key, first=0, replicates=1, horizon=HORIZON):
    """Run the plain engine with these seeds in every replicate; return outcome rows and trajectories."""
    chosen = seeding.given(network, seeds, replicates)
    model = models.find(name)
    return plain.run(model, Single(as_read_by(model, network)), params, chosen, key, first, horizon, True)


def as_read_by(model, network):
    """Return the network with arcs in, if the model says that it reads them."""
    return with_in_arcs(network) if model.reads_in_arcs else network


def agree(name, row, trajectory, twin):
    """Assert that a row of outcomes and a trajectory are those of the twin: counts exactly, the rest to 1e-12."""
    for (outcome, kind), value in zip(models.find(name).outcomes.items(), row.tolist(), strict=True):
        assert value == (twin[outcome] if kind is int else pytest.approx(twin[outcome], rel=1e-12, abs=1e-12)), outcome
    assert trajectory.tolist() == [pytest.approx(list(values), rel=1e-12, abs=1e-12) for values in twin["series"]]


def some_seeds(data, n):
    """Draw distinct seeds, perhaps none, perhaps all."""
    return data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n)) if n else []


def chosen(strategy, loaded, key, first=0, replicates=2):
    """Return the seeds of each replicate."""
    found = seeding.choose(strategy, loaded, np.uint64(key), first, replicates)
    rows = [found.nodes[b:e].tolist() for b, e in zip(found.begin, found.end, strict=True)]
    for row, into, out in zip(rows, found.in_degree, found.out_degree, strict=True):
        assert len(set(row)) == len(row)
        if row:
            assert into == loaded.network.in_degree[row].mean()
            assert out == loaded.network.out_degree[row].mean()
        else:
            assert np.isnan([into, out]).all()
    assert len(rows) == replicates
    return rows
