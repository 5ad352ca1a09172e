"""Infections that come back, and voters who ask several, where everybody meets everybody."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcore.plan import Block
from simcore.predictions import predict
from simcore.scenario import from_data
from simcore.study import Study
from simcore.theory import q_voter_course, recurrent_course, sis_course

POINT = {"schema": 1, "title": "t", "seed": 8, "replicates": 60, "network": {"kind": "complete", "n": 400},
         "seeding": {"kind": "random", "share": 0.3}}


@pytest.mark.parametrize(("model", "horizon"), [
    ({"name": "sis", "transmission": 0.004, "recovery": 0.5}, 3),
    ({"name": "sis", "transmission": 0.004, "recovery": 0.5}, 30),
    ({"name": "sirs", "transmission": 0.006, "recovery": 0.4, "waning": 0.2}, 2),
    ({"name": "sirs", "transmission": 0.006, "recovery": 0.4, "waning": 0.2}, 30),
    ({"name": "sis-markov", "transmission": 0.005, "recovery": 1.0}, 1),
    ({"name": "sis-markov", "transmission": 0.0, "recovery": 0.5}, 2),
    ({"name": "q-voter", "q": 2, "noise": 0.1}, 5),
    ({"name": "q-voter", "q": 3, "noise": 0.6}, 4),
    ({"name": "q-voter", "q": 4, "noise": 0.0}, 2)])
def test_where_all_meet_theory_is_what_is_simulated(model, horizon):
    asked = from_data(POINT | {"model": model, "horizon": horizon})
    rows = Study(asked).run_block(Block(0, 0, 0, 60), trajectories=False).columns
    share = rows["size"] / 400
    z = (share.mean() - predict(asked.resolved(), {}, stopped=True).share_mean) / (share.std(ddof=1) / math.sqrt(60))
    print(f"z = {z:+.2f}")
    assert abs(z) < 4.0


def test_infections_end_where_they_balance_recoveries():
    last = recurrent_course(500, 2.0, 0.5, seed_share=0.5)[-1]
    assert 0.5 * last == pytest.approx((1.0 - last) * -math.expm1(-2.0 * last))
    kept = recurrent_course(500, 2.0, 0.5, seed_share=0.5, waning=0.25)[-1]
    assert 0.5 * kept == pytest.approx((1.0 - 3.0 * kept) * -math.expm1(-2.0 * kept))
    assert recurrent_course(3, 0.0, 0.5, seed_share=0.8) == pytest.approx([0.8, 0.4, 0.2, 0.1])
    assert sis_course([400.0], 2.0, 1.0, seed_share=0.001) == pytest.approx([0.5])


@pytest.mark.parametrize(("b", "g"), [(2.0, 0.5), (0.5, 2.0), (1.0, 1.0), (0.0, 1.0), (2.0, 0.0), (0.0, 0.0)])
def test_the_logistic_curve_solves_its_equation(b, g):
    times = np.linspace(0.0, 4.0, 4001)
    share = sis_course(times, b, g, seed_share=0.3)
    assert share[0] == pytest.approx(0.3)
    assert np.gradient(share, times)[1:-1] == pytest.approx((b * share * (1.0 - share) - g * share)[1:-1], abs=1e-5)
    assert np.isfinite(sis_course([1e6], b, g, seed_share=0.3)).all()


def test_one_who_asks_one_is_a_voter_and_two_with_a_coin_are():
    for q, noise in ((1, 0.0), (1, 0.7), (2, 0.5)):
        assert q_voter_course([0.0, 5.0, 50.0], q, noise, start_share=0.3) == pytest.approx([0.3] * 3)
    mirrored = q_voter_course([3.0], 3, 0.2, start_share=0.4) + q_voter_course([3.0], 3, 0.2, start_share=0.6)
    assert mirrored == pytest.approx([1.0])
    assert q_voter_course([0.0], 3, 0.2, start_share=0.4).tolist() == [0.4]


@pytest.mark.parametrize(("ask", "why"), [
    (lambda: recurrent_course(-1, 1.0, 0.5, seed_share=0.1), r"steps .*\(got -1\)"),
    (lambda: recurrent_course(1, -1.0, 0.5, seed_share=0.1), r"contacts .*\(got -1.0\)"),
    (lambda: recurrent_course(1, 1.0, 1.5, seed_share=0.1), r"recovery .*\(got 1.5\)"),
    (lambda: recurrent_course(1, 1.0, 0.5, seed_share=0.1, waning=2.0), r"waning .*\(got 2.0\)"),
    (lambda: sis_course([2.0, 1.0], 1.0, 1.0, seed_share=0.1), "times"),
    (lambda: sis_course([1.0], math.inf, 1.0, seed_share=0.1), "contact_rate .*finite"),
    (lambda: q_voter_course([1.0], 0, 0.1, start_share=0.1), r"q .*\(got 0\)"),
    (lambda: q_voter_course([1.0], 2, 1.1, start_share=0.1), r"noise .*\(got 1.1\)")])
def test_what_cannot_be_is_refused(ask, why):
    with pytest.raises(ValueError, match=why):
        ask()
