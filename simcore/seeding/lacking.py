"""What a network does not have of what a strategy asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore.errors import did_you_mean
from simcore.seeding.members import alike, grouping, members
from simcore.seeding.seeds import asked, top_size
from simcore.seeding.strategies import Bought, Given, Group, Mixture, Quotas, Random, Share, Top

if TYPE_CHECKING:
    from simcore.network.loaded import Loaded
    from simcore.seeding.members import Among
    from simcore.seeding.rankings import Ranking
    from simcore.seeding.strategies import Strategy

_SHOWN = 20  # values that a message lists


def lacking(strategy: Strategy, loaded: Loaded) -> dict[str, str]:
    """Return what the network does not have of what a strategy asks for, by key of the scenario.

    Parameters
    ----------
    strategy : Strategy
    loaded : Loaded
        The network, and what is known of its nodes.

    Returns
    -------
    dict of str to str
        Key of ``[seeding]`` to message; empty if nothing is wrong.
    """
    if isinstance(strategy, Mixture):
        wrong = [f"of part {place}, {key}: {message}" for place, part in enumerate(strategy.parts, 1)
                 for key, message in lacking(part, loaded).items()]
        return {"parts": "; ".join(wrong)} if wrong else {}
    if isinstance(strategy, Bought):
        column = strategy.price.attribute
        wrong_cost = _attribute(loaded, column, of_numbers=True) or _cost(loaded, column)
        return {"cost": wrong_cost} if wrong_cost else lacking(strategy.of._replace(number=0), loaded)
    for key, message in (("among", _among(loaded, getattr(strategy, "among", None))),
                         ("by", _ranking(loaded, getattr(strategy, "by", None))),
                         ("attribute", _attribute(loaded, getattr(strategy, "attribute", None)))):
        if message:
            return {key: message}
    if isinstance(strategy, Quotas):
        return _quotas(strategy, loaded)
    if isinstance(strategy, Given):
        return {}
    candidates = _candidates(strategy, loaded)
    if strategy.number <= candidates:
        return {}
    return {"count": f"there are but {candidates} candidates among the {loaded.network.n} nodes of the network "
                     f"(got {strategy.number})"}


def _candidates(strategy: Strategy, loaded: Loaded) -> int:
    """Return how many nodes a strategy can choose from."""
    n = loaded.network.n
    if isinstance(strategy, Random | Top | Share) and strategy.among is not None:
        n = members(loaded, strategy.among).size
    if isinstance(strategy, Group) and strategy.attribute is not None:
        n = grouping(loaded, strategy.attribute).members.size
    if isinstance(strategy, Share):
        return min(n, top_size(n, strategy.top)) if strategy.influential else max(0, n - top_size(n, strategy.top))
    return n


def _quotas(quotas: Quotas, loaded: Loaded) -> dict[str, str]:
    found = grouping(loaded, quotas.attribute)
    if isinstance(quotas.numbers, int):
        return {}
    wrong = [message for value, _ in quotas.numbers if (message := _value(loaded, quotas.attribute, value))]
    wrong += [f"there are but {found.of(g).size} nodes with {quotas.attribute} = {_text(found.values[g])} "
              f"(got {number})"
              for g, number in asked(quotas, loaded) if g is not None and number > found.of(g).size]
    return {"counts": "; ".join(wrong)} if wrong else {}


def _attribute(loaded: Loaded, attribute: str | None, *, of_numbers: bool = False) -> str:
    known = {*loaded.columns} if of_numbers else {*loaded.columns, *loaded.groups}
    if attribute is None or attribute in known:
        return ""
    what = f"no numbers '{attribute}', but text" if attribute in loaded.groups else f"no attribute '{attribute}'"
    kind = " of numbers" * of_numbers
    return (f"the nodes have {what}; attributes{kind} are {', '.join(sorted(known)) or 'none'}"
            f"{did_you_mean(attribute, known)}")


def _ranking(loaded: Loaded, by: Ranking | None) -> str:
    if by is None or by.by != "attribute":
        return ""
    wrong = _attribute(loaded, by.attribute, of_numbers=True)
    if not wrong and (missing := int(np.isnan(loaded.columns[by.attribute]).sum())):
        wrong = f"the column '{by.attribute}' is empty for {missing} nodes"
    return wrong


def _cost(loaded: Loaded, column: str | None) -> str:
    """Return why a column is no cost; nothing if it is."""
    values = np.zeros(0) if column is None else loaded.columns[column]
    wrong = values[~(values >= 0.0)]
    return f"the column '{column}' must be at least 0 everywhere (got {wrong[0]:g})" if wrong.size else ""


def _among(loaded: Loaded, among: Among | None) -> str:
    if among is None:
        return ""
    wrong = _attribute(loaded, among.attribute, of_numbers=among.value is None)
    return wrong if wrong or among.value is None else _value(loaded, among.attribute, among.value)


def _value(loaded: Loaded, attribute: str, value: str | float) -> str:
    found = grouping(loaded, attribute)
    if found.find(value) is not None:
        return ""
    texts = [_text(known) for known in found.values]
    more = f", ... ({len(texts)} in all)" if len(texts) > _SHOWN else ""
    return (f"no node has {attribute} = {_text(value)}; values are {', '.join(texts[:_SHOWN])}{more}"
            f"{did_you_mean(_text(value), texts)}")


def _text(value: str | float) -> str:
    return str(alike(value, text=True))
