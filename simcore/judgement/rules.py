"""How influence works, in the variants that are compared, and what each makes of the influential."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.campaign.costs import costs
from simcore.instruments import census
from simcore.instruments.measures import exchange_rate
from simcore.judgement.estimates import Estimate, estimates, features
from simcore.scenario.wording import shown
from simcore.seeding import Ranking, order, top_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simcore.network.loaded import Loaded

FACTORS = (0.5, 0.75, 1.5, 2.0)  # by which the parameter that decides is changed
DECIDES = {"threshold": "threshold", "independent-cascade": "transmission", "sir": "transmission"}
SUSCEPTIBLE = {"threshold": 0.18}  # Watts (2002)
REPRODUCTION = 1.5  # of the other rules: how many somebody reached reaches in turn, on average
RECOVERY = 0.5
_SHORT = {"independent-cascade": "IC", "sir": "SIR"}
_BATCHES = 16  # of samples, or of thresholds that are drawn


class Rule(NamedTuple):
    """A model, its parameters, and what it is called.

    Attributes
    ----------
    model : str
        Its name in the catalogue.
    parameters : dict of str to value
        As a scenario gives them.
    name : str
        In words.
    """

    model: str
    parameters: dict[str, Any]
    name: str


class Row(NamedTuple):
    """What a rule makes of the influential; see `docs/measures.md`.

    Attributes
    ----------
    rule : Rule
    units : str
        What the intervals are about.
    p_random, p_influential, p_ordinary : Estimate
        How likely a random person, an influential one, any other is to start a global cascade.
    m, d, m_over_d : Estimate
        The multiplier by P(global), the direct ratio, and their ratio.
    m_size : Estimate
        The multiplier by mean size.
    m_size_over_cost : Estimate
        The same over the ratio of costs: adopters for a unit of cost, influential over random seeds.
    share_ordinary : Estimate
        Of the global cascades, those that ordinary people start.
    pays_from : Estimate
        What winning a person must cost, in costs of a contact, for influential seeds to bring as much for their cost.
    random_seeds : Estimate
        How many random seeds fail as seldom as one influential person, each trying its luck on its own; infinite where
        that never fails. The ends are those of both intervals.
    """

    rule: Rule
    units: str
    p_random: Estimate
    p_influential: Estimate
    p_ordinary: Estimate
    m: Estimate
    d: Estimate
    m_over_d: Estimate
    m_size: Estimate
    m_size_over_cost: Estimate
    share_ordinary: Estimate
    pays_from: Estimate
    random_seeds: Estimate


def transmission(loaded: Loaded) -> float:
    """Return the probability at which whoever is reached reaches `REPRODUCTION` others, on average."""
    network = loaded.network
    onward = network.out_degree[network.out_idx] - network.symmetric if network.arcs else np.zeros(1)
    return min(1.0, REPRODUCTION / max(float(np.mean(onward)), REPRODUCTION))


def variants(model: str, given: dict[str, Any], loaded: Loaded) -> list[Rule]:
    """Return the rule that was asked for, then the same with easier and harder persuasion, then the others."""
    often = transmission(loaded)
    usual: dict[str, dict[str, Any]] = {
        "threshold": dict(SUSCEPTIBLE), "independent-cascade": {"transmission": often},
        # such that an infection passes along a tie as often, before the infected recovers
        "sir": {"transmission": often * RECOVERY / (1.0 - often + often * RECOVERY), "recovery": RECOVERY}}
    asked = usual[model] | given
    name, value = DECIDES[model], asked[DECIDES[model]]
    rules = [_rule(model, asked)]
    if isinstance(value, int | float) and not asked.get("absolute"):
        rules += [_rule(model, asked | {name: value * factor}) for factor in FACTORS if 0.0 < value * factor <= 1.0]
    return rules + [_rule(other, usual[other]) for other in usual if other != model]


def _rule(model: str, parameters: dict[str, Any]) -> Rule:
    said = ", ".join(f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {shown(value)}"
                     for key, value in parameters.items())
    return Rule(model, parameters, said.replace("transmission", _SHORT.get(model, "")))


def row(rule: Rule, networks: Sequence[Loaded], *, cost: str, top: float, global_share: float, samples: int,
        seed: int) -> Row:
    """Return what a rule makes of the influential on these networks."""
    said = rule.parameters.get("threshold")
    exact = rule.model == "threshold" and not (isinstance(said, dict) and "law" in said)

    def people(loaded: Loaded, seed: int, samples: int) -> NDArray[np.float64]:
        found = census(loaded, rule.model, seed=seed, samples=samples, global_share=global_share, **rule.parameters)
        influential = np.zeros(loaded.network.n, np.bool_)
        influential[order(loaded, Ranking(), found.key, top_size(loaded.network.n, top))] = True
        return features(influential, found.p_global, loaded.network.out_degree.astype(np.float64), found.size,
                        costs(loaded, cost))

    draws = 1
    if len(networks) > 1:
        units = np.array([people(loaded, seed + k, max(1, samples // len(networks))).mean(axis=0)
                          for k, loaded in enumerate(networks)])
        about = f"over {len(networks)} networks"
    elif exact:
        units, about = people(networks[0], seed, 1), "exact for these people; interval: had they been drawn anew"
    else:
        draws = max(1, samples // _BATCHES)
        units = np.array([people(networks[0], seed + k, draws).mean(axis=0) for k in range(_BATCHES)])
        about = f"given this network, over {_BATCHES} batches of samples"
    found = estimates(units, people=exact and len(networks) == 1, draws=draws)
    hub, anybody = found["p_influential"], found["p_random"]
    return Row(rule, about, **found, random_seeds=Estimate(
        _worth(hub.value, anybody.value), _worth(hub.low, anybody.high), _worth(hub.high, anybody.low)))


def _worth(hub: float, anybody: float) -> float:
    """Return how many random seeds fail as seldom as a hub."""
    if not 0.0 < anybody < 1.0:
        return math.nan if anybody < 1.0 else 1.0
    return math.inf if hub >= 1.0 else exchange_rate(hub, anybody) if hub > 0.0 else 0.0
