"""Where the nodes of a small network are drawn: near those they are tied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

MOST_NODES = 2000


def positions(network: Network) -> NDArray[np.float64]:
    """Return where each node is drawn, the same whenever it is asked.

    Fruchterman & Reingold (1991), doi:10.1002/spe.4380211102, as networkx has it.

    Parameters
    ----------
    network : Network
        Of at most 2,000 nodes.

    Returns
    -------
    float64[n, 2]

    Raises
    ------
    UsageError
        If there are more nodes.
    """
    if network.n > MOST_NODES:
        raise UsageError(f"a network that is drawn has at most {MOST_NODES:,} nodes (got {network.n:,})")
    import networkx as nx  # a tenth of a second, which other figures need not wait

    graph = nx.empty_graph(network.n)
    sources = np.repeat(np.arange(network.n), np.diff(network.out_ptr))
    graph.add_edges_from(zip(sources.tolist(), network.out_idx.tolist(), strict=True))
    found = nx.spring_layout(graph, k=2.0 / max(1.0, np.sqrt(network.n)), seed=1, method="force")
    return np.array([found[node] for node in range(network.n)]).reshape(-1, 2)
