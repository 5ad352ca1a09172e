"""The whole curve over transmission: what a random node sets off where each tie carries with this probability."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore import rng
from simcore.engine import newman_ziff
from simcore.errors import UsageError
from simcore.intervals import student
from simcore.network.adapters import as_loaded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from simcore.network.csr import Network

MOST = 65_534


@dataclass(frozen=True, eq=False)
class Curve:
    """What a random node sets off, over transmission.

    Attributes
    ----------
    network : Network
    samples : int
        Shared by all transmissions, so that each sample is monotone along the curve.
    transmission : float64[T]
        Ascending.
    spread, spread_error : float64[T]
        Nodes reached on average, and standard errors over samples.
    p_global, p_global_error : float64[T]
        The share of nodes whose cascade is global.
    largest, largest_error : float64[T]
        The share of the nodes that the largest component has.
    """

    network: Network
    samples: int
    transmission: NDArray[np.float64]
    spread: NDArray[np.float64]
    spread_error: NDArray[np.float64]
    p_global: NDArray[np.float64]
    p_global_error: NDArray[np.float64]
    largest: NDArray[np.float64]
    largest_error: NDArray[np.float64]

    def __repr__(self) -> str:
        return (f"<Curve: {self.transmission.size} transmissions on {self.network.n:,} nodes, "
                f"{self.samples} samples>")

    def rows(self) -> list[dict[str, float]]:
        """Return one row for each transmission, with 95 % intervals."""
        out = []
        for k, transmission in enumerate(self.transmission.tolist()):
            row = {"transmission": transmission}
            for name in ("spread", "p_global", "largest"):
                value, error = (float(getattr(self, of)[k]) for of in (name, f"{name}_error"))
                reach = student(self.samples - 1) * error
                row |= {name: value, f"{name}_low": value - reach, f"{name}_high": value + reach}
            out.append(row)
        return out


def transmission_curve(network: Any, transmission: Iterable[float], *, seed: int = 0, samples: int = 256,
                       global_share: float = 0.1) -> Curve:
    """Find what a random node sets off under independent cascades, at many transmissions at once.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
        Ties must go both ways.
    transmission : iterable of float
        From 0 to 1.
    seed : int
        Root of all randomness.
    samples : int
    global_share : float
        From this share of the nodes on a cascade is global.

    Returns
    -------
    Curve

    Raises
    ------
    UsageError, NetworkError
        If something does not fit.

    Notes
    -----
    Newman & Ziff (2000), doi:10.1103/PhysRevLett.85.4104; `simcore.engine.newman_ziff`.

    Examples
    --------
    >>> import networkx as nx, simcore as sc
    >>> sc.transmission_curve(nx.karate_club_graph(), [0.0, 1.0]).spread.tolist()
    [1.0, 34.0]
    """
    loaded, values = as_loaded(network), np.unique(np.fromiter(transmission, np.float64))
    if not 0 < values.size <= MOST or not np.all((values >= 0.0) & (values <= 1.0)):
        bad = [float(value) for value in values if not 0.0 <= value <= 1.0]
        raise UsageError(f"transmission: 1 to {MOST} numbers from 0 to 1 (got {bad[0] if bad else values.size})")
    if samples < 1:
        raise UsageError(f"samples: must be at least 1 (got {samples})")
    if not loaded.network.symmetric:
        raise UsageError("a curve over transmission needs ties that go both ways: read the network with direction "
                         "'both', or take a census at each transmission")
    if not loaded.network.n:
        raise UsageError("there are no nodes")
    chances = np.array([rng.chance(float(value)) for value in values], np.uint64)
    total, squares = np.zeros((2, values.size, 3))
    for row in newman_ziff.curves(loaded.network, chances, rng.network_key(rng.root(seed), 0), samples,
                                  max(1, math.ceil(global_share * loaded.network.n - 1e-9))):
        total += row
        squares += row * row
    mean = total / samples
    variance = np.maximum(squares / samples - mean * mean, 0.0) / (samples - 1) if samples > 1 else np.inf + mean
    pairs = zip(mean.T, np.sqrt(variance).T, strict=True)
    return Curve(loaded.network, samples, values, *(part for pair in pairs for part in pair))
