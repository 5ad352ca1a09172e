"""What is worked out once for a network and kept as long as the network is: rankings take seconds, seeds do not."""

from __future__ import annotations

import functools
import threading
import weakref
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from simcore.network.csr import from_arcs, with_in_arcs

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.network.csr import Network
    from simcore.network.loaded import Loaded

P = ParamSpec("P")
T = TypeVar("T")

_MOST = 16  # answers kept for a network: each may be as large as it has nodes
_guard = threading.Lock()
_answers: weakref.WeakKeyDictionary[Loaded, tuple[threading.RLock, dict[Any, Any]]] = weakref.WeakKeyDictionary()


def kept(function: Callable[Concatenate[Loaded, P], T]) -> Callable[Concatenate[Loaded, P], T]:
    """Ask the function but once for each network and arguments; whoever asks meanwhile waits."""
    @functools.wraps(function)
    def answer(loaded: Loaded, *arguments: P.args, **named: P.kwargs) -> T:
        with _guard:
            lock, answers = _answers.setdefault(loaded, (threading.RLock(), {}))
        with lock:
            name = (function, *arguments, *named.items())
            if name not in answers:
                found = function(loaded, *arguments, **named)
                while len(answers) >= _MOST:
                    del answers[next(iter(answers))]
                answers[name] = found
            return answers[name]  # type: ignore[no-any-return]
    return answer  # type: ignore[return-value]


@kept
def inward(loaded: Loaded) -> Network:
    """Return the network with its in-arcs built."""
    return with_in_arcs(loaded.network)


@kept
def ties(loaded: Loaded) -> Network:
    """Return the network in which two nodes are tied that have an arc, whichever way it points; no weights."""
    network = loaded.network
    if network.symmetric:
        return network
    sources = np.repeat(np.arange(network.n, dtype=np.uint32), network.out_degree)
    return from_arcs(network.n, sources, network.out_idx, undirected=True).network
