"""Results in other people's tools: every one finds the same numbers."""

from __future__ import annotations

import sys

import networkx as nx
import numpy as np
import pytest

import simcore as sc
from simcore import api
from simcore.errors import UsageError
from simcore.export import export
from simcore.scenario import from_data

DATA = {
    "schema": 1, "title": "To be asked", "seed": 6, "replicates": 12,
    "network": {"kind": "poisson", "n": 40, "mean_degree": 4.0, "count": 4},
    "model": {"name": "threshold", "threshold": 0.18},
    "sweep": {"network.mean_degree": [2.0, 4.0, 6.0], "seeding.kind": ["random", "influential"]}}
DRAWN = DATA | {"sweep": {"design": "sobol", "samples": 4, "network.mean_degree": {"from": 1.0, "to": 6.0},
                          "seeding.kind": ["random", "influential"],
                          "seeding.top": {"from": 0.1, "to": 0.5, "when": {"seeding.kind": "influential"}}}}


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return api.run(from_data(DATA), tmp_path_factory.mktemp("results") / "grid", workers=1)


@pytest.fixture(scope="module")
def means(grid):
    """Mean shares by setting, from the summary."""
    return {tuple(entry["point"].values()): entry["share_mean"] for entry in grid.summary()["points"]}


def test_pandas_groups_by_what_is_swept(grid, means):
    pytest.importorskip("pandas")
    found = grid.to_pandas().groupby(["network.mean_degree", "seeding.kind"])["share"].mean()
    assert found.to_dict() == pytest.approx(means)


@pytest.mark.parametrize("package", ["pandas", "polars", "xarray"])
def test_a_package_that_is_not_installed_is_named(grid, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=rf"install simcore\[{package}\]"):
        getattr(grid, f"to_{package}")()


def test_a_simulation_names_pandas_where_it_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="pandas"):
        sc.simulate(nx.path_graph(4), "threshold", threshold=0.3, replicates=10).to_pandas()


def test_polars_groups_by_what_is_swept(grid, means):
    pl = pytest.importorskip("polars")
    found = grid.to_polars().group_by("network.mean_degree", "seeding.kind").agg(pl.col("share").mean())
    assert {row[:2]: row[2] for row in found.rows()} == pytest.approx(means)
    chunks = pl.read_parquet(grid.store.folder / "chunks" / "*.parquet")
    assert chunks["share"].mean() == pytest.approx(np.mean(list(means.values())))
    assert set(chunks["point"].cast(pl.String)) == {point["hash"] for point in grid.store.manifest["points"]}


def test_duckdb_asks_in_sql(grid, means):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        connection.register("outcomes", grid.to_arrow())
        found = connection.sql('select "network.mean_degree", "seeding.kind", avg(share) from outcomes group by all')
        assert {row[:2]: row[2] for row in found.fetchall()} == pytest.approx(means)
        (chunks,) = connection.sql(
            f"select count(*), avg(share) from '{grid.store.folder}/chunks/*.parquet'").fetchall()
        points = connection.sql(
            "select avg(share) from (select unnest(points) as p from read_json('"
            f"{grid.store.folder}/manifest.json')) join '{grid.store.folder}/chunks/*.parquet' c on c.point = p.hash "
            "where p.point.\"seeding.kind\" = 'random'").fetchall()[0]
    assert chunks == (72, pytest.approx(np.mean(list(means.values()))))
    assert points[0] == pytest.approx(np.mean([mean for (_, kind), mean in means.items() if kind == "random"]))


def test_xarray_has_a_dimension_for_every_axis_of_a_grid(grid, means):
    pytest.importorskip("xarray")
    found = grid.to_xarray()
    assert dict(found.sizes) == {"network.mean_degree": 3, "seeding.kind": 2, "replicate": 12}
    for (degree, kind), mean in means.items():
        at = found["share"].sel({"network.mean_degree": degree, "seeding.kind": kind})
        assert float(at.mean()) == pytest.approx(mean)
    assert found["size"].dtype == np.int64
    frame = grid.to_pandas()
    one = frame[(frame["network.mean_degree"] == 4.0) & (frame["seeding.kind"] == "influential")]
    at = found["size"].sel({"network.mean_degree": 4.0, "seeding.kind": "influential"})
    assert at.values.tolist() == one.sort_values("replicate")["size"].tolist()


def test_xarray_has_points_where_they_are_no_grid(tmp_path):
    pytest.importorskip("xarray")
    drawn = api.run(from_data(DRAWN), tmp_path / "drawn", workers=1)
    found = drawn.to_xarray()
    assert found["share"].dims == ("point", "replicate")
    frame = drawn.to_pandas()
    for point in found["point"].values:
        rows = frame[frame["point"] == point].sort_values("replicate")
        assert found["share"].sel(point=point).values.tolist() == rows["share"].tolist()
        assert found["network.mean_degree"].sel(point=point) == rows["network.mean_degree"].iloc[0]
    assert frame["seeding.top"].isna().any()


def test_what_is_not_there_is_not_a_number(tmp_path):
    pytest.importorskip("xarray")
    enough = DATA | {"stop": {"half_width": 0.35, "max_replicates": 48}}
    found = api.run(from_data(enough), tmp_path / "enough", workers=1)
    array = found.to_xarray()["share"]
    numbers = np.isfinite(array.values).sum(axis=-1)
    assert len(np.unique(numbers)) > 1
    assert int(numbers.sum()) == len(found.to_pandas())


def test_an_axis_of_numbers_and_words_is_a_column_of_words(tmp_path):
    company = {"schema": 1, "title": "near or anywhere", "seed": 1, "replicates": 2, "horizon": 2,
               "organisation": {"kind": "hierarchy", "levels": 3, "span": 2, "cross_ties": 2},
               "customers": {"kind": "ring", "n": 10}, "model": {"name": "culture"},
               "sweep": {"organisation.lambda": [0.5, "infinite"]}}
    results = api.run(from_data(company), tmp_path / "results", workers=1)
    assert set(results.to_arrow()["organisation.lambda"].to_pylist()) == {"0.5", "infinite"}
    export(results.store, tmp_path / "all.csv")
    lines = (tmp_path / "all.csv").read_text().splitlines()
    place = lines[0].replace('"', "").split(",").index("organisation.lambda")
    assert {line.replace('"', "").split(",")[place] for line in lines[1:]} == {"0.5", "infinite"}
