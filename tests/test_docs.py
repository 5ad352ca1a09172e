"""The documentation: no link leads nowhere, the site is built without a warning, public names are described."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import io
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import simcore
from simcore import catalogue, figures, models
from simcore.cli import main

ROOT = Path(__file__).parent.parent
PAGES = [path for path in sorted(ROOT.rglob("*.md")) if not {".venv", "node_modules"} & {*path.parts}]
LINK = re.compile(r"\[(?:[^][]|\[[^]]*\])*\]\(([^)\s]+)\)")
BUILDERS = ("material", "mkdocstrings_handlers", "latex2mathml")


def prose(path):
    return re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)


def anchors(path):
    found = []
    for heading in re.findall(r"^#+ +(.*?)#*$", prose(path), re.MULTILINE):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading.strip())
        found.append(re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-"))
    return found


def broken(path):
    for link in LINK.findall(re.sub(r"`[^`\n]*`", "", prose(path))):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        there = (path.parent / name).resolve() if name else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            yield link


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_leads_nowhere(path):
    assert not list(broken(path))


def test_links_that_lead_nowhere_are_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A & b\n[x](#a--b) [y](#c) [z](other.md) `[no](link.md)`\n")
    assert list(broken(page)) == ["#c", "other.md"]


def test_every_page_is_in_the_navigation():
    said = re.findall(r"[\w/-]+\.md", (ROOT / "docs" / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[2])
    there = {path.relative_to(ROOT / "docs").as_posix() for path in PAGES if ROOT / "docs" in path.parents}
    assert not there - {*said}
    assert len(said) == len({*said})


def blocks(path, language):
    return re.findall(rf"```{language}\n(.*?)```", path.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("name", ["gallery"])
def test_python_on_the_page_runs(name, tmp_path):
    code = "\n".join(blocks(ROOT / "docs" / f"{name}.md", "python"))
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("name", ["ten-minutes", "influentials", "culture"])
def test_a_tutorial_runs_as_it_stands(name, tmp_path, monkeypatch):
    """In the order of the page: files are written, commands and Python run as somebody would who follows it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    names = {}
    for language, text in re.findall(r"```(\w+)\n(.*?)```", (ROOT / "docs/tutorials" / f"{name}.md").read_text("utf-8"),
                                     re.DOTALL):
        if language == "toml":
            Path(re.match(r"# (\S+)", text)[1]).write_text(text)
        elif language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                exec(text, names)
            assert printed.getvalue().strip()
        else:
            assert language == "sh"
            for line in text.splitlines():
                with contextlib.redirect_stdout(io.StringIO()):
                    assert main(shlex.split(line)[1:]) == 0, line


def test_the_gallery_has_every_figure():
    page = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    shown = set(re.findall(r"images/gallery/(\w+)\.png", page))
    assert {path.stem for path in (ROOT / "docs" / "images" / "gallery").glob("*.png")} == shown
    assert {*figures.FIGURES, "cascade", "census", "degrees", "differences", "spread"} <= shown


def test_both_sides_of_a_migration_run(tmp_path):
    page = ROOT / "docs" / "migrating.md"
    run, total = [], len(blocks(page, "python"))
    for block in blocks(page, "python"):
        needs = set(re.findall(r"^(?:import|from) (EoN|ndlib)", block, re.MULTILINE))
        run += [block] * all(map(importlib.util.find_spec, needs))
    done = subprocess.run([sys.executable, "-c", "\n".join(run)], cwd=tmp_path, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(run) in (total, total - 1, total - 2)
    (tmp_path / "virus.toml").write_text(blocks(page, "toml")[0])
    subprocess.run([sys.executable, "-m", "simcore", "check", "virus.toml"], cwd=tmp_path, check=True)


PUBLIC = ("simcore", "simcore.campaign", "simcore.figures", "simcore.instruments", "simcore.network.degree_laws",
          "simcore.theory")


def public():
    """Return every public class and function by name; of a figure's module the function of its name."""
    found = {}
    for home in PUBLIC:
        module = importlib.import_module(home)
        for name in module.__all__:
            thing = getattr(module, name)
            thing = getattr(thing, name, None) if inspect.ismodule(thing) else thing
            if inspect.isclass(thing) or inspect.isfunction(thing):
                found[f"{home}.{name}"] = thing
    return found


def lacking(thing):
    """Return which sections of numpydoc a public name lacks, and which parameters are not described."""
    text = inspect.getdoc(thing) or ""
    sections = re.findall(r"^(\w+)\n-+$", text, re.MULTILINE)
    if inspect.isclass(thing):
        described = {"Attributes", "Parameters"} & {*sections}
        fields = hasattr(thing, "_fields") or hasattr(thing, "__dataclass_fields__")
        return ["docstring"] * (not thing.__doc__) + ["Attributes"] * (fields and not described)
    signature = inspect.signature(thing)
    wrong = [name for name in signature.parameters if not re.search(rf"\b{name}\b", text)]
    returns = signature.return_annotation not in (None, "None") and "Iterator" not in str(signature.return_annotation)
    return [*wrong, *["Parameters"] * (bool(signature.parameters) and "Parameters" not in sections),
            *["Returns"] * (returns and "Returns" not in sections)]


def test_every_public_name_says_what_it_takes_and_gives():
    assert len(public()) > 100
    assert not {name: wrong for name, thing in public().items() if (wrong := lacking(thing))}


def test_a_docstring_that_lacks_a_section_is_noticed():
    def function(one: int, two: int) -> int:
        """Return something of one.

        Parameters
        ----------
        one : int
        """
        return one + two

    assert lacking(function) == ["two", "Returns"]


def test_the_package_writes_pages_on_all_it_has(tmp_path):
    build = runpy.run_path(str(ROOT / "docs" / "build.py"))
    build["stage"](tmp_path)
    pages = {path.relative_to(tmp_path / "docs").as_posix(): path.read_text("utf-8")
             for path in (tmp_path / "docs").rglob("*.md")}
    for name in catalogue.scenarios():
        assert f"simcore run {name}\n" in pages["catalogue.md"]
    for name in models.catalogue():
        assert f"\n## {name}\n" in pages["each-model.md"]
    written = re.findall(r"::: ([\w.]+)", pages["reference/python.md"])
    assert len(written) == len(simcore.__all__) - 1  # all but the version
    assert "(changelog.md)" in pages["index.md"]


@pytest.mark.skipif(not all(map(importlib.util.find_spec, BUILDERS)), reason="needs the extra docs")
def test_the_site_is_built_without_a_warning(tmp_path):
    done = subprocess.run([sys.executable, ROOT / "docs" / "build.py", tmp_path], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr
    for name in ("index", "catalogue", "each-model", "reference/python", "theory"):
        text = (tmp_path / f"{name}.html").read_text("utf-8")
        assert not re.search(r'<(?:script|link|img)[^>]*(?:src|href)="https?://', text)  # nothing is fetched
    assert "<math" in (tmp_path / "theory.html").read_text("utf-8")
