"""Figures: the right ones, with the numbers of the summary, byte for byte the same, or a sentence why not."""

from __future__ import annotations

import csv
import os
import runpy
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from simcore import catalogue, overview
from simcore.comparison import compare
from simcore.errors import UsageError
from simcore.figures import Results, degrees, draw, heat_map, multiplier, new_figure, over_axis, save, sizes
from simcore.figures.results import evenly
from simcore.figures.style import as_csv, caption, label_curves, legend, style
from simcore.keeping import open_folder
from simcore.network.csr import from_arcs
from simcore.network.lattices import moore_lattice
from simcore.network.poisson import poisson
from simcore.runner import run
from simcore.scenario import from_data
from simcore.store import sealed
from simcore.study import Study
from simcore.summary import summarise
from simcore.theory import cascade_window
from tests.test_golden import small

ROOT = Path(__file__).parent.parent
BASE = {
    "schema": 1, "title": "Small $x_1$ & <odd> \u4eba\x07", "seed": 3, "replicates": 60,
    "network": {"kind": "poisson", "n": 150, "mean_degree": 3.0, "count": 12},
    "model": {"name": "threshold", "threshold": 0.18},
    "seeding": {"kind": "random", "count": 1},
}
WHO = {"seeding.kind": ["random", "influential"]}
SWEEPS = {
    "none": {},
    "words": WHO,
    "pairs": {"network.mean_degree": [1.5, 3.0, 4.0, 5.0, 7.0], **WHO},
    "nodes": {"network.n": [50, 150], "network.mean_degree": [1.0, 2.0, 5.0]},
    "plane": {"model.threshold": [0.1, 0.15, 0.2, 0.25, 0.3], "network.mean_degree": [1, 2.5, 4, 6, 8]},
    "planes": {"network.mean_degree": [1, 2.5, 4, 6, 8], "model.threshold": [0.1, 0.15, 0.2, 0.25, 0.3],
               **WHO, "network.n": [50, 60, 70]},
    "decades": {"network.n": [20, 100, 500, 2000], **WHO},
    "seeds": {"seeding.count": [0, 1, 5, 20]},
    "horizon": {"horizon": [1, 2, 50]},
}
SUITED = {
    "none": ["sizes"], "words": ["sizes"], "pairs": ["over_axis", "multiplier"], "nodes": ["over_axis", "sizes"],
    "plane": ["heat_map"], "planes": ["heat_map"], "decades": ["over_axis", "multiplier", "sizes"],
    "seeds": ["over_axis", "sizes"], "horizon": ["over_axis", "sizes"],
}


