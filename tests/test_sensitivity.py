"""What decides: indices against closed forms and against plain sums, and how much of them is chance."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from simcore import api, cli, sensitivity
from simcore.errors import UsageError
from simcore.quantities import Crossed, crossed
from simcore.scenario import from_data, sampling
from tests.naive import sensitivity as naive

SALTELLI = {
    "schema": 1, "title": "What decides", "seed": 5, "replicates": 30,
    "network": {"kind": "poisson", "n": 60, "mean_degree": 4.0, "count": 10},
    "model": {"name": "threshold", "threshold": 0.18},
    "sweep": {"design": "saltelli", "samples": 8, "network.mean_degree": {"from": 1.0, "to": 6.0},
              "model.threshold": {"from": 0.05, "to": 0.4, "scale": "log"}, "seeding.count": [1, 3],
              "seeding.kind": ["random", "influential"],
              "seeding.top": {"from": 0.1, "to": 0.5, "when": {"seeding.kind": "influential"}}}}
MORRIS = SALTELLI | {"sweep": SALTELLI["sweep"] | {"design": "morris", "samples": 6}}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    found = {}
    for data in (SALTELLI, MORRIS):
        folder = tmp_path_factory.mktemp("results") / data["sweep"]["design"]
        found[data["sweep"]["design"]] = api.run(from_data(data), folder, workers=1).store
    return found


def ishigami(x):
    """Return Ishigami and Homma's function (a = 7, b = .1) on the unit cube."""
    x1, x2, x3 = np.moveaxis(np.pi * (2 * x - 1), -1, 0)
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


_PI4 = math.pi**4
_VARIANCE = 49 / 8 + 0.1 * _PI4 / 5 + 0.01 * _PI4**2 / 18 + 0.5
_FIRST = np.array([0.5 * (1 + 0.1 * _PI4 / 5) ** 2, 49 / 8, 0.0]) / _VARIANCE
_TOTAL = _FIRST + np.array([1, 0, 1]) * 8 * 0.01 * _PI4**2 / 225 / _VARIANCE


def sobol_g(x):
    """Return Sobol's g-function with a = 0, 1, 9 on the unit cube."""
    a = np.array([0.0, 1.0, 9.0])
    return np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=-1)


_PARTS = 1 / 3 / (1 + np.array([0.0, 1.0, 9.0])) ** 2
_G_VARIANCE = np.prod(1 + _PARTS) - 1


def saltelli(seed, samples, function):
    cube = sampling.saltelli(samples, ["a", "b", "c"], seed, 4)
    return function(cube).reshape(samples, -1)


@pytest.mark.parametrize(("function", "first", "total"), [
    (ishigami, _FIRST, _TOTAL),
    (sobol_g, _PARTS / _G_VARIANCE, _PARTS * (np.prod(1 + _PARTS) / (1 + _PARTS)) / _G_VARIANCE)])
def test_indices_are_those_of_the_closed_form(function, first, total):
    found = []
    for seed in range(40):
        one, whole, variance = sensitivity.sobol_indices(saltelli(seed, 512, function))
        found.append(np.concatenate([one, whole]) / variance)
    z = (np.mean(found, axis=0) - np.concatenate([first, total])) / (np.std(found, axis=0, ddof=1) / math.sqrt(40))
    assert np.abs(z).max() < 4


def test_indices_and_effects_are_those_of_plain_sums():
    y = np.random.default_rng(1).normal(size=(7, 5)) + 3
    first, total, variance = sensitivity.sobol_indices(y)
    plain = naive.sobol_indices(y.tolist())
    assert first / variance == pytest.approx(plain[0])
    assert total / variance == pytest.approx(plain[1])
    cube = sampling.morris(7, ["a", "b", "c", "d"], 3, 6).reshape(7, 5, 4)
    assert sensitivity.effects(y, np.diff(cube, axis=1)) == pytest.approx(
        np.array(naive.effects(y.tolist(), cube.tolist())))


