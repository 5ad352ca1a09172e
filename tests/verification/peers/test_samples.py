"""The comparison of samples itself: it takes one law for one, and notices another. It needs no peer."""

from __future__ import annotations

import numpy as np
import pytest

from .samples import holm, network, ours, p_value, p_values
from .test_distributions import COMPARISONS, LEVEL, OURS

pytestmark = pytest.mark.verification
TESTS = 600  # no fewer than there are
MODELS = {comparison.model: comparison for comparison in COMPARISONS if comparison.peer != "cynetdiff"
          and isinstance(comparison.parameters.get("transmission"), float)}


@pytest.mark.parametrize("model", MODELS)
def test_a_transmission_a_tenth_higher_is_noticed(model):
    case, graph = MODELS[model], network("undirected")
    some = ours(graph, model, OURS, case.horizon, **case.parameters)
    for factor, noticed in (1.0, False), (1.1, True):
        transmission = factor * case.parameters["transmission"]
        more = ours(graph, model, 1000, case.horizon, seed=1, **case.parameters | {"transmission": transmission})
        assert (min(p_values(some, more).values()) < LEVEL / TESTS) == noticed


@pytest.mark.parametrize("draw", [
    lambda random, size: random.poisson(3.0, size).astype(float),
    lambda random, size: random.random(size),
    lambda random, size: 1.0 * (random.random(size) < 0.02),
    lambda random, size: np.where(random.random(size) < 0.02, 9.0, random.integers(0, 60, size)),
], ids=["counts", "times", "rare", "rare and many"])
def test_p_values_of_one_law_are_even(draw):
    random = np.random.default_rng(1)
    found = np.array([p_value(draw(random, 20_000), draw(random, 1000)) for _ in range(1000)])
    for level in 0.01, 0.1, 0.5:
        z = ((found < level).mean() - level) / np.sqrt(level * (1 - level) / found.size)
        assert -4 < z < 4, level


def test_what_is_constant_in_each_is_not_taken_for_the_same():
    assert p_value(np.zeros(20_000), np.ones(1000)) < 1e-100
    assert p_values({"size": np.zeros(20), "time": np.zeros((20, 3))}, {"time": np.zeros((10, 3))}) == {}


def test_correction_for_number():
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.5]).tolist() == [1.0, 1.0]
