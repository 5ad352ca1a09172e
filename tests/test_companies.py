"""Organisations and their customers in scenarios: what is read, what is refused and how, budgets, and twins."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from simcore import catalogue, cli
from simcore.errors import NetworkError, ScenarioError, SimcoreError
from simcore.figures import Results, chart, commitment, tornado, trade_off, winners
from simcore.figures import company as company_figure
from simcore.keeping import open_folder
from simcore.network import company
from simcore.network.csr import from_arcs
from simcore.network.reports_to import read_staff, read_ties
from simcore.overview import table
from simcore.runner import run
from simcore.scenario import firms, from_data, from_manifest, load
from simcore.scenario.programmes import choose_people
from simcore.sensitivity import sensitivity
from simcore.study import Study
from simcore.summary import summarise

SCENARIO = {
    "schema": 1, "title": "t", "seed": 3, "replicates": 6, "horizon": 20,
    "organisation": {"kind": "hierarchy", "levels": 3, "span": 3, "count": 2},
    "customers": {"kind": "ring", "n": 40}, "model": {"name": "culture", "after": 4},
    "programme": [{"who": {"kind": "budget", "budget": 8.0, "by": "hubs"}, "from": 1, "until": 9}],
    "sweep": {"programme.0.who.by": ["executives", "subtree", "random"], "model.susceptibility": [0.4, 0.6]}}


def scenario(**changed):
    return from_data(copy.deepcopy(SCENARIO) | changed)


def wrong(**changed):
    with pytest.raises(ScenarioError) as caught:
        scenario(**changed)
    return [str(problem) for problem in caught.value.problems]


def model(**levers):
    return {"name": "culture", **levers}


@pytest.mark.parametrize(("changed", "said"), [
    ({"model": model(survey=1.2)}, "model.survey: must be at most 1 (got 1.2)"),
    ({"model": model(reachability=0.3, priority=0.5)}, "model.priority: must be at most reachability = 0.3"),
    ({"model": model(susceptibility_sd=0.6), "sweep": {}}, "must be below sqrt(m (1 - m))"),
    ({"service": {"servers": 0}}, "service.servers: must be at least 1 (got 0)"),
    ({"service": {"servers": 12}}, "service.servers: must be at most 9, the size of the front line (got 12)"),
    ({"programme": [{"who": {"kind": "random"}, "from": 5, "until": 5}], "sweep": {}},
     "until: must be after from = 5, or it ends before it starts (got 5)"),
    ({"programme": [{"who": {"kind": "random"}, "from": 21}], "sweep": {}},
     "programme.from: must be at most horizon = 20, or it never starts (got 21)"),
    ({"programme": [{"parameter": "survey", "value": 0.1, "from": 7}], "sweep": {"horizon": [6, 7]}},
     "programme.from: must be at most horizon = 6, or it never starts (got 7)"),
    ({"organisation": {"kind": "hierarchy", "spans": []}}, "organisation.spans: must not be empty"),
    ({"programme": [{"parameter": "empowerment", "value": 1.2}], "sweep": {}}, "as empowerment: must be at most 1"),
    ({"programme": [{"parameter": "empowermant", "value": 1}], "sweep": {}}, "did you mean 'empowerment'"),
    ({"programme": [{"parameter": "memory", "value": 1}], "sweep": {}}, "'memory' cannot change during a run"),
    ({"programme": [{}], "sweep": {}}, "names neither people nor a parameter"),
    ({"network": {"kind": "ring", "n": 5}}, "stands beside [organisation]"),
    ({"customers": {"kind": "influence", "n": 9, "mean_degree": 2.0}}, "ties of customers go both ways"),
    ({"organisation": {"kind": "hierarchy", "levels": 3, "span": 3, "cross_ties": 999}}, "must be at most"),
    ({"model": {"name": "si", "transmission": 0.1}, "sweep": {}, "programme": []}, "lives on a [network]"),
    ({"independent_points": True}, "must be false where there are programmes"),
    ({"sweep": {"programme.7.until": [3, 4]}}, "numbered from 0"),
])
def test_bad_levers_are_refused_with_rule_and_place(changed, said):
    assert any(said in problem for problem in wrong(**changed)), wrong(**changed)


def test_a_single_team_has_no_cross_ties_unless_they_are_asked_for():
    team = {"kind": "hierarchy", "spans": [4]}
    firm = firms.make(scenario(organisation=team).points[0].network, np.uint64(1))
    assert firm.network.arcs == 4 * 3  # all but the chief, who has none
    assert "organisation.cross_ties: must be at most 0" in wrong(organisation=team | {"cross_ties": 1})[0]


def test_programmes_are_set_by_their_number_on_the_command_line(capsys):
    path = catalogue.scenarios()["culture_who_starts"]
    points = load(path, sets=["programme.0.until=13", "programme.0.who.budget=90"]).points
    held = [point.programmes[0] for point in points if point.programmes]
    assert {(programme.until, programme.who.budget) for programme in held} == {(13, 90.0)}
    for typed, said in (("programme.0.until=1", "--set: programme.until: must be after from = 1"),
                        ("programme.1.until=30", "numbered from 0 (got 1)")):
        assert cli.main(["check", str(path), "--set", typed]) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(("rows", "said"), [
    ("a,c\nb,c\na,b\n", "4:3: 'a' has two chiefs: 'c', see line 2"),
    ("a,a\nb,b\n", "3: an organisation has one chief, and 'a' is (got 'b'"),
    ("a,a\nb,z\n", "3: manager 'z' is not in the list, and the chief is 'a'"),
    ("a,x\nb,y\n", "manager 'y' is not in the list, and only one, the chief, can be left out"),
    ("a,b\nb,c\nc,a\nd,d\n", "a cycle: a -> b -> c -> a"),
    ("", "nobody stands in this list"),
])
def test_charts_that_are_no_trees_are_refused_with_their_place(rows, said, tmp_path):
    path = tmp_path / "chart.csv"
    path.write_text("source,target\n" + rows)
    with pytest.raises(NetworkError) as caught:
        read_staff(path)
    assert said in str(caught.value)


def test_a_chart_from_a_file_drops_accounts_that_it_lacks_and_counts_them(tmp_path, capsys):
    (tmp_path / "chart.csv").write_text("source,target\n2,1\n3,1\n4,2\n5,2\n6,3\n")
    (tmp_path / "ties.csv").write_text("source,target\n2,3\n9,2\n4,5\n5,4\n6,8\n")
    staff = read_staff(tmp_path / "chart.csv")
    assert staff.labels.tolist() == [1, 2, 3, 4, 5, 6]
    assert staff.manager.tolist() == [-1, 0, 0, 1, 1, 2]
    ties = read_ties(tmp_path / "ties.csv", staff)
    assert (ties.strangers, ties.lost, ties.network.arcs) == (2, 2, 4)
    chart = company.chart(staff.manager)
    assert chart.level.tolist() == [0, 1, 1, 2, 2, 2]
    assert chart.height.tolist() == [2, 1, 1, 0, 0, 0]
    assert chart.department.tolist() == [0, 1, 2, 1, 1, 2]
    (tmp_path / "s.toml").write_text(
        'schema = 1\ntitle = "t"\nreplicates = 2\nhorizon = 5\n[organisation]\nkind = "file"\n'
        'reports_to = "chart.csv"\ninformal = "ties.csv"\n[customers]\nkind = "none"\n[model]\nname = "culture"\n')
    assert cli.main(["run", str(tmp_path / "s.toml"), "--out", str(tmp_path / "out"), "--no-figures"]) == 0
    assert "2 accounts outside the chart dropped" in capsys.readouterr().err


def results(tmp_path, **changed):
    study = Study(scenario(**changed))
    store = open_folder(study, tmp_path / "out", resume=False)
    run(study, store, workers=1)
    return study, store


def test_twins_are_shared_and_joined(tmp_path):
    study, store = results(tmp_path)
    points = store.manifest["points"]
    assert sum(point.get("is_twin", False) for point in points) == 2  # one for each susceptibility
    found = summarise(store)
    assert len(found["points"]) == 6
    assert len(found["twins"]) == 2
    for entry in found["points"]:
        twin = next(other for other in found["twins"] if other["id"] == entry["twin"]["id"])
        assert entry["twin"]["gain"]["mean"] == pytest.approx(
            entry["outcomes"]["mean"]["mean"] - twin["outcomes"]["mean"]["mean"])
        assert twin["outcomes"]["programme_cost"]["mean"] == 0.0
    words = table(found).splitlines()
    assert "P(global)" not in words[0]
    assert f"{found['points'][0]['twin']['gain_at_after']['mean']:.4f}" in words[2]
    again = from_manifest(store.manifest)
    assert Study(again).hashes == study.hashes


def test_budgets_are_spent_and_never_exceeded(tmp_path):
    study, _ = results(tmp_path)
    for position, point in enumerate(study.scenario.points):
        if not point.programmes:
            continue
        outcomes = study.run_block(study_block(position), trajectories=True)
        cost = outcomes.trajectory[:, :, point.model.observables.index("cost_programmes")]
        assert (cost[:, 1:9] == 8.0).all()
        assert (cost[:, 9:] == 0.0).all()


def study_block(position):
    from simcore.plan import Block

    return Block(position, 0, 0, 3)


def test_without_programmes_there_is_no_twin(tmp_path):
    _, store = results(tmp_path, programme=[], sweep={})
    assert "twins" not in summarise(store)
    assert np.isfinite(store.columns()["mean"]).all()


def test_other_models_have_no_programmes():
    said = {"schema": 1, "title": "t", "network": {"kind": "ring", "n": 9}, "model": {"name": "voter"},
            "programme": [{"parameter": "x", "value": 1}]}
    with pytest.raises(SimcoreError, match="has no programmes"):
        from_data(said)


def test_a_mixture_of_people_is_held_with_luck_of_its_own_in_each_part():
    parts = [{"kind": "top-degree", "count": 2}, {"kind": "random", "count": 3}]
    programmes = [{"who": {"kind": "mixture", "parts": parts}}, {"who": {"kind": "random", "count": 3}}]
    study = Study(scenario(programme=programmes, sweep={}))
    firm, key = study.network(0, 0), np.uint64(7)
    mixed, drawn = (choose_people(programme, firm, key, k, 0, 6)
                    for k, programme in enumerate(study.scenario.points[0].programmes))
    degree = firm.network.out_degree
    assert all(len(set(held)) == 5 for held in mixed)
    assert np.sort(degree[mixed[0][:2]]).tolist() == np.sort(degree)[-2:].tolist()
    assert len({tuple(held[:2]) for held in mixed}) == 1
    assert len({tuple(held[2:]) for held in mixed}) > 1
    assert [set(held[2:]) for held in mixed] != [set(held) for held in drawn]


@pytest.mark.parametrize("kind", ["mixture", "budget"])
def test_a_part_of_a_mixture_of_people_is_of_one_kind(kind):
    found = wrong(programme=[{"who": {"kind": "mixture", "parts": [{"kind": kind}]}}], sweep={})
    assert any("programme.who.parts.kind: must be 'random'" in message for message in found)


def test_everybody_is_portrayed_as_the_observables_count_them(tmp_path):
    study, store = results(tmp_path)
    position = next(k for k, point in enumerate(study.scenario.points) if point.programmes)
    firm, states = study.portray(study.hashes[position], 1)
    people = firm.chart.level.size
    series = study.replay(study.hashes[position], 1).trajectory[0]
    names = study.scenario.points[position].model.observables
    assert states.shape == (21, people + 40)
    np.testing.assert_allclose(states[:, :people].mean(axis=1), series[:, names.index("mean")], rtol=1e-12)
    for name, found in (("customers", states[:, people:] >= 0.0), ("prospects", states[:, people:] == -1.0),
                        ("former", states[:, people:] == -3.0)):
        np.testing.assert_array_equal(found.sum(axis=1), series[:, names.index(name)])
    figure, rows = chart.drawn(Results(store), periods=[0, 20])
    assert len(figure.axes) == 2 * 3 + 1
    assert len(rows) == 2 * 3 * (people + 40)


def test_large_charts_show_their_top_levels():
    above = np.concatenate([[-1], np.zeros(30), np.repeat(np.arange(1, 31), 30)])
    tree = company.chart(above)
    firm = company.company(tree, tree.leaves, *(from_arcs(n, [], [], undirected=True).network for n in (931, 0)),
                           *company.serve(tree, tree.leaves, 0, np.uint64(1), number=1, together=False))
    assert chart.shown(firm).tolist() == list(range(31))


def test_the_winner_is_who_leaves_most_and_equals_are_no_rivals(tmp_path):
    _, store = results(tmp_path, sweep={
        "programme.0.who.by": ["executives", "hubs", "random"], "programme.0.who.budget": [4.0, 8.0, 12.0],
        "model.susceptibility": [0.3, 0.5, 0.7]})
    found = Results(store)
    panel, = winners.panels(found)
    cells = winners.rows(found, panel)
    assert len(cells) == 9
    for cell in cells:
        there = {entry["point"]["programme.0.who.by"]: entry["outcomes"]["at_after"]["mean"] for entry in found.entries
                 if all(entry["point"][path] == cell[path]
                        for path in ("programme.0.who.budget", "model.susceptibility"))}
        assert cell["commitment"] == pytest.approx(max(there.values()))
        assert there[cell["first"]] == max(there.values())
        if cell["second"]:
            assert cell["lead"] == pytest.approx(there[cell["first"]] - there[cell["second"]])
            assert cell["lead_low"] <= cell["lead"]
    planes = trade_off.panels(found)
    assert len(planes) == 3
    assert trade_off.price(found) == pytest.approx(2.0)
    assert {row["commitment"] for row in trade_off.rows(found, planes[0])} == {
        entry["outcomes"]["at_after"]["mean"] for entry in planes[0].entries}


def small_print(figure):
    return " ".join(figure.get_supxlabel().replace("\N{NO-BREAK SPACE}", " ").split())


def test_figures_of_companies_say_who_there_is_and_what_bars_and_bands_are(tmp_path):
    _, store = results(tmp_path / "twins", record={"trajectories": True})
    found = Results(store)
    assert all(text in small_print(company_figure.drawn(found).figure) for text in (
        "13 people, 40 customers and prospects; 6 replicates a point", "Bars are 95 % intervals. Kept: 4 periods"))
    figure, rows = commitment.drawn(found)
    assert "bands hold 90 % of them. Dotted: the twin" in small_print(figure)
    assert "4 of 6 points are shown." in small_print(figure)
    at_the_end = next(row for row in rows if row["t"] == 20)
    entry = next(entry for entry in found.entries if entry["point"].items() <= at_the_end.items())
    ends = found.replicates(entry)["mean"]
    assert at_the_end["mean"] == pytest.approx(ends.mean())
    assert [at_the_end[f"mean_{end}"] for end in ("low", "high")] == pytest.approx(np.quantile(ends, [0.05, 0.95]))
    _, store = results(tmp_path / "alone", programme=[], sweep={"model.susceptibility": [0.4, 0.6]})
    assert "Bars are 95 % intervals of each point by itself. Points share" in small_print(
        company_figure.drawn(Results(store)).figure)
    _, store = results(tmp_path / "paid", programme=[{"parameter": "incentive", "value": 0.1, "from": 2}],
                       sweep={"programme.0.value": [0.01, 0.02]})
    assert company_figure.drawn(Results(store)).figure.axes[-1].get_xlabel() == "incentive, programme 1"


def test_what_decides_of_a_company_is_drawn_for_commitment_customers_and_value(tmp_path):
    _, store = results(tmp_path, programme=[], sweep={
        "design": "saltelli", "samples": 4, "model.decay": {"from": 0.0, "to": 0.3},
        "model.reachability": {"from": 0.5, "to": 1.0}})
    figure, rows = tornado.drawn(Results(store))
    assert [axes.get_title() for axes in figure.axes] == [
        "mean commitment at the end", "customers at the end", "net present value"]
    for of in ("mean", "customers", "npv"):
        there = {row["input"]: row["total"] for row in rows if row["of"] == of}
        assert there == {found["input"]: found["total"] for found in sensitivity(store, of)["inputs"]}


def test_nobody_wins_where_all_take_the_same_people(tmp_path):
    _, store = results(tmp_path, sweep={
        "programme.0.who.by": ["executives", "hubs", "random"], "programme.0.who.budget": [4.0, 100.0],
        "model.susceptibility": [0.3, 0.7]})
    axes = winners.winners(Results(store))
    hatched = {patch.get_x(): patch.get_hatch() for patch in axes.patches if isinstance(patch, Rectangle)}
    assert [row["second"] for row in winners.rows(Results(store), winners.panels(Results(store))[0])
            if row["programme.0.who.budget"] == 100.0] == [None, None]
    assert hatched[0.5]
