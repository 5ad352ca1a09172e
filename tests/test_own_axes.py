"""Figures on axes of one's own: drawn into them and nowhere else, the words on n, replicates and bands below."""

from __future__ import annotations

import inspect
import re

import networkx as nx
import pytest
from matplotlib.figure import Figure

import simcore as sc
from simcore import figures
from simcore.comparison import compare
from simcore.figures import FIGURES, Results, benchmarks, census, means, points, verdict, verification
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data
from simcore.sensitivity import sensitivity
from simcore.study import Study
from simcore.verify.verdicts import Compared, Verdict

KARATE = nx.karate_club_graph()
WHO = ["random", "influential"]
BASE = {
    "schema": 1, "title": "Small", "seed": 3, "replicates": 20, "horizon": 12,
    "network": {"kind": "poisson", "n": 60, "mean_degree": 3.0, "count": 10},
    "model": {"name": "independent-cascade", "transmission": 0.5}, "seeding": {"kind": "random", "count": 2},
}
COMPANY = {
    "schema": 1, "title": "Small firm", "seed": 1, "replicates": 4, "horizon": 6, "organisation": {
        "kind": "hierarchy", "levels": 3, "span": 3}, "model": {"name": "culture"}, "record": {"trajectories": True},
    "customers": {"kind": "watts-strogatz", "n": 40, "neighbours": 4, "rewiring": 0.1},
}
PROGRAMME = [{"who": {"kind": "budget", "budget": 10.0, "by": "hubs"}, "from": 1, "until": 3}]
DESIGNS = {
    "cascades": BASE | {"record": {"outcomes": ["size", "share", "duration", "structural_virality"],
                                   "trajectories": True, "by_class": "out-degree-decile"},
                        "sweep": {"seeding.count": [1, 2, 4], "seeding.kind": WHO}},
    "plane": BASE | {"sweep": {"seeding.count": [1, 2, 4], "model.transmission": [0.1, 0.3, 0.5]}},
    "inputs": BASE | {"sweep": {"design": "saltelli", "samples": 4, "model.transmission": {"from": 0.1, "to": 0.9},
                                "network.mean_degree": {"from": 1.0, "to": 4.0}}},
    "levers": BASE | {"sweep": {"design": "one-at-a-time", "model.transmission": [0.3, 0.1, 0.5],
                                "seeding.count": [2, 1, 4]}},
    "company": COMPANY | {"programme": PROGRAMME, "sweep": {
        "programme.0.who.by": ["hubs", "random"], "programme.0.who.budget": [5.0, 10.0, 15.0],
        "model.susceptibility": [0.3, 0.5, 0.7]}},
}
OF = {  # what each function is given, where that is not the results of the first design
    "heat_map": "plane", "iso_curves": "plane", "levers": "levers", "chart": "company", "commitment": "company",
    "company": "company", "winners": "company", "trade_off": "company",
}
WITHOUT = ("ridge.ridge", "chart.chart", "trade_off.trade_off", "cascade.cascade", "degrees.degrees",
           "census.concentration", "virality.virality", "verification.law", "verification.deviations")  # bars, bands


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    made = {}

    def get(name):
        if name not in made:
            study = Study(from_data(DESIGNS[name]))
            store = open_folder(study, tmp_path_factory.mktemp(name) / "out", resume=False)
            run(study, store)
            made[name] = Results(store)
        return made[name]
    return get


def functions():
    modules = [*filter(inspect.ismodule, (getattr(figures, name) for name in figures.__all__)), benchmarks, census,
               means, verdict, verification]
    return {f"{module.__name__.rpartition('.')[2]}.{function.__name__}": function
            for module in modules for _, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__ and not function.__name__.startswith("_")
            and "axes" in inspect.signature(function).parameters}


