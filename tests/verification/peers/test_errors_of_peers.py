"""Where peers are wrong: each error on the smallest network that shows it, beside the right answer.

As of NDlib 6.0.1, EoN 2.0 and cynetdiff 0.1.18. A test that fails here may bear good news: an error is mended.
"""

from __future__ import annotations

from array import array

import networkx as nx
import numpy as np
import pytest

import simcore
from simcore.errors import NetworkError, UsageError

from . import need, through_ndlib

pytestmark = pytest.mark.verification
IC = "IndependentCascadesModel"


def size(graph, model, seeds, **parameters):
    """Return the one size that all of simcore's cascades have."""
    (only,) = set(simcore.simulate(graph, model, seeds=seeds, replicates=100, **parameters).outcomes["size"].tolist())
    return only


def size_of_ndlib(model, seeds, statuses=(1,)):
    return through_ndlib.course(model, {"adopted": statuses}, 10, seeds=seeds)[-1, 0]


def test_ndlib_looks_the_weight_of_an_arc_up_as_that_of_the_opposite_arc():
    """Linear threshold on 0 -> 1, all influence on 1: NDlib's 1 never adopts."""
    need("ndlib")
    graph = nx.DiGraph([(0, 1)])
    model = through_ndlib.prepare("GeneralThresholdModel", graph, nodes={"threshold": {0: 0.5, 1: 0.5}},
                                  edges={"weight": {(0, 1): 1.0}})
    assert size_of_ndlib(model, [0]) == 1
    assert size(graph, "linear-threshold", [0]) == 2


def test_ndlib_takes_other_probabilities_if_an_undirected_tie_is_given_both_ways():
    """Probability 0 for (0, 1) and for (1, 0): these are more than there are edges, so NDlib takes 1 / degree = 1."""
    need("ndlib")
    graph = nx.Graph([(0, 1)])
    model = through_ndlib.prepare(IC, graph, edges={"threshold": {(0, 1): 0.0, (1, 0): 0.0}})
    assert size_of_ndlib(model, [0], (1, 2)) == 2
    assert size(graph, "independent-cascade", [0], transmission=0.0) == 1


def test_ndlib_gives_an_arc_without_a_probability_that_of_the_arc_before():
    """0 -> 1 has probability 1 and 0 -> 2 has none, as (2, 0) is no arc: 2 always adopts. Here that is an error."""
    need("ndlib")
    graph = nx.DiGraph([(0, 1), (0, 2)])
    model = through_ndlib.prepare(IC, graph, edges={"threshold": {(0, 1): 1.0, (2, 0): 0.0}})
    assert size_of_ndlib(model, [0], (1, 2)) == 3
    graph[0][1]["weight"] = 1.0
    with pytest.raises(NetworkError, match="edge 0, 2 must be a finite number"):
        simcore.from_networkx(graph, weight="weight")


def test_ndlib_misses_a_threshold_that_is_met_exactly():
    """Three of ten, and a threshold of .1 + .2, which is .30000000000000004."""
    need("ndlib")
    graph = nx.DiGraph([(i, 10) for i in range(10)])
    model = through_ndlib.prepare("ThresholdModel", graph, nodes={"threshold": dict.fromkeys(graph, 0.1 + 0.2)})
    assert size_of_ndlib(model, [0, 1, 2]) == 3
    assert size(graph, "threshold", [0, 1, 2], threshold=0.1 + 0.2) == 4


def test_ndlib_loses_the_only_seed_at_a_reset():
    """A twentieth of two nodes is one seed at first, and none in every run after (as in its `multi_runs`)."""
    need("ndlib")
    from ndlib.models.epidemics import SIModel
    from ndlib.models.ModelConfig import Configuration

    model, configuration = SIModel(nx.Graph([(0, 1)]), seed=1), Configuration()
    configuration.add_model_parameter("beta", 0.0)
    configuration.add_model_parameter("fraction_infected", 0.05)
    with pytest.warns(UserWarning, match="a single node will be set as infected"):
        model.set_initial_status(configuration)
    assert model.iteration()["node_count"][1] == 1
    assert model.reset().iteration()["node_count"][1] == 0


