"""What generated networks are held against: their arcs in plain form, laws of degrees, deviates normal under a law."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy import sparse, special

from simcore._jit import JIT
from simcore.network.degrees import table
from simcore.network.influence import Classes
from simcore.rng import network_key

KEY = network_key(20070401, 0)
keys = st.integers(0, 2**64 - 1)
pmfs = st.lists(st.integers(0, 5), min_size=1, max_size=12).filter(any).map(lambda w: np.array(w) / sum(w))
laws = pmfs | st.builds(Classes, st.floats(0, 1), pmfs, pmfs)
large = pytest.mark.skipif(not JIT, reason="takes minutes in plain Python")


def arcs(network):
    """Return the arcs, having checked that the rows are canonical."""
    source = np.repeat(np.arange(network.n), network.out_degree)
    target = network.out_idx.astype(np.int64)
    assert network.out_ptr[0] == 0
    assert network.out_ptr[-1] == target.size
    assert (network.out_ptr.dtype, network.out_idx.dtype) == (np.int64, np.uint32)
    assert not np.any(source == target)
    assert np.all(np.diff(source * max(network.n, 1) + target) > 0)  # so targets are sorted, none twice
    assert np.all(target < network.n)
    assert np.array_equal(network.in_degree, np.bincount(target, minlength=network.n))
    return list(zip(source.tolist(), target.tolist(), strict=True))


def ties(network):
    """Return the ties (lower, upper), having checked that the rows are canonical and symmetric."""
    found = arcs(network)
    assert network.symmetric
    assert sorted((j, i) for i, j in found) == found
    return [(i, j) for i, j in found if i < j]


def triangles(network):
    matrix = sparse.csr_array((np.ones(network.arcs), network.out_idx.astype(np.int64), network.out_ptr))
    return (matrix @ matrix).multiply(matrix).sum() / 6


def tabled(law):
    share, first, rest = law if isinstance(law, Classes) else (1.0, law, law)
    return share, table(first).below.tolist(), table(rest).below.tolist()


# --- laws -------------------------------------------------------------------------------------------------

def normed(weights):
    return np.asarray(weights) / np.sum(weights)


def poisson_pmf(mean, cutoff=80):
    k = np.arange(cutoff)
    return normed(np.exp(special.xlogy(k, mean) - mean - special.gammaln(k + 1)))


def geometric_pmf(mean, cutoff=400):
    return normed((mean / (1 + mean)) ** np.arange(cutoff))


# --- deviates ---------------------------------------------------------------------------------------------

def chi_square(values, pmf):
    """Return the chi-square of integers against a law as a normal deviate."""
    expected = values.size * pmf
    start = np.cumsum(expected) - expected
    cells = np.minimum(start, values.size - 50) // 50  # neighbours that together expect some 50
    _, cells = np.unique(cells, return_inverse=True)
    seen = np.bincount(cells, np.bincount(values, minlength=pmf.size)[: pmf.size])
    expected = np.bincount(cells, expected)
    assert seen.sum() == values.size
    return as_normal(np.sum((seen - expected) ** 2 / expected), expected.size - 1)


def as_normal(squares, freedom):
    """Return a chi-square as a normal deviate (Wilson & Hilferty)."""
    spread = 2 / (9 * freedom)
    return (np.cbrt(squares / freedom) - 1 + spread) / math.sqrt(spread)


def correlation(x, y):
    """Return the correlation of two columns in its standard deviations under independence."""
    return np.corrcoef(x, y)[0, 1] * math.sqrt(x.size)


def binomial(seen, trials, probability):
    return (seen - trials * probability) / math.sqrt(trials * probability * (1 - probability))


def deviation(values, mean):
    """Return how far the mean of independent values is from what it should be, in its standard errors."""
    return (np.mean(values) - mean) / (np.std(values, ddof=1) / math.sqrt(len(values)))
