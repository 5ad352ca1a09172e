"""Generalised contagion against its naive twin, exactly, and the fixed points of Dodds & Watts (2004)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models
from simcore.network.csr import from_arcs
from tests.naive import generalised_contagion
from tests.simulation import HORIZON, agree, simulate, some_seeds
from tests.strategies import keys, networks, probabilities

NAME = "generalised-contagion"
Params = models.find(NAME).Params
thresholds = st.one_of(st.sampled_from([0.0, -0.5, 1.0, 2.0, 3.0, 1e9]), st.floats(0, 4))


@given(st.data(), keys, st.integers(0, 100), st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_generalised_contagion_equals_its_twin(data, key, w, mixing, filled):
    network, arcs = data.draw(networks())
    seeds = some_seeds(data, network.n)
    values = data.draw(st.lists(thresholds, min_size=network.n, max_size=network.n))
    memory, exposure = data.draw(st.integers(1, 6)), data.draw(st.one_of(st.just(1.0), probabilities))
    dose, dose_sd = data.draw(st.one_of(st.just(1.0), st.floats(0.1, 3.0))), data.draw(st.sampled_from([0.0, 0.5, 2.0]))
    recovery, waning = data.draw(probabilities), data.draw(probabilities)
    rest = memory, exposure, dose, dose_sd, recovery, waning, mixing, filled
    rows, trajectory = simulate(NAME, network, Params(np.array(values or [1.0]), *rest), seeds, key, first=w)
    agree(NAME, rows[0], trajectory[0], generalised_contagion.simulate(
        arcs, network.n, values, *rest, seeds, int(key), w, horizon=HORIZON))


def prevalence(threshold, memory, exposure, share, n=4000, replicates=40, horizon=80, **rest):
    """Return the share of infected at the end of each replicate, everybody meeting everybody."""
    params = Params(np.array([threshold]), memory, exposure, mixing=True, filled=True, **rest)
    rows, _ = simulate(NAME, from_arcs(n, [], []).network, params, list(range(int(share * n))), np.uint64(2004),
                       replicates=replicates, horizon=horizon)
    return rows[:, 0] / n


def near(values, expected):
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(values.size)


@pytest.mark.parametrize(("memory", "exposure", "expected"), [(10, 0.15, 0.62848947), (5, 0.3, 0.68108085),
                                                              (2, 0.8, 0.9375)])
def test_one_dose_that_is_remembered(memory, exposure, expected):
    """A node is infected if any of its last contacts was with an infected one: phi = 1 - (1 - p phi)^T."""
    near(prevalence(1.0, memory, exposure, 0.5), expected)


def test_a_critical_mass_decides_where_two_doses_are_needed():
    """Class II: at p = .3 the unstable fixed point is .0312; from above it prevalence tends to .974349, else to 0."""
    doses = {"dose": 1.0, "dose_sd": np.sqrt(0.433)}
    near(prevalence(1.6, 20, 0.3, 0.1, horizon=200, **doses), 0.974349)
    assert np.all(prevalence(1.6, 20, 0.3, 0.01, horizon=300, replicates=20, **doses) < 0.005)


def test_an_epidemic_threshold_is_all_where_one_dose_often_suffices():
    """Class I: p_c = .0622; prevalence at p = .1 tends to .691692 from wherever it starts."""
    doses = {"dose": 1.0, "dose_sd": np.sqrt(0.433)}
    near(prevalence(0.5, 20, 0.1, 0.6, n=10_000, replicates=20, **doses), 0.691692)
    assert prevalence(0.5, 20, 0.1, 0.01, horizon=150, **doses).min() > 0.5
    assert prevalence(0.5, 20, 0.05, 0.1, horizon=150, **doses).max() < 0.1


def test_the_mean_and_deviation_of_doses():
    """Where all are infected and all exposed: in step 1 those stay so whose dose alone is large enough."""
    for threshold, expected in ((0.5, 0.803921), (1.6, 0.139295), (3.0, 0.016524)):  # Dodds & Watts, P1
        infected = prevalence(threshold, 1, 1.0, 1.0, n=2000, replicates=50, horizon=1, dose=1.0,
                              dose_sd=np.sqrt(0.433))
        near(infected, expected)
