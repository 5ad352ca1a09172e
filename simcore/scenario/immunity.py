"""``[immune]``: who never adopts, and what that leaves of the network and of the parameters."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.engine import census
from simcore.network.csr import with_in_arcs
from simcore.network.immune import immunised
from simcore.scenario.seedings import VulnerableSeeding
from simcore.scenario.seeds import number, strategy
from simcore.seeding import Among, Random, choose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.network.csr import Network
    from simcore.network.loaded import Loaded
    from simcore.scenario.forms import Section

_PART = 2**31  # of the choice: seeds and programmes have lower ones


def immune_nodes(section: Section, loaded: Loaded, model: Model, network: Network, params: Any,
                 key: np.uint64) -> NDArray[np.uint32]:
    """Return who is immune on a network: the same people in all its replicates.

    Parameters
    ----------
    section : Section
        Of ``[immune]``.
    loaded : Loaded
    model : Model
    network : Network
        That of ``loaded``, as the model's kernels see it.
    params : Model.Params
        Resolved on it.
    key : uint64
        The network's key.

    Returns
    -------
    uint32[...]
    """
    if isinstance(section, VulnerableSeeding):
        need: NDArray[np.signedinteger] = np.empty(network.n, np.int64 if network.weighted else np.int32)
        model.needs(model.Layers(network), params, need)
        vulnerable = census.vulnerable(network, need).astype(np.float64)
        loaded = dataclasses.replace(loaded, columns={**loaded.columns, "vulnerable": vulnerable})
        chosen = choose(Random(number(section, network.n), Among("vulnerable", 1.0)), loaded, key, 0, 1, _PART)
    else:
        chosen = choose(strategy(section, loaded), loaded, key, 0, 1, _PART)
    return chosen.nodes[chosen.begin[0]:chosen.end[0]]


def without(immune: NDArray[np.uint32], model: Model, network: Network, params: Any) -> tuple[Network, Any]:
    """Return the network in which these nodes are immune, and the parameters of the arcs that are left."""
    thinned, left = immunised(network, immune)
    parts = (value[left] if isinstance(value, np.ndarray) and value.dtype == np.uint64 and value.size == left.size > 1
             else value for value in params)
    return with_in_arcs(thinned) if model.reads_in_arcs else thinned, model.Params(*parts)
