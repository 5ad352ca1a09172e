"""An organisation and its customers: a chart, informal ties, the customers' network, and who serves whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.network.csr import Network  # noqa: TC001 - a layer's type, which numba asks for
from simcore.rng import Purpose, below, bits64, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NOBODY = np.uint32(2**32 - 1)
_NOBODY_YET = np.empty(0, np.uint32)
_U0, _U1 = np.uint64(0), np.uint64(1)


class Chart(NamedTuple):
    """Who reports to whom, in arrays of length N.

    Attributes
    ----------
    manager : uint32[N]
        Who is above; `NOBODY` above the chief.
    level, height : int64[N]
        Steps from the chief, and the most steps down to somebody who has no reports.
    department : int64[N]
        The ancestor on level 1, counted from 1 in ascending order; 0 for the chief.
    upward : uint32[N]
        Everybody by descending level, then ascending number, so that all reports stand before their manager.
    place, last : int64[N]
        Place in the depth-first order of the tree, children ascending, and the last place of those below.
    """

    manager: NDArray[np.uint32]
    level: NDArray[np.int64]
    height: NDArray[np.int64]
    department: NDArray[np.int64]
    upward: NDArray[np.uint32]
    place: NDArray[np.int64]
    last: NDArray[np.int64]

    @property
    def leaves(self) -> NDArray[np.uint32]:
        """Who has no reports, ascending."""
        return np.flatnonzero(self.height == 0).astype(np.uint32)


class Company(NamedTuple):
    """The layers of a model of an organisation and its customers, as kernels see them.

    Attributes
    ----------
    chart : Chart
    front : uint8[N]
        Who is of the front line.
    departments : int64[D + 1]
        The size of each department, the whole organisation first.
    informal : Network
        Ties of employees, symmetric.
    outside_ptr, outside_idx : int64[N + 1], uint32[...]
        Of the informal ties those to other departments, the chief being of none.
    customers : Network
        Ties of customers, symmetric.
    server_ptr, server_idx : int64[n + 1], uint32[...]
        The employees who serve each customer, ascending.
    served_ptr, served_idx : int64[N + 1], uint32[...]
        The customers of the employee at each place of the depth-first order, ascending.
    """

    chart: Chart
    front: NDArray[np.uint8]
    departments: NDArray[np.int64]
    informal: Network
    outside_ptr: NDArray[np.int64]
    outside_idx: NDArray[np.uint32]
    customers: Network
    server_ptr: NDArray[np.int64]
    server_idx: NDArray[np.uint32]
    served_ptr: NDArray[np.int64]
    served_idx: NDArray[np.uint32]


def chart(manager: Sequence[int] | NDArray[np.int64]) -> Chart:
    """Return the chart of a tree.

    Parameters
    ----------
    manager : int64[N]
        Of each employee, below 0 of the chief.

    Raises
    ------
    NetworkError
        If there is not one chief, or somebody is above themselves.
    """
    above = np.asarray(manager, np.int64)
    n = above.size
    chiefs = np.flatnonzero(above < 0)
    if chiefs.size != 1:
        raise NetworkError.because(f"an organisation has one chief (got {chiefs.size})")
    children = np.argsort(above, kind="stable")[1:]  # by manager, then number
    begin = np.searchsorted(above[children], np.arange(n + 1))
    level, place = np.full(n, -1, np.int64), np.zeros(n, np.int64)
    stack, order = [int(chiefs[0])], list[int]()
    while stack:
        i = stack.pop()
        level[i] = 0 if above[i] < 0 else level[above[i]] + 1
        place[i] = len(order)
        order.append(i)
        stack.extend(children[begin[i]:begin[i + 1]][::-1].tolist())
    if len(order) < n:
        i = int(np.flatnonzero(level < 0)[0])
        raise NetworkError.because(f"the chart has a cycle: employee {i} is above themselves, by way of others")
    last, height, department = place.copy(), np.zeros(n, np.int64), np.zeros(n, np.int64)
    heads = np.flatnonzero(level == 1)
    department[heads] = np.arange(1, heads.size + 1)
    for i in order[1:]:
        department[i] = department[i] or department[above[i]]
    for i in reversed(order[1:]):
        m = above[i]
        last[m], height[m] = max(last[m], last[i]), max(height[m], height[i] + 1)
    upward = np.lexsort((np.arange(n), -level)).astype(np.uint32)
    return Chart(np.where(above < 0, NOBODY, above).astype(np.uint32), level, height, department, upward, place, last)


@kernel
def _draw_servers(key, number, together, front, grouped, begin, department, ptr, out):
    """Fill in the servers of each customer, ascending: distinct, drawn evenly (see NETWORK_SERVICE).

    ``front`` is ascending, ``grouped`` by department, of which ``begin`` says where each begins; ``together``: all
    are of the department of the first.
    """
    for j in range(ptr.size - 1):
        filled, wanted, attempt = ptr[j], ptr[j] + number, _U0
        group, low, size = front, 0, front.size
        while filled < wanted:
            drawn = below(bits64(key, np.uint64(j), attempt, _U0, tag(_U0, Purpose.NETWORK_SERVICE)), np.uint64(size))
            i = group[low + np.int64(drawn)]
            attempt += _U1
            if together and filled == ptr[j]:
                group, low = grouped, begin[department[i]]
                size = begin[department[i] + 1] - low
                wanted = min(wanted, filled + size)
            at = filled
            while at > ptr[j] and out[at - 1] > i:
                at -= 1
            if at == ptr[j] or out[at - 1] != i:
                for k in range(filled, at, -1):
                    out[k] = out[k - 1]
                out[at] = i
                filled += 1
        ptr[j + 1] = filled


def serve(chart: Chart, front: NDArray[np.uint32], customers: int, key: np.uint64, *, number: int = 1,
          together: bool = False) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Draw who serves each customer, evenly from the front line.

    Parameters
    ----------
    chart : Chart
    front : uint32[F]
        The front line, ascending.
    customers : int
    key : uint64
        The network's key.
    number : int
        How many serve each.
    together : bool
        Whether all of them are of one department, that of the first; all of its front line if it is smaller.

    Returns
    -------
    ptr : int64[n + 1]
    idx : uint32[...]
        The servers of customer j are ``idx[ptr[j]:ptr[j + 1]]``, ascending.

    Raises
    ------
    NetworkError
        If the front line is smaller than the number.
    """
    if customers and not 1 <= number <= front.size:
        raise NetworkError.because(f"a customer has 1 to {front.size} servers, the size of the front line "
                                   f"(got {number})")
    department = chart.department[front]
    grouped = front[np.argsort(department, kind="stable")]
    begin = np.searchsorted(np.sort(department), np.arange(int(chart.department.max()) + 2))
    ptr, idx = np.zeros(customers + 1, np.int64), np.empty(customers * number, np.uint32)
    _draw_servers(key, number, together, front, grouped, begin, chart.department, ptr, idx)
    return ptr, idx[:ptr[-1]]