def noisy(rng, seed, samples, replicates, spread):
    """Return a design of the g-function in which all points share some luck and have some of their own."""
    y = saltelli(seed, samples, sobol_g)
    luck = rng.normal(size=(1, replicates)) + rng.normal(size=(y.size, replicates)) * spread
    return Crossed(y.reshape(-1, 1) + luck, np.arange(replicates)), np.arange(y.size).reshape(y.shape)


def test_what_chance_adds_to_indices_is_told():
    """Without the part that is chance, noisy indices are right on average; with it they are not."""
    rng = np.random.default_rng(11)
    raw, corrected = [], []
    for seed in range(60):
        data, blocks = noisy(rng, seed, 128, 8, 1.5)
        _, noise, inputs = sensitivity._sobol(data, blocks, None)
        raw.append([entry["total"] for entry in inputs])
        corrected.append([(entry["total"] - entry["total_noise"]) / (1 - noise) for entry in inputs]
                         + [(entry["first"] - entry["first_noise"]) / (1 - noise) for entry in inputs])
    total = _PARTS * (np.prod(1 + _PARTS) / (1 + _PARTS)) / _G_VARIANCE
    exact = np.concatenate([total, _PARTS / _G_VARIANCE])
    z = (np.mean(corrected, axis=0) - exact) / (np.std(corrected, axis=0, ddof=1) / math.sqrt(60))
    assert np.abs(z).max() < 4
    assert np.mean(raw, axis=0)[2] > total[2] + 0.1


def test_intervals_cover_under_chance(monkeypatch):
    """Of 95 % intervals of indices of what replicates share, at least 90 % hold the true index."""
    monkeypatch.setattr(sensitivity, "RESAMPLES", 100)
    rng = np.random.default_rng(12)
    total = _PARTS * (np.prod(1 + _PARTS) / (1 + _PARTS)) / _G_VARIANCE
    held = np.zeros((2, 3))
    for seed in range(100):
        data, blocks = noisy(rng, seed, 64, 20, 0.4)
        _, _, inputs = sensitivity._sobol(data, blocks, None)
        for k, entry in enumerate(inputs):
            held[0, k] += entry["first_interval"][0] <= (_PARTS / _G_VARIANCE)[k] <= entry["first_interval"][1]
            held[1, k] += entry["total_interval"][0] <= total[k] <= entry["total_interval"][1]
    assert held.min() >= 90


def test_deviations_give_the_covariance_of_means():
    values = np.random.default_rng(3).normal(size=(4, 30))
    plain = Crossed(values, np.arange(30)).deviations()
    assert plain @ plain.T == pytest.approx(np.cov(values) / 30)
    clusters = np.repeat(np.arange(10), 3)
    grouped = Crossed(values, clusters).deviations()
    assert grouped @ grouped.T == pytest.approx(np.cov(values.reshape(4, 10, 3).mean(axis=2)) / 10)


def test_indices_of_a_folder_are_those_of_its_table(folders):
    store = folders["saltelli"]
    found = sensitivity.sensitivity(store, "share")
    table = api.Results(store).to_pandas()
    means = table.groupby("point")["share"].mean()
    ids = {row: point["id"] for point in store.manifest["points"] for row in point["rows"]}
    y = [means[ids[row]] for row in range(len(ids))]
    first, total = naive.sobol_indices([y[k:k + 7] for k in range(0, len(y), 7)])
    assert [entry["first"] for entry in found["inputs"]] == pytest.approx(first)
    assert [entry["total"] for entry in found["inputs"]] == pytest.approx(total)
    assert found["points"] == len(means) < len(ids) == 8 * 7
    assert 0 < found["noise"] < 1
    assert found["inputs"][0]["input"] == "network.mean_degree"


