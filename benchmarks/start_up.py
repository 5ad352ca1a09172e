"""How long a person waits: for help, and for the quickstart once everything is compiled."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .harness import Case, Contestant, Work

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = 3


def _as_installed() -> dict[str, str]:
    """Return the environment, in which Python keeps what it compiled, as it does unless told otherwise."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _commands(*words: str) -> Callable[[], Callable[[int], list[int]]]:
    """Return what runs Python so many times and tells whether it succeeded; ``OUT`` is a folder, new each time."""
    def run(number: int) -> list[int]:
        codes = []
        for _ in range(number):
            with tempfile.TemporaryDirectory(prefix="simcore-bench-") as folder:
                given = [word.replace("OUT", str(Path(folder, "out"))) for word in words]
                codes.append(subprocess.run([sys.executable, *given], capture_output=True, check=False,
                                            env=_as_installed()).returncode)
        return codes
    return lambda: run


def case(name: str, title: str, words: tuple[str, ...], **more: Any) -> Case:
    bar = more.pop("at_least", None)
    return Case(name, title, "run", 0, 0, ("exit code",),
                lambda _: Work(NUMBER, np.zeros(NUMBER, np.int64), np.zeros(NUMBER)),
                [Contestant("simcore", _commands("-m", "simcore", *words)),
                 Contestant("python", _commands("-c", "pass"), at_least=bar)],
                by_item=True, networks=0, algorithm=lambda: "none", **more)


def start_up() -> Case:
    """Return the case of asking for help, against a Python that does nothing."""
    return case("start-up", "simcore --help", ("--help",), at_least=1 / 3)


def quickstart() -> Case:
    """Return the case of the quickstart, with its figures, once its kernels are in the cache."""
    return case("start-up-quickstart", "simcore run quickstart, warm", ("run", "quickstart", "--out", "OUT"),
                 seconds=1.5)


CASES: dict[str, Callable[[], Case]] = {"start-up": start_up, "start-up-quickstart": quickstart}
