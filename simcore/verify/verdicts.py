"""A verdict: what was expected, what was observed, and how far apart they are; and many of them for reading."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LIMIT = 3.0  # standard errors
ROUNDING = 1e-12  # of what has no standard error, relative


class Compared(NamedTuple):
    """A whole law beside what was observed of it: how many replicates came to 0, 1, 2, ..., and to more."""

    counts: NDArray[Any]  # int64[K + 1], the last beyond the law
    law: NDArray[Any]  # float64[K + 1]


class Verdict(NamedTuple):
    """One expectation, checked.

    Attributes
    ----------
    target : int, optional
        Its number in docs/verification.md.
    scenario : str
        Where it was observed: the name of a scenario, ``theory`` or ``networks``.
    setting : dict
        Where there: what is swept, the time step, outcomes of the replicates that count, and their values.
    quantity : str
        What of it.
    expected, observed : float
        Of a whole law, the degrees of freedom and Pearson's chi squared.
    standard_error : float
        Of the observed, clustered by network; 0 where nothing is left to chance.
    tolerance : float
        Deviation allowed beside chance.
    source : str
        Where the expected value comes from.
    compared : Compared, optional
        Where a whole law is.
    sample : str
        How many nodes and replicates there were, in words; nothing where it is of no simulated scenario.
    """

    target: int | None
    scenario: str
    setting: dict[str, Any]
    quantity: str
    expected: float
    observed: float
    standard_error: float
    tolerance: float
    source: str
    compared: Compared | None = None
    sample: str = ""

    @property
    def z(self) -> float | None:
        """The deviation beyond the tolerance in standard errors; None where there is none."""
        noise = ROUNDING * max(1.0, abs(self.expected))
        return self._beyond / self.standard_error if noise < self.standard_error < math.inf else None

    @property
    def _beyond(self) -> float:
        deviation = self.observed - self.expected
        return deviation - max(-self.tolerance, min(self.tolerance, deviation))

    @property
    def passed(self) -> bool:
        """Whether |z| < 3; without a standard error, whether the deviation is within the tolerance."""
        if self.z is None:
            return abs(self._beyond) <= ROUNDING * max(1.0, abs(self.expected))
        return abs(self.z) < LIMIT

    @property
    def name(self) -> str:
        """Number, scenario, quantity and point in one line."""
        number = f"{self.target}: " if self.target else ""
        return f"{number}{self.scenario}: {', '.join([self.quantity, *self._point()])}"

    def _point(self) -> list[str]:
        return [f"{path.rpartition('.')[2]} = {_shown(value)}" for path, value in self.setting.items()]

    def as_dict(self) -> dict[str, Any]:
        """Return what ``simcore verify --json`` prints of it."""
        error = self.standard_error if math.isfinite(self.standard_error) else None
        return {"target": self.name, "expected": self.expected, "observed": self.observed, "standard_error": error,
                "z": self.z, "tolerance": self.tolerance, "passed": self.passed, "source": self.source}

    def cells(self) -> list[str]:
        """Return the row of a table, see `HEAD`."""
        allowed = f" (± {self.tolerance:g})" if self.tolerance and self.z is not None else ""
        verdict = ("ok" if self.passed else "FAILED") + allowed
        return [str(self.target or ""), self.scenario, self.quantity, ", ".join(self._point()), _number(self.expected),
                _number(self.observed), f"{self.standard_error:.2g}" if self.z is not None else "",
                f"{self.z:+.2f}" if self.z is not None else "", verdict, self.source]


HEAD = ["#", "scenario", "quantity", "point", "expected", "observed", "error", "z", "verdict", "source"]
_RIGHT = {"#", "expected", "observed", "error", "z"}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(map(_shown, value.values()))
    return ", ".join(map(_shown, value)) if isinstance(value, list | tuple) else str(value)


def _number(value: float) -> str:
    return f"{value:.7g}"


def table(verdicts: Sequence[Verdict]) -> str:
    """Return verdicts as a table for reading, and what they come to.

    Parameters
    ----------
    verdicts : sequence of Verdict

    Returns
    -------
    str
        A line for each, and a conclusion.
    """
    rows = [HEAD, *(verdict.cells() for verdict in verdicts)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) if name in _RIGHT else cell.ljust(width)
                       for cell, width, name in zip(row, widths, HEAD, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", conclusion(verdicts)])


def markdown(verdicts: Sequence[Verdict]) -> str:
    """Return verdicts as a table in Markdown, and what they come to."""
    rows = [HEAD, ["--:" if name in _RIGHT else "---" for name in HEAD], *(verdict.cells() for verdict in verdicts)]
    return "\n".join(["\n".join(f"| {' | '.join(row)} |" for row in rows), "", conclusion(verdicts)])


def conclusion(verdicts: Sequence[Verdict]) -> str:
    """Return in words how many hold, and how many deviate as chance alone would have them.

    Parameters
    ----------
    verdicts : sequence of Verdict

    Returns
    -------
    str
        Sentences.
    """
    failed = sum(not verdict.passed for verdict in verdicts)
    targets = len({verdict.target for verdict in verdicts if verdict.target})
    chance = [abs(verdict.z) for verdict in verdicts if verdict.z is not None and not verdict.tolerance]
    allowed = sum(verdict.z is not None and verdict.tolerance > 0 for verdict in verdicts)
    said = [f"{len(verdicts)} expectations of {targets} targets: {f'{failed} FAILED' if failed else 'all hold'}."]
    if chance:
        said.append(f"Of the {len(chance)} that chance alone decides |z| > 2 in {sum(z > 2.0 for z in chance)}, where "
                    f"{math.erfc(math.sqrt(2.0)) * len(chance):.1f} are to be expected; |z| < {LIMIT:g} is asked of "
                    "all.")
    if allowed:
        said.append(f"{allowed} {'has' if allowed == 1 else 'have'} a tolerance beside chance.")
    return " ".join(said)
