"""The suites, and the run of some of their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.errors import ResourceError

from . import experiments, hot_loop, models, networks, scale, start_up
from .harness import QUICK, ROUNDS, Case, measure
from .report import machine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SUITES: dict[str, Mapping[str, Callable[[], Case]]] = {
    "hot-loop": hot_loop.CASES | experiments.CASES, "models": models.CASES, "networks": networks.CASES,
    "start-up": start_up.CASES, "scale": scale.CASES}


def cases(suite: str = "all") -> dict[str, Callable[[], Case]]:
    """Return the cases of a suite, or of all."""
    return {name: make for known, found in SUITES.items() if suite in ("all", known) for name, make in found.items()}


def run(chosen: Mapping[str, Callable[[], Case]], *, peers: bool, quick: bool,
        say: Callable[[str], object] = lambda _: None) -> dict[str, Any]:
    """Measure cases one after another; return the report, ready for JSON."""
    rows: list[dict[str, Any]] = []
    skipped: dict[str, dict[str, str]] = {}
    for name, make in chosen.items():
        say(name)
        try:
            found, missing = measure(make().among(peers=peers), QUICK if quick else ROUNDS)
        except ResourceError as error:
            found, missing = [], {"simcore": str(error)}
        rows += found
        if missing:
            skipped[name] = missing
    return {"machine": machine(), "cases": rows, "skipped": skipped}
