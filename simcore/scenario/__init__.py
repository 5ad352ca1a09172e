"""From a TOML file to points: read with positions, completed, validated, hashed."""

from simcore.scenario.load import from_data, from_manifest, load
from simcore.scenario.points import Axis, Point, Scenario

__all__ = ["Axis", "Point", "Scenario", "from_data", "from_manifest", "load"]