def store_of(folder, sweep, *, chunks=None, **changes):
    study = Study(from_data(BASE | {"sweep": sweep} | changes))
    store = open_folder(study, folder, resume=False)
    if chunks is None:
        run(study, store)
        return store
    plan, = folder.glob("plan-*.json")
    found, _ = sealed.read_json(plan)
    total = found["boundaries"][-1]
    plan.write_bytes(sealed.to_json(found | {"boundaries": [0, total // 2, total]}))
    for chunk in store.missing()[:chunks]:
        store.write(chunk, *study.run_chunk(chunk))
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    made = {}

    def get(name):
        if name not in made:
            made[name] = store_of(tmp_path_factory.mktemp(name) / "out", SWEEPS[name])
        return made[name]
    return get


@pytest.fixture(scope="module")
def pairs(stores):
    return Results(stores("pairs"))


def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def words_of(path):
    return " ".join(" ".join(ElementTree.parse(path).getroot().itertext()).split())


def number(cell):
    return float(cell) if cell else None


@pytest.mark.parametrize("design", SWEEPS)
def test_the_figures_that_suit_a_design_are_drawn(design, stores, tmp_path):
    store = stores(design)
    paths = draw(store, tmp_path / "new" / "figures")
    assert [path.stem for path in paths] == SUITED[design]
    for path in paths:
        for words in ("Small $x_1$ & <odd> \u4eba.", "n = ", "60 replicates a point.",
                      "Global: 10 % of the nodes or more.", f"Results {store.digest()[:12]}."):
            assert words in words_of(path)
        assert table(path.with_suffix(".csv"))


@pytest.mark.parametrize(("design", "kind"), [("pairs", "svg"), ("plane", "svg"), ("none", "png"), ("plane", "pdf")])
def test_two_renders_are_equal_to_the_byte(design, kind, stores, tmp_path):
    for first in draw(stores(design), tmp_path / "a", kind=kind):
        again, = draw(stores(design), tmp_path / "b", names=[first.stem], kind=kind)
        assert first.suffix == f".{kind}"
        assert first.read_bytes() == again.read_bytes()
        assert first.with_suffix(".csv").read_bytes() == again.with_suffix(".csv").read_bytes()


def test_another_process_with_settings_of_its_own_draws_the_same_without_pyplot(stores, tmp_path):
    store = stores("pairs")
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nlines.linewidth: 9\nsvg.fonttype: path\n")
    code = ("import sys\nfrom pathlib import Path\nfrom simcore.figures import draw\nfrom simcore.store import Store\n"
            "draw(Store(sys.argv[1]), Path(sys.argv[2]))\nassert 'matplotlib.pyplot' not in sys.modules")
    subprocess.run([sys.executable, "-W", "error", "-c", code, store.folder, tmp_path / "there"], check=True, cwd=ROOT,
                   env=os.environ | {"MATPLOTLIBRC": str(tmp_path / "matplotlibrc"), "PYTHONHASHSEED": "7",
                                     "PYTHONPATH": str(ROOT)})
    for path in draw(store, tmp_path / "here"):
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()


def test_figures_of_different_names_share_no_ids(stores, tmp_path):
    first, second = draw(stores("pairs"), tmp_path)
    shared = [{element.get("id") for element in ElementTree.parse(path).iter()
               if element.tag.endswith(("clipPath", "path")) and element.get("id")} for path in (first, second)]
    assert shared[0]
    assert not shared[0] & shared[1]


def test_the_data_of_over_axis_are_those_of_the_summary(stores, tmp_path):
    path, _ = draw(stores("pairs"), tmp_path)
    rows = [row for row in table(path.with_suffix(".csv")) if row["source"] == "simulated"]
    points = summarise(stores("pairs"))["points"]
    assert len(rows) == len(points)
    by_setting = {(row["network.mean_degree"], row["seeding.kind"]): row for row in rows}
    for entry in points:
        row = by_setting[str(entry["point"]["network.mean_degree"]), entry["point"]["seeding.kind"]]
        assert [int(row["n"]), int(row["replicates"])] == [150, 60]
        assert [number(row[name]) for name in ("p_global", "p_global_low", "p_global_high", "share_given_global")] == [
            entry["p_global"], *entry["p_global_interval"], entry["share_given_global"]]


def test_theory_is_a_curve_through_the_predictions_of_the_points(stores, tmp_path):
    path, _ = draw(stores("pairs"), tmp_path)
    curve = {(float(row["network.mean_degree"]), row["seeding.kind"]): number(row["p_global"])
             for row in table(path.with_suffix(".csv")) if row["source"] == "theory"}
    points = summarise(stores("pairs"))["points"]
    for entry in points:
        setting = entry["point"]["network.mean_degree"], entry["point"]["seeding.kind"]
        assert curve[setting] == entry["theory"]["p_global"]
    random = sorted((z, p) for (z, who), p in curve.items() if who == "random")
    assert len(random) > 30
    last = max(z for z, p in random if p > 0)  # the window's edge is found between the points
    assert last < cascade_window(0.18)[1] < min(z for z, p in random if z > last)
    assert min(z for z, _ in random if z > last) - last < 0.02


def test_the_data_of_the_multiplier_are_those_of_the_summary(stores, tmp_path):
    _, path = draw(stores("pairs"), tmp_path)
    rows = {row["network.mean_degree"]: row for row in table(path.with_suffix(".csv")) if row["source"] == "simulated"}
    found = [entry for entry in summarise(stores("pairs"))["points"] if entry["multiplier"]]
    assert len(rows) == len(found) == 5
    for entry in found:
        row, expected = rows[str(entry["point"]["network.mean_degree"])], entry["multiplier"]
        interval = expected["m_interval"] or [None, None]
        assert [number(row["m"]), number(row["d"])] == [expected["m"], expected["d"]]
        assert [number(row["m_low"]), number(row["m_high"])] == interval


def test_the_data_of_the_heat_map_are_those_of_the_summary_and_the_window(stores, tmp_path):
    path, = draw(stores("plane"), tmp_path)
    rows = table(path.with_suffix(".csv"))
    cells = {(float(row["model.threshold"]), float(row["network.mean_degree"])): float(row["p_global"])
             for row in rows if row["source"] == "simulated"}
    assert cells == {(entry["point"]["model.threshold"], entry["point"]["network.mean_degree"]): entry["p_global"]
                     for entry in summarise(stores("plane"))["points"]}
    upper = [(float(row["model.threshold"]), float(row["network.mean_degree"])) for row in rows
             if row["source"] == "theory, upper edge"]
    assert upper[0] == (pytest.approx(0.075), cascade_window(0.075)[1])
    assert (0.2, cascade_window(0.18)[1]) in upper  # before the step
    assert (0.2, cascade_window(0.22)[1]) in upper  # and after it
    assert upper[-1][0] == 0.25  # there is no window beyond


def test_the_data_of_the_sizes_are_the_distribution(stores, tmp_path):
    store = stores("nodes")
    _, path = draw(store, tmp_path)
    rows = table(path.with_suffix(".csv"))
    for entry in summarise(store)["points"]:
        mine = [row for row in rows if row["network.n"] == str(entry["point"]["network.n"])
                and row["network.mean_degree"] == str(entry["point"]["network.mean_degree"])]
        shares = [float(row["share_at_least"]) for row in mine]
        assert shares[0] == 1.0
        assert shares == sorted(shares, reverse=True)
        at_least = [share for row, share in zip(mine, shares, strict=True) if int(row["size"]) >= 0.1 * entry["n"]]
        assert max(at_least, default=0.0) == pytest.approx(entry["p_global"])


@pytest.mark.parametrize("plot", [over_axis.over_axis, multiplier.multiplier, sizes.sizes])
def test_a_figure_is_drawn_on_given_axes_or_new_ones(plot, pairs):
    assert isinstance(plot(pairs), Axes)
    axes = new_figure("double").subplots()
    assert plot(pairs, axes=axes) is axes
    assert axes.get_xlabel()
    assert axes.get_ylabel()
    assert axes.lines


def test_a_heat_map_is_drawn_on_given_axes_or_new_ones(stores):
    results = Results(stores("planes"))
    assert isinstance(heat_map.heat_map(results), Axes)
    axes = new_figure().subplots()
    assert heat_map.heat_map(results, heat_map.panels(results)[-1], axes) is axes


def test_many_settings_are_thinned_and_counted(stores, tmp_path):
    path, other = draw(stores("planes"), tmp_path, names=["heat_map", "sizes"])
    assert "4 of 6 settings are shown." in words_of(path)
    assert "8 of 150 points are shown." in words_of(other)
    assert evenly([1, 2, 3], 5) == [1, 2, 3]
    assert evenly(list(range(10)), 1) == [5]
    assert evenly(list(range(10)), 5) == [1, 3, 5, 7, 9]


def test_one_theory_for_all_sizes_is_one_curve(stores):
    results = Results(stores("nodes"))
    assert [handle.get_label() for handle in over_axis.handles(results)] == ["n = 50", "n = 150", "theory"]


def test_theory_is_silent_about_cascades_cut_short(stores):
    assert not [row for row in over_axis.rows(Results(stores("horizon"))) if row["source"] == "theory"]


def test_a_known_summary_is_not_made_again(stores, tmp_path, monkeypatch):
    summary = summarise(stores("pairs"))
    monkeypatch.setattr("simcore.figures.results.summarise", None)
    assert draw(stores("pairs"), tmp_path, summary=summary)


def test_incomplete_results_are_drawn_and_say_so(tmp_path):
    for name, figures in (("pairs", ["over_axis", "multiplier", "sizes"]), ("plane", ["heat_map"])):
        store = store_of(tmp_path / name, SWEEPS[name], chunks=1)
        assert store.missing()
        for path in draw(store, tmp_path / "figures", names=figures):
            assert "Not complete: 60 replicates planned" in words_of(path)
            assert "points without any" in words_of(path)


def test_empty_results_are_refused_in_a_sentence(tmp_path):
    store = store_of(tmp_path / "out", SWEEPS["pairs"], chunks=0)
    with pytest.raises(UsageError, match="holds no results yet"):
        draw(store, tmp_path)


def test_unknown_and_unsuited_figures_are_refused_with_the_choices(stores, tmp_path):
    with pytest.raises(UsageError, match=r"no figure 'heatmap'; figures are over_axis, heat_map, multiplier, sizes, "
                                         r".*, did you mean 'heat_map'"):
        draw(stores("pairs"), tmp_path, names=["heatmap"])
    with pytest.raises(UsageError, match="fewer than two numbers are swept; there is over_axis, multiplier"):
        draw(stores("pairs"), tmp_path, names=["over_axis", "heat_map"])
    with pytest.raises(UsageError, match="not compared"):
        draw(stores("plane"), tmp_path, names=["multiplier"])
    with pytest.raises(UsageError, match="no number is swept"):
        draw(stores("words"), tmp_path, names=["over_axis"])
    assert not list(tmp_path.iterdir())
    with pytest.raises(UsageError, match=r"svg, pdf, png \(got '.gif'\)"):
        draw(stores("none"), tmp_path, kind="gif")


def test_axes_functions_refuse_other_designs(stores):
    results = Results(stores("words"))
    for plot in (over_axis.over_axis, multiplier.multiplier, heat_map.heat_map):
        with pytest.raises(UsageError, match=r"no number is swept|fewer than two"):
            plot(results)


def test_a_folder_that_cannot_be_written_is_named(stores, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"file.*cannot be written"):
        draw(stores("none"), tmp_path / "file")


def test_text_that_looks_like_a_formula_is_quoted():
    rows = [{"=a": "=1+1", "b": -1.5}, {"b": "@x"}, {"=a": "-x", "c": "a,\"b\"\n"}, {"=a": "+x", "b": None, "c": "x=1"}]
    assert as_csv(rows) == "'=a,b,c\n'=1+1,-1.5,\n,'@x,\n'-x,,\"a,\"\"b\"\"\n\"\n'+x,,x=1\n"


def test_a_figure_of_ones_own_is_saved_with_its_data(tmp_path):
    figure = new_figure()
    figure.subplots().plot([1, 2], [3, 4])
    assert save(figure, str(tmp_path / "own.PNG"), [{"x": 1, "y": 3}]) == tmp_path / "own.PNG"
    assert (tmp_path / "own.csv").read_bytes() == b"x,y\n1,3\n"


@pytest.mark.parametrize(("network", "kinds", "last"), [
    (poisson(2000, 4.0, np.uint64(1)), ["degree"], None),
    (moore_lattice(9, 9, 1, 0.0, np.uint64(1), bounded=False), ["degree"], (8, 81, 1.0)),
    (from_arcs(3, [0, 0], [1, 2]).network, ["in-degree", "out-degree"], (2, 1, 1 / 3)),
    (from_arcs(3, [], []).network, ["in-degree", "out-degree"], (0, 3, 1.0)),
])
def test_degrees_are_drawn_of_any_network(network, kinds, last, tmp_path):
    figure, rows = degrees.drawn(network, "net <1>.csv")
    path = save(figure, tmp_path / "degrees.svg", rows)
    assert "net <1>.csv: n = " in words_of(path)
    assert list(dict.fromkeys(row["of"] for row in rows)) == kinds
    for row in rows:
        values = network.in_degree if row["of"] == "in-degree" else network.out_degree
        assert row["nodes"] == (values >= row["degree"]).sum() == round(row["share_at_least"] * network.n)
    if last is not None:
        assert (rows[-1]["degree"], rows[-1]["nodes"], rows[-1]["share_at_least"]) == last
    axes = new_figure().subplots()
    assert degrees.degrees(network, axes) is axes
    assert axes.get_xscale() == axes.get_yscale() == "log"


@pytest.mark.parametrize("text", ["WWW MMM " * 20, "iii lll " * 60, "a caption of many words; " * 9])
def test_no_line_of_a_caption_is_cut_off(text):
    figure = new_figure("single")
    figure.subplots()
    caption(figure, [text])
    figure.draw_without_rendering()
    drawn = figure._supxlabel.get_window_extent()
    assert drawn.x1 <= figure.bbox.x1
    assert drawn.y0 >= 0.0


def test_no_name_in_a_legend_is_cut_off():
    with style():
        figure = new_figure("single")
        found = legend(figure, [Line2D([], [], label=f"cost of each contact 0.1, influence-maximisation, budget {k}")
                                for k in (10, 20)], "budget")
        figure.subplots()
        figure.draw_without_rendering()
    box = found.get_window_extent()
    assert box.x0 >= 0.0
    assert box.x1 <= figure.bbox.width
    assert [text.get_text().count("\n") for text in found.get_texts()] == [1, 1]


PUBLISHED = {"watts2002_figure1": "plane", "watts2002_figure2": "nodes", "watts_dodds2007_multiplier": "pairs"}


def script(name, *arguments):
    """Run a script of plots/ as the command line does, and return its exit code."""
    before, sys.argv = sys.argv, [name, *map(str, arguments)]
    try:
        with pytest.raises(SystemExit) as stopped:
            runpy.run_path(str(ROOT / "plots" / f"{name}.py"), run_name="__main__")
    finally:
        sys.argv = before
    return stopped.value.code


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_figures_are_drawn_from_their_designs_only(name, stores, tmp_path, capsys):
    assert script(name, stores(PUBLISHED[name]).folder, tmp_path / "out.svg") == 0
    ElementTree.parse(tmp_path / "out.svg")
    assert table(tmp_path / "out.csv")
    assert not capsys.readouterr().err
    assert script(name, stores("none").folder, tmp_path / "other.svg") == 2
    assert f"simcore run {name.split('_')[0]}" in capsys.readouterr().err
    assert script(name, tmp_path / "nowhere", tmp_path / "other.svg") == 2
    assert "no results folder" in capsys.readouterr().err
    assert script(name, stores(PUBLISHED[name]).folder, tmp_path / "other.gif") == 2
    other = stores("plane" if name != "watts2002_figure1" else "planes")
    assert script(name, other.folder, tmp_path / "other.svg") == 2
    assert "this figure is of results over" in capsys.readouterr().err
    assert script(name) == 2
    assert not (tmp_path / "other.svg").exists()


def test_the_figure_of_a_real_network_is_drawn(tmp_path):
    store = store_of(tmp_path / "out", {"model.threshold": [0.1, 0.2, 0.3], **WHO}, network={"kind": "les-miserables"})
    assert script("email_influentials", store.folder, tmp_path / "out.png") == 0
    assert {row["source"] for row in table(tmp_path / "out.csv")} == {"simulated"}


def test_random_seeds_stand_beside_each_share_that_counts_as_influential(tmp_path):
    store = store_of(tmp_path / "out", {"network.mean_degree": [2.0, 3.0], "seeding.kind": ["random", "influential"],
                                        "seeding.top": {"values": [0.05, 0.2],
                                                        "when": {"seeding.kind": "influential"}}})
    entries = [entry for entry in summarise(store)["points"] if "seeding.top" in entry["point"]]
    against = {entry["id"]: entry["point"] for entry in summarise(store)["points"]}
    assert len(entries) == 4
    for entry in entries:
        twin = against[entry["multiplier"]["against"]]
        assert twin == {"network.mean_degree": entry["point"]["network.mean_degree"], "seeding.kind": "random"}
    _, path = draw(store, tmp_path / "figures", names=["over_axis", "multiplier"])
    rows = table(path.with_suffix(".csv"))
    assert {(row["source"], row["seeding.top"]) for row in rows} == {
        (source, top) for source in ("simulated", "theory") for top in ("0.05", "0.2")}


def test_levers_are_those_of_compare(tmp_path):
    axes = {"model.threshold": [0.2, 0.1, 0.3], "network.mean_degree": [3.0, 3.1], "seeding.count": [1, 4]}
    store = store_of(tmp_path / "out", {"design": "one-at-a-time", **axes})
    path, = draw(store, tmp_path / "figures")
    rows = table(path.with_suffix(".csv"))
    assert path.stem == "levers"
    assert {row["lever"] for row in rows} == set(axes)
    assert len(rows) == 4
    for row in rows:
        found = compare(store, row["lever"], "share")
        pair = next(pair for pair in found["pairs"] if str(pair["value"]) == row["to"])
        assert [number(row[name]) for name in ("share", "share_low", "share_high")] == pytest.approx(
            [pair["difference"], *pair["interval"]])
        low, high = number(row["p_global_low"]), number(row["p_global_high"])
        assert row["inert"] == "False" or (low <= 0.0 <= high and pair["interval"][0] <= 0.0 <= pair["interval"][1])
    largest = max(rows, key=lambda row: abs(number(row["p_global"])))
    assert rows[0]["lever"] == largest["lever"]
    words = overview.table(summarise(store)).splitlines()
    assert words[0].split()[:4] == ["point", "moved", "to", "replicates"]
    assert words.index("") == 1 + 1 + 5  # a row for each point; what words mean stands below


EXPERIMENTS = {"centola_macy2007": "centola_macy2007_rewiring", "culture_from_the_top": "culture_from_the_top",
               "culture_responsiveness": "culture_responsiveness", "culture_warning_signs": "culture_wanes",
               "customers_word_of_mouth": "customers_word_of_mouth", "dodds_watts2004": "dodds_watts2004_contagion",
               "kempe2003_figure1": "kempe2003_linear_threshold", "kempe2003_figure2": "kempe2003_weighted_cascade",
               "rossman_fisher2021": "rossman_fisher2021_advertising", "watts2002_figure3": "watts2002_cascade_sizes",
               "watts2002_figure4": "watts2002_heterogeneity"} | {
    name: name for name in (
        "budgeted_seeding", "early_adopters", "equal_cost", "fast_company2008", "few_more_seeds", "finite_size_halo",
        "goel2016_virality", "immune_people", "multiplier_map", "multiplier_top", "music_lab", "retrospective_illusion",
        "simple_to_complex", "susceptibility_or_influence", "watts_dodds2007_groups",
        "watts_dodds2007_hyperinfluentials", "watts_dodds2007_sir", "watts_peretti2007_big_seed")}


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_experiments_are_drawn_from_their_scenarios_only(name, stores, tmp_path, capsys):
    study = Study(small(catalogue.scenarios()[EXPERIMENTS[name]]))
    store = open_folder(study, tmp_path / "out", resume=False)
    run(study, store, workers=2)
    capsys.readouterr()
    assert script(name, store.folder, tmp_path / "out.svg") == 0
    ElementTree.parse(tmp_path / "out.svg")
    assert (tmp_path / "out.csv").exists()
    assert not capsys.readouterr().err
    assert script(name, stores("none").folder, tmp_path / "other.svg") == 2
    assert f"simcore run {EXPERIMENTS[name]}" in capsys.readouterr().err


def test_the_area_under_a_curve_is_the_share_of_pairs_in_order():
    area = runpy.run_path(str(ROOT / "plots" / "culture_warning_signs.py"))["area"]
    score, lost = np.array([1.0, 2.0, 2.0, 3.0, 5.0]), np.array([False, True, False, True, False])
    pairs = [(a > b) + (a == b) / 2 for a in score[lost] for b in score[~lost]]
    assert area(score, lost)[0] == pytest.approx(np.mean(pairs))


def test_every_published_figure_is_tried():
    assert {path.stem for path in (ROOT / "plots").glob("*.py")} == {*PUBLISHED, *EXPERIMENTS, "email_influentials"}


def test_curves_whose_labels_an_edge_would_cut_have_none():
    axes, at = new_figure().subplots(), np.linspace(0.0, 1.0, 50)
    label_curves(axes, axes.contour(at, at, [at] * 50, levels=[0.02, 0.5, 0.99]), digits=2)
    assert [text.get_text() for text in axes.texts] == [".50"]
