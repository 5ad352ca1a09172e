"""The documentation: no link leads nowhere, the site is built without a warning, public names are described."""

from __future__ import annotations

import ast
import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
import runpy
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import simcore
from simcore import catalogue, figures, models

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


def test_the_gallery_has_every_figure():
    page = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    shown = set(re.findall(r"images/gallery/(\w+)\.png", page))
    assert {path.stem for path in (ROOT / "docs" / "images" / "gallery").glob("*.png")} == shown
    others = {"cascade", "census", "degrees", "differences", "spread", "verdict", "verification"}
    assert {*figures.FIGURES} | others <= shown


def test_both_sides_of_a_migration_run(tmp_path):
    page = ROOT / "docs" / "migrating.md"
    run, total = [], len(blocks(page, "python"))
    for block in blocks(page, "python"):
        needs = set(re.findall(r"^(?:import|from) (EoN|ndlib)", block, re.MULTILINE))
        run += [block] * all(map(importlib.util.find_spec, needs))
    done = subprocess.run([sys.executable, "-c", "\n".join(run)], cwd=tmp_path, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(run) in (total, total - 2, total - 4)
    (tmp_path / "virus.toml").write_text(blocks(page, "toml")[0])
    subprocess.run([sys.executable, "-m", "simcore", "check", "virus.toml"], cwd=tmp_path, check=True)


def public():
    """Return every public class and function of every package by name; of a figure's module the function of its name.

    The command line has its help, and the culture model kernels.
    """
    homes = ["simcore", "simcore.network.degree_laws",
             *(info.name for info in pkgutil.walk_packages(simcore.__path__, "simcore.") if info.ispkg)]
    found = {}
    for home in homes:
        module = importlib.import_module(home)
        for name in () if home in ("simcore.cli", "simcore.models.culture") else getattr(module, "__all__", ()):
            thing = getattr(module, name)
            thing = getattr(thing, name, None) if inspect.ismodule(thing) else thing
            if inspect.isclass(thing) or inspect.isfunction(thing):
                found[f"{home}.{name}"] = thing
    return found


def sections(thing):
    """Return the sections of numpydoc by their titles."""
    parts = re.split(r"^(\w+)\n-{3,}$", inspect.getdoc(thing) or "", flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def described(section):
    """Return the types of what a section describes, by name."""
    return {name.lstrip("*"): type_ for names, type_ in
            re.findall(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: : (.*))?$", section, re.MULTILINE)
            for name in names.split(", ")}


def raised(function):
    """Return the exceptions that a function raises itself, but for those that it catches."""
    def below(node):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            yield node.exc.func.id
        skipped = node.body if isinstance(node, ast.Try) else ()
        for child in ast.iter_child_nodes(node):
            if child not in skipped and not isinstance(child, ast.FunctionDef | ast.Lambda):
                yield from below(child)
    return {*below(ast.parse(textwrap.dedent(inspect.getsource(function))).body[0])}


def lacking(thing, *, of_class=False):
    """Return what the docstring of a public name lacks."""
    said = sections(thing)
    wrong = ["docstring"] * (not thing.__doc__)
    if inspect.isclass(thing):
        fields = getattr(thing, "_fields", None) or getattr(thing, "__dataclass_fields__", ())
        types = described(said.get("Attributes", "") + said.get("Parameters", ""))
        wrong += [name for name in fields if name not in types]
        wrong += shapeless(types, inspect.get_annotations(thing))
        for name, value in vars(thing).items():
            method = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
            if inspect.isfunction(method) and not name.startswith("_"):
                wrong += [f"{name}: {what}" for what in lacking(method, of_class=True)]
        return wrong
    signature, types = inspect.signature(thing), described(said.get("Parameters", ""))
    names = [name for name in signature.parameters if name not in ("self", "cls")]
    wrong += [name for name in names if name not in types]
    wrong += shapeless(types, {name: each.annotation for name, each in signature.parameters.items()})
    returns = signature.return_annotation not in (None, "None")
    if returns and not {"Returns", "Yields"} & said.keys() and (names or not of_class):  # else its sentence says it
        wrong.append("Returns")
    return wrong + [f"Raises {name}" for name in raised(thing) if name not in said.get("Raises", "")]


def shapeless(types, annotations):
    """Return the names of arrays of which no shape is said."""
    return [f"shape of {name}" for name, type_ in types.items()
            if re.match(r"(\w+\.)*(NDArray|ArrayLike|FloatArray)", str(annotations.get(name)))
            and "[" not in type_ and "shape" not in type_]


def test_every_public_name_says_what_it_takes_gives_and_raises():
    assert len(public()) > 190
    assert not {name: wrong for name, thing in public().items() if (wrong := lacking(thing))}


def test_the_examples_in_docstrings_are_true():
    runner, found = doctest.DocTestRunner(), 0
    for name, thing in public().items():
        for example in doctest.DocTestFinder(recurse=False).find(thing, name):
            runner.run(example, clear_globs=False)
            found += bool(example.examples)
    assert found >= 6
    assert not runner.failures


def test_every_formula_and_every_model_names_its_source():
    named = [thing for thing in public().values() if thing.__module__.startswith("simcore.theory.")]
    named += [model.step for model in models.catalogue().values()]
    assert len(named) > 80
    assert not [thing for thing in named if not re.search(
        r"doi\.org/10\.|doi:10\.|\(\d{4}\)", f"{thing.__doc__} {sys.modules[thing.__module__].__doc__}")]


def test_a_docstring_that_lacks_a_section_is_noticed():
    def function(one: int, two: NDArray) -> int:
        """Return something of one.

        Parameters
        ----------
        one : int
        """
        raise ValueError("no")

    def other(one: NDArray) -> None:
        """Take an array.

        Parameters
        ----------
        one : array
        """

    class Thing(NamedTuple):
        """A thing."""

        part: int

        def method(self, one):
            pass

    assert lacking(function) == ["two", "Returns", "Raises ValueError"]
    assert lacking(other) == ["shape of one"]
    assert lacking(Thing) == ["part", "method: docstring", "method: one", "method: Returns"]


def test_the_package_writes_pages_on_all_it_has(tmp_path):
    build = runpy.run_path(str(ROOT / "docs" / "build.py"))
    build["stage"](tmp_path)
    pages = {path.relative_to(tmp_path / "docs").as_posix(): path.read_text("utf-8")
             for path in (tmp_path / "docs").rglob("*.md")}
    for name in catalogue.scenarios():
        assert f"simcore run {name}\n" in pages["catalogue.md"]
    drawn = [*(tmp_path / "docs" / "images" / "catalogue").iterdir()]
    assert {path.stem for path in drawn} == set(catalogue.scenarios())  # docs/draw_catalogue.py draws what is missing
    for path in drawn:
        assert path.stat().st_size < 60_000
        assert f"(images/catalogue/{path.name})" in pages["catalogue.md"]
    for name in models.catalogue():
        part = pages["each-model.md"].partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert "\n$$" in part or name == "culture", name  # which has a page of its own
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
