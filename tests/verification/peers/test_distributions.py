"""Distributions of the random models, against the peers': two-sample tests, corrected for their number."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from . import lacking, need, through_cynetdiff, through_eon, through_graph_tool, through_ndlib
from .samples import holm, network, ours, p_values

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.verification
LEVEL = 0.001  # chance of a false alarm in all tests together; keys and seeds are fixed, so it is drawn once
OURS, THEIRS = 20_000, 1_000
BOTH = ("undirected", "directed")


class Comparison(NamedTuple):
    """A model on some networks, and how a peer runs it."""

    peer: str
    name: str
    model: str
    parameters: dict[str, Any]
    horizon: int
    run: Callable[..., Any]
    networks: tuple[str, ...] = BOTH


P, WEIGHTS = {"transmission": 0.25}, {"transmission": {"attribute": "weight"}}
SIS = {"transmission": 0.2, "recovery": 0.4}
SIR = {"transmission": 0.15, "recovery": 0.3}
REED_FROST = {"transmission": 0.3, "recovery": 1.0}
SEIR = {"transmission": 0.2, "progression": 0.5, "recovery": 0.3}
RATES = {"transmission": 0.4, "recovery": 0.7}
COMPARISONS = [  # without arcs where a peer errs on them, see test_errors_of_peers.py
    Comparison("ndlib", "independent cascade", "independent-cascade", P, 15, through_ndlib.independent_cascade),
    Comparison("ndlib", "weights as probabilities", "independent-cascade", WEIGHTS, 15,
               through_ndlib.independent_cascade),
    Comparison("ndlib", "linear threshold", "linear-threshold", {"weights": True}, 15, through_ndlib.linear_threshold,
               ("undirected",)),
    Comparison("ndlib", "SI", "si", {"transmission": 0.1}, 10, through_ndlib.si),
    Comparison("ndlib", "SIS", "sis", SIS, 10, through_ndlib.sis),
    Comparison("ndlib", "SIR", "sir", SIR, 25, through_ndlib.sir),
    Comparison("ndlib", "SEIR", "seir", SEIR, 25, through_ndlib.seir),
    Comparison("EoN", "independent cascade", "independent-cascade", P, 15, through_eon.independent_cascade),
    Comparison("EoN", "discrete SIR", "sir", REED_FROST, 15, through_eon.discrete_sir),
    Comparison("EoN", "fast_SIR", "sir-markov", RATES, 10, partial(through_eon.sir_markov, "fast_SIR")),
    Comparison("EoN", "Gillespie_SIR", "sir-markov", RATES, 10, partial(through_eon.sir_markov, "Gillespie_SIR"),
               ("undirected",)),
    Comparison("EoN", "fast_SIS", "sis-markov", RATES, 5, partial(through_eon.sis_markov, "fast_SIS")),
    Comparison("EoN", "Gillespie_SIS", "sis-markov", RATES, 5, partial(through_eon.sis_markov, "Gillespie_SIS"),
               ("undirected",)),
    Comparison("cynetdiff", "independent cascade", "independent-cascade", P, 15,
               through_cynetdiff.independent_cascade),
    Comparison("cynetdiff", "weights as probabilities", "independent-cascade", WEIGHTS, 15,
               through_cynetdiff.independent_cascade),
    Comparison("cynetdiff", "linear threshold", "linear-threshold", {"weights": False}, 15,
               through_cynetdiff.linear_threshold),
    Comparison("cynetdiff", "weights as influence", "linear-threshold", {"weights": True}, 15,
               through_cynetdiff.linear_threshold),
    Comparison("graph_tool", "SI", "si", {"transmission": 0.1}, 10, through_graph_tool.si),
    Comparison("graph_tool", "SIS", "sis", SIS, 10, through_graph_tool.sis),
    Comparison("graph_tool", "SIR", "sir", SIR, 25, through_graph_tool.sir),
    Comparison("graph_tool", "SEIR", "seir", SEIR, 25, through_graph_tool.seir),
]


def named(comparison):
    return f"{comparison.peer} {comparison.name}"


@pytest.fixture(scope="module")
def corrected():
    """Return the p-values of all that can be compared, corrected for their number, by comparison."""
    found = {}
    for comparison in COMPARISONS:
        if lacking(comparison.peer):
            continue
        for name in comparison.networks:
            graph, horizon, parameters = network(name), comparison.horizon, comparison.parameters
            mine = ours(graph, comparison.model, OURS, horizon, **parameters)
            theirs = comparison.run(graph, THEIRS, horizon, **parameters)
            found |= {(named(comparison), name, what): p for what, p in p_values(mine, theirs).items()}
    return dict(zip(found, holm(list(found.values())), strict=True))


@pytest.mark.parametrize("comparison", COMPARISONS, ids=named)
def test_distributions_agree(comparison, request):
    need(comparison.peer)
    corrected = request.getfixturevalue("corrected")
    mine = {key[1:]: p for key, p in corrected.items() if key[0] == named(comparison)}
    assert {name for name, _ in mine} == set(comparison.networks)
    print(f"{len(mine)} of {len(corrected)} p-values, corrected; the least {min(mine.values()):.3g}")
    assert {key: p for key, p in mine.items() if p < LEVEL} == {}
