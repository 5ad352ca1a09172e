"""Laws of thresholds and of degrees."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.network.degree_laws import (
    constant,
    geometric,
    in_top,
    poisson,
    power_law,
    size_biased,
    two_class,
)
from simcore.theory import (
    ThresholdLaw,
    degree_laws,
)


@pytest.mark.parametrize("phi", [Fraction(p, q) for p, q in ((1, 6), (9, 50), (1, 4), (7, 10), (1, 1))])
def test_pinned_needs_of_one_threshold(phi):
    k, m = np.arange(30)[:, None], np.arange(30)
    need = [[max(1, math.ceil(phi * degree)) <= active and degree > 0 for active in range(30)]
            for degree in range(30)]
    assert (ThresholdLaw.homogeneous(float(phi)).adopts(m, k) == np.array(need)).all()


def test_thresholds_at_or_below_zero_adopt_by_themselves():
    needs = ThresholdLaw.uniform(-0.25, 0.75)
    assert needs.adopts(0, [0, 1, 5]) == pytest.approx([0.25, 0.25, 0.25])
    assert needs.adopts([0, 1, 2, 3], 4) == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert ThresholdLaw.truncated_normal(0.2, 0.3).adopts(0, [0, 1, 5]) == pytest.approx([0.0, 0.0, 0.0])


@given(z=st.floats(0.0, 900.0))
def test_poisson_and_geometric_laws(z):
    for law, variance in ((poisson(z), z), (geometric(z), z * (1.0 + z))):
        degree = np.arange(len(law))
        assert law.sum() == pytest.approx(1.0, abs=1e-12)
        assert degree_laws.mean(law) == pytest.approx(z, rel=1e-11)
        assert law @ (degree - z) ** 2 == pytest.approx(variance, rel=1e-9)


@given(exponent=st.floats(1.5, 6.0), mean=st.floats(0.1, 40.0))
def test_power_law_has_the_mean_asked_for(exponent, mean):
    law = power_law(exponent, mean, 1000)
    assert degree_laws.mean(law) == pytest.approx(mean, rel=1e-10)
    assert (np.diff(law) <= 0.0).all()


def test_two_classes_mix():
    laws = two_class(4.0, 0.1, 40.0)
    assert [degree_laws.mean(law) for law in laws] == pytest.approx([4.0, 160 / 4.9, 4 / 4.9])


def test_the_degree_at_the_end_of_a_tie():
    assert size_biased([0.5, 0.25, 0.25]) == pytest.approx([0.0, 1 / 3, 2 / 3])
    assert not size_biased(constant(0)).any()


def test_ties_at_the_top_are_split():
    assert in_top([0.25, 0.5, 0.25], 0.5) == pytest.approx([0.0, 0.5, 1.0])
    assert in_top([0.5, 0.0, 0.5], 1.0) == pytest.approx([1.0, 0.0, 1.0])
    assert constant(3) @ in_top(constant(3), 0.1) == pytest.approx(0.1)
