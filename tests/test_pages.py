"""The pages do what they say: every block of code on them is run, here or where the list says; nothing is left out."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

import networkx as nx
import pytest

import simcore as sc
from simcore import cli

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

FOLLOWED = ("README.md", "docs/gallery.md", "docs/influence.md", "docs/theory.md", "docs/tutorials/ten-minutes.md",
            "docs/tutorials/influentials.md", "docs/tutorials/culture.md")
UNDERSTOOD = ("docs/verification.md", "benchmarks/README.md")  # minutes; test_verify, test_benchmarks run small ones
ELSEWHERE = {  # pages that need a set-up of their own
    "docs/scenarios.md": "test_scenario_reference.py::test_the_reference_can_be_followed",
    "docs/sweeps.md": "test_sweeps.py::test_the_commands_run",
    "docs/clusters.md": "test_clusters.py::test_what_the_page_says_of_clusters_runs_and_makes_one_digest",
    "docs/adding-a-model.md": "test_package.py::test_the_guide_to_a_model_of_ones_own_runs",
    "docs/migrating.md": "test_docs.py::test_both_sides_of_a_migration_run",
}
NOT_RUN = {  # and why
    ("README.md", "python3 dev.py"): "is what runs these tests, and installs a copy of the package for it",
    ("benchmarks/README.md", "pip install"): "installs",
    ("benchmarks/README.md", "python3 -m benchmarks.publish"): "takes hours, and writes the page itself",
    ("docs/migrating.md", "xml"): "needs NetLogo",
    ("docs/sweeps.md", "r"): "needs R",
    ("docs/design.md", "text"): "is a list",
}


def blocks(name):
    """Return language and text of every block of a page, in their order."""
    return FENCE.findall((ROOT / name).read_text("utf-8"))


def commands(text):
    """Return the commands of a block, one a line but for those that are continued."""
    return text.replace("\\\n", " ").splitlines()


def is_run(name, line):
    return not any(page == name and line.startswith(begin) for page, begin in NOT_RUN)


def follow(name):
    """Do what a page says, in its order, in the working directory: write files, run commands and Python.

    A scenario is the file that its first line names, or the next command; what Python prints is what stands below it.
    """
    found, names, printed = blocks(name), {}, ""
    for place, (language, text) in enumerate(found):
        if language == "toml":
            named = re.match(r"# (\S+\.toml)\n", text) or re.search(r"(\S+\.toml)", found[place + 1][1])
            Path(named[1]).write_text(text)
        elif language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(text, name, "exec"), names)
            printed = out.getvalue()
            assert printed.strip(), text
        elif language == "text":
            assert printed == text
        else:
            assert language == "sh"
            for line in (line for line in commands(text) if is_run(name, line)):
                with contextlib.redirect_stdout(io.StringIO()):
                    code = cli.main(shlex.split(line, comments=True)[1:])
                assert code == 0, f"{line}: {sys.stderr.getvalue()[-500:]}"


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_page_does_what_it_says(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    people = nx.les_miserables_graph()
    if name in ("README.md", "docs/influence.md"):  # whose reader has a network
        sc.write_network(sc.from_networkx(people), "edges.csv")
        Path("nodes.csv").write_text("node,age\n" + "".join(f"{label},{k}\n" for k, label in enumerate(people)))
    if name == "docs/gallery.md":  # whose reader has results
        assert cli.main(["run", "quickstart", "--replicates", "40", "--out", "results/mine", "--no-figures"]) == 0
    follow(name)


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_commands_of_a_page_are_understood(name):
    for language, text in blocks(name):
        assert language == "sh"
        for line in filter(lambda line: is_run(name, line), commands(text)):
            cli.parser().parse_args(shlex.split(line.partition(" > ")[0], comments=True)[1:])


def test_commands_within_sentences_are_understood():
    subs = next(action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction)).choices
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks" / "README.md"]:
        for command, rest in re.findall(r"`simcore ([a-z]+)([^`]*)`", path.read_text("utf-8")):
            assert command in subs, f"{path}: simcore {command}"
            assert {*re.findall(r"--[a-z-]+", rest)} <= {*subs[command]._option_string_actions}, f"{path}: {command}"


def test_no_block_of_any_page_is_left_out():
    """A new page with code, or a language that nobody runs, is one of these lists' business first."""
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md")]:
        name = path.relative_to(ROOT).as_posix()
        found = {language for language, _ in blocks(name)}
        assert len(blocks(name)) * 2 == len(re.findall(r"^ *```", path.read_text("utf-8"), re.MULTILINE)), name
        assert not re.search(r"\n\n    (simcore|python|import|from) ", path.read_text("utf-8")), name  # code unfenced
        runnable = {language for language in found if (name, language) not in NOT_RUN}
        assert not runnable or name in {*FOLLOWED, *UNDERSTOOD, *ELSEWHERE}, name
        assert runnable <= {"sh", "toml", "python", "text"}, name
    for test in ELSEWHERE.values():
        file, _, function = test.partition("::")
        assert f"\ndef {function}(" in (ROOT / "tests" / file).read_text("utf-8")
