"""How many seeds it takes, what a hub is worth in random seeds, and seeds whose chains die out."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from simcore.network.degree_laws import constant, geometric, in_top, poisson, power_law
from simcore.theory import (
    ThresholdLaw,
    big_seed,
    by_degree,
    critical_seed_share,
    final_size,
    final_size_given_global,
    hub_worth,
    reproduction_rate,
    several_seeds,
    targeting_saves,
    top_share,
    top_worth,
    triggering,
)

PHI = 0.18


# Critical shares --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("z", "phi", "random", "top", "ratio"), [
    (6, 0.18, 0.000168, None, None), (6.5, 0.18, 0.001298, 0.000482, 2.69), (7, 0.18, 0.002929, 0.001173, 2.50),
    (8, 0.18, 0.006375, 0.002805, 2.27), (9, 0.18, 0.009453, None, None), (10, 0.18, 0.012240, 0.006026, 2.03),
    (10, 0.25, 0.041271, 0.021980, 1.88), (10, 0.4, 0.162719, 0.099743, 1.63), (10, 0.5, 0.252636, None, None),
])
def test_critical_shares(z, phi, random, top, ratio):
    law = poisson(z)
    assert critical_seed_share(law, phi).seed_share == pytest.approx(random, abs=5.1e-7)
    if top is not None:
        assert critical_seed_share(law, phi, seeding="top-degree").seed_share == pytest.approx(top, abs=5.1e-7)
        saving = targeting_saves(law, phi)
        assert saving.seeds == pytest.approx(ratio, abs=0.0051)
        assert 1.0 < saving.ties < 1.03  # saves seeds, but hardly any ties


@given(z=st.floats(5.9, 15.0), seeding=st.sampled_from(["random", "top-degree"]), directed=st.booleans(),
       phi=st.floats(0.17, 0.6))
@settings(max_examples=40)
def test_the_final_size_jumps_there(z, seeding, directed, phi):
    law = geometric(z) if directed else poisson(z)
    found = critical_seed_share(law, phi, seeding=seeding, directed=directed)
    if found is None or not 1e-6 < found.seed_share < 1.0 - 1e-6:
        return
    for nudge, size in ((-1e-7, found.below), (1e-7, found.above)):
        share = found.seed_share * (1.0 + nudge)
        seeded = in_top(law, share) if seeding == "top-degree" else None
        reached = final_size(law, phi, seed_share=share, seed_share_by_degree=seeded, directed=directed)
        # Next to the jump the size changes like the root of the distance to it.
        assert reached == pytest.approx(size, abs=1e-3)


def test_any_share_will_do_inside_the_window():
    for seeding in ("random", "top-degree"):
        found = critical_seed_share(poisson(4.0), PHI, seeding=seeding)
        assert found == (0.0, 0.0, pytest.approx(final_size_given_global(poisson(4.0), PHI), abs=1e-12))
    assert targeting_saves(poisson(4.0), PHI) is None


@pytest.mark.parametrize("z", [0.0, 0.5, 1.0])
def test_no_jump_without_a_window(z):
    assert critical_seed_share(poisson(z), PHI) is None
    assert critical_seed_share(poisson(z), PHI, seeding="top-degree") is None


def test_no_jump_where_thresholds_are_spread_out():
    assert critical_seed_share(poisson(8.0), ThresholdLaw.uniform(0.0, 2.0)) is None


@pytest.mark.parametrize(("z", "share", "jump"), [
    (10, 0.0, 0.369297), (10, 1e-3, 0.370218), (10, 1e-2, 0.378425),
    (4, 0.0, 0.367256), (4, 1e-3, 0.367994), (4, 1e-2, 0.374467),
])
def test_where_gaussian_thresholds_jump(z, share, jump):
    def margin(centre):
        return critical_seed_share(poisson(z), ThresholdLaw.normal(centre, 0.2)).seed_share - share

    assert brentq(margin, jump - 1e-3, jump + 1e-3, xtol=1e-9) == pytest.approx(jump, abs=5.1e-7)


@pytest.mark.parametrize(("z", "low", "high", "lax", "others", "widest"), [
    (12.0, 0.08, 0.55, 0.3, 0.0, 0.0725), (15.0, 0.3, 0.8, 0.6, 0.238, 0.1301),
])
def test_the_widest_of_two_jumps(z, low, high, lax, others, widest):
    """First the lax by themselves, then with them the strict; between the jumps the size grows slowly."""
    needs = ThresholdLaw("two kinds", lambda x: np.where(x >= high, 1.0, np.where(x >= low, lax, 0.0)))
    law = poisson(z)
    found = critical_seed_share(law, needs)
    assert found.seed_share == pytest.approx(widest, abs=1e-3)
    for share, wide in ((others, 0.1), (widest, 0.4)):
        before, after = (final_size(law, needs, seed_share=max(0.0, share + nudge)) for nudge in (-1e-3, 1e-3))
        assert after - before > wide
    assert found.above - found.below > 0.4


def test_power_laws():
    law = power_law(2.5, 8.0, 500)
    random, top = (critical_seed_share(law, PHI, seeding=seeding) for seeding in ("random", "top-degree"))
    assert 0.0 < top.seed_share < random.seed_share / 4
    assert top.below < top.above


def test_hearing_and_influence_may_depend_on_each_other():
    """With everybody hearing as many as they influence, the best connected are hard to tip, but start it soonest."""
    law = geometric(8.0)
    found = critical_seed_share(law, PHI, seeding="top-degree", directed=True, in_degree_law=np.eye(len(law)))
    for factor, side in ((0.999, "below"), (1.001, "above")):
        share = found.seed_share * factor
        size = final_size(law, PHI, seed_share=share, seed_share_by_degree=in_top(law, share), directed=True,
                          in_degree_law=np.eye(len(law)))
        assert size == pytest.approx(getattr(found, side), abs=0.02)


# Exchange rates ---------------------------------------------------------------------------------------------


def test_hub_worth():
    law = poisson(4.0)
    u = triggering(law, PHI).u
    assert hub_worth(law, u, [8, 12]) == pytest.approx([2.775, 4.163], abs=5.1e-4)
    assert hub_worth(law, u, 8) == pytest.approx(2.0 * -math.log(u) / (1.0 - u))
    assert hub_worth(law, u, 0) == 0.0


@given(z=st.floats(0.5, 12.0), u=st.floats(0.01, 0.999), k=st.integers(0, 50),
       kind=st.sampled_from([poisson, geometric]))
def test_so_many_random_seeds_fail_as_rarely(z, u, k, kind):
    law = kind(z)
    worth = hub_worth(law, u, k)
    assert several_seeds(top_share(law, u, 1.0), worth) == pytest.approx(by_degree(u, k), abs=1e-9)
    assert worth >= k / z * (1.0 - 1e-9)


def test_limits_of_exchange_rates():
    law = poisson(4.0)
    assert hub_worth(law, 1.0, 8) == pytest.approx(2.0)
    assert hub_worth(law, 1.0 - 1e-9, 8) == pytest.approx(2.0, rel=1e-6)
    assert hub_worth(law, 0.0, [0, 8]) == pytest.approx([0.0, math.inf])
    assert hub_worth(constant(3), 0.0, 6) == 2.0  # as for any u
    assert hub_worth(constant(3), 0.5, 6) == pytest.approx(2.0)
    assert top_worth(law, 0.5, 1.0) == 1.0
    assert top_worth(constant(3), 0.0, 0.1) == 1.0
    assert top_worth(law, 0.0, 0.1) == math.inf
    assert math.isnan(top_worth(law, 1.0, 0.1))
    u = triggering(law, PHI).u
    assert several_seeds(top_share(law, u, 1.0), top_worth(law, u, 0.1)) == pytest.approx(top_share(law, u, 0.1))


def test_several_seeds():
    assert several_seeds(triggering(poisson(4.0), PHI).p_global, 3) == pytest.approx(0.997556, abs=5.1e-7)
    assert several_seeds([0.5, 0.0, 1.0], [[0], [2]]) == pytest.approx(np.array([[0, 0, 0], [0.75, 0, 1]]))


# Big seeds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reproduction", "factor"), [(0.5, 2.0), (0.769, 4.329)])
def test_big_seed(reproduction, factor):
    found = big_seed(10_000, reproduction)
    assert found.mean / 10_000 == pytest.approx(factor, abs=5.1e-4)
    assert found.sd == pytest.approx(math.sqrt(10_000 * reproduction / (1.0 - reproduction) ** 3))
    assert reproduction_rate(10_000, found.mean) == pytest.approx(reproduction)


def test_published_big_seeds():
    assert reproduction_rate(7_064, 30_608) == pytest.approx(0.769, abs=5e-4)
    assert reproduction_rate(22_582, 53_190) == pytest.approx(0.58, abs=5e-3)
    assert big_seed(900_000, 0.05).mean - 900_000 == pytest.approx(47_368, abs=0.5)
    assert big_seed(900_000, 0.041).mean - 900_000 == pytest.approx(38_478, abs=0.5)


@pytest.mark.parametrize("variance", [None, 1.5])
def test_big_seed_against_simulation(variance):
    """Generation after generation: Poisson offspring, and geometric ones, whose variance is R (1 + R)."""
    seeds, r, runs = 200, 0.6 if variance is None else (math.sqrt(7.0) - 1.0) / 2.0, 4_000
    rng = np.random.default_rng(8)
    expected = big_seed(seeds, r, variance=variance)
    total, newest = np.full(runs, seeds), np.full(runs, seeds)
    if variance is not None:
        assert r * (1.0 + r) == pytest.approx(variance)
    while newest.any():
        if variance is None:
            newest = rng.poisson(r * newest)
        else:
            newest = np.where(newest > 0, rng.negative_binomial(np.maximum(newest, 1), 1.0 / (1.0 + r)), 0)
        total = total + newest
    assert abs(total.mean() - expected.mean) < 4.0 * expected.sd / math.sqrt(runs)
    fourth = ((total - total.mean()) ** 4).mean()
    error = math.sqrt((fourth - total.var() ** 2) / runs)
    assert abs(total.var() - expected.sd**2) < 4.0 * error


@pytest.mark.parametrize(("call", "message"), [
    (lambda: critical_seed_share(poisson(7.0), PHI, seeding="best"), r"random, top-degree \(got 'best'\)"),
    (lambda: critical_seed_share([0.5, 0.4], PHI), r"sum 0.9"),
    (lambda: targeting_saves(poisson(7.0), 0.0), r"threshold .*\(got 0.0\)"),
    (lambda: hub_worth(poisson(4.0), 1.5, 3), r"u .*\(got 1.5\)"),
    (lambda: hub_worth(poisson(4.0), 0.5, -3), r"k .*\(got -3\)"),
    (lambda: top_worth(poisson(4.0), 0.5, 0.0), r"q .*\(got 0.0\)"),
    (lambda: several_seeds(1.5, 3), r"p_global .*\(got 1.5\)"),
    (lambda: several_seeds(0.5, -1), r"seeds .*\(got -1\)"),
    (lambda: big_seed(-1, 0.5), r"seeds .*\(got -1\)"),
    (lambda: big_seed(1, 1.0), r"reproduction .*\(got 1.0\)"),
    (lambda: big_seed(1, 0.5, variance=-1.0), r"variance .*\(got -1.0\)"),
    (lambda: reproduction_rate(2, 1), r"seeds .*\(got 2, 1\)"),
    (lambda: reproduction_rate(0, 1), r"seeds .*\(got 0, 1\)"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
