"""What one begins with: a scenario written by asking, kernels compiled ahead, completion in shell and editor."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from simcore import models
from simcore.cli import main
from simcore.scenario import load

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", models.catalogue())
def test_a_new_scenario_is_valid_for_every_model(name, tmp_path):
    file = tmp_path / "mine.toml"
    assert main(["new", str(file), "--model", name, "--yes"]) == 0
    scenario = load(file)
    assert scenario.points[0].model.name == name
    assert "# " in file.read_text()
    assert scenario.doi is None  # it is nobody's but the writer's; the model's own is cited as such
    assert f"; doi:{scenario.points[0].model.doi}\n" in file.read_text()


def test_a_new_scenario_on_a_network_of_ones_own_runs(tmp_path, capsys):
    (tmp_path / "edges.csv").write_text("source,target\na,b\nb,c\n")
    file = tmp_path / "mine.toml"
    words = ["new", str(file), "--network", str(tmp_path / "edges.csv"), "--direction", "both", "--yes"]
    assert main(words) == 0
    assert "written, 2 points." in capsys.readouterr().err  # random people beside the influential
    assert main(["check", str(file)]) == 0
    assert "2 points of 500 replicates, on networks from files" in capsys.readouterr().out
    assert main(["run", str(file), "--out", str(tmp_path / "out"), "--no-figures", "--replicates", "5"]) == 0
    assert main(words) == 2
    assert "exists already; change it where it stands, choose another name, or replace it: --force" in (
        capsys.readouterr().err)
    assert main(["new", str(tmp_path), "--yes"]) == 2
    assert "is a folder" in capsys.readouterr().err


def test_a_new_scenario_says_what_is_wrong_with_the_network(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("edges.csv").write_text("from,to\na,b\n")
    assert main(["new", "mine.toml", "--network", "edges.csv", "--yes"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("direction: 'both' is taken")
    assert said[1] == "edges.csv:1:1: there is no column 'source'; columns are from, to"  # as one types its name
    assert said[-1].startswith("mine.toml: written, 2 points, but the network cannot be read so.")
    assert main(["check", "mine.toml"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "2 problems in edges.csv"
    words = ["--network", "edges.csv", "--source", "from", "--target", "to", "--direction", "both", "--yes"]
    assert main(["new", "mine.toml", *words]) == 2
    written = Path("mine.toml").read_bytes()
    assert main(["new", "mine.toml", "--force", "--network", "none.csv", "--yes"]) == 2
    assert main(["new", "mine.toml", "--force", "--model", "threshold", *words[:2], "--yes"]) == 0
    assert Path("mine.toml").read_bytes() == written
    Path("edges.csv").write_text("from,to,strength\nZoë Weiß,b,2.5\n")
    assert main(["new", "mine.toml", "--force", *words, "--weight", "strength"]) == 0
    assert load("mine.toml").points[0].network.weight == "strength"
    assert main(["check", "mine.toml"]) == 0
    capsys.readouterr()
    assert main(["new", "other.toml", *words]) == 0
    assert capsys.readouterr().err.startswith("other.toml: written, 2 points.")
    assert main(["check", "other.toml"]) == 0


def test_what_cannot_be_written_leaves_nothing(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    assert main(["new", str(file), "--model", "treshold", "--yes"]) == 2
    assert "did you mean 'threshold'?" in capsys.readouterr().err
    assert main(["new", str(file), "--network", str(tmp_path / "none.csv"), "--yes"]) == 2
    assert "there is no network file" in capsys.readouterr().err
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_text("source,target\na,b\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    assert main(["new", str(inner / "mine.toml"), "--network", str(elsewhere), "--yes"]) == 2
    assert list(inner.iterdir()) == []
    (inner / "mine.toml").write_text("kept")
    assert main(["new", str(inner / "mine.toml"), "--force", "--network", str(elsewhere), "--yes"]) == 2
    assert (inner / "mine.toml").read_text() == "kept"


def test_it_asks_a_person(tmp_path):
    """At a terminal it asks, again where the answer is none of the choices; an empty answer takes the default."""
    person, terminal = pty.openpty()
    asking = subprocess.Popen([sys.executable, "-m", "simcore", "new", "mine.toml"], cwd=tmp_path, stdin=terminal,
                              stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    os.write(person, b"sri\nsir\n\n0.3\n\n")
    _, error = asking.communicate(timeout=60)
    os.close(person)
    os.close(terminal)
    assert asking.returncode == 0, error
    assert "did you mean" in error
    assert tomllib.loads((tmp_path / "mine.toml").read_text())["model"] == {
        "name": "sir", "transmission": 0.3, "recovery": 1.0}


def test_warmup_compiles_what_a_scenario_needs(tmp_path):
    own = os.environ | {"SIMCORE_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}

    def simcore(*words):
        done = subprocess.run([sys.executable, "-m", "simcore", *words], cwd=tmp_path, env=own, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr
        return set((tmp_path / "cache").rglob("*.nbc"))
    ahead = simcore("warmup", "quickstart")
    assert ahead
    assert simcore("run", "quickstart", "--replicates", "80", "--no-figures") == ahead


def test_shells_complete_commands(capsys):
    pytest.importorskip("shtab")
    for shell in ("bash", "zsh", "tcsh"):
        assert main(["completion", shell]) == 0
        assert "warmup" in capsys.readouterr().out


def test_the_schema_beside_the_scenarios_is_the_one_of_this_version(capsys):
    main(["schema"])
    assert json.loads((ROOT / "scenarios" / "scenario.schema.json").read_text()) == json.loads(capsys.readouterr().out)


def test_editors_check_scenarios_by_their_first_line(tmp_path):
    """By taplo, the language server of most editors for TOML; the first line of a file names the schema."""
    taplo = Path(sys.executable).with_name("taplo")
    if not taplo.exists():
        pytest.skip("taplo is not installed; it is part of the extra 'test'")
    assert main(["new", str(tmp_path / "mine.toml"), "--yes"]) == 0

    def lint(file):
        return subprocess.run([taplo, "lint", file], cwd=tmp_path, capture_output=True, text=True, check=False)
    for file in [tmp_path / "mine.toml", *sorted((ROOT / "scenarios").glob("*.toml"))]:
        assert file.read_text().startswith("#:schema ./scenario.schema.json\n"), file
        done = lint(file)
        assert done.returncode == 0, done.stderr
    (tmp_path / "wrong.toml").write_text((tmp_path / "mine.toml").read_text().replace("poisson", "posson"))
    assert lint(tmp_path / "wrong.toml").returncode == 1
