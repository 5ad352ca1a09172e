"""What made a result: versions, machine, randomness. Stored in every results folder."""

from __future__ import annotations

import datetime
import importlib.metadata
import platform
import sys
from typing import Any

from simcore import __version__
from simcore.rng import STREAM_VERSION

SCHEMA_VERSION = 1
_PACKAGES = ("numpy", "numba", "llvmlite", "scipy", "networkx", "pyarrow", "pydantic")


def collect(**parameters: Any) -> dict[str, Any]:
    """Return the provenance of a run that begins now; `parameters` are recorded as they are."""
    return {
        "schema_version": SCHEMA_VERSION,
        "software": {"name": "simcore", "version": __version__, "stream_version": STREAM_VERSION},
        "parameters": parameters,
        "environment": {
            "python": platform.python_version(),
            "system": platform.system(),
            "machine": platform.machine(),
            "byte_order": sys.byteorder,
            "packages": {name: importlib.metadata.version(name) for name in _PACKAGES},
        },
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
