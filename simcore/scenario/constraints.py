"""Constraints of a design: sums of axes, keys and numbers compared, such as ``2 * seeding.count <= network.n``."""

from __future__ import annotations

import operator
import re
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_COMPARED: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
_NUMBER = r"\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?"
_TERM = re.compile(rf"\s*([+-]?)\s*(?:({_NUMBER})\s*(?:\*\s*([A-Za-z][\w.]*))?|([A-Za-z][\w.]*))\s*")


class Term(NamedTuple):
    """A factor times the value at a path; a number alone has none."""

    factor: Fraction
    path: str


class Constraint(NamedTuple):
    """A sum compared with 0."""

    terms: tuple[Term, ...]
    compare: Callable[[Fraction, Fraction], bool]

    def holds(self, values: Mapping[str, float]) -> bool:
        """Return whether it holds at these values, as decimals; it does where one of its axes has none."""
        if any(term.path and term.path not in values for term in self.terms):
            return True
        return self.compare(sum((term.factor * (Fraction(repr(values[term.path])) if term.path else 1)
                                 for term in self.terms), Fraction()), Fraction())


def parse(text: str) -> Constraint | None:
    """Return a constraint, or None if the text is none."""
    parts = re.split(r"(<=|>=|<|>)", text)
    if len(parts) != 3:
        return None
    left, right = _sum(parts[0]), _sum(parts[2])
    if left is None or right is None:
        return None
    return Constraint((*left, *(Term(-factor, path) for factor, path in right)), _COMPARED[parts[1]])


def _sum(text: str) -> list[Term] | None:
    terms, at = list[Term](), 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None or (terms and not found[1]):
            return None
        sign, number, times, alone = found.groups()
        terms.append(Term(Fraction(number or 1) * (-1 if sign == "-" else 1), times or alone or ""))
        at = found.end()
    return terms or None
