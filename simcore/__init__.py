"""simcore: how trends, innovations and a culture of customer focus spread.

The same verbs as on the command line: `simulate` on a network of one's own, `load` and `run` a scenario, open
`Results`. Everything is imported when it is first used, so that ``import simcore`` costs nothing.
"""

from __future__ import annotations

import importlib

__version__ = "0.1.0"

TYPE_CHECKING = False  # `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from simcore.api import Results, run
    from simcore.campaign import Influence, influence
    from simcore.catalogue import scenarios
    from simcore.citations import cite
    from simcore.instruments import (
        Census,
        Curve,
        cascade_trees,
        census,
        hindsight,
        influentials,
        music_lab,
        transmission_curve,
    )
    from simcore.judgement import Verdict, verdict
    from simcore.migration import Experiment, from_eon, from_ndlib
    from simcore.network.adapters import from_networkx, from_scipy, to_networkx, to_scipy
    from simcore.network.csr import Network, from_arcs
    from simcore.network.read import read as read_network
    from simcore.network.write import write as write_network
    from simcore.scenario import Scenario
    from simcore.scenario.load import load
    from simcore.simulation import Simulation, describe, simulate

_HOMES = {
    "simcore.api": ("Results", "run"),
    "simcore.campaign": ("Influence", "influence"),
    "simcore.catalogue": ("scenarios",),
    "simcore.citations": ("cite",),
    "simcore.instruments": ("Census", "Curve", "cascade_trees", "census", "hindsight", "influentials", "music_lab",
                            "transmission_curve"),
    "simcore.judgement": ("Verdict", "verdict"),
    "simcore.migration": ("Experiment", "from_eon", "from_ndlib"),
    "simcore.network.adapters": ("from_networkx", "from_scipy", "to_networkx", "to_scipy"),
    "simcore.network.csr": ("Network", "from_arcs"),
    "simcore.scenario": ("Scenario", "load"),
    "simcore.simulation": ("Simulation", "describe", "simulate"),
}
_RENAMED = {"read_network": ("simcore.network.read", "read"), "write_network": ("simcore.network.write", "write")}
_NAMES = {name: (home, name) for home, names in _HOMES.items() for name in names} | _RENAMED

__all__ = ["Census", "Curve", "Experiment", "Influence", "Network", "Results", "Scenario", "Simulation", "Verdict",
           "__version__", "cascade_trees", "census", "cite", "describe", "from_arcs", "from_eon", "from_ndlib",
           "from_networkx", "from_scipy", "hindsight", "influence", "influentials", "load", "music_lab", "read_network",
           "run", "scenarios", "simulate", "to_networkx", "to_scipy", "transmission_curve", "verdict", "write_network"]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'simcore' has no attribute '{name}'")
    home, there = _NAMES[name]
    return getattr(importlib.import_module(home), there)


def __dir__() -> list[str]:
    return __all__
