"""The verdict: one page that says whether influentials matter on a network, and what that hangs on."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from simcore.campaign.costs import UNIT, worded
from simcore.definitions import COMPARED, STARTED, definitions
from simcore.definitions import lines as definition_lines
from simcore.errors import UsageError
from simcore.instruments.every_node import GLOBAL, MODELS, TOP
from simcore.judgement import rules
from simcore.judgement.rules import Row
from simcore.network.adapters import as_loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.judgement.estimates import Estimate

Answer = Literal["nobody", "hardly", "less than in proportion", "in proportion", "more than in proportion"]
SAYS: dict[Answer, str] = {
    "nobody": "No: hardly anybody starts global cascades, the influential neither.",
    "hardly": "Hardly: the influential start global cascades little more often than anybody else does.",
    "less than in proportion": "Somewhat, but less than in proportion to the number of people they influence.",
    "in proportion": "About in proportion to the number of people they influence, as far as can be told.",
    "more than in proportion": "Yes, more than in proportion to the number of people they influence."}
_SHORT: dict[Answer, str] = {
    "nobody": "hardly anybody starts global cascades", "hardly": "the influential hardly matter",
    "less than in proportion": "they matter somewhat, less than in proportion",
    "in proportion": "they matter about in proportion",
    "more than in proportion": "they matter more than in proportion"}
RARE = 0.01  # a probability of global cascades below which there are practically none
HARDLY = 1.1  # a multiplier up to which the influential hardly matter


def answer(row: Row) -> Answer:
    """Return whether the influential matter under a rule, going by the intervals."""
    if not row.p_influential.value >= RARE:
        return "nobody"
    if row.m_over_d.low > 1.0:
        return "more than in proportion"
    if row.m.value <= HARDLY:
        return "hardly"
    return "less than in proportion" if row.m_over_d.high < 1.0 else "in proportion"


@dataclass(frozen=True, eq=False)
class Verdict:
    """Whether influentials matter on a network; printed, a page.

    Attributes
    ----------
    title : str
    nodes, arcs, networks : int
        Of the first network, and how many were asked.
    top, global_share : float
        The share of people that is influential, and the share of all from which on a cascade is global.
    cost : str
        Of a seed.
    rows : list of Row
        The rule that was asked about, then what would change the answer.
    """

    title: str
    nodes: int
    arcs: int
    networks: int
    top: float
    global_share: float
    cost: str
    rows: list[Row]

    @property
    def answer(self) -> Answer:
        """The answer under the rule that was asked about."""
        return answer(self.rows[0])

    @property
    def definitions(self) -> dict[str, str]:
        """What is meant by what is told."""
        return definitions((*STARTED, *COMPARED, "by ordinary", "seeds", "pays from", "cost"), share=self.global_share,
                           top=self.top, cost=worded(self.cost))

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON; intervals as [low, high]."""
        names = ("title", "nodes", "arcs", "networks", "top", "global_share", "cost")
        return {name: getattr(self, name) for name in names} | {
            "definitions": self.definitions, "answer": self.answer, "rules": [_plain(row) for row in self.rows]}

    def __repr__(self) -> str:
        row = self.rows[0]
        many = f"{self.networks} networks, the first of " * (self.networks > 1)
        page = [f"Do influentials matter here?  {SAYS[self.answer]}", "",
                f"{self.title}: {many}{self.nodes:,} people, {self.arcs:,} arcs.",
                f"Rule: {row.rule.name} ({row.units}).", ""]
        page += _found(row)
        if self.cost != UNIT:
            page.append(f"  at the cost        {_said(row.m_size_over_cost)} times as many adopters for a unit of cost "
                        f"({self.cost}) as random people")
        return "\n".join([*page, "", "What would change the answer", *_tables(self.rows), "", *_changes(self.rows), "",
                          "In brackets: 95 % intervals.", *definition_lines(self.definitions)])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def _found(row: Row) -> list[str]:
    if answer(row) == "nobody":
        return [f"  global cascades    a random person starts one with probability {_said(row.p_random)},",
                f"                     an influential one with {_said(row.p_influential)}"]
    direct = "less than in proportion" if row.m_over_d.high < 1.0 else (
        "more than in proportion" if row.m_over_d.low > 1.0 else "not told apart from in proportion")
    return [
        f"  how much more      M = {_said(row.m)}: a random person starts a global cascade with probability",
        f"                     {_said(row.p_random)}, an influential one with {_said(row.p_influential)}",
        f"  than contacts      D = {_said(row.d)}, so that M/D = {_said(row.m_over_d)}: {direct}",
        f"  who starts most    ordinary people start {_said(row.share_ordinary, scale=100.0)} of the global cascades",
        f"  exchange rate      one influential person is worth {_said(row.random_seeds)} random ones",
        f"  at what cost       {_pays(row)}"]


def _pays(row: Row) -> str:
    if math.isnan(row.pays_from.value):
        return "the influential bring no more adopters, whatever they cost"
    if row.pays_from.value <= 0.0:
        return "the influential bring more adopters for each of their contacts than others do"
    return (f"the influential pay if winning a person costs as much as {_said(row.pays_from)} contacts or more;\n"
            f"{21 * ' '}if less, random people bring more for the same cost")