@kernel
def _list_outside(ptr, idx, department, outside_ptr, outside_idx):
    """List the ties to other departments, if there is room; else count them."""
    number = 0
    for i in range(ptr.size - 1):
        for k in idx[ptr[i]:ptr[i + 1]]:
            if department[i] != department[k] and department[i] > 0 and department[k] > 0:
                if outside_idx.size:
                    outside_idx[number] = k
                number += 1
        outside_ptr[i + 1] = number


def company(chart: Chart, front: NDArray[np.uint32], informal: Network, customers: Network,
            server_ptr: NDArray[np.int64], server_idx: NDArray[np.uint32]) -> Company:
    """Put the layers together.

    Parameters
    ----------
    chart : Chart
        Of N employees.
    front : uint32[F]
        The front line, ascending.
    informal, customers : Network
        Symmetric, of N and n nodes.
    server_ptr, server_idx : array
        See `serve`.

    Raises
    ------
    NetworkError
        If ties have a direction.
    """
    for name, network in (("informal", informal), ("customers", customers)):
        if not network.symmetric:
            raise NetworkError.because(f"{name}: ties go both ways; this network has a direction")
    n, department = chart.level.size, chart.department
    outside_ptr = np.zeros(n + 1, np.int64)
    _list_outside(informal.out_ptr, informal.out_idx, department, outside_ptr, _NOBODY_YET)
    outside_idx = np.empty(outside_ptr[-1], np.uint32)
    _list_outside(informal.out_ptr, informal.out_idx, department, outside_ptr, outside_idx)
    pairs = np.repeat(np.arange(server_ptr.size - 1, dtype=np.uint32), np.diff(server_ptr))
    places = chart.place[server_idx]
    order = np.lexsort((pairs, places))
    mark = np.zeros(n, np.uint8)
    mark[front] = 1
    sizes = np.bincount(department, minlength=int(department.max()) + 1)
    sizes[0] = n
    return Company(chart, mark, sizes, informal, outside_ptr, outside_idx, customers, server_ptr, server_idx,
                   _starts(places, n), pairs[order])


def _starts(rows: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return where each of n rows begins."""
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))]).astype(np.int64)
