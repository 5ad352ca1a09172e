"""The same networks, seeds and parameters through the programs of others.

The extra ``peers`` installs them; graph-tool has no wheels, but packages of conda and of distributions.
"""

from __future__ import annotations

import importlib
import warnings
from functools import cache

import pytest

_USED = {"ndlib": "ndlib.models.epidemics", "EoN": "EoN", "cynetdiff": "cynetdiff.utils",
         "graph_tool": "graph_tool.dynamics"}


@cache
def lacking(peer):
    """Return why a peer cannot be used; nothing if it can."""
    try:
        with warnings.catch_warnings(action="ignore"):  # its own affairs
            importlib.import_module(_USED[peer])
    except ImportError as error:
        return f"{peer} cannot be imported ({error}); the extra 'peers' installs all but graph-tool"
    return ""


def need(peer):
    """Skip the test, and say why, unless a peer can be used."""
    if lacking(peer):
        pytest.skip(lacking(peer))
