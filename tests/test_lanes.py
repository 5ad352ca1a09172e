"""Lanes: 512 replicates at once equal the plain algorithm on every column that they supply."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models, rng
from simcore.engine import ALGORITHMS, Task, bits, lanes, layout, sweeps
from simcore.engine import run as choose_and_run
from simcore.engine.plain import run as run_plain
from simcore.errors import UsageError
from simcore.model import Single
from simcore.network.csr import from_arcs
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.network.read import read
from simcore.parameters import resolve
from simcore.seeding import Random, choose
from simcore.seeding.seeds import Seeds
from tests.simulation import some_seeds
from tests.strategies import networks, probabilities, thresholds

DATA = Path(__file__).parents[1].parent / "shared" / "data"
OURS = [each for each in ALGORITHMS if each.name.startswith("lanes")]


def started(data, n):
    """Draw the seeds of a few replicates, different in each, perhaps none."""
    lists = [some_seeds(data, n) for _ in range(data.draw(st.integers(1, 4)))]
    end = np.cumsum([len(some) for some in lists])
    nodes = np.array([i for some in lists for i in some], np.uint32)
    return Seeds(nodes, end - [len(some) for some in lists], end, end * 0.0, end * 0.0)


def task(name, arcs, params, seeds, key=0, first=0, horizon=20):
    model = models.find(name)
    declared = resolve(model.Params, params, arcs, {}, rng.Stream(np.uint64(key), np.uint64(0)))
    return Task(model, Single(arcs), declared, seeds, np.uint64(key), first, horizon)


def assert_equal_to_plain(some):
    """Run every algorithm that can on a task, and hold what it supplies to the plain one; return how many did."""
    expected, _ = run_plain(*some, trajectories=False)
    able = [each for each in OURS if getattr(some.model, each.reduction) is not None
            and some.model.reduces(some.params, some.layers[0].weighted) and each.fits(some)]
    for algorithm in able:
        found = algorithm.run(some)
        for column, name in enumerate(some.model.outcomes):
            if name in algorithm.supplies(some.model):
                assert found[:, column].tolist() == expected[:, column].tolist(), (algorithm.name, name)
            else:
                assert np.isnan(found[:, column]).all()
    return len(able)


@given(st.data(), thresholds, st.booleans(), st.integers(0, 8))
@settings(max_examples=500, deadline=None)
def test_threshold(data, threshold, absolute, horizon):
    arcs, _ = data.draw(networks())
    model = models.find("threshold")
    own = data.draw(st.lists(thresholds, min_size=arcs.n, max_size=arcs.n)) if arcs.n > 1 else []
    params = model.Params(np.array(own or [threshold]), absolute, 0.0)
    some = Task(model, Single(arcs), params, started(data, arcs.n), np.uint64(1), 0, horizon)
    assert assert_equal_to_plain(some) == 2 * (arcs.n > 0)


@given(st.data(), st.integers(1, 5))
@settings(max_examples=500, deadline=None)
def test_complex_contagion(data, contacts):
    arcs, _ = data.draw(networks(min_nodes=1))
    params = models.find("complex-contagion").Params(contacts)
    assert assert_equal_to_plain(task("complex-contagion", arcs, params, started(data, arcs.n))) == 2


@given(st.data(), probabilities, st.integers(0, 100), st.integers(0, 20), st.integers(0, 2**64 - 1))
@settings(max_examples=500, deadline=None)
def test_independent_cascade(data, transmission, first, horizon, key):
    arcs, _ = data.draw(networks())
    chances = [rng.chance(transmission)]
    if data.draw(st.booleans()) and arcs.arcs > 1:
        chances = [rng.chance(p) for p in data.draw(st.lists(probabilities, min_size=arcs.arcs, max_size=arcs.arcs))]
    params = models.find("independent-cascade").Params(np.array(chances, np.uint64), 0.0, np.ones(1), np.ones(1))
    some = Task(models.find("independent-cascade"), Single(arcs), params, started(data, arcs.n), np.uint64(key), first,
                horizon)
    assert assert_equal_to_plain(some) == (arcs.n > 0) + (0 < arcs.n <= horizon)


@given(st.data(), probabilities, st.sampled_from([1.0, 1.0, 0.5]), st.integers(0, 100), st.integers(0, 20),
       st.integers(0, 2**64 - 1))
@settings(max_examples=500, deadline=None)
def test_sir(data, transmission, recovery, first, horizon, key):
    arcs, _ = data.draw(networks())
    params = models.find("sir").Params(transmission, recovery)
    some = Task(models.find("sir"), Single(arcs), params, started(data, arcs.n), np.uint64(key), first, horizon)
    assert assert_equal_to_plain(some) == (recovery == 1.0) * ((arcs.n > 0) + (0 < arcs.n <= horizon))


@pytest.mark.parametrize(("transmission", "first", "replicates"), [(0.4, 0, 512), (0.3, 37, 1100), (0.9, 31, 3)])
def test_several_rows_of_attempts_from_any_first_replicate(transmission, first, replicates):
    key = rng.network_key(3, 0)
    arcs = poisson(300, 4.0, key)
    chosen = choose(Random(), reported(arcs), key, first, replicates)
    params = models.find("independent-cascade").Params(transmission)
    assert assert_equal_to_plain(task("independent-cascade", arcs, params, chosen, key, first)) == 1
    assert assert_equal_to_plain(task("independent-cascade", arcs, params, chosen, key, first, horizon=300)) == 2


@pytest.mark.parametrize(("z", "threshold", "replicates", "seeds"), [
    (4.0, 0.18, 1100, 1), (6.0, 0.18, 513, 3), (1.0, 0.5, 512, 1), (9.0, 0.3, 70, 60)])
def test_several_rows_of_lanes_from_any_first_replicate(z, threshold, replicates, seeds):
    key = rng.network_key(3, 0)
    arcs = poisson(500, z, key)
    chosen = choose(Random(number=seeds), reported(arcs), key, 37, replicates)
    params = models.find("threshold").Params(threshold)
    assert assert_equal_to_plain(task("threshold", arcs, params, chosen, key, 37, horizon=1000)) == 2
    assert assert_equal_to_plain(task("threshold", arcs, params, chosen, key, 37, horizon=4)) == 2  # that matters


def test_a_horizon_that_might_matter_goes_to_who_keeps_time(monkeypatch):
    path = np.arange(60)
    arcs = from_arcs(60, path[:-1], path[1:]).network
    asked = []
    run = lanes.run
    monkeypatch.setattr(lanes, "run", lambda some: asked.append(some.replicates) or run(some))
    for horizon, times in ((59, 0), (58, 1)):
        some = task("threshold", arcs, models.find("threshold").Params(0.5), Seeds(
            np.zeros(1, np.uint32), np.zeros(3, np.int64), np.ones(3, np.int64), np.zeros(3), np.zeros(3)),
            horizon=horizon)
        assert sweeps.run(some)[:, 0].tolist() == [horizon + 1] * 3
        assert len(asked) == times


@pytest.mark.skipif(not DATA.is_dir(), reason="the real networks are not at hand")
@pytest.mark.parametrize("name", sorted(path.parent.name for path in DATA.glob("*/edges.csv")))
def test_real_networks(name):
    direction = "both" if name in ("ego_facebook", "pgp", "nethept", "ceos_clubs") else "source-influences-target"
    loaded = read(DATA / name / "edges.csv", direction=direction, parallel="merge")
    chosen = choose(Random(number=3), loaded, np.uint64(5), 11, 30)
    for model, *values in (("threshold", 0.1), ("threshold", 0.3), ("independent-cascade", 0.05),
                           ("independent-cascade", "weighted-cascade"), ("sir", 0.05, 1.0)):
        some = task(model, loaded.network, models.find(model).Params(*values), chosen, 5, 11, loaded.network.n)
        assert assert_equal_to_plain(some) == (0 if model == "threshold" and loaded.network.weighted else 2)


def test_what_lanes_cannot_do():
    key = rng.network_key(3, 0)
    arcs = poisson(50, 3.0, key)
    chosen = choose(Random(), reported(arcs), key, 0, 100)
    advertised = task("threshold", arcs, models.find("threshold").Params(0.3, False, 0.1), chosen)
    with pytest.raises(UsageError, match="algorithm 'lanes' does not serve these parameters of model 'threshold'"):
        choose_and_run(advertised, ["size"], "lanes")
    assert choose_and_run(advertised, ["size"])[1] == {"plain": 100}
    weighted = from_arcs(3, [0, 1], [1, 2], [1.0, 2.0]).network
    assert not lanes.IN_STEP.fits(advertised._replace(layers=Single(weighted)))


def test_lanes_stay_within_their_share_of_what_memory_is_free(monkeypatch):
    key = rng.network_key(3, 0)
    arcs = poisson(2000, 4.0, key)
    params = models.find("threshold").Params(0.18)
    some = task("threshold", arcs, params, choose(Random(number=2), reported(arcs), key, 0, 200))
    assert lanes.IN_STEP.fits(some)
    monkeypatch.setattr(layout, "available_cores", lambda: 1)
    for free, fits in ((2.0, False), (2.1, True)):
        monkeypatch.setattr(layout, "available_memory", lambda free=free: layout.room(arcs) * free)
        layout.budget.cache_clear()
        assert lanes.IN_STEP.fits(some) is fits
    monkeypatch.setattr(layout, "available_memory", lambda: None)
    layout.budget.cache_clear()
    assert layout.budget() == 2**32
    layout.budget.cache_clear()


def test_the_choice_is_by_counted_work():
    key = rng.network_key(3, 0)
    arcs = poisson(2000, 4.0, key)
    chosen = choose(Random(number=2), reported(arcs), key, 0, 1000)
    some = task("threshold", arcs, models.find("threshold").Params(0.18), chosen, key, horizon=1000)
    expected, _ = run_plain(*some, trajectories=False)
    rows, ran = choose_and_run(some, ["size"])
    assert rows[:, 0].tolist() == expected[:, 0].tolist()
    assert ran == {"plain": 8, "lanes-sweeping": 992}
    rows, ran = choose_and_run(some, ["size", "peak"])
    assert rows.tolist() == expected.tolist()
    assert ran == {"plain": 8, "lanes": 992}
    assert choose_and_run(some.part(0, 64), ["size"])[1] == {"plain": 64}
    idle = some._replace(params=some.params._replace(threshold=np.array([1.0])))  # a few adopt, and no more
    assert choose_and_run(idle, ["size", "duration"])[1] == {"plain": 1000}


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_numbers_on_edge(data):
    """Counting, adding and comparing numbers that lie in planes is the same as doing it one by one."""
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    counter, planes = bits.rows(20), [bits.rows(10) for _ in range(3)]
    total, most = np.zeros((2, 512), np.int64)
    for _ in range(3):
        lines = bits.rows(data.draw(st.integers(1, 200)))
        lines[:] = random.integers(0, 2**64, lines.shape, np.uint64) & random.integers(0, 2**64, lines.shape, np.uint64)
        each = np.unpackbits(lines.view(np.uint8), axis=1, bitorder="little").sum(axis=0)
        total, most = total + each, np.maximum(most, each)
        bits.tally(lines, counter, *planes)
    for planes_, numbers in zip(planes[:2], (total, most), strict=True):
        out = np.empty(500, np.int64)
        bits.read(planes_, 0, out)
        assert out.tolist() == numbers[:500].tolist()
    assert not counter[::2].any()


def checksums():
    """Return a checksum of what each algorithm gives, on a network with everything."""
    key = rng.network_key(8, 0)
    arcs = poisson(40, 3.0, key)
    seeds = choose(Random(number=2), reported(arcs), key, 5, 40)
    some = {"needs": task("threshold", arcs, models.find("threshold").Params(0.3), seeds, key, 5),
            "live": task("independent-cascade", arcs, models.find("independent-cascade").Params(0.4), seeds, key, 5)}
    return [zlib.crc32(each.run(some[each.reduction]).tobytes()) for each in OURS]


@pytest.mark.parametrize("environment", [{"NUMBA_DISABLE_JIT": "1"}, {"NUMBA_BOUNDSCHECK": "1"}])
def test_without_compiler_and_within_bounds(environment, tmp_path):
    code = "import json; from tests.test_lanes import checksums; print(json.dumps(checksums()))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=False, capture_output=True, text=True,
                          env=os.environ | environment | {"SIMCORE_CACHE": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == checksums()