def given(name, results):
    """Return what a function is called with, its axes apart."""
    said = "n = 60; 20 replicates a point"
    verdicts = [Verdict(1, "small", {"network.n": n}, "p_global", 0.5, 0.5, 0.1, 0.0, "", sample=said) for n in (5, 6)]
    report = {"cases": [{"case": f"scale-1e{k}", "peer": "gather", "arcs": 10 ** k, "ratio": 0.5, "at_least": 0.2,
                         "ratio_interval": [0.4, 0.6], "ours_ns_per_arc": 2.0, "peer_ns_per_arc": 1.0} for k in (4, 5)]}
    special = {
        "means.means": lambda: (results("cascades"), "size", results("cascades").lines("seeding.count")),
        "tornado.tornado": lambda: (sensitivity(results("inputs").store, "p_global"),),
        "differences.differences": lambda: (compare(results("cascades").store, "seeding.kind", "p_global"),),
        "degrees.degrees": lambda: (KARATE,),
        "cascade.cascade": lambda: (KARATE, sc.cascade_trees(KARATE, "independent-cascade", transmission=0.4, seeds=[0],
                                                             replicates=1)[0]),
        "census.sizes": lambda: (sc.census(KARATE, threshold=0.3),),
        "census.concentration": lambda: (sc.census(KARATE, threshold=0.3),),
        "spread.spread": lambda: (sc.influence(KARATE, budget=2, transmission=0.1, steps=2, replicates=100).as_dict(),),
        "verdict.chances": lambda: (sc.verdict(KARATE, threshold=0.3).as_dict(),),
        "verdict.ratios": lambda: (sc.verdict(KARATE, threshold=0.3).as_dict(),),
        "benchmarks.ratios": lambda: (report,), "benchmarks.costs": lambda: (report,),
        "verification.values": lambda: (verdicts,), "verification.deviations": lambda: (verdicts,),
        "verification.law": lambda: (verdicts[0]._replace(compared=Compared([5, 5], [0.5, 0.5])),),
        "chart.portrait": lambda: _portrait(results("company")),
    }
    return special[name]() if name in special else (results(OF.get(name.partition(".")[0], "cascades")),)


def _portrait(company):
    people, states = Study(from_data(DESIGNS["company"])).portray(company.entries[0]["id"], 0)
    return people, states[-1]


@pytest.mark.parametrize("name", functions())
def test_own_axes_are_drawn_into_and_nothing_else(name, results):
    figure = Figure(layout="constrained")
    mine, other = figure.subplots(1, 2)
    before = set(figure.findobj())
    assert functions()[name](*given(name, results), axes=mine) is mine
    assert mine.lines or mine.collections or mine.patches
    assert figure.axes == [mine, other]
    assert set(figure.findobj()) - before <= set(mine.findobj())
    if mine.get_legend_handles_labels()[1]:
        mine.legend()
    figure.draw_without_rendering()


@pytest.mark.parametrize("name", functions())
def test_below_own_axes_stand_n_and_replicates_and_what_bars_are(name, results):
    mine, _ = Figure(figsize=(7, 3), layout="constrained").subplots(1, 2)
    functions()[name](*given(name, results), axes=mine)
    said = [text.get_text().replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ") for text in mine.texts
            if text.get_label() == "_small print"]
    if name == "chart.portrait":  # of a state, without results
        assert not said
        return
    note, = said
    if not name.startswith(("benchmarks.", "verification.deviations")):  # of a benchmark, of many scenarios
        assert re.search(r"n = [\d,]+|[\d,]+ people", note), note
        assert name == "degrees.degrees" or re.search(r"replicate|simulations|exact", note), note
    assert name in WITHOUT or re.search(r"95 %|90 %|[Ii]ntervals|standard errors", note), note


def test_every_figure_takes_own_axes():
    named = {name.partition(".")[0] for name in functions()}
    assert {*FIGURES} <= named
    assert {"benchmarks", "cascade", "census", "degrees", "differences", "means", "spread", "verdict",
            "verification"} <= named


def test_axes_of_one_setting_say_which(results):
    found = results("cascades")
    for name in ("histogram.histogram", "over_time.over_time", "by_class.by_class"):
        note = functions()[name](found, found.entries[-1]).texts[-1].get_text().replace("\n", " ")
        assert points.at(points.setting(found, found.entries[-1])) in note.replace("\N{NO-BREAK SPACE}", " ")
    assert points.at({"network.mean_degree": 4.0}) == "At z = 4."


def test_two_figures_on_the_same_axes_say_both_below(results):
    axes = Figure(layout="constrained").subplots()
    functions()["ecdf.ecdf"](results("cascades"), axes)
    functions()["ecdf.ecdf"](results("plane"), axes)
    note, = (text.get_text() for text in axes.texts if text.get_label() == "_small print")
    assert note.count("Results") == 2


def test_small_print_stays_below_its_axes_and_inside_the_figure(results):
    figure = Figure(figsize=(7, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes in (left, right):
        functions()["over_axis.over_axis"](results("plane"), axes=axes)
    figure.draw_without_rendering()
    for axes, begin in ((left, 0.0), (right, 0.5)):
        box = axes.texts[-1].get_window_extent()
        assert box.y0 >= 0.0
        assert box.y1 <= axes.xaxis.label.get_window_extent().y0
        assert begin * figure.bbox.width <= box.x0 < box.x1 <= (begin + 0.5) * figure.bbox.width


def test_a_whole_figure_says_it_once(results):
    for name in ("over_axis", "sizes", "ecdf"):
        figure, _ = FIGURES[name].drawn(results("cascades"))
        assert not [text for axes in figure.axes for text in axes.texts if text.get_label() == "_small print"]
        assert figure.get_supxlabel().startswith("Small.")
