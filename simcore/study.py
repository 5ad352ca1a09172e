"""A scenario's points x replicates: planned, run by threads over compiled blocks, stored chunk by chunk, resumed."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import engine, plan, provenance, rng
from simcore.errors import NetworkError, Problem, ScenarioError, StoreError, UsageError
from simcore.model import lacking, resolve, varies_by_draw
from simcore.network.csr import with_in_arcs
from simcore.scenario.build import build, is_fixed, nodes
from simcore.scenario.schema import GivenSeeding, canonical
from simcore.scenario.wording import shown
from simcore.seeding import Seeding, choose, refuse_impossible
from simcore.store import Chunk, Store, to_table, words

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.network.csr import Network
    from simcore.network.loaded import Loaded
    from simcore.scenario.points import Point, Scenario
    from simcore.seeding import Seeds

_NO_KEY = np.uint64(0)
KEPT_NETWORKS = 4


class Outcomes(NamedTuple):
    """What a block of replicates came to."""

    columns: dict[str, NDArray[Any]]  # of length R
    trajectory: NDArray[np.float64]  # float64[R, T + 1 or 0, K]


class Study:
    """A scenario with its networks' hashes known: what can be planned, run and replayed.

    Parameters
    ----------
    scenario : Scenario

    Raises
    ------
    NetworkError, ScenarioError
        If a network file is not what the scenario says, or does not hold what it asks for.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        points = scenario.points
        self._fixed: dict[str, Loaded] = {}
        digests = []
        for point in points:
            if is_fixed(point.network):
                text = canonical(point.network.model_dump())
                if text not in self._fixed:
                    self._fixed[text] = build(point.network, _NO_KEY)
                digests.append(self._fixed[text].digest())
            else:
                digests.append("")
        self.network_hashes = [point.network_hash(digest) for point, digest in zip(points, digests, strict=True)]
        self.hashes = [point.hash(digest) for point, digest in zip(points, digests, strict=True)]
        whole = set.intersection(*({name for name, kind in point.model.outcomes.items() if kind is int}
                                   for point in points))
        self.types = {name: "int64" if name in whole else "float64" for name in scenario.outcomes}
        self._refuse_equal_points()
        self._refuse_impossible_seeds()
        self.groups = plan.groups(points, self.network_hashes, self.hashes)
        self._root = rng.root(scenario.seed)
        self._roots = [rng.root(scenario.seed, bytes.fromhex(hash_)) if scenario.independent_points else self._root
                       for hash_ in self.hashes]
        # a network is used by all its points before the next is made; threads may stand at different ones
        self._made = functools.lru_cache(maxsize=KEPT_NETWORKS)(self._make)
        self._chosen = functools.lru_cache(maxsize=KEPT_NETWORKS)(self._choose)

    def _refuse(self, key: str, message: str) -> None:
        raise ScenarioError([Problem(str(self.scenario.file or self.scenario.name), None, None, key, message)])

    def _refuse_equal_points(self) -> None:
        if len(set(self.hashes)) < len(self.hashes):
            twice = next(h for h in self.hashes if self.hashes.count(h) > 1)
            first, second = (shown(dict(self.scenario.points[i].setting)) for i in
                             [i for i, h in enumerate(self.hashes) if h == twice][:2])
            self._refuse("sweep", f"two points are the same: {first} and {second}")

    def _refuse_impossible_seeds(self) -> None:
        for point in self.scenario.points:
            loaded = self.fixed(point)
            if loaded is None:
                continue
            for name, message in lacking(point.model, point.params, loaded.network, loaded.columns).items():
                self._refuse(f"model.{name}", message)
            try:
                refuse_impossible(self.seeding(point, loaded), loaded.network.n)
            except UsageError as error:
                self._refuse("seeding.count", str(error))
            except NetworkError as error:
                self._refuse("seeding.nodes", str(error))

    def fixed(self, point: Point) -> Loaded | None:
        """Return the network of a point that has but one, whatever the key."""
        return self._fixed.get(canonical(point.network.model_dump())) if is_fixed(point.network) else None

    def size(self, position: int) -> int:
        """Return the number of nodes of the point at this position."""
        fixed = self.fixed(self.scenario.points[position])
        return fixed.network.n if fixed else nodes(self.scenario.points[position].network) or 0

    def _make(self, position: int, g: int) -> Loaded:
        return build(self.scenario.points[position].network, rng.network_key(self._root, g))

    def network(self, position: int, g: int) -> Loaded:
        """Return network g of the point at this position."""
        fixed = self.fixed(self.scenario.points[position])
        if fixed is not None:
            return fixed
        loaded: Loaded = self._made(self._first(position), g)
        return loaded

    def _first(self, position: int) -> int:
        """Return the first of the points that share this one's networks, and so what is kept of them."""
        return self.network_hashes.index(self.network_hashes[position])

    def _choose(self, strategy: Seeding, position: int, g: int, key: np.uint64, first: int, replicates: int) -> Seeds:
        return choose(strategy, self.network(position, g).network, key, first, replicates)

    @staticmethod
    def seeding(point: Point, loaded: Loaded) -> Seeding:
        """Return the strategy of a point in numbers of nodes."""
        section: Any = point.seeding
        if isinstance(section, GivenSeeding):
            nodes = tuple(loaded.node(label) for label in dict.fromkeys(section.nodes))
            return Seeding("given", len(nodes), nodes)
        count = section.count if section.share is None else max(1, round(section.share * loaded.network.n))
        return Seeding(section.kind, count, (), getattr(section, "degree", "out"), getattr(section, "top", 0.1))

    def run_block(self, block: plan.Block, *, trajectories: bool, algorithm: str | None = None) -> Outcomes:
        """Run consecutive replicates of one point on one network."""
        point = self.scenario.points[block.point]
        model = point.model
        loaded = self.network(block.point, block.network)
        if point.model_section.redraw == "replicate" and varies_by_draw(point.params) and block.replicates > 1:  # type: ignore[attr-defined]
            return _joined([self.run_block(block._replace(first=block.first + k, replicates=1),
                                           trajectories=trajectories, algorithm=algorithm)
                            for k in range(block.replicates)])
        network = with_in_arcs(loaded.network) if model.reads_in_arcs else loaded.network
        key = rng.network_key(self._roots[block.point], block.network)
        w = block.first if point.model_section.redraw == "replicate" else 0  # type: ignore[attr-defined]
        params = resolve(model, point.params, network, loaded.columns, rng.Stream(key, np.uint64(w)))
        seeds = self._chosen(self.seeding(point, loaded), self._first(block.point), block.network, key, block.first,
                             block.replicates)
        chosen = engine.select(model, self.scenario.outcomes, trajectories=trajectories, n=network.n,
                               arcs=network.arcs, replicates=block.replicates, name=algorithm)
        rows, trajectory = chosen.run(model, model.Layers(network), params, seeds, key, block.first, point.horizon,
                                      trajectories)
        columns = outcome_columns(model, rows, network, seeds)
        return Outcomes({name: columns[name].astype(self.types[name], copy=False) for name in self.scenario.outcomes},
                        trajectory)

    def position(self, point: str) -> int:
        """Return the position of the point whose hash begins so.

        Raises
        ------
        UsageError
            If there is none, or more than one.
        """
        found = [i for i, hash_ in enumerate(self.hashes) if hash_.startswith(point.lower())]
        if len(found) != 1 or not point:
            ids = ", ".join(hash_[:8] for hash_ in self.hashes[:8]) + (", ..." if len(self.hashes) > 8 else "")
            raise UsageError(f"{f'{len(found)} points begin' if found else 'no point begins'} with '{point}'; "
                             f"points are {ids}")
        return found[0]

    def replay(self, point: str, replicate: int) -> Outcomes:
        """Run one replicate again, alone, with its trajectory."""
        position = self.position(point)
        if replicate < 0:
            raise UsageError(f"replicates are numbered from 0 (got {replicate})")
        count = getattr(self.scenario.points[position].network, "count", None)
        g, w = (replicate, 0) if count is None else (replicate % count, replicate // count)
        return self.run_block(plan.Block(position, g, w, 1), trajectories=True)

    def run_chunk(self, chunk: Chunk, *, algorithm: str | None = None,
                  stop: threading.Event | None = None) -> tuple[pa.Table, pa.Table | None]:
        """Compute the rows of a chunk: a pure function of scenario and chunk."""
        first, last = (int(part) for part in chunk.plan.split("-"))
        trajectories = self.scenario.record.trajectories
        done, points, replicates, networks = [], [], [], []
        for block in plan.blocks(self.groups, first, last, chunk.first, chunk.stop):
            if stop is not None and stop.is_set():
                raise Stopped
            count = getattr(self.scenario.points[block.point].network, "count", None) or 0
            done.append(self.run_block(block, trajectories=trajectories, algorithm=algorithm))
            points.append(np.full(block.replicates, block.point))
            replicates.append(block.network + count * (block.first + np.arange(block.replicates)))
            networks.append(np.full(block.replicates, block.network))
        keys = (np.concatenate(points), np.concatenate(replicates), np.concatenate(networks))
        outcomes = _joined(done, trajectories=False)
        return (self._table(*keys, outcomes.columns),
                self._series(done, *keys[:2]) if trajectories else None)

    def _points(self, positions: NDArray[np.int64]) -> pa.Array:
        used, indices = np.unique(positions, return_inverse=True)
        return words([self.hashes[i] for i in used], indices)

    def _table(self, points: NDArray[np.int64], replicates: NDArray[np.int64], networks: NDArray[np.int64],
               columns: dict[str, NDArray[Any]]) -> pa.Table:
        return to_table({"point": self._points(points), "replicate": replicates, "network": networks, **columns})

    def _series(self, done: list[Outcomes], points: NDArray[np.int64], replicates: NDArray[np.int64]) -> pa.Table:
        """Return trajectories as a long table: one row per (point, replicate, t)."""
        names = self.scenario.points[0].model.observables
        times = np.concatenate([np.full(len(o.trajectory), o.trajectory.shape[1]) for o in done])
        return to_table({
            "point": self._points(np.repeat(points, times)),
            "replicate": np.repeat(replicates, times),
            "t": np.concatenate([np.arange(number) for number in times]),
            **{name: np.concatenate([o.trajectory[:, :, k].ravel() for o in done]) for k, name in enumerate(names)}})

    def manifest(self) -> dict[str, Any]:
        """Return what a results folder says about this study."""
        scenario = self.scenario
        ordered = sorted(range(len(self.hashes)), key=lambda i: self.hashes[i])
        return {
            "identity": self.identity(),
            "scenario": {"name": scenario.name, **scenario.resolved()},
            "columns": self.types,
            "observables": list(scenario.points[0].model.observables) if scenario.record.trajectories else [],
            "points": [{"id": _short(self.hashes, i), "hash": self.hashes[i], "network": self.network_hashes[i],
                        "n": self.size(i), "point": dict(scenario.points[i].setting)} for i in ordered],
            "networks": {canonical(point.network.model_dump()): {
                "hash": hash_, **loaded.report._asdict()} for point, hash_ in
                zip(scenario.points, self.network_hashes, strict=True) if (loaded := self.fixed(point)) is not None},
            "provenance": provenance.collect(seed=scenario.seed),
        }

    def identity(self) -> str:
        """Return the hash of everything that results depend on, other than the number of replicates."""
        return hashlib.sha256(canonical({
            "points": sorted(self.hashes), "seed": self.scenario.seed, "count": [g.networks for g in self.groups],
            "independent": self.scenario.independent_points, "outcomes": self.scenario.outcomes,
            "trajectories": self.scenario.record.trajectories, "stream": rng.STREAM_VERSION}).encode()).hexdigest()

    def open(self, folder: Path, *, resume: bool) -> Store:
        """Create the results folder, or open it again, with plans for all replicates of the scenario.

        Raises
        ------
        StoreError
            If the folder holds another scenario, or files of somebody else.
        UsageError
            If it holds this scenario and `resume` is not set.
        """
        if (folder / "manifest.json").exists():
            store = Store(folder)
            if store.manifest["identity"] != self.identity():
                raise StoreError(f"{folder}: holds the results of another scenario "
                                 f"('{store.manifest['scenario']['title']}', or other settings, another seed, network "
                                 "or code of the model); choose another --out")
            if not resume:
                left = len(store.missing())
                raise UsageError(f"{folder}: holds this scenario already ({left} of {len(store.chunks())} chunks "
                                 "missing); add --resume to go on with it, or choose another --out")
        else:
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise UsageError(f"{folder}: exists and is no results folder; choose another --out")
            store = Store.create(folder, self.manifest())
        plans = store.plans()
        first = plans[-1]["stop"] if plans else 0
        if self.scenario.replicates > first:
            arcs = {hash_: float(loaded.network.arcs) for point, hash_ in
                    zip(self.scenario.points, self.network_hashes, strict=True)
                    if (loaded := self.fixed(point)) is not None}
            store.add_plan(first, self.scenario.replicates,
                           plan.cut(self.groups, self.scenario.points, arcs, first, self.scenario.replicates))
        return store


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """A chunk was given up because the run is being stopped."""


def outcome_columns(model: Model, rows: NDArray[np.float64], network: Network, seeds: Seeds) -> dict[str, NDArray[Any]]:
    """Return the outcomes of a block by name: the model's, in their types, and those that every model has."""
    columns: dict[str, NDArray[Any]] = {name: rows[:, k].astype(np.int64 if kind is int else np.float64)
                                        for k, (name, kind) in enumerate(model.outcomes.items())}
    columns["share"] = columns["size"] / max(network.n, 1)
    return columns | {"seed_in_degree": seeds.in_degree, "seed_out_degree": seeds.out_degree}


def _joined(parts: list[Outcomes], *, trajectories: bool = True) -> Outcomes:
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns}
    return Outcomes(columns, np.concatenate([part.trajectory for part in parts]) if trajectories
                    else parts[0].trajectory)


def _short(hashes: list[str], position: int) -> str:
    """Return the first digits of a hash, at least eight, that no other point shares."""
    digits = 8
    while sum(hash_.startswith(hashes[position][:digits]) for hash_ in hashes) > 1:
        digits += 1
    return hashes[position][:digits]
