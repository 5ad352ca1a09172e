"""How a study is kept in a results folder: what its manifest says, its plans, and the study that a folder holds."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from simcore import plan, provenance
from simcore.errors import StoreError, UsageError
from simcore.scenario.firms import Firm
from simcore.scenario.load import from_manifest
from simcore.scenario.schema import canonical
from simcore.scenario.seedings import PathRanking
from simcore.scenario.tables import files
from simcore.seeding.paths import number_of_pivots
from simcore.store import Store, inputs, understood
from simcore.store.beginning import create, may_be_made, mend
from simcore.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def open_folder(study: Study, folder: Path, *, resume: bool, cite: Sequence[str] = ()) -> Store:
    """Create the results folder of a study, or open it again, with plans for all replicates of the scenario.

    Parameters
    ----------
    study : Study
    folder : Path
    resume : bool
        Whether it may be there already.
    cite : sequence of str
        What is to be cited with it.

    Returns
    -------
    Store

    Raises
    ------
    StoreError
        If the folder holds another scenario, or files of somebody else.
    UsageError
        If it holds this scenario and `resume` is not set.
    """
    scenario, other_files = study.scenario, _other_files(study)
    if (folder / "manifest.json").exists():
        store, lost = mend(folder, manifest(study, cite)) if resume else (Store(folder), [])
        if store.manifest["identity"] != study.identity():
            raise StoreError(f"{folder}: holds the results of another scenario "
                             f"('{store.manifest['scenario']['title']}', or other settings, another seed, network "
                             "or code of the model); choose another --out")
        if store.manifest["scenario"].get("stop") != scenario.resolved().get("stop"):
            raise StoreError(f"{folder}: was begun with another [stop], which decided how it went on; choose "
                             "another --out")
        if not resume:
            left = len(store.missing())
            raise UsageError(f"{folder}: holds this scenario already ({left} of {len(store.chunks())} chunks "
                             "missing); add --resume to go on with it, or choose another --out")
    else:
        lost = []
        if not may_be_made(folder):
            raise UsageError(f"{folder}: exists and is no results folder; choose another --out")
        store = create(folder, manifest(study, cite))
    if "inputs" in store.manifest:
        for network in study.files.values():
            inputs.keep_network(folder, network)
        for path in other_files:
            inputs.keep_file(folder, Path(path))
    for first, stop in lost if scenario.stop is None else ():
        extend(study, store, first, stop)
    plans = store.plans()
    if not plans or scenario.stop is None:  # else what there is decides whether more is needed
        extend(study, store, plans[-1]["stop"] if plans else 0, scenario.replicates)
    return store


def extend(study: Study, store: Store, first: int, stop: int, among: Sequence[str] | None = None) -> None:
    """Plan replicates first .. stop - 1, if there are any, of all points or of some, given by their hashes."""
    if stop > first:
        points = study.scenario.points
        arcs = {hash_: float(loaded.network.arcs) for point, hash_ in zip(points, study.network_hashes, strict=True)
                if (loaded := study.fixed(point)) is not None and not isinstance(loaded, Firm)}
        store.add_plan(first, stop, plan.cut(study.groups_of(among), points, arcs, first, stop), among)


def stored(store: Store, *, allow_code: bool = False) -> Study:
    """Return the study that a results folder holds, from what is kept in the folder alone.

    Raises
    ------
    StoreError
        If that is damaged, or no longer makes the same results.
    """
    kept = store.manifest.get("inputs", {"networks": {}, "files": {}})
    copies = {path: inputs.kept_file(store.folder, name) for path, name in kept["files"].items()}
    networks = {text: inputs.kept_network(store.folder, digest) for text, digest in kept["networks"].items()}
    with understood():
        study = Study(from_manifest(store.manifest, copies, allow_code=allow_code), networks)
    if study.identity() != store.manifest["identity"]:
        raise StoreError(f"{store.folder}: the network's file, or the code of the model, is no longer what these "
                         "results were made from")
    return study


def manifest(study: Study, cite: Sequence[str] = ()) -> dict[str, Any]:
    """Return what a results folder says about a study, and what is to be cited with it."""
    scenario = study.scenario
    short = dict(zip(study.hashes, _short(study.hashes), strict=True))
    ordered = sorted(range(len(study.hashes)), key=lambda i: study.hashes[i])
    rows: list[list[int]] = [[] for _ in study.hashes]
    for row, position in enumerate(scenario.rows):
        rows[position].append(row)
    return {
        "identity": study.identity(),
        "scenario": {"name": scenario.name, **scenario.resolved()},
        "columns": study.types,
        "observables": list(scenario.points[0].model.observables) if scenario.record.trajectories else [],
        "points": [{"id": short[study.hashes[i]], "hash": study.hashes[i], "network": study.network_hashes[i],
                    "n": study.size(i), "point": scenario.points[i].setting,
                    **({"rows": rows[i]} if rows[i] else {}), **_related(study, i)} for i in ordered],
        "networks": {canonical(point.network.model_dump()): {
            "hash": hash_, **loaded.report._asdict(),
            **({"strangers": loaded.strangers} if isinstance(loaded, Firm) else {})} for point, hash_ in
            {id(point.network): (point, hash_) for point, hash_ in
             zip(scenario.points, study.network_hashes, strict=True)}.values()
            if (loaded := study.fixed(point)) is not None},
        "inputs": {"networks": {text: network.digest() for text, network in study.files.items()},
                   "files": {path: inputs.named(Path(path)) for path in _other_files(study)}},
        "provenance": provenance.collect(seed=scenario.seed) | {"estimated": estimated(study)}, "cite": list(cite),
    }


def estimated(study: Study) -> list[str]:
    """Return which rankings of nodes are estimated, and from how many of them."""
    different = {(id(section), study.size(k)): section for k, point in enumerate(study.scenario.points)
                 for section in (point.seeding, point.immune) if section}
    found = {(table["kind"], number, n) for (_, n), section in different.items()
             for table in _tables(section.model_dump()) if table.get("kind") in get_args(PathRanking)
             if (number := number_of_pivots(n, table["pivots"])) < n}
    return [f"{kind}: estimated from the paths of {number} of {n} nodes" for kind, number, n in sorted(found)]


def _related(study: Study, position: int) -> dict[str, Any]:
    """Return which point is the twin without programmes, or that this is one."""
    point = study.scenario.points[position]
    if point.is_twin:
        return {"is_twin": True}
    if not point.programmes:
        return {}
    fixed = study.fixed(point)
    return {"twin": point.twin().hash("" if fixed is None else fixed.digest())}


def _other_files(study: Study) -> list[str]:
    """Return the paths of the files that the scenario reads, other than networks."""
    return [holder[place] for holder, place in files(study.scenario.resolved())]


def _tables(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every table of nested data."""
    if isinstance(tree, dict):
        yield tree
    if isinstance(tree, dict | list | tuple):
        for inner in tree.values() if isinstance(tree, dict) else tree:
            yield from _tables(inner)


def _short(hashes: list[str]) -> list[str]:
    """Return the first digits of each hash, at least eight, that no other begins with."""
    ordered = sorted(hashes)
    shared = [next(k for k in range(len(one)) if one[k] != other[k]) for one, other in itertools.pairwise(ordered)]
    digits = {hash_: max(8, before + 1, after + 1)
              for hash_, before, after in zip(ordered, [0, *shared], [*shared, 0], strict=True)}
    return [hash_[:digits[hash_]] for hash_ in hashes]
