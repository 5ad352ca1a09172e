"""The guide to sweeps: every scenario, command and snippet of it runs."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from pathlib import Path

import pytest

from simcore import cli
from simcore.scenario import load

DOCS = (Path(__file__).resolve().parent.parent / "docs" / "sweeps.md").read_text()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the scenarios of the guide, its commands run in their order, and what they printed."""
    folder = tmp_path_factory.mktemp("guide")
    for name in ("fill", "decides", "who"):
        text = re.search(rf"`{name}\.toml`:\n\n```toml\n(.*?)```", DOCS, re.DOTALL)[1]
        (folder / f"{name}.toml").write_text(text.replace("n = 200\n", "n = 80\n"))
    return folder


@pytest.fixture(scope="module")
def printed(folder):
    """What each command of the guide prints; tests may come in any order."""
    printed = {}
    with contextlib.chdir(folder):
        for line in (line for block in blocks("sh") for line in block.splitlines()):
            _, *words = shlex.split(line, comments=True)
            with contextlib.redirect_stdout(io.StringIO()) as said:
                assert cli.main([*words, *(["--no-figures"] if words[0] == "run" else [])]) == 0, line
            printed[line] = said.getvalue()
    return printed


def test_the_commands_run(folder, printed):
    assert len(printed) > 10
    found = json.loads(printed["simcore sensitivity results/decides --of share --json"])
    named = set(re.findall(r"`(\w+)`", DOCS[DOCS.index("| field of"):DOCS.index("A quantity is a mean")]))
    assert {"first", "total", "mean", "variance", "noise"} <= named
    assert set(found["inputs"][0]) - {"input"} <= named
    assert {"mean", "variance", "noise"} <= set(found)
    assert (folder / "tornado.svg").is_file()
    assert (folder / "differences.svg").is_file()


def test_the_other_sections_are_valid(folder, monkeypatch):
    monkeypatch.chdir(folder)
    points, stop = (block for block in blocks("toml") if block.startswith(("[sweep]", "[stop]")))
    (folder / "points.csv").write_text("network.mean_degree,model.threshold\n4,0.18\n6,0.1\n")
    head = (folder / "fill.toml").read_text().partition("[sweep]")[0]
    (folder / "list.toml").write_text(head + points)
    assert len(load(folder / "list.toml").points) == 2
    (folder / "stop.toml").write_text((folder / "who.toml").read_text() + stop)
    assert load(folder / "stop.toml").stop.max_replicates == 6400


@pytest.mark.parametrize("code", blocks("python"), ids=lambda code: re.findall(r"(?:import|from) (\w+)", code)[0])
@pytest.mark.usefixtures("printed")
def test_the_snippets_run(code, folder, monkeypatch):
    monkeypatch.chdir(folder)
    for package in ("SALib", "polars", "duckdb", "xarray", "pandas"):
        if package in code:
            pytest.importorskip(package)
    exec(compile(code, "sweeps.md", "exec"), {})
