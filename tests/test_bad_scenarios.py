"""Every message about a scenario that is wrong: the words, the place, and that nothing else happens.

Each file of `bad_scenarios` says in its first lines what is to be said about it: ``# expect:`` by whoever loads it,
``# check:`` by the commands only, since it is in another file; ``# set:`` and ``# allow-code`` are given to the
command. ``<models>``, ``<network with mean_degree>`` and the like stand for lists that grow with the catalogue.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from simcore import cli, models
from simcore.errors import ScenarioError
from simcore.scenario import load
from simcore.scenario.schema import NETWORKS, SEEDINGS
from simcore.scenario.sections import PARTS
from simcore.scenario.wording import choices, homes

FOLDER = Path(__file__).parent / "bad_scenarios"
LISTS = {"<folder>": str(FOLDER), "<kinds of network>": choices(NETWORKS), "<kinds of seeding>": choices(SEEDINGS),
         "<kinds of part>": choices(PARTS), "<models>": choices(sorted(models.catalogue()))}
VALID = 'schema = 1\ntitle = "t"\n[network]\nkind = "ring"\nn = 5\n[model]\nname = "threshold"\nthreshold = 0.2\n'


class Case:
    """A scenario, how it is given to a command, and what is to be said about it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        said: dict[str, list[str]] = {"expect": [], "check": [], "set": [], "allow-code": []}
        for line in path.read_text().splitlines():
            key, _, text = line.removeprefix("# ").partition(": ")
            if not line.startswith("# ") or key not in said:
                break
            said[key].append(text)
        self.sets = [text.encode().decode("unicode_escape") for text in said["set"]]
        self.allow_code = bool(said["allow-code"])
        self.expected = [self._whole(text) for text in said["expect"]]
        self.checked = [self._whole(text) for text in said["check"]]

    def _whole(self, text: str) -> str:
        for short, words in LISTS.items():
            text = text.replace(short, words)
        text = re.sub(r"<(\w+) with (\w+)>", lambda match: choices(homes()[match[2]][match[1]]), text)
        place = f"{self.path}:" if text[0].isdigit() else f"{self.path}: "
        return text if text.startswith(("--set: ", str(FOLDER))) else place + text

    @property
    def arguments(self) -> list[str]:
        return [str(self.path), *(f"--set={text}" for text in self.sets), *["--allow-code"] * self.allow_code]


CASES = {path.stem: Case(path) for path in sorted(FOLDER.glob("*.toml"))}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path_factory):
    """Files below the working directory are named from there; these by their whole path."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))


def said_by(*arguments: str, capsys) -> tuple[int, str, str]:
    code = cli.main(arguments)
    return code, *capsys.readouterr()


def test_there_are_many():
    assert len(CASES) >= 45
    assert all(case.expected or case.checked for case in CASES.values())


@every_case
def test_what_loading_says(case):
    try:
        load(case.path, sets=case.sets, allow_code=case.allow_code)
        said = []
    except ScenarioError as error:
        said = [str(problem) for problem in error.problems]
    assert said == case.expected


@every_case
@pytest.mark.parametrize("command", ["check", "run"])
def test_what_the_commands_say(case, command, tmp_path, capsys):
    out = ["--out", str(tmp_path / "out")] if command == "run" else []
    code, stdout, stderr = said_by(command, *case.arguments, *out, capsys=capsys)
    assert (code, stdout) == (2, "")
    assert "Traceback" not in stderr
    assert not list(tmp_path.iterdir())
    lines, wanted = stderr.splitlines(), case.expected or case.checked
    assert lines[:len(wanted)] == wanted
    assert len(lines) == len(wanted) + (len(wanted) > 1)


@every_case
def test_what_check_says_to_machines(case, capsys):
    code, stdout, stderr = said_by("check", "--json", *case.arguments, capsys=capsys)
    assert (code, stderr) == (2, "")
    said = json.loads(stdout)
    assert said.keys() == {"valid", "problems"}
    assert said["valid"] is False
    assert all(list(problem) == ["file", "line", "column", "key", "message"] for problem in said["problems"])
    texts = [": ".join(str(part) for part in (
        ":".join(str(place) for place in (problem["file"], problem["line"], problem["column"]) if place is not None),
        problem["key"], problem["message"]) if part) for problem in said["problems"]]
    assert texts == (case.expected or case.checked)


@every_case
def test_no_words_of_python(case):
    for line in [*case.expected, *case.checked]:
        message = line.partition(": ")[2]
        for word in ("None", "NoneType", "float", "dict", "str", "bool", "integer", "pydantic", "Input", "Extra"):
            assert word not in message.replace("(got None)", "").split(), message


@every_case
def test_problems_stand_in_the_order_of_lines_and_each_but_once(case):
    if case.sets:
        return
    lines = [line.removeprefix(f"{case.path}:") for line in case.expected]
    places = [tuple(map(int, line.split(":")[:2])) for line in lines if line[0].isdigit()]
    assert places == sorted(places)
    assert [line[0].isdigit() for line in lines] == sorted((line[0].isdigit() for line in lines), reverse=True)
    assert len(set(lines)) == len(lines)


# Files that cannot be kept in a repository.

def test_a_file_that_is_not_there(tmp_path, capsys):
    path = tmp_path / "nowhere.toml"
    code, stdout, _ = said_by("check", "--json", str(path), capsys=capsys)
    assert code == 2
    assert json.loads(stdout) == {"valid": False, "problems": [
        {"file": str(path), "line": None, "column": None, "key": "", "message": "there is no such file"}]}


def fifo(path):
    os.mkfifo(path)


def link_to_itself(path):
    path.symlink_to(path)


@pytest.mark.parametrize(("make", "message"), [
    (Path.mkdir, "the file cannot be read: it is a folder"),
    (fifo, "the file cannot be read: it is not an ordinary file"),
    (link_to_itself, "the file cannot be read: Too many levels of symbolic links"),
    (lambda path: path.write_bytes(bytes(range(256)) * 40),
     "2:118: this is not UTF-8: save the file as plain text, encoded as UTF-8"),
    (lambda path: path.write_bytes(b"\x7fELF\x02\x01\x01\x00" * 40),
     "1:1: U+007F is no character of a text: save the file as plain text, encoded as UTF-8"),
    (lambda path: path.write_bytes(VALID.encode("utf-16")),
     "1:1: this is not UTF-8: save the file as plain text, encoded as UTF-8"),
    (lambda path: path.write_bytes(VALID.replace('"t"', '"é"').encode("latin-1")),
     "2:10: this is not UTF-8: save the file as plain text, encoded as UTF-8"),
    (lambda path: path.write_text(VALID + "# filler\n" * (10 * 2**20 // 9)),
     "the file is larger than 256 KiB: keep data in files of their own"),
])
@pytest.mark.parametrize("command", ["check", "run"])
def test_files_that_are_no_text(make, message, command, tmp_path, capsys):
    path = tmp_path / "scenario.toml"
    make(path)
    out = ["--out", str(tmp_path / "out")] if command == "run" else []
    code, stdout, stderr = said_by(command, str(path), *out, capsys=capsys)
    assert (code, stdout) == (2, "")
    assert stderr in (f"{path}: {message}\n", f"{path}:{message}\n")
    assert [other.name for other in tmp_path.iterdir()] == ["scenario.toml"]


def test_a_file_that_may_not_be_read(tmp_path, capsys):
    path = tmp_path / "scenario.toml"
    path.write_text(VALID)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert said_by("check", str(path), capsys=capsys) == (
        2, "", f"{path}: the file cannot be read: Permission denied\n")
