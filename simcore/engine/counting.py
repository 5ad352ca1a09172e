"""Who adopts when, by class of nodes: what the plain loop writes down where it is asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.errors import ModelError
from simcore.model import SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.network.csr import Network

COLUMNS = ("replicate", "t", "class", "new", "new_in_degree", "new_out_degree")
_SEEN, _ROWS = range(2)  # of the places: adopters counted, rows written
_SPARE = 2**14  # rows, so that not every replicate ends a call


class Classes(NamedTuple):
    """Which class each node of a network is in.

    Attributes
    ----------
    labels : tuple of str
        The classes in their order, each with at least one node.
    of : uint16[n]
        Position of each node's class among them.
    network : Network
    """

    labels: tuple[str, ...]
    of: NDArray[np.uint16]
    network: Network


class Counter(NamedTuple):
    """What the loop counts with; all empty where nothing is counted.

    Attributes
    ----------
    adopted, tally : array
        Of the State: nodes in order of adoption, and how many there are.
    of : uint16[n]
        The class of each node.
    in_ptr, out_ptr : int64[n + 1]
        Whose differences are degrees.
    step : int64[classes, 3]
        New adopters of a step, the sum of their in-degrees, and that of their out-degrees.
    rows : int64[..., 6]
        What is written down, see `COLUMNS`.
    places : int64[2]
    most : int
        Rows that a replicate may need.
    """

    adopted: NDArray[np.uint32]
    tally: NDArray[np.int64]
    of: NDArray[np.uint16]
    in_ptr: NDArray[np.int64]
    out_ptr: NDArray[np.int64]
    step: NDArray[np.int64]
    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    most: int

    def written(self) -> NDArray[np.int64]:
        """Return the rows written since the last call."""
        rows = self.rows[: self.places[_ROWS]].copy()
        self.places[_ROWS] = 0
        return rows


_NO_NUMBERS = np.empty(0, np.int64)
NOTHING = Counter(np.empty(0, np.uint32), _NO_NUMBERS, np.empty(0, np.uint16), _NO_NUMBERS, _NO_NUMBERS,
                  np.empty((0, 3), np.int64), np.empty((0, 6), np.int64), np.zeros(2, np.int64), 0)


def counter(model: Model, state: Any, classes: Classes, horizon: int) -> Counter:
    """Return what counts the adopters of a model by class.

    Raises
    ------
    ModelError
        If its State does not have what the model says.
    """
    try:
        adopted, tally = getattr(state, model.adopters or ""), state.tally
    except AttributeError as error:
        raise ModelError(f"model '{model.name}': adopters = '{model.adopters}' names the list of adopters in its State "
                         f"and tally counts them, but the State has no '{error.name}'") from None
    number, network = len(classes.labels), classes.network
    most = number + min(network.n, number * horizon)
    return Counter(adopted, tally, classes.of, network.in_ptr, network.out_ptr, np.zeros((number, 3), np.int64),
                   np.empty((most + _SPARE, len(COLUMNS)), np.int64), np.zeros(2, np.int64), most)


@kernel
def has_room(counter):
    """Tell whether a replicate can be written down, whatever happens in it."""
    return counter.rows.shape[0] - counter.places[_ROWS] >= counter.most


@kernel
def count(counter, r, t):
    """Write down who adopted since the last call, by class; at t = 0 a row for every class."""
    step, rows, places, one = counter.step, counter.rows, counter.places, np.uint64(1)
    if t == 0:
        places[_SEEN] = 0
    for place in range(places[_SEEN], counter.tally[SIZE]):
        i = np.uint64(counter.adopted[place])
        c = counter.of[i]
        step[c, 0] += 1
        step[c, 1] += counter.in_ptr[i + one] - counter.in_ptr[i]
        step[c, 2] += counter.out_ptr[i + one] - counter.out_ptr[i]
    places[_SEEN] = counter.tally[SIZE]
    for c in range(step.shape[0]):
        if step[c, 0] > 0 or t == 0:
            row = places[_ROWS]
            rows[row, 0], rows[row, 1], rows[row, 2] = r, t, c
            for k in range(3):
                rows[row, 3 + k] = step[c, k]
                step[c, k] = 0
            places[_ROWS] = row + 1
