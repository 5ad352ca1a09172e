"""Rows of networks: filled from arcs in any order and any number of parts, and canonical."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.network import blocks, forest, geometric, groups, hierarchy, poisson, rewiring, rows, stubs
from simcore.network.blocks import degree_corrected
from simcore.network.clustered import holme_kim, reciprocal
from simcore.network.configuration import configuration, drawn_degrees
from simcore.network.csr import from_arcs, from_parts, tidied
from simcore.network.influence import Classes, influence
from simcore.network.preferential import barabasi_albert
from simcore.rng import Purpose, network_key
from tests.generated import arcs, geometric_pmf, keys, large, poisson_pmf
from tests.naive.influence import half
from tests.naive.philox import c3, philox

KEY = network_key(61, 0)
listed = st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(
    st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=300)))


def uint32(some):
    return np.array(some, np.uint32).reshape(-1, 2).T


@given(listed, st.booleans(), st.data())
def test_parts_are_put_together_as_a_list_is(shape, undirected, data):
    n, pairs = shape
    cut = sorted(data.draw(st.lists(st.integers(0, len(pairs)), max_size=4)))
    pieces = [pairs[a:b] for a, b in zip([0, *cut], [*cut, len(pairs)], strict=True)]
    built = from_parts(n, lambda: (tuple(uint32(piece)) for piece in pieces), undirected=undirected)
    kept = {(i, j) for i, j in pairs if i != j}
    wanted = kept | {(j, i) for i, j in kept} if undirected else kept
    assert arcs(built.network) == sorted(wanted)
    assert built.network.symmetric == undirected
    assert built.self_loops == sum(i == j for i, j in pairs)
    unlike = {frozenset(pair) for pair in kept} if undirected else kept
    assert built.merged == len(pairs) - built.self_loops - len(unlike)
    source, target = uint32(pairs)
    assert from_arcs(n, source, target, undirected=undirected).network.digest() == built.network.digest()


@given(st.lists(st.lists(st.integers(0, 14), max_size=80), max_size=12))
def test_rows_become_canonical_and_entries_beyond_are_nobody(table):
    n = len(table)
    ptr = np.cumsum([0, *map(len, table)])
    idx = np.array([j for row in table for j in row], np.uint32)
    nobody = int(np.count_nonzero(idx >= n))
    built = tidied(ptr, idx, nobody=nobody)
    assert arcs(built.network) == [(i, j) for i, row in enumerate(table) for j in sorted({*row}) if j < n and j != i]
    assert built.self_loops == sum(row.count(i) for i, row in enumerate(table))
    assert built.network.arcs + built.self_loops + built.merged + nobody == sum(map(len, table))


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(0, 3), keys, st.booleans())
def test_stubs_stand_in_the_order_of_their_bits(degrees, of, key, few):
    owners = [i for i, degree in enumerate(degrees) for _ in range(degree)]
    bits = [half(s, philox(key, s // 2, of, 0, c3(Purpose.NETWORK_GROUP))) for s in range(len(owners))]
    with pytest.MonkeyPatch.context() as patch:
        if few:
            in_pieces(patch)
        parts = stubs.in_order(np.array(degrees, np.uint32), np.uint64(key), Purpose.NETWORK_GROUP, of)
        found = [node for part in parts for node in part.tolist()]
    assert found == [owners[s] for s in sorted(range(len(owners)), key=bits.__getitem__)]


def in_pieces(patch):
    """Let everything be drawn in small pieces, as if it were large."""
    for module, name, value in (
            (rows, "_FEW", 0), (rows, "_SHORT", 3), (stubs, "_FEW", 0), (stubs, "_BITS", 2), (stubs, "_TILE", 1),
            (poisson, "_FOLDS", 8), (blocks, "_NODES", 8), (forest, "_TOGETHER", 16), (groups, "_PAIRS", 5),
            (geometric, "_TOGETHER", 8), (hierarchy, "_TOGETHER", 4), (rewiring, "_TOGETHER", 8)):
        assert hasattr(module, name)
        patch.setattr(module, name, value)


MADE = {
    "poisson": lambda: poisson.poisson(201, 6.0, KEY),
    "thin": lambda: poisson.poisson(201, 1.0, KEY),
    "influence": lambda: influence(200, poisson_pmf(4.0), geometric_pmf(5.0), KEY, correlation=0.5).network,
    "classes": lambda: influence(200, Classes(0.1, poisson_pmf(9.0), poisson_pmf(3.0)), None, KEY).network,
    "configuration": lambda: configuration(drawn_degrees(201, geometric_pmf(5.0), KEY), KEY).network,
    "reciprocal": lambda: reciprocal(150, 4.0, 0.3, KEY),
    "blocks": lambda: blocks.blocks([50, 1, 70], np.full((3, 3), 0.03), KEY),
    "corrected": lambda: degree_corrected([50, 70], [[3.0, 1.4], [1.0, 2.0]], np.arange(120.0), KEY).network,
    "groups": lambda: groups.affiliation(105, 6, 0.4, 2.0, KEY, memberships=3),
    "forest": lambda: forest.forest(12, 9, 4.0, 5, KEY),
    "geometric": lambda: geometric.random_geometric(150, 6.0, KEY),
    "organisation": lambda: hierarchy.organisation([3, 4, 5], 40, 0.5, 0.5, KEY, teams=True),
    "rewired": lambda: rewiring.rewired(poisson.poisson(201, 6.0, KEY), 0.3, KEY),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_pieces_change_nothing(make, monkeypatch):
    whole = make().digest()
    in_pieces(monkeypatch)
    assert make().digest() == whole


@pytest.mark.parametrize("undirected", [False, True])
def test_rows_of_many_blocks_are_those_of_few(undirected, monkeypatch):
    n, draw = 40_000, np.random.default_rng(3)  # three blocks
    tail, head = draw.integers(0, n, (2, 100_001), np.uint32)  # an odd number
    tail[::9] = 17  # whose row is long, and has repeats
    whole = from_arcs(n, tail, head, undirected=undirected)
    unlike = np.flatnonzero(tail != head)
    ends = np.stack([tail, head])[:, unlike].astype(np.int64)
    wanted = np.unique(np.concatenate([ends, ends[::-1]] if undirected else [ends], axis=1), axis=1)
    assert np.array_equal(np.repeat(np.arange(n), whole.network.out_degree), wanted[0])
    assert np.array_equal(whole.network.out_idx, wanted[1])
    monkeypatch.setattr(rows, "_FEW", 0)
    pieces = from_parts(n, lambda: zip(np.array_split(tail, 7), np.array_split(head, 7), strict=True),
                        undirected=undirected)
    assert pieces.network.digest() == whole.network.digest()
    assert pieces[1:] == whole[1:]


@large
def test_what_is_fetched_ahead_changes_nothing():
    assert holme_kim(90_000, 3, 0.0, KEY).digest() == barabasi_albert(90_000, 3, KEY).digest()
