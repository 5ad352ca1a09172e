"""Network files for tests: written, read back as plain arcs, and refused."""

from __future__ import annotations

import numpy as np
import pytest

from simcore.errors import NetworkError
from simcore.network.read import read

FORTH, BACK = "source-influences-target", "target-influences-source"


def saved(folder, name, text):
    (folder / name).write_text(text, "utf-8")
    return folder / name


def arcs(loaded):
    """Return the arcs and their weights, in units of the scale."""
    network, labels = loaded.network, list(map(str, loaded.labels))
    tails = np.repeat(np.arange(network.n), network.out_degree)
    heavy = network.out_weight.tolist() if network.weighted else [1] * network.arcs
    return {(labels[u], labels[v]): w for u, v, w in zip(tails, network.out_idx, heavy, strict=True)}


def told(path, **asked):
    """Return the lines in which a file is refused."""
    with pytest.raises(NetworkError) as caught:
        read(path, **{"direction": "both"} | asked)
    return str(caught.value).split("\n")