def _tables(rows: Sequence[Row]) -> list[str]:
    columns: list[tuple[str, Callable[[Row], str]]] = [
        ("", lambda row: row.rule.name), ("P random", lambda row: _said(row.p_random, 2)),
        ("P influential", lambda row: _said(row.p_influential, 2)), ("M", lambda row: _said(row.m, 2)),
        ("M/D", lambda row: _said(row.m_over_d, 2)), ("by ordinary", lambda row: _said(row.share_ordinary, 2, 100.0)),
        ("seeds", lambda row: _said(row.random_seeds, 2)),
        ("pays from", lambda row: "always" if row.pays_from.value <= 0.0 else _said(row.pays_from, 2)),
        ("M by size", lambda row: _said(row.m_size, 2)), ("answer", lambda row: _SHORT[answer(row)])]
    return [*_table(columns[:6], rows), "", *_table([columns[0], *columns[6:]], rows)]


def _table(columns: Sequence[tuple[str, Callable[[Row], str]]], rows: Sequence[Row]) -> list[str]:
    cells = [[head, *(cell(row) for row in rows)] for head, cell in columns]
    widths = [max(map(len, column)) for column in cells]
    return ["  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in zip(*cells, strict=True)]


def _changes(rows: Sequence[Row]) -> list[str]:
    first = rows[0]
    told = [f"With {row.rule.name} {_SHORT[answer(row)]}." for row in rows[1:] if answer(row) != answer(first)]
    told += [f"With {row.rule.name} {'ordinary people' if row.share_ordinary.value > 0.5 else 'the influential'} start "
             "most global cascades." for row in rows[1:]
             if (row.share_ordinary.value > 0.5) != (first.share_ordinary.value > 0.5)
             and "nobody" not in (answer(row), answer(first))]
    return told or ["None of these changes the answer."]


def _said(found: Estimate, digits: int = 3, scale: float = 1.0) -> str:
    if math.isnan(found.value):
        return "-"
    if math.isinf(found.value) and math.isfinite(found.low):
        return f"inf [{_number(found.low, digits)}, inf]"
    unit = " %" * (scale == 100.0)
    ends = "" if math.isnan(found.low) else (
        f" [{_number(scale * found.low, digits)}, {_number(scale * found.high, digits)}]")
    return f"{_number(scale * found.value, digits)}{unit}{ends}"


def _number(value: float, digits: int) -> str:
    return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"


def _plain(row: Row) -> dict[str, Any]:
    out: dict[str, Any] = {"name": row.rule.name, "answer": answer(row), "model": row.rule.model,
                           "parameters": row.rule.parameters, "intervals": row.units}
    for name in Row._fields[2:]:
        found: Estimate = getattr(row, name)
        ends = [end if math.isfinite(end) else None for end in found]
        out[name] = {"value": ends[0], "interval": ends[1:]}
    return out


def verdict(network: Any, model: str = "threshold", *, cost: str = UNIT, top: float = TOP, global_share: float = GLOBAL,
            samples: int = 512, seed: int = 0, title: str = "network",
            progress: Callable[[str], object] = lambda _: None, **parameters: Any) -> Verdict:
    """Say whether influentials matter on a network, and what would change the answer.

    Parameters
    ----------
    network : network of any kind, or list of them
        Influence flows along arcs. Of several, such as a random network drawn again and again, intervals say how much
        they differ.
    model : {"threshold", "independent-cascade", "sir"}
        How influence works; the others are looked at beside it.
    cost : str
        Of a seed: "unit", ``"10+0.5k"``, or a column of the nodes, as `simcore.influence` has it.
    top, global_share : float
        The share of people that counts as influential; the share of all from which on a cascade is global.
    samples : int
        Of live arcs, where a census is not exact.
    seed : int
        Root of all randomness.
    title : str
    progress : callable, optional
        Told what is being done.
    **parameters
        The model's, as a scenario gives them: a threshold of 0.18, unless said otherwise; a transmission at which
        whoever is reached reaches 1.5 others, a recovery of 0.5.

    Returns
    -------
    Verdict

    Raises
    ------
    UsageError, NetworkError
        If something does not exist or does not fit.

    Examples
    --------
    >>> import networkx as nx, simcore as sc
    >>> sc.verdict(nx.karate_club_graph(), threshold=0.3).answer
    'in proportion'
    """
    if model not in MODELS:
        raise UsageError(f"model: a verdict is given on {', '.join(MODELS)} (got '{model}')")
    for name, value in (("top", top), ("global_share", global_share)):
        if not 0.0 < value < 1.0:
            raise UsageError(f"{name}: must be above 0 and below 1 (got {value!r})")
    networks = [as_loaded(each) for each in (network if isinstance(network, list) else [network])]
    if not networks or not all(each.network.arcs for each in networks):
        raise UsageError("network: nobody influences anybody")
    found = []
    for rule in rules.variants(model, parameters, networks[0]):
        progress(rule.name)
        found.append(rules.row(rule, networks, cost=cost, top=top, global_share=global_share, samples=samples,
                               seed=seed))
    first = networks[0].network
    return Verdict(title, first.n, first.arcs, len(networks), top, global_share, cost, found)
