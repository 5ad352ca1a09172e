"""Epidemics in continuous time on random networks against theory (targets 24 and 25; pairs of nodes for SIS).

Theory is exact for infinitely many nodes; the difference that a finite number makes is allowed for by name, everything
else is four standard errors, clustered by network.
"""

from __future__ import annotations

import numpy as np
import pytest

from simcore import models, rng, seeding
from simcore.engine import plain
from simcore.intervals import standard_error
from simcore.model import Single
from simcore.network import degree_laws
from simcore.network.configuration import configuration
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.theory import markov_sir, sir_course

pytestmark = pytest.mark.verification
FINITE_P, FINITE_SIZE, FINITE_COURSE = 0.015, 0.001, 0.02
PAIRS = 0.02  # what pairs of nodes do not see


def simulate(name, make, networks, replicates, seeds, horizon, *values, trajectories=False):
    """Return outcomes and trajectories, and the network of each replicate."""
    model, root = models.find(name), rng.root(2017)
    runs = []
    for key in [rng.network_key(root, g) for g in range(networks)]:
        network = make(key)
        chosen = seeding.choose(seeding.Random(seeds), reported(network), key, 0, replicates)
        runs.append(plain.run(model, Single(network), model.Params(*values), chosen, key, 0, horizon, trajectories))
    outcomes, courses = (np.concatenate(parts) for parts in zip(*runs, strict=True))
    return outcomes, courses, np.repeat(np.arange(networks), replicates)


def near(values, expected, networks, finite):
    error = standard_error(values, networks)
    print(f"{values.mean():.5f}, theory {expected:.5f}, standard error {error:.5f}")
    assert abs(values.mean() - expected) < 4 * error + finite


@pytest.mark.parametrize(("z", "transmission", "size", "p_epidemic"), [
    (5.0, 0.5, 0.67575673, 0.48562238), (10.0, 0.2, 0.67575673, 0.44151651)])
def test_an_epidemic_is_less_likely_than_it_is_large(z, transmission, size, p_epidemic):
    n = 20_000
    theory = markov_sir(degree_laws.poisson(z), transmission, 1.0)
    assert (theory.size, theory.p_epidemic) == pytest.approx((size, p_epidemic), abs=1e-8)
    rows, _, networks = simulate("sir-markov", lambda key: poisson(n, z, key), 100, 50, 1, 1000, transmission, 1.0)
    share = rows[:, 0] / n
    large = share >= 0.05
    near(large.astype(float), p_epidemic, networks, FINITE_P)
    near(share[large], size, networks[large], FINITE_SIZE)


def test_the_course_of_an_epidemic():
    n, z, seeds = 200_000, 5.0, 200
    rows, courses, networks = simulate("sir-markov", lambda key: poisson(n, z, key), 20, 1, seeds, 40, 0.6, 1.0,
                                       trajectories=True)
    theory = sir_course(degree_laws.poisson(z), [4.0, 4.904, 5.0, 6.0, 40.0], contact_rate=0.6, recovery_rate=1.0,
                        seed_share=seeds / n)
    assert theory.infected[1:3] == pytest.approx([0.191220, 0.190771], abs=1e-6)
    assert theory.recovered[-1] == pytest.approx(0.759512, abs=1e-6)
    for t, k in ((4, 0), (5, 2), (6, 3)):
        near(courses[:, t, 1] / n, theory.infected[k], networks, FINITE_COURSE * theory.infected[k])
    near(courses[:, 40, 2] / n, theory.recovered[-1], networks, FINITE_SIZE)
    near(rows[:, 2] / n, theory.infected[1], networks, FINITE_COURSE * theory.infected[1])


@pytest.mark.parametrize(("k", "rate", "expected"), [(4, 0.5, 0.4), (4, 1.0, 0.727273), (6, 0.5, 0.642857),
                                                     (10, 0.2, 0.470588)])
def test_endemic_infection_where_all_have_as_many_neighbours(k, rate, expected):
    n = 5000
    rows, _, networks = simulate("sis-markov", lambda key: configuration(np.full(n, k), key).network, 4, 2, n // 2, 40,
                                 rate, 1.0)
    near(rows[:, 0] / n, expected, networks, PAIRS)
