"""Threshold cascades, in which nothing is drawn: the peers' are simcore's, step by step."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import simcore

from . import need, through_cynetdiff, through_ndlib
from .samples import network

pytestmark = pytest.mark.verification
HORIZON = 20
PEERS = {"ndlib": through_ndlib.threshold, "cynetdiff": through_cynetdiff.threshold}
NETWORKS = {"undirected": lambda: network("undirected"), "directed": lambda: network("directed"),
            "karate club": nx.karate_club_graph}


@pytest.mark.parametrize("threshold", [0.18, 0.25, 1 / 3, 0.5, "mixed"])
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("peer", PEERS)
def test_cascades_are_equal(peer, name, threshold):
    """From every node alone, and from as many threes."""
    need(peer)
    graph, random = NETWORKS[name]().copy(), np.random.default_rng(1)
    mixed = random.choice([0.1, 0.25, 1 / 3, 0.5, 0.7, 1.0], len(graph)).tolist()
    thresholds = {i: mixed[i] if threshold == "mixed" else threshold for i in graph}
    nx.set_node_attributes(graph, thresholds, "threshold")
    starts = [[i] for i in graph] + [random.choice(len(graph), 3, replace=False).tolist() for _ in graph]
    ours = [simcore.simulate(graph, "threshold", seeds=seeds, replicates=1, horizon=HORIZON, trajectories=True,
                             threshold={"attribute": "threshold"} if threshold == "mixed" else threshold)
            for seeds in starts]
    courses = [found.trajectories["adopted"][0].tolist() for found in ours]
    assert len({tuple(course) for course in courses}) > 5  # there is something to compare
    assert PEERS[peer](graph, thresholds, starts, HORIZON) == courses
