"""The command line as a person meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simcore.cli import main

EMAIL = Path("../shared/data/email_eu_core/edges.csv")

TINY = """
schema = 1
title = "tiny"
seed = 3
replicates = 40
[network]
kind = "poisson"
n = 200
count = 10
[model]
name = "threshold"
threshold = 0.18
[sweep]
"network.mean_degree" = [2.0, 4.0]
"seeding.kind" = ["random", "influential"]
"""


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


@pytest.fixture
def results(tiny, tmp_path, capsys):
    assert main(["run", str(tiny), "--out", str(tmp_path / "out"), "--no-figures"]) == 0
    capsys.readouterr()
    return tmp_path / "out"


def test_run_prints_a_table_and_the_digest_on_stdout_and_talks_on_stderr(tiny, tmp_path, capsys):
    assert main(["run", str(tiny), "--out", str(tmp_path / "out")]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("tiny\n")
    assert "P(global)" in out
    assert "digest " in out
    assert "4 points, 160 replicates" in err
    assert "figure: " in err
    assert list((tmp_path / "out" / "figures").glob("*.svg"))


def test_run_again_needs_resume_and_more_replicates_extend(tiny, results, capsys):
    again = ["run", str(tiny), "--out", str(results), "--no-figures"]
    assert main(again) == 2
    assert "add --resume" in capsys.readouterr().err
    assert main([*again, "--resume", "--replicates", "60", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert {point["replicates"] for point in summary["points"]} == {60}
    assert main([*again, "--resume", "--seed", "4"]) == 3
    assert "another scenario" in capsys.readouterr().err


def test_a_folder_named_as_a_scenario_does_not_hide_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["run", "quickstart", "--replicates", "2", "--no-figures", "--out", "quickstart"]
    assert main(words) == 0
    assert main([*words, "--resume"]) == 0


def test_summary_json_has_what_other_tools_rely_on(results, capsys):
    assert main(["summary", str(results), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert set(summary) == {"scenario", "digest", "complete", "definitions", "points"}
    assert summary["complete"] is True
    assert len(summary["digest"]) == 64
    assert [point["point"] for point in summary["points"]] == [
        {"network.mean_degree": z, "seeding.kind": kind} for z in (2.0, 4.0) for kind in ("random", "influential")]
    for point in summary["points"]:
        assert {"id", "point", "planned", "replicates", "networks", "n", "share_mean", "share_quantiles", "p_global",
                "p_global_interval", "interval_method", "share_given_global", "outcomes", "theory",
                "multiplier"} <= set(point)
        assert (point["planned"], point["replicates"], point["networks"], point["n"]) == (40, 40, 10, 200)
        assert {"0.05", "0.5", "0.95"} <= set(point["share_quantiles"])
        low, high = point["p_global_interval"]
        assert 0 <= low <= point["p_global"] <= high <= 1
        assert point["interval_method"] == "Wilson, 95 %, clustered by network"
        assert 0 < point["theory"]["p_global"] < 1
        assert set(point["outcomes"]) == {"duration", "peak", "seed_in_degree", "seed_out_degree", "share", "size"}
        for outcome in point["outcomes"].values():
            assert set(outcome) == {"mean", "interval", "quantiles"}
    random, influential = summary["points"][:2]
    assert random["multiplier"] is None
    multiplier = influential["multiplier"]
    assert multiplier["against"] == random["id"]
    assert multiplier["m"] == pytest.approx(influential["p_global"] / random["p_global"])
    assert multiplier["m_size"] == pytest.approx(influential["share_mean"] / random["share_mean"])
    assert multiplier["d"] == pytest.approx(influential["outcomes"]["seed_out_degree"]["mean"]
                                            / random["outcomes"]["seed_out_degree"]["mean"])
    assert multiplier["m_interval"][0] < multiplier["m"] < multiplier["m_interval"][1]


def test_check_and_show(tiny, capsys):
    assert main(["check", str(tiny)]) == 0
    assert "valid; 4 points of 40 replicates" in capsys.readouterr().out
    assert main(["check", str(tiny), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"valid": True, "problems": []}
    assert main(["show", str(tiny)]) == 0
    assert "network.mean_degree: 2.0, 4.0" in capsys.readouterr().out
    assert main(["show", str(tiny), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["horizon"] == 1000


def test_check_refuses_what_run_refuses(tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("simcore.preflight.available_memory", lambda: 2.0**28)
    fits, huge = (["--set", f"sweep.network.n=[100, {n}]"] for n in (10**4, 10**9))
    said = {}
    for command in (["check"], ["run", "--out", str(tmp_path / "out")]):
        assert main([*command, str(tiny), *huge]) == 4
        said[command[0]], told = reversed(capsys.readouterr())
        assert ("valid; " in told and "of which 256 are free here" in told) is (command == ["check"])
    assert said["check"] == said["run"]
    assert "a network of 1000000000 nodes and about" in said["run"]
    assert not (tmp_path / "out").exists()
    assert main(["check", "--json", str(tiny), *huge]) == 4
    found = json.loads(capsys.readouterr().out)
    assert found["valid"] is False
    assert "GiB are free" in found["problems"][0]["message"]
    for more in ([], ["--json"]):
        assert main(["check", *more, str(tiny), *fits]) == 0


def test_show_resolved_is_the_same_scenario_with_nothing_left_out(tiny, tmp_path, capsys):
    assert main(["show", str(tiny), "--resolved"]) == 0
    resolved = tmp_path / "resolved.toml"
    resolved.write_text(capsys.readouterr().out)
    assert "horizon = 1000" in resolved.read_text()
    digests = []
    for path in (tiny, resolved):
        assert main(["run", str(path), "--out", str(tmp_path / path.stem), "--no-figures", "--json"]) == 0
        digests.append(json.loads(capsys.readouterr().out)["digest"])
    assert digests[0] == digests[1]


def test_replay_gives_the_stored_row(results, capsys):
    main(["summary", str(results), "--json"])
    point = json.loads(capsys.readouterr().out)["points"][3]["id"]
    assert main(["replay", str(results), "--point", point, "--replicate", "7", "--json"]) == 0
    replay = json.loads(capsys.readouterr().out)
    assert replay["outcomes"]["size"] == replay["trajectory"][-1][0]
    assert replay["outcomes"]["duration"] <= len(replay["trajectory"])
    assert main(["replay", str(results), "--point", point, "--replicate", "7"]) == 0
    assert "adopted" in capsys.readouterr().out
    assert main(["replay", str(results), "--point", "zz", "--replicate", "7"]) == 2
    assert "no point begins with 'zz'; points are" in capsys.readouterr().err


def test_plot_writes_figures_and_their_data(results, tmp_path, capsys):
    assert main(["plot", str(results), "--out", str(tmp_path / "figures")]) == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert paths
    for path in paths:
        assert path.stat().st_size > 1000
        assert len(path.with_suffix(".csv").read_text().splitlines()) > 1


EDGES = "source,target,weight\nann,bob,1\nbob,ann,2\nbob,cem,1\ncem,cem,1\nbob,cem,3\n"


@pytest.fixture
def edges(tmp_path):
    (tmp_path / "edges.csv").write_text(EDGES)
    (tmp_path / "nodes.csv").write_text("node,age,team\nann,30,x\nbob,,y\ncem,50,y\ndan,30,\n")
    return tmp_path / "edges.csv"


def test_network_describes_a_file(edges, capsys):
    words = ["network", str(edges), "--direction", "source-influences-target"]
    assert main([*words, "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert err == ""
    assert {name: found[name] for name in ("nodes", "arcs", "directed", "dropped", "merged", "components",
                                           "largest_component", "isolated", "weighted")} == {
        "nodes": 3, "arcs": 3, "directed": True, "dropped": 1, "merged": 1, "components": 1, "largest_component": 1.0,
        "isolated": 0, "weighted": False}
    assert found["reciprocity"] == pytest.approx(2 / 3)
    assert found["in_degree"]["max"] == 1
    assert main([*words, "--nodes", str(edges.with_name("nodes.csv")), "--weight", "weight"]) == 0
    out = capsys.readouterr().out
    for said in ("4, 1 of them isolated", "3, directed, weighted", "2, the largest with 75 %",
                 "age (2 different, 1 missing)", "team (2 different, 1 missing)"):
        assert said in out
    assert main(["network", str(edges), "--direction", "both", "--source", "weight", "--target", "target",
                 "--parallel", "weights", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["weighted"] is True


def test_attributes_of_arcs_are_read_as_they_are_asked_for(tmp_path, capsys):
    path = tmp_path / "edges.csv"
    path.write_text("source,target,trust,since\na,b,0.5,2\nb,c,0.25,3\n")
    words = [str(path), "--direction", "both", "--attributes", "trust,since"]
    assert main(["network", *words]) == 0
    assert "trust (2 different), since (2 different)" in capsys.readouterr().out
    assert main(["census", *words[:-1], "since", "--model", "independent-cascade", "--transmission", "trust"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["network", *words[:-1], "trust,age"]) == 2
    assert "there is no column 'age'; columns are source, target, trust, since" in capsys.readouterr().err


def test_network_draws_its_degrees(edges, tmp_path, capsys):
    words = ["network", str(edges), "--direction", "source-influences-target"]
    assert main([*words, "--figure", str(tmp_path / "new" / "degrees.png")]) == 0
    out, err = capsys.readouterr()
    assert "nodes        3" in out
    assert "degrees.png" in err
    assert (tmp_path / "new" / "degrees.png").stat().st_size > 1000
    assert (tmp_path / "new" / "degrees.csv").read_text() == (
        "of,degree,nodes,share_at_least\nin-degree,1,3,1.0\n"
        "out-degree,0,3,1.0\nout-degree,1,2,0.6666666666666666\nout-degree,2,1,0.3333333333333333\n")
    assert main([*words, "--figure", str(tmp_path / "degrees.gif")]) == 2
    out, err = capsys.readouterr()
    assert (out, "svg, pdf, png (got '.gif')" in err) == ("", True)


def test_network_tells_every_problem_of_a_file_in_its_place(edges, capsys):
    edges.write_text("source,target,weight\nann,,1\nann,bob,0\n")
    edges.with_name("nodes.csv").write_text("node,age\nann,1\nann,2\n")
    assert main(["network", str(edges), "--direction", "both", "--weight", "weight", "--nodes",
                 str(edges.with_name("nodes.csv")), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    for said in ("nodes.csv:3:1: node 'ann' stands on line 2 already", "edges.csv:2:5: the label is missing",
                 "edges.csv:3:9: a weight is a number above 0 and below 2^62 (got '0')"):
        assert said in err


INFLUENCES, IS_INFLUENCED = "source-influences-target", "target-influences-source"
REAL = [  # folder, direction, whether it has nodes.csv, nodes, arcs, dropped, merged: as the README of the data says
    ("manufacturing_email", INFLUENCES, False, 167, 5783, 51, 77093),
    ("email_eu_core", INFLUENCES, True, 1005, 24929, 642, 0),
    ("ht_advice", IS_INFLUENCED, True, 21, 190, 0, 0),
    ("ht_friends", IS_INFLUENCED, True, 21, 102, 0, 0),
    ("ht_reports", IS_INFLUENCED, True, 21, 20, 0, 0),
    ("law_advice", IS_INFLUENCED, True, 71, 892, 0, 0),
    ("law_cowork", IS_INFLUENCED, True, 71, 1104, 0, 0),
    ("law_friends", IS_INFLUENCED, True, 71, 575, 0, 0),
    ("UKfaculty", IS_INFLUENCED, True, 81, 817, 0, 0),
    ("ceos_clubs", "both", True, 41, 2 * 98, 0, 0),
    ("ego_facebook", "both", False, 4039, 2 * 88234, 0, 0),
    ("wiki_vote", IS_INFLUENCED, False, 7115, 103689, 0, 0),
    ("pgp", "both", False, 10680, 2 * 24316, 0, 48680 - 24316),
    ("nethept", "both", False, 15233, 2 * 31376, 39, 58891 - 39 - 31376),
    ("diffnet_medInnovations", IS_INFLUENCED, True, 125, 294, 0, 0),
    ("diffnet_brfarmers", IS_INFLUENCED, True, 692, 1854, 0, 0),
]


@pytest.mark.skipif(not EMAIL.exists(), reason=f"{EMAIL} is not there")
@pytest.mark.parametrize(("folder", "direction", "listed", "nodes", "arcs", "dropped", "merged"), REAL)
def test_network_says_of_real_files_what_their_readme_says(folder, direction, listed, nodes, arcs, dropped, merged,
                                                           capsys):
    path = EMAIL.parent.parent / folder
    more = ["--nodes", str(path / "nodes.csv")] if listed else []
    assert main(["network", str(path / "edges.csv"), "--direction", direction, *more, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [found[name] for name in ("nodes", "arcs", "directed", "dropped", "merged")] == [
        nodes, arcs, direction != "both", dropped, merged]
    assert 0 < found["largest_component"] <= 1
    assert found["reciprocity"] == 1 if direction == "both" else found["reciprocity"] < 1


def test_lists(capsys):
    for command, name in (("models", "threshold"), ("scenarios", "quickstart")):
        assert main([command]) == 0
        assert name in capsys.readouterr().out
        assert main([command, "--json"]) == 0
        assert name in [entry["name"] for entry in json.loads(capsys.readouterr().out)]
    assert main(["models"]) == 0
    assert "contacts        whole number, at least 1 (in-neighbours)" in capsys.readouterr().out
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize(("words", "code", "message"), [
    (["run", "quikstart"], 2, "did you mean 'quickstart'?"),
    (["run", "quickstart", "--workers", "0"], 2, "--workers must be at least 1"),
    (["run", "quickstart", "--set", "seed"], 2, "takes key=value (got 'seed')"),
    (["run", "quickstart", "--algorithm", "plane"], 2, "did you mean 'plain'?"),
    (["summary", "nowhere"], 3, "this is no results folder"),
    (["plot", "nowhere"], 3, "this is no results folder"),
    (["network", "edges.csv"], 2, "edges.csv: direction: say which way influence flows along a row"),
    (["network", "edges.csv", "--direction", "both"], 2, "edges.csv: there is no such file"),
    ([], 2, "usage: simcore"),
])
def test_mistakes_have_messages_and_codes(words, code, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if "run" in words:
        words = [*words, "--no-figures", "--replicates", "10"]
    assert main(words) == code
    out, err = capsys.readouterr()
    assert message in err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(("words", "unwanted"), [
    (["--help"], {"numba", "matplotlib", "networkx", "pyarrow", "scipy", "numpy", "pydantic"}),
    (["run", "--help"], {"numba", "matplotlib", "networkx", "pyarrow", "scipy", "numpy", "pydantic"}),
    (["network", "--help"], {"numba", "matplotlib", "networkx", "pyarrow", "scipy", "numpy", "pydantic"}),
    (["network", "tests/bad_scenarios/files/edges.csv", "--direction", "both"], {"matplotlib", "pyarrow", "pandas"}),
    (["check", "quickstart"], {"matplotlib", "networkx", "pyarrow", "pandas", "scipy.special",
                              "simcore.models.culture"}),
    (["scenarios"], {"numba", "matplotlib", "pyarrow"}),
])
def test_what_is_imported(words, unwanted):
    code = ("import sys\nfrom simcore.cli import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
            "print(' '.join(sys.modules), file=sys.stderr)")
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert not unwanted & set(done.stderr.split())


def test_python_minus_m_is_the_command(tiny):
    done = subprocess.run([sys.executable, "-m", "simcore", "check", str(tiny)], capture_output=True, text=True,
                          check=True)
    assert "valid" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_error(results):
    done = subprocess.run(f"{sys.executable} -m simcore summary {results} | head -1", shell=True, capture_output=True,
                          text=True, check=True)
    assert done.stdout == "tiny\n"
    assert done.stderr == ""


MODEL = '''
"""Everybody copies one neighbour for sure: one step, one node."""
from typing import NamedTuple
import numpy as np
from simcore import model as m

class Params(NamedTuple):
    stride: m.Probability = 1.0

class State(NamedTuple):
    active: np.ndarray
    adopted: np.ndarray
    tally: np.ndarray

def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.empty(n, np.uint32), np.zeros(4, np.int64))

@m.kernel
def reset(layers, params, state, seeds, stream):
    for i in state.adopted[:state.tally[m.SIZE]]:
        state.active[i] = 0
    m.begin(state.tally, state.adopted, state.active, seeds, 1)
    return seeds.size

@m.kernel
def step(layers, params, state, stream, t):
    size = last = state.tally[m.SIZE]
    for i in state.adopted[state.tally[m.SPENT]:last]:
        for j in layers.network.out_idx[layers.network.out_ptr[i]:layers.network.out_ptr[i + np.uint64(1)]]:
            if not state.active[j]:
                state.active[j] = 1
                state.adopted[size] = j
                size += 1
                break
    return m.close_step(state.tally, last, size, t)

MODEL = m.Model(name="copy-one", title="One neighbour copies", doi="", Params=Params, allocate=allocate,
                reset=reset, step=step)
'''


def test_a_model_of_ones_own_in_one_file(tmp_path, capsys):
    (tmp_path / "my_model.py").write_text(MODEL)
    scenario = tmp_path / "mine.toml"
    scenario.write_text('schema = 1\ntitle = "mine"\nreplicates = 5\n[network]\nkind = "ring"\nn = 50\n'
                        '[model]\npath = "my_model.py"\nstride = 0.5\n')
    assert main(["run", str(scenario), "--out", str(tmp_path / "out"), "--no-figures"]) == 2
    assert "--allow-code" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main(["run", str(scenario), "--out", str(tmp_path / "out"), "--no-figures", "--allow-code", "--json"]) == 0
    point, = json.loads(capsys.readouterr().out)["points"]
    assert point["outcomes"]["size"]["mean"] == 50
    assert main(["summary", str(tmp_path / "out")]) == 0
    assert main(["replay", str(tmp_path / "out"), "--point", point["id"], "--replicate", "2", "--allow-code"]) == 0
    assert "copy" not in capsys.readouterr().err


def test_a_model_of_ones_own_leaves_the_cache_of_others_readable(tiny, tmp_path):
    (tmp_path / "my_model.py").write_text(MODEL)
    (tmp_path / "mine.toml").write_text('schema = 1\ntitle = "mine"\nreplicates = 5\n[network]\nkind = "ring"\n'
                                        'n = 50\n[model]\npath = "my_model.py"\n')
    for k, words in enumerate((["mine.toml", "--allow-code"], ["tiny.toml"], ["mine.toml", "--allow-code"])):
        done = subprocess.run([sys.executable, "-m", "simcore", "run", *words, "--out", f"out{k}", "--no-figures"],
                              cwd=tmp_path, env=os.environ | {"SIMCORE_CACHE": str(tmp_path / "cache")},
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_model_that_allocates_is_told_so(tmp_path, capsys):
    (tmp_path / "my_model.py").write_text(MODEL.replace("size = last = ", "spare = np.zeros(3)\n    size = last = "))
    scenario = tmp_path / "mine.toml"
    scenario.write_text('schema = 1\ntitle = "mine"\n[network]\nkind = "ring"\nn = 50\n[model]\npath = "my_model.py"\n')
    assert main(["run", str(scenario), "--out", str(tmp_path / "out"), "--no-figures", "--allow-code"]) == 2
    message = capsys.readouterr().err
    assert "my_model.py" in message
    assert "a kernel does not allocate" in message
    assert "Traceback" not in message


@pytest.mark.skipif(not EMAIL.exists(), reason=f"{EMAIL} is not there")
def test_the_real_e_mail_network(tmp_path, capsys):
    assert main(["run", "scenarios/email_influentials.toml", "--out", str(tmp_path / "out"), "--no-figures", "--json",
                 "--set", "network.kind=file", "--set", f"network.path={EMAIL}", "--set",
                 "network.direction=source-influences-target", "--set", "replicates=50"]) == 0
    out, err = capsys.readouterr()
    assert "network: 1005 nodes, 24929 arcs; 642 self-loops dropped, 0 rows merged, 19 nodes isolated" in err
    points = json.loads(out)["points"]
    assert {point["n"] for point in points} == {1005}
    report, = json.loads((tmp_path / "out" / "manifest.json").read_text())["networks"].values()
    assert (report["nodes"], report["self_loops"], report["directed"]) == (1005, 642, True)


def test_a_second_process_compiles_nothing(tiny, tmp_path):
    """What is compiled must be found again, without the compiler: a miss of the cache costs every run a second."""
    code = ("import numba.core.compiler as compiler, sys\nfrom simcore.cli import main\nseen = []\n"
            "original = compiler.compile_extra\n"
            "def compile_extra(*a, **k): seen.append(a[2].__name__); return original(*a, **k)\n"
            "compiler.compile_extra = compile_extra\n"
            "main(sys.argv[1:])\nready = 'numba.cpython.unicode' in sys.modules\n"
            "print('compiler', ready, 'compiled', seen, file=sys.stderr)")
    for k in range(2):
        done = subprocess.run([sys.executable, "-c", code, "run", str(tiny), "--out", str(tmp_path / f"out{k}"),
                               "--no-figures"], capture_output=True, text=True, check=True,
                              env=os.environ | {"SIMCORE_CACHE": str(tmp_path / "cache")})
        last = done.stderr.splitlines()[-1]
        assert ("_simulate" in last) == (k == 0)
    assert last == "compiler False compiled []"


def test_cache_that_cannot_be_written_is_done_without(tiny, tmp_path):
    done = subprocess.run([sys.executable, "-m", "simcore", "run", str(tiny), "--out", str(tmp_path / "out"),
                           "--no-figures"], env=os.environ | {"SIMCORE_CACHE": "/proc/nowhere"}, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_command_that_is_none_is_answered_by_the_nearest(capsys):
    assert main(["rnu", "quickstart"]) == 2
    assert capsys.readouterr().err.startswith("simcore: there is no command 'rnu', did you mean 'run'? (commands are ")


@pytest.mark.parametrize("module", ["argparse", "simcore.cli", "simcore.cli.lists", "simcore.catalogue"])
def test_an_interrupt_of_an_import_is_told_in_a_line(module):
    code = ("import sys\n"
            "class Interrupting:\n"
            "    def find_spec(name, path=None, target=None):\n"
            f"        if name == '{module}': raise KeyboardInterrupt\n"
            "sys.meta_path.insert(0, Interrupting)\n"
            "from simcore.__main__ import program\n"
            "program()")
    done = subprocess.run([sys.executable, "-c", code, "scenarios"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.startswith("\nsimcore: interrupted")
    assert done.stderr.count("\n") == 2
