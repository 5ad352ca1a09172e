"""Looking after results folders: ``status``, ``fsck``, ``merge``, ``compact``, ``export``, ``diff``, ``gc``."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.cli.talk import reading, say
from simcore.errors import StoreError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from simcore.store.upkeep import Status

_EVERY = 2.0  # seconds between two looks


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    def of_folder(name: str, run: Any, *, as_json: bool = True) -> argparse.ArgumentParser:
        sub = command(name, run)
        sub.add_argument("folder", type=Path, metavar="DIR")
        if as_json:
            sub.add_argument("--json", action="store_true", help="as JSON")
        return sub

    status = of_folder("status", _status)
    status.add_argument("--watch", action="store_true", help="tell again every two seconds until nothing is missing")
    of_folder("fsck", _fsck)
    merge = command("merge", _merge)
    merge.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    merge.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder, or one of this scenario")
    of_folder("compact", _compact, as_json=False)
    export = of_folder("export", _export, as_json=False)
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="a name that ends in .csv or .parquet; "
                        "for SALib, see sensitivity --salib")
    export.add_argument("--of", choices=("outcomes", "series", "classes"), default="outcomes")
    diff = command("diff", _diff)
    diff.add_argument("one", type=Path, metavar="A")
    diff.add_argument("other", type=Path, metavar="B")
    diff.add_argument("--json", action="store_true", help="as JSON")
    gc = of_folder("gc", _gc, as_json=False)
    gc.add_argument("--now", action="store_true", help="also what is younger than a day; no run may be going on")


def _status(arguments: argparse.Namespace) -> int:
    from simcore.store import Store
    from simcore.store.upkeep import status

    while True:
        found = status(Store(arguments.folder))
        if arguments.json:
            print(json.dumps(found._asdict() | {"failures": [
                {"chunk": failure.chunk.name, "error": failure.error} for failure in found.failures]}), flush=True)
        else:
            print(_told(found), flush=True)
        if not arguments.watch or not found.missing:
            return 0
        time.sleep(_EVERY)


def _told(found: Status) -> str:
    share = found.rows_done / found.rows if found.rows else 1.0
    speed = f"; {found.rate:.3g} replicates/s" if found.rate else ""
    left = f", {_duration(found.seconds_left)} left" if found.seconds_left else ""
    lines = [(f"{found.done} of {found.chunks} chunks done ({share:.1%} of {found.rows} replicates), {found.failed} "
             f"failed, {found.missing} missing{speed}{left}")]
    return "\n".join(lines + [f"failed: {failure.chunk.name}: {failure.error}" for failure in found.failures])


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _fsck(arguments: argparse.Namespace) -> int:
    from simcore.store import Store
    from simcore.store.upkeep import fsck

    store = Store(arguments.folder)
    with reading(store):
        found = fsck(store)
        digest, damaged = (None, store.damaged()) if found else (store.digest(), [])
        missing = None if any("plan-" in finding.path for finding in found) else len(store.missing(damaged))
    if arguments.json:
        print(json.dumps({"damaged": [finding._asdict() for finding in found], "to_compute": missing,
                          "digest": digest}, indent=1))
    else:
        for finding in found:
            print(finding.what)
        print(f"{len(found)} damaged files" if found else f"every file is as it was written; digest {digest}")
        if found or missing:
            print("to be computed: " + ("all that the plans say, once they are written again" if missing is None else
                                        f"{missing} of {len(store.chunks())} chunks")
                  + "; run the scenario into this folder with --resume")
    return StoreError.exit_code if found else 0


def _merge(arguments: argparse.Namespace) -> int:
    from simcore.store import Store
    from simcore.store.upkeep import merge

    folders = [Store(folder) for folder in arguments.folders]
    with reading(*folders):
        store = merge(folders, arguments.out)
    with reading(store):
        digest = store.digest()
    say(f"{len(store.files())} files, {len(store.missing())} of {len(store.chunks())} chunks missing; into "
        f"{arguments.out}")
    print(f"digest {digest}")
    return 0


def _compact(arguments: argparse.Namespace) -> int:
    from simcore.store import Store
    from simcore.store.upkeep import compact

    store = Store(arguments.folder)
    with reading(store):
        before, after = compact(store)
    say(f"{before} files are {after} now" if after < before else "nothing to put together")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from simcore.export import export
    from simcore.store import Store

    store = Store(arguments.folder)
    with reading(store):
        rows = export(store, arguments.out, arguments.of)
    say(f"{rows} rows into {arguments.out}" + ("; the run is not complete" if store.missing() else ""))
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from simcore.store import Store
    from simcore.store.upkeep import diff

    one, other = Store(arguments.one), Store(arguments.other)
    with reading(one, other):
        found = diff(one, other)
    hashes = [{point["hash"] for point in store.manifest["points"]} for store in (one, other)]
    only = [len(hashes[0] - hashes[1]), len(hashes[1] - hashes[0])]
    if arguments.json:
        print(json.dumps({"difference": found and found._asdict(), "points_only_in": only}, indent=1))
    elif found is None:
        print("no value differs" + (f" on the {len(hashes[0] & hashes[1])} points that both have" if any(only) else ""))
    else:
        values = ["not there" if value is None else f"{value:.17g}" for value in found.values]
        where = "".join(f", {path} = {value}" for path, value in found.setting.items())
        print(f"point {found.point}{where}, replicate {found.replicate}: {found.column} is {values[0]} in "
              f"{arguments.one}, {values[1]} in {arguments.other}")
    return 1 if found else 0


def _gc(arguments: argparse.Namespace) -> int:
    from simcore.store import Store
    from simcore.store.upkeep import STALE, gc

    gone = gc(Store(arguments.folder), older_than=0.0 if arguments.now else STALE)
    for path in gone:
        print(path)
    say(f"{len(gone)} deleted")
    return 0