def test_effects_of_a_folder_are_those_of_its_table(folders):
    store = folders["morris"]
    found = sensitivity.sensitivity(store, "p_global")
    data = sensitivity.salib(store, "p_global")
    y, x = (np.array(data[key]).reshape(6, 6, -1) for key in ("Y", "X"))
    plain = np.array(naive.effects(y[:, :, 0].tolist(), x.tolist()))
    for k, entry in enumerate(found["inputs"]):
        assert entry["mu"] == pytest.approx(plain[:, k].mean())
        assert entry["mu_star"] == pytest.approx(np.abs(plain[:, k]).mean())
        assert entry["sigma"] == pytest.approx(plain[:, k].std(ddof=1))


def test_salib_finds_the_same(folders):
    sobol = pytest.importorskip("SALib.analyze.sobol")
    from SALib.analyze import morris

    data = sensitivity.salib(folders["saltelli"], "share")
    theirs = sobol.analyze(data["problem"], np.array(data["Y"]), calc_second_order=False, seed=1)
    ours = sensitivity.sensitivity(folders["saltelli"], "share")["inputs"]
    assert theirs["S1"] == pytest.approx([entry["first"] for entry in ours])
    assert theirs["ST"] == pytest.approx([entry["total"] for entry in ours])
    data = sensitivity.salib(folders["morris"], "share")
    theirs = morris.analyze(data["problem"], np.array(data["X"]), np.array(data["Y"]), seed=1)
    ours = sensitivity.sensitivity(folders["morris"], "share")["inputs"]
    for name, key in (("mu_star", "mu_star"), ("mu", "mu"), ("sigma", "sigma")):
        assert list(theirs[name]) == pytest.approx([entry[key] for entry in ours])


@pytest.mark.parametrize("design", ["saltelli", "morris"])
def test_the_command_prints_draws_and_exports(folders, design, tmp_path, capsys):
    folder = str(folders[design].folder)
    figure, exported = tmp_path / "tornado.svg", tmp_path / "salib.json"
    assert cli.main(["sensitivity", folder, "--of", "share", "--figure", str(figure), "--salib", str(exported)]) == 0
    assert "model.threshold" in capsys.readouterr().out
    assert figure.stat().st_size > 1000
    assert len(figure.with_suffix(".csv").read_text().splitlines()) == 6
    assert json.loads(exported.read_text())["problem"]["num_vars"] == 5
    assert cli.main(["sensitivity", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["of"] == "p_global"
    assert cli.main(["plot", folder, "--out", str(tmp_path)]) == 0
    assert "tornado" in capsys.readouterr().out


def test_replicates_that_not_all_points_have_are_left_out(folders):
    store = folders["saltelli"]
    whole = crossed(store, "share")
    columns = store.columns()
    keep = (columns["replicate"] < 20) | (columns["point"] > 3)

    class Part:
        manifest, folder = store.manifest, store.folder

        def columns(self):
            return {name: values[keep] for name, values in columns.items()}

    assert np.array_equal(crossed(Part(), "share").values, whole.values[:, :20])


def test_what_cannot_be_analysed_is_told(folders, tmp_path):
    with pytest.raises(UsageError, match=r"there is no quantity 'shar'; .*did you mean 'share'"):
        sensitivity.sensitivity(folders["saltelli"], "shar")
    grid = api.run(from_data(SALTELLI | {"sweep": {"seeding.count": [1, 2]}, "replicates": 3}), tmp_path / "grid")
    with pytest.raises(UsageError, match=r"needs a design of 'saltelli' or 'morris' \(got 'grid'\)"):
        sensitivity.sensitivity(grid.store, "share")
    constant = from_data(SALTELLI | {"horizon": 0, "replicates": 3, "sweep": {
        "design": "saltelli", "samples": 2, "model.threshold": {"from": 0.1, "to": 0.2}}})
    with pytest.raises(UsageError, match="the same at all points"):
        sensitivity.sensitivity(api.run(constant, tmp_path / "constant").store, "p_global")
