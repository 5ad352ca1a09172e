"""Experiments of NDlib and EoN taken over: what simcore is told, what is refused; both run where they are installed."""

from __future__ import annotations

import importlib.util
import math

import networkx as nx
import numpy as np
import pytest

import simcore as sc
from simcore.errors import UsageError

GRAPH = nx.karate_club_graph()


class Wrapped:
    def __init__(self, graph):
        self.graph = graph

    def number_of_nodes(self):
        return len(self.graph)


def prepared(kind, graph=GRAPH, *, nodes=None, edges=None, status=None, **parameters):
    """Return what NDlib makes of a configuration, with what it fills in by itself."""
    made = type(kind, (), {})()
    made.graph = Wrapped(graph)
    made.params = {"nodes": nodes or {}, "edges": edges or {}, "status": status or {"Infected": [0]},
                   "model": {"tp_rate": 1} | parameters}
    return made


@pytest.mark.parametrize(("kind", "told", "name", "parameters"), [
    ("SIModel", {"beta": 0.2}, "si", {"transmission": 0.2}),
    ("SISModel", {"beta": 0.2, "lambda": 0.1}, "sis", {"transmission": 0.2, "recovery": 0.1}),
    ("SIRModel", {"beta": 0.2, "gamma": 0.1}, "sir", {"transmission": 0.2, "recovery": 0.1}),
    ("SEIRModel", {"beta": 0.2, "alpha": 0.3, "gamma": 0.1}, "seir",
     {"transmission": 0.2, "progression": 0.3, "recovery": 0.1}),
    ("VoterModel", {}, "voter", {}), ("QVoterModel", {"q": 3}, "q-voter", {"q": 3})])
def test_rates_have_their_names_here(kind, told, name, parameters):
    found = sc.from_ndlib(prepared(kind, **told), horizon=30)
    assert (found.model, found.parameters, found.seeds, found.horizon) == (name, parameters, [0], 30)
    assert found.simulate(replicates=5).outcomes["size"].size == 5


def test_thresholds_of_nodes_are_theirs():
    values = {node: 0.1 + node / 100 for node in GRAPH}
    found = sc.from_ndlib(prepared("ThresholdModel", nodes={"threshold": values}))
    assert found.parameters == {"threshold": {"attribute": "threshold"}}
    assert found.network.columns["threshold"].tolist() == [values[node] for node in sorted(GRAPH)]
    zero = sc.from_ndlib(prepared("ThresholdModel", nodes={"threshold": dict.fromkeys(GRAPH, 0.0)}))
    assert zero.parameters == {"threshold": 0.0}
    alike = sc.from_ndlib(prepared("ThresholdModel", nodes={"threshold": dict.fromkeys(GRAPH, 0.2)}))
    assert alike.parameters == {"threshold": 0.2}
    assert "threshold" not in GRAPH.nodes[0]  # the graph of the reader stays as it is


def test_probabilities_of_edges_are_theirs_and_one_over_the_degree_without_any():
    path = nx.path_graph(3)
    found = sc.from_ndlib(prepared("IndependentCascadesModel", path, edges={"threshold": {(0, 1): 1.0, (2, 1): 0.0}}))
    assert found.simulate(replicates=9).outcomes["size"].tolist() == [2] * 9
    plain = sc.from_ndlib(prepared("IndependentCascadesModel", path, status={"Infected": [1]}))
    assert plain.network.arc_columns["transmission"].tolist() == [1.0, 0.5, 0.5, 1.0]
    with pytest.raises(UsageError, match="edge 1, 2 has no threshold"):
        sc.from_ndlib(prepared("IndependentCascadesModel", path, edges={"threshold": {(0, 1): 1.0}}))


def test_what_has_no_counterpart_is_refused():
    for model, message in [
            (prepared("SIRModel", beta=0.1, gamma=0.1, tp_rate=0), "tp_rate: only 1"),
            (prepared("SIRModel", beta=0.1, gamma=0.1, status={"Infected": [0], "Removed": [1]}), "begin as Removed"),
            (prepared("MajorityRuleModel"), "no counterpart of NDlib's MajorityRuleModel")]:
        with pytest.raises(UsageError, match=message):
            sc.from_ndlib(model)

    def fast_SIR(G, tau, gamma, initial_infecteds=None, initial_recovereds=None, rho=None, tmin=0, tmax=math.inf):  # noqa: N802
        pass

    with pytest.raises(UsageError, match="initial_recovereds has no counterpart"):
        sc.from_eon(fast_SIR, GRAPH, 1.0, 1.0, initial_recovereds=[3])
    with pytest.raises(UsageError, match="missing a required argument"):
        sc.from_eon(fast_SIR, GRAPH)
    with pytest.raises(UsageError, match=r"whole number of steps \(got 1.5\)"):
        sc.from_eon(fast_SIR, GRAPH, 1.0, 1.0, tmax=1.5)
    with pytest.raises(UsageError, match="no counterpart of EoN's len"):
        sc.from_eon(len, GRAPH)
    assert sc.from_eon(fast_SIR, GRAPH, 1.0, 1.0, rho=0.1).seeds == 3
    assert sc.from_eon(fast_SIR, GRAPH, 1.0, 1.0, initial_infecteds=4).seeds == [4]


def agree(ours, theirs):
    spread = math.sqrt(ours.var() / ours.size + theirs.var() / theirs.size)
    assert abs(ours.mean() - theirs.mean()) < 4 * spread


@pytest.mark.skipif(not importlib.util.find_spec("EoN"), reason="needs the extra peers")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "rates"), [("fast_SIR", (0.3, 1.0)), ("basic_discrete_SIR", (0.3,))])
def test_both_come_to_the_same_through_eon(name, rates):
    import EoN

    function, random = getattr(EoN, name), np.random.default_rng(1)
    theirs = np.array([function(GRAPH, *rates, initial_infecteds=[5], rng=random)[3][-1] for _ in range(400)])
    found = sc.from_eon(function, GRAPH, *rates, initial_infecteds=[5], rng=random)
    agree(found.simulate(replicates=4000).outcomes["size"], theirs)


@pytest.mark.skipif(not importlib.util.find_spec("ndlib"), reason="needs the extra peers")
@pytest.mark.filterwarnings("ignore")
def test_both_come_to_the_same_through_ndlib():
    from ndlib.models import epidemics
    from ndlib.models.ModelConfig import Configuration

    configuration = Configuration()
    configuration.add_model_parameter("beta", 0.1)
    configuration.add_model_parameter("gamma", 0.3)
    configuration.add_model_initial_configuration("Infected", [5])
    model = epidemics.SIRModel(GRAPH, seed=1)
    model.set_initial_status(configuration)
    found = sc.from_ndlib(model)
    assert found.network.network.n == 34
    theirs = []
    for _ in range(300):
        model.reset([5])
        while (counts := model.iteration(node_status=False)["node_count"])[1]:
            pass
        theirs.append(counts[2])
    agree(found.simulate(replicates=4000).outcomes["size"], np.array(theirs))