@pytest.mark.parametrize("name", ["fast_SIR", "basic_discrete_SIR"])
def test_eon_counts_the_recovered_as_susceptible(name):
    """Of two nodes one is infected and one is immune from the start, so nobody is ever susceptible."""
    need("EoN")
    import EoN

    rates = (1.0, 1.0) if name == "fast_SIR" else (1.0,)
    _, *counts = getattr(EoN, name)(nx.Graph([(0, 1)]), *rates, initial_infecteds=[0], initial_recovereds=[1],
                                    rng=np.random.default_rng(1))
    assert np.transpose(counts).tolist() == [[1, 1, 0], [1, 0, 1]]
    _, *counts = EoN.Gillespie_SIR(nx.Graph([(0, 1)]), 1.0, 1.0, initial_infecteds=[0], initial_recovereds=[1],
                                   rng=np.random.default_rng(1))
    assert np.transpose(counts).tolist() == [[0, 1, 1], [0, 0, 2]]


@pytest.mark.parametrize("name", ["SIR", "SIS"])
def test_eon_infects_the_infected_along_arcs(name):
    """On 0 -> 1 its Gillespie algorithms, which take ties for symmetric, infect 1 over and over again."""
    need("EoN")
    import EoN

    graph = nx.DiGraph([(0, 1)])
    for algorithm, right in ("Gillespie", False), ("fast", True):
        _, susceptible, *_ = getattr(EoN, f"{algorithm}_{name}")(graph, 1.0, 0.01, initial_infecteds=[0], tmax=50,
                                                                 rng=np.random.default_rng(1))
        assert (susceptible.min() >= 0) == right
    found = simcore.simulate(graph, f"{name.lower()}-markov", seeds=[0], transmission=1.0, recovery=0.01, horizon=50,
                             trajectories=True)
    assert found.trajectories["susceptible"].min() == 0


def test_cynetdiff_adds_up_in_24_bits():
    """Two payoffs, 2^24 and 1. The same sums hold its gains: more than 2^24 activations are not counted."""
    need("cynetdiff")
    from cynetdiff.models import IndependentCascadeModel

    model = IndependentCascadeModel(array("I", [0, 1]), array("I", [1]), activation_prob=1.0,
                                    payoffs=array("f", [2**24, 1]))
    model.set_seeds([0])
    model.advance_until_completion()
    assert model.get_num_activated_nodes() == 2
    assert model.compute_payoffs() == 2**24  # of 2^24 + 1
    assert model.compute_marginal_gains([0], [], 1) == [2**24]


def in_star(leaves, seeds):
    """Return how many adopt in cynetdiff where leaves 1, 2, ... have equal shares in node 0, which needs all."""
    from cynetdiff.models import LinearThresholdModel

    model = LinearThresholdModel(array("I", [0, *range(leaves)]), array("I", [0] * leaves))
    model.set_seeds(seeds)
    model._assign_thresholds(array("f", [1.0] * (leaves + 1)))
    model.advance_until_completion()
    return model.get_num_activated_nodes()


def test_cynetdiff_misses_a_threshold_that_is_met_exactly():
    """All twelve of twelve have adopted, and their shares add up to .9999999; the shares of fewer add up to 1."""
    need("cynetdiff")
    assert [in_star(leaves, list(range(1, leaves + 1))) for leaves in range(1, 13)] == [*range(2, 13), 12]
    graph, leaves = nx.DiGraph([(i, 0) for i in range(1, 13)]), list(range(1, 13))
    assert size(graph, "threshold", leaves, threshold=1.0) == 13
    assert size(graph, "linear-threshold", leaves) == 13


def test_cynetdiff_counts_a_seed_that_is_named_twice_twice():
    """One of two has adopted, node 0 needs both."""
    need("cynetdiff")
    assert in_star(2, [1]) == 1
    assert in_star(2, [1, 1]) == 2
    assert size(nx.DiGraph([(1, 0), (2, 0)]), "threshold", [1, 1], threshold=1.0) == 1


def test_cynetdiff_accepts_a_probability_of_three():
    need("cynetdiff")
    from cynetdiff.models import IndependentCascadeModel

    assert IndependentCascadeModel(array("I", [0, 1]), array("I", [1]), activation_prob=3.0)
    with pytest.raises(UsageError, match="transmission"):
        simcore.simulate(nx.Graph([(0, 1)]), "independent-cascade", transmission=3.0)
