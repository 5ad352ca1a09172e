"""Set up and run simcore from a checkout: needs Python 3.11 or later and nothing else.

python3 dev.py run     installs into .venv, then runs the influentials scenario, ending with table and figures
python3 dev.py test    installs into .venv, then runs the tests
python3 dev.py docs    installs into .venv, then builds the documentation site in dist/docs
python3 dev.py setup   only installs
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def call(*command: str | Path, **environment: str) -> None:
    """Run a command in the checkout; end with its exit code if it fails."""
    words = [str(part) for part in command]
    code = subprocess.run(words, cwd=ROOT, env=os.environ | environment, check=False).returncode
    if code:
        sys.exit(code)


def setup() -> None:
    """Install what the lock file pins, and simcore itself, into .venv; nothing if that is done already."""
    lock = ROOT / "requirements.lock"
    stamp = ENVIRONMENT / "installed"
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
                            + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print(f"installing into {ENVIRONMENT.name} (once, a minute or two) ...", file=sys.stderr, flush=True)
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    call(*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", lock)
    call(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    stamp.write_text(wanted)


def test(more: list[str]) -> None:
    """Run all tests; where compiled, without the compiler, and with bounds checked, each in a cache of its own."""
    pytest = (PYTHON, "-m", "pytest", "--quiet", "--numprocesses", "auto", "--dist", "worksteal")
    if more:
        call(*pytest, *more)
        return
    call(*pytest)
    quick = ("test_models.py", "test_models_adoption.py", "test_models_epidemics.py", "test_models_culture.py",
             "test_generators*.py", "test_rng.py", "test_counting.py", "test_events.py")
    call(*pytest, *matching("test_models*.py", "test_rankings.py", "test_seeding*.py", *quick), NUMBA_BOUNDSCHECK="1")
    call(*pytest, *matching(*quick), NUMBA_DISABLE_JIT="1")


def docs() -> None:
    """Build the documentation site."""
    call(PYTHON, "docs/build.py", "dist/docs")


def matching(*patterns: str) -> list[str]:
    """Return the test files of these names."""
    return sorted({str(path.relative_to(ROOT)) for name in patterns for path in (ROOT / "tests").glob(name)})


def main() -> None:
    """Do what the command line says."""
    if sys.version_info < (3, 11):
        sys.exit(f"simcore needs Python 3.11 or later (this is {sys.version.split()[0]})")
    what, *more = sys.argv[1:] or ["help"]
    if what == "setup":
        setup()
    elif what == "run":
        setup()
        main_job = ["watts_dodds2007_influentials", "--replicates", "1000", "--resume"]
        call(PYTHON, "-m", "simcore", "run", *(more or main_job))
    elif what == "test":
        setup()
        test(more)
    elif what == "docs":
        setup()
        docs()
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
