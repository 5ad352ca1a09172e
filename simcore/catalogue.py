"""Where the scenarios, plots and benchmarks that come with simcore are: beside the package, or inside a wheel."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import NamedTuple

from simcore.errors import UsageError, did_you_mean

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder (or file) of this name, of the installed copy or of the checkout."""
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name


def scenarios() -> dict[str, Path]:
    """Return every scenario of the catalogue by name.

    Returns
    -------
    dict of str to Path
        In the order of names.
    """
    return {path.stem: path for path in sorted(folder("scenarios").glob("*.toml"))}


class Opening(NamedTuple):
    """What a scenario says above its first key.

    Attributes
    ----------
    text : str
        What it asks, and what was found.
    commands : list of (str, str)
        What else to run, ``"Full size"`` or on ``"Real networks"``, and how.
    """

    text: str
    commands: list[tuple[str, str]]


def opening(path: Path) -> Opening:
    """Return the comment at the head of a scenario."""
    head = itertools.takewhile(lambda line: line.startswith("#"), path.read_text("utf-8").splitlines())
    whole = " ".join(line.lstrip("# ").removesuffix("\\").rstrip() for line in head if not line.startswith("#:"))
    text, *rest = re.split(r"\s*(Real networks|Full size): ", whole)
    return Opening(text, [(name, command) for name, commands in zip(rest[::2], rest[1::2], strict=True)
                          for command in re.split(r" (?=simcore run )", commands)])


def find(scenario: str) -> Path:
    """Return the file that a path or a name of the catalogue stands for.

    Raises
    ------
    UsageError
        If it is neither.
    """
    path = Path(scenario)
    known = scenarios()
    if path.is_file() or path.suffix or (path.exists() and scenario not in known):
        return path
    if scenario not in known:
        raise UsageError(f"there is no file and no scenario '{scenario}'{did_you_mean(scenario, known)} "
                         f"('simcore scenarios' says more of them); scenarios are {', '.join(known)}")
    return known[scenario]
