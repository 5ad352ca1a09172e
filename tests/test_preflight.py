"""What a run needs is told before it starts, and what cannot fit is refused before anything is made."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from simcore.errors import ResourceError
from simcore.preflight import need, refuse_too_large, suggestions
from simcore.scenario import from_data
from tests.runs import BASE, scenario


def test_a_network_that_cannot_fit_is_refused_before_anything_is_made():
    for network in ({"kind": "poisson", "n": 2**31 - 1, "count": 1}, {"kind": "complete", "n": 1_000_000}):
        huge = scenario(network=network, sweep={} if network["kind"] == "complete" else BASE["sweep"])
        with pytest.raises(ResourceError, match="GiB are free; use fewer --workers, or a smaller n"):
            refuse_too_large(huge, 64)
    refuse_too_large(scenario(), 2)


def test_results_that_cannot_fit_on_disk_are_refused_with_numbers(tmp_path, monkeypatch):
    many = scenario(replicates=10**9)
    rows = 4 * 10**9 * len(many.points)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=rows - 1))
    with pytest.raises(ResourceError, match=rf"results of 1000000000 replicates of .* take {rows / 2**30:.1f} GiB"):
        refuse_too_large(many, 2, tmp_path / "not" / "there")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=rows))
    refuse_too_large(many, 2, tmp_path / "not" / "there")


def test_memory_is_counted_network_by_network_and_state_by_state():
    def memory(workers=1, **changed):
        network = {"kind": "poisson", "n": 10**6, "mean_degree": 4.0, "count": 1} | changed.pop("network", {})
        return need(scenario(**{"network": network, "sweep": {}, "replicates": 10} | changed), workers).memory
    size = 8e6 + 4 * 4e6
    assert memory(network={"count": 3}) - memory() == 2 * size  # all are kept
    assert memory(network={"count": 9}) - memory() == 4 * size  # four are
    state = memory(workers=2) - memory() - 1.3 * size  # needs, who adopted, and room for their order
    assert 6e6 < state < 16e6
    of_sir = {"name": "sir", "transmission": 0.5, "recovery": 1.0}
    assert memory(model=of_sir) - memory() == pytest.approx(9e6 - state, rel=0.01)  # a byte and two lists a node


def test_customers_count_as_nodes():
    huge = need(from_data({"schema": 1, "title": "a firm", "seed": 5, "replicates": 45, "horizon": 200,
                           "organisation": {"kind": "hierarchy"}, "model": {"name": "culture"},
                           "customers": {"kind": "watts-strogatz", "n": 10**8, "neighbours": 6, "rewiring": 0.1}}), 1)
    assert huge.nodes > 10**8
    assert huge.memory > 10**8 * (8 + 4 * 6)


def test_what_a_run_needs_is_told_before_it_starts(monkeypatch):
    monkeypatch.setattr("simcore.preflight.available_memory", lambda: 2.0**28)
    million = {"kind": "poisson", "n": 10**6, "mean_degree": 6.0, "count": 1}
    found = need(scenario(network=million, sweep={}, replicates=10), 2)
    assert (found.nodes, found.arcs, found.arcs_in_all) == (10**6, 6e6, 6e7)
    assert found.memory > 4 * 6e6 + 8 * 1e6  # the network itself, at least
    assert f"some {found.memory / 2**20:,.0f} MiB, of which 256 are free here; at most 6e+07 arcs" in str(found)
    assert len(suggestions(scenario(replicates=10))) == 1
    assert "0.31 at best" in suggestions(scenario(replicates=10))[0]
    one = {"kind": "poisson", "n": 100, "mean_degree": 3.0, "count": 1}
    assert any("that network alone" in told for told in suggestions(scenario(network=one, sweep={}, replicates=200)))
