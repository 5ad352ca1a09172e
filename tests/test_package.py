"""The project's own rules, as tests: style, types, the direction of imports, and documents that run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from simcore._jit import seen_by_kernels

ROOT = Path(__file__).resolve().parent.parent


def tool(*words):
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_style():
    tool("ruff", "check", ".")


def test_types():
    tool("mypy")


def test_imports_go_one_way():
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 kept, 0 broken" in done.stdout


def test_machine_code_is_stale_once_anything_changes_that_a_kernel_can_see():
    seen = set(seen_by_kernels())
    for path in (ROOT / "simcore").rglob("*.py"):
        assert path in seen or not re.search(r"simcore\._jit import .*(kernel|inline)", path.read_text()), path
    for path in seen:
        for module, names in re.findall(r"from simcore(?:\.([\w.]+))? import (\([^)]*\)|.*)", path.read_text()):
            for name in [module, *(f"{module}.{name}".strip(".") for name in re.findall(r"\w+", names))]:
                below = ROOT.joinpath("simcore", *name.split("."))
                for file in (below.with_suffix(".py"), below / "__init__.py"):
                    assert not name or file in seen or not file.is_file(), f"{path} imports {file}"


def test_a_model_is_one_short_file():
    files = sorted((ROOT / "simcore" / "models").glob("[!_]*.py"))
    assert len(files) >= 3
    for path in files:
        assert len(path.read_text().splitlines()) < 80, path.name


def blocks(path, language):
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(), re.DOTALL)


def simcore(*words, cwd):
    done = subprocess.run([sys.executable, "-m", "simcore", *words], cwd=cwd, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_guide_to_a_model_of_ones_own_runs(tmp_path):
    guide = ROOT / "docs" / "adding-a-model.md"
    model, twin = blocks(guide, "python")
    (tmp_path / "my_model.py").write_text(model)
    (tmp_path / "mine.toml").write_text(blocks(guide, "toml")[0])
    (tmp_path / "twin.py").write_text(twin)
    run, plot = ([line.split()[1:] for line in block.splitlines()] for block in blocks(guide, "sh"))
    printed = [simcore(*words, cwd=tmp_path) for words in run]
    assert "valid" in printed[0]
    assert "appeal" in printed[-1]
    agreed = subprocess.run([sys.executable, "-W", "error", "twin.py"], cwd=tmp_path, capture_output=True, text=True,
                            check=False)
    assert agreed.stdout == "500 replicates agree\n", agreed.stderr
    assert simcore(*plot[0], cwd=tmp_path)


def test_every_name_is_there():
    import simcore

    for name in simcore.__all__:
        assert getattr(simcore, name) is not None
    assert dir(simcore) == simcore.__all__
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        simcore.nonsense  # noqa: B018


def test_nothing_tells_where_it_was_made():
    words = ["/" + "work/", "/" + "root/", "/" + "tmp/w", "file" + "://"]
    for path in [*ROOT.rglob("*.md"), *ROOT.rglob("*.toml"), *ROOT.rglob("*.lock"), *(ROOT / "simcore").rglob("*.py")]:
        if ".venv" not in path.parts:
            text = path.read_text(errors="replace")
            assert not [word for word in words if word in text], path


def test_lock_pins_hashes_and_names_no_hosts():
    lock = (ROOT / "requirements.lock").read_text()
    assert len(re.findall(r"^[a-z0-9_.-]+==", lock, re.MULTILINE)) > 30
    assert "http" not in lock
    pinned = re.split(r"\n(?=\S)", lock.strip())
    assert all("--hash=sha256:" in entry for entry in pinned)
