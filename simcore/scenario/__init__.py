"""From a TOML file to points: read with positions, completed, validated, hashed."""

from simcore.scenario.load import from_data, from_manifest, load
from simcore.scenario.points import Point, Scenario

__all__ = ["Point", "Scenario", "from_data", "from_manifest", "load"]
