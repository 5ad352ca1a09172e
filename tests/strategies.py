"""Hypothesis strategies named after the domain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from simcore.network.csr import Network, from_arcs


class Drawn(NamedTuple):
    """A small network in both forms: as kernels see it, and as plain (source, target, weight) for the twins."""

    network: Network
    arcs: list[tuple[int, int, int]]


@st.composite
def networks(draw, *, min_nodes=0, max_nodes=12, weighted=False):
    """Isolates, self-loops, parallel arcs, stars, two components, no nodes at all: all are there."""
    n = draw(st.integers(min_nodes, max_nodes))
    node = st.integers(0, max(n - 1, 0))
    pairs = draw(st.lists(st.tuples(node, node), max_size=3 * n)) if n else []
    if n > 2 and draw(st.booleans()):
        pairs += [(0, other) for other in range(1, n // 2)]  # a star, and perhaps a second component
    undirected = draw(st.booleans())
    source, target = (np.array([pair[end] for pair in pairs], np.int64) for end in (0, 1))
    network = from_arcs(n, source, target, undirected=undirected, parallel="weights" if weighted else "merge").network
    return Drawn(network, arcs_of(network))


def arcs_of(network):
    """Return the arcs of a network as plain Python."""
    return [(i, int(network.out_idx[a]), int(network.out_weight[a]) if network.weighted else 1)
            for i in range(network.n) for a in range(int(network.out_ptr[i]), int(network.out_ptr[i + 1]))]


keys = st.integers(0, 2**64 - 1).map(np.uint64)
probabilities = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1))
thresholds = st.one_of(st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 1.0, 1.5, -0.5]), st.floats(-0.2, 1.2))
