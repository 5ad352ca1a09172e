"""The plan: blocks cover each row once, and chunks are as long as their replicates are cheap."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import plan
from simcore.scenario import from_data
from simcore.study import Study


@given(st.lists(st.tuples(st.integers(1, 4), st.one_of(st.none(), st.integers(1, 9))), min_size=1, max_size=3),
       st.integers(0, 20), st.integers(1, 30), st.data())
@settings(max_examples=200, deadline=None)
def test_blocks_cover_each_row_once_in_order(shapes, first, more, data):
    groups, position = [], 0
    for number, (points, count) in enumerate(shapes):
        groups.append(plan.Group(str(number), tuple(range(position, position + points)), count, position))
        position += points
    stop = first + more
    rows = sum(more * len(group.points) for group in groups)
    inner = data.draw(st.lists(st.integers(1, max(rows - 1, 1)), max_size=5, unique=True))
    edges = [0, *sorted(edge for edge in inner if edge < rows), rows]
    listed = []
    for begin, end in itertools.pairwise(edges):
        before = len(listed)
        for block in plan.blocks(groups, first, stop, begin, end):
            group = next(group for group in groups if block.point in group.points)
            listed += [(block.point, block.network + (group.networks or 0) * w)
                       for w in range(block.first, block.first + block.replicates)]
        assert len(listed) - before == end - begin
    assert sorted(listed) == [(point, r) for point in range(position) for r in range(first, stop)]


def chunks(**data):
    study = Study(from_data({"schema": 1, "title": "chunks", **data}))
    return np.diff(plan.cut(study.groups, study.scenario.points, {}, 0, study.scenario.replicates)).tolist()


def test_costly_replicates_are_cut_for_several_workers_and_cheap_ones_kept_together():
    company = {"organisation": {"kind": "hierarchy", "levels": 5}, "model": {"name": "culture"},
               "customers": {"kind": "watts-strogatz", "n": 4000, "neighbours": 6, "rewiring": 0.1}}
    assert chunks(replicates=200, **company) == [25] * 8
    assert chunks(replicates=10, **company) == [10]  # a few hundredths of a second

    def threshold(**network):
        return {"network": {"kind": "poisson", "mean_degree": 4.0, **network}, "seeding": {"kind": "random"},
                "model": {"name": "threshold", "threshold": 0.18}}
    assert chunks(replicates=1000, **threshold(n=1000)) == [1000]
    assert chunks(replicates=1000, **threshold(n=1_000_000, count=1)) == [200] * 5  # lanes take many at once
    assert max(chunks(replicates=1000, **threshold(n=1_000_000))) < 20  # which are of no use here


class Watched(list):
    """A list that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, k):
        Watched.looks += 1
        return super().__getitem__(k)


@pytest.mark.parametrize("points", [1, 10_000])
def test_a_chunk_looks_at_few_points_of_many(points):
    """Else the time for planning chunks grows with the square of the number of points."""
    groups = Watched(plan.Group(str(k), Watched(range(k * points, (k + 1) * points)), 1, k * points)
                     for k in range(10_000 // points))
    Watched.looks = 0
    found = list(plan.blocks(groups, 0, 100, 900_000, 900_250))
    assert [(block.point, block.replicates) for block in found] == [(9_000, 100), (9_001, 100), (9_002, 50)]
    assert Watched.looks < 30
