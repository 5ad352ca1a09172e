"""What is meant by the words and numbers on who starts a trend: printed with results, and in `docs/measures.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TEXTS = {
    "global": "a cascade that takes {share} of all nodes or more",
    "cascade size": "nodes that adopt in the end if this node alone starts, itself included",
    "vulnerable": "who can be convinced by a single one of those who influence them",
    "pool": "random seeds are drawn evenly from {pool}, the influential included",
    "influential": "the first {top} of {pool} by {by}; ordinary people are the rest",
    "ties": "equals by degree, or any other ranking, stand in an order that the root seed decides",
    "cost": "of a seed: {cost}",
    "M": "P(global) from influential seeds over P(global) from random ones",
    "M by size": "the same of mean cascade sizes",
    "D": "mean out-degree of influential seeds over that of random ones: how many more they influence directly",
    "M/D": "above 1: they start global cascades more than in proportion to whom they influence",
    "M per unit of cost": "M over the ratio of their mean costs; M/D where a seed costs as much as it has contacts",
    "seeds": "so many random seeds fail as seldom as one influential person, each trying its luck on its own",
    "pays from": "what winning a person must cost, in contacts, for influential seeds to bring as much for their cost",
    "influence of a seat": "by how much mean commitment in the long run is higher if this seat alone is held, at 1",
    "linear rule": "conformity 1, no turnover, nothing heard of customers, all as susceptible as the mean",
    "theory": "of infinitely large networks, but of voters and mean opinions on those of any size; silent where it "
              "knows nothing exact",
    "by ordinary": "the share of global cascades that ordinary people start, if everybody starts as often",
}
COMPARED = ("influential", "M", "M by size", "D", "M/D")  # where influential seeds stand against random ones
STARTED = ("global", "pool", "ties")  # wherever somebody starts


def definitions(names: Iterable[str], *, share: float = 0.1, top: float | str = 0.1, by: str = "out-degree",
                pool: str = "all nodes", cost: str = "1 each") -> dict[str, str]:
    """Return what is meant, by name.

    Parameters
    ----------
    names : iterable of str
    share : float
        Of all nodes, from which on a cascade is global.
    top : float or str
        The share of nodes that is influential, or what decides it.
    by : str
        What ranks them.
    pool : str
        Who can be a seed.
    cost : str
        Of a seed.

    Returns
    -------
    dict of str to str
    """
    first = top if isinstance(top, str) else f"{100 * top:g} %"
    return {name: _TEXTS[name].format(share=f"{100 * share:g} %", top=first, by=by, pool=pool, cost=cost)
            for name in names}


def of_scenario(scenario: Mapping[str, Any], *, compared: bool) -> dict[str, str]:
    """Return what is meant by the words of a scenario's results.

    Parameters
    ----------
    scenario : mapping
        As resolved.
    compared : bool
        Whether influential seeds stand against random ones.

    Returns
    -------
    dict of str to str
    """
    if "organisation" in scenario:  # whose results are no cascades
        return {}
    seeding, swept = scenario["seeding"], scenario.get("sweep", {})
    pool = "the nodes that [seeding] allows" if seeding.get("among") else "all nodes"
    pool += " who are not immune" if "immune" in scenario else ""
    by = seeding.get("by") or f"{seeding.get('degree', 'out')}-degree"
    ranked = by if isinstance(by, str) else by.get("attribute") or by.get("kind", "a ranking")
    named = seeding.get("kind") == "given" and "seeding.kind" not in swept
    nobody = seeding.get("count") == 0 and "seeding.count" not in swept
    names = [*(STARTED[:1] if nobody or named else STARTED), *(COMPARED if compared else ()),
             *(["theory"] if "immune" in scenario else [])]
    return definitions(names, share=scenario["summary"]["global_share"],
                       top="share that is swept" if "seeding.top" in swept else seeding.get("top", 0.1),
                       by="what is swept" if {"seeding.by", "seeding.degree"} & set(swept) else ranked, pool=pool)


def lines(found: Mapping[str, str]) -> list[str]:
    """Return definitions as lines for reading.

    Parameters
    ----------
    found : mapping of str to str

    Returns
    -------
    list of str
    """
    width = max(map(len, found), default=0)
    return ["Definitions"] * bool(found) + [*(f"  {name.ljust(width)}  {text}" for name, text in found.items())]
