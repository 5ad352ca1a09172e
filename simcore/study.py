"""A scenario's points x replicates: their networks, hashes and groups, and what each chunk of them comes to."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore import engine, plan, refusals, rng
from simcore.errors import UsageError
from simcore.network.csr import with_in_arcs
from simcore.outcomes import Adoption, Outcomes, Rows, joined, outcome_columns, tables
from simcore.parameters import resolve, varies_by_draw
from simcore.scenario.build import build, count, given, is_fixed, nodes
from simcore.scenario.classes import node_classes
from simcore.scenario.firms import Firm
from simcore.scenario.immunity import immune_nodes, without
from simcore.scenario.networks import File, Library
from simcore.scenario.programmes import choose_people
from simcore.scenario.schema import canonical
from simcore.scenario.seeds import price, strategy
from simcore.seeding import choose, costs, spent, with_people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from simcore.engine import Classes
    from simcore.network.company import Company
    from simcore.network.loaded import Loaded
    from simcore.scenario.points import Point, Scenario
    from simcore.seeding import Seeds, Strategy
    from simcore.store import Chunk

_NO_KEY = np.uint64(0)
KEPT_NETWORKS = 4


class Study:
    """A scenario with its networks' hashes known: what can be planned, run and replayed.

    Parameters
    ----------
    scenario : Scenario
    networks : mapping of str to Loaded, optional
        Networks from files that are known already, by their sections.

    Raises
    ------
    NetworkError, ScenarioError
        If a network file is not what the scenario says, or does not hold what it asks for.
    """

    def __init__(self, scenario: Scenario, networks: Mapping[str, Loaded] | None = None) -> None:
        self.scenario = scenario
        points = scenario.points
        self._fixed: dict[str, Loaded] = dict(networks or {})
        self.files: dict[str, Loaded] = {}  # those of them that are read, not made
        self._bases: dict[int, Loaded | None] = {}
        self._strategies: dict[tuple[int, int], Strategy] = {}
        digests = dict[int, str]()  # by section, which many points share
        for point in points:
            base = given(point.network) if id(point.network) not in digests else None
            if base is not None:
                text = canonical(base.model_dump())
                if text not in self._fixed:
                    self._fixed[text] = build(base, _NO_KEY)
                if isinstance(base, File | Library):
                    self.files[text] = self._fixed[text]
                digests[id(point.network)] = self._fixed[text].digest()
            digests.setdefault(id(point.network), "")
        different = {id(point.network): point for point in points}
        hashes = {section: point.network_hash(digests[section]) for section, point in different.items()}
        self.network_hashes = [hashes[id(point.network)] for point in points]
        self.hashes = [point.hash(network_hash=hashes[id(point.network)]) for point in points]
        self._firsts = {hash_: k for k, hash_ in reversed(list(enumerate(self.network_hashes)))}
        whole = set.intersection(*({name for name, kind in model.outcomes.items() if kind is int}
                                   for model in {id(point.model): point.model for point in points}.values()))
        self.types = {name: "int64" if name in whole else "float64" for name in scenario.outcomes}
        shapes = engine.trees.SHAPES
        self.types |= {name: "int64" for name in self.types if shapes.get(name) is int or name == "seeds"}
        self._grows = not shapes.keys().isdisjoint(self.types)
        refusals.refuse_equal_points(self)
        refusals.refuse_impossible_seeds(self)
        refusals.refuse_impossible_classes(self, self._fixed.values())
        self.groups = plan.groups(points, self.network_hashes, self.hashes)
        self._root = rng.root(scenario.seed)
        self._roots = [rng.root(scenario.seed, bytes.fromhex(hash_)) if scenario.independent_points else self._root
                       for hash_ in self.hashes]
        # a network is used by all its points before the next is made; threads may stand at different ones
        self._made = functools.lru_cache(maxsize=KEPT_NETWORKS)(self._make)
        self._chosen = functools.lru_cache(maxsize=KEPT_NETWORKS)(self._choose)
        self._classed = functools.lru_cache(maxsize=KEPT_NETWORKS)(self._classes)
        self._grouped = functools.lru_cache(maxsize=1)(self.groups_of)  # of the plan that is computed
        refusals.refuse_impossible_programmes(self)

    def fixed(self, point: Point) -> Loaded | None:
        """Return the network of a point that has but one, or from which the ties of its networks are led."""
        if id(point.network) not in self._bases:  # sections live as long as the scenario
            base = given(point.network)
            self._bases[id(point.network)] = None if base is None else self._fixed[canonical(base.model_dump())]
        return self._bases[id(point.network)]

    def size(self, position: int) -> int:
        """Return the number of nodes of the point at this position."""
        fixed = self.fixed(self.scenario.points[position])
        return fixed.network.n if fixed else nodes(self.scenario.points[position].network) or 0

    def _make(self, position: int, g: int) -> Loaded:
        point = self.scenario.points[position]
        return build(point.network, rng.network_key(self._root, g), self.fixed(point))

    def network(self, position: int, g: int) -> Loaded:
        """Return network g of the point at this position."""
        point = self.scenario.points[position]
        fixed = self.fixed(point)
        if fixed is not None and is_fixed(point.network):
            return fixed
        loaded: Loaded = self._made(self._first(position), g)
        return loaded

    def _first(self, position: int) -> int:
        """Return the first of the points that share this one's networks, and so what is kept of them."""
        return self._firsts[self.network_hashes[position]]

    def _choose(self, seeding: Strategy, position: int, g: int, key: np.uint64, first: int, replicates: int) -> Seeds:
        return choose(seeding, self.network(position, g), key, first, replicates)

    def _classes(self, position: int, g: int, key: np.uint64) -> Classes:
        by_class = self.scenario.record.by_class
        assert by_class is not None
        return node_classes(by_class, self.scenario.points[position].network, self.network(position, g), key)

    def _seeding(self, position: int, loaded: Loaded) -> Strategy:
        """Return the strategy of a point, which is the same on all its networks, and for all points that share both."""
        section = self.scenario.points[position].seeding
        which = self._first(position), id(section)
        if which not in self._strategies:
            self._strategies[which] = strategy(section, loaded)
        return self._strategies[which]

    def run_block(self, block: plan.Block, *, trajectories: bool, algorithm: str | None = None) -> Outcomes:
        """Run consecutive replicates of one point on one network."""
        point = self.scenario.points[block.point]
        model = point.model
        loaded = self.network(block.point, block.network)
        if point.model_section.redraw == "replicate" and varies_by_draw(point.params) and block.replicates > 1:  # type: ignore[attr-defined]
            return joined([self.run_block(block._replace(first=block.first + k, replicates=1),
                                          trajectories=trajectories, algorithm=algorithm)
                           for k in range(block.replicates)])
        network = with_in_arcs(loaded.network) if model.reads_in_arcs else loaded.network
        key = rng.network_key(self._roots[block.point], block.network)
        if isinstance(loaded, Firm):
            return self._run_company(block, loaded, key, trajectories=trajectories)
        w = block.first if point.model_section.redraw == "replicate" else 0  # type: ignore[attr-defined]
        params = resolve(model.Params, point.params, network, loaded.columns, rng.Stream(key, np.uint64(w)),
                         loaded.arc_columns)
        seeding = self._seeding(block.point, loaded)
        if point.immune is None:
            seeds = self._chosen(seeding, self._first(block.point), block.network, key, block.first, block.replicates)
        else:
            immune = immune_nodes(point.immune, loaded, model, network, params, key)
            seeds = choose(seeding, loaded, key, block.first, block.replicates, immune=immune)
            network, params = without(immune, model, network, params)
        task = engine.Task(model, model.Layers(network), params, seeds, key, block.first, point.horizon)
        trajectory, adoption, ran = np.empty((block.replicates, 0, 0)), None, {"plain": block.replicates}
        if self.scenario.record.by_class is not None:
            classes = self._classed(self._first(block.point), block.network, key)
            rows, trajectory, counted = engine.plain.run_by_class(*task, trajectories, classes)
            adoption = Adoption(classes, counted)
        elif trajectories:
            rows, trajectory = engine.plain.run(*task, trajectories)
        elif not self._grows:
            rows, ran = engine.run(task, self.scenario.outcomes, algorithm)
        more: dict[str, NDArray[Any]] = {}
        if self._grows:
            rows, grown = engine.trees.grow(task)
            more |= engine.trees.shapes(grown)
        if "seed_cost" in self.types:
            cost = costs(loaded, price(point.seeding))
            more["seed_cost"] = spent(seeds.nodes, seeds.begin, seeds.end, cost)
        columns = outcome_columns(model, rows, network, seeds, self.scenario.outcomes, more)
        return Outcomes({name: values.astype(self.types[name], copy=False) for name, values in columns.items()}, ran,
                        trajectory, adoption)

    def _run_company(self, block: plan.Block, firm: Firm, key: np.uint64, *, trajectories: bool) -> Outcomes:
        """Run replicates of a model that lives on an organisation and its customers."""
        task = self._company_task(block, firm, key)
        rows, trajectory = engine.plain.run(*task, trajectories)
        columns = outcome_columns(task.model, rows, firm.network, task.seeds, self.scenario.outcomes, {})
        return Outcomes({name: values.astype(self.types[name], copy=False) for name, values in columns.items()},
                        {"plain": block.replicates}, trajectory)

    def _company_task(self, block: plan.Block, firm: Firm, key: np.uint64) -> engine.Task:
        """Return what replicates on an organisation are made of."""
        point = self.scenario.points[block.point]
        model = point.model
        assert model.prepare is not None
        customers = choose(strategy(point.seeding, firm.customers), firm.customers, key, block.first, block.replicates)
        held = [choose_people(programme, firm, key, k, block.first, block.replicates)
                for k, programme in enumerate(point.programmes) if programme.who is not None]
        params = model.prepare(point.params, firm.company, point.done)
        return engine.Task(model, firm.company, params, with_people(customers, held), key, block.first, point.horizon)

    def position(self, point: str) -> int:
        """Return the position of the point whose hash begins so.

        Raises
        ------
        UsageError
            If there is none, or more than one.
        """
        point = str(point)
        found = [i for i, hash_ in enumerate(self.hashes) if hash_.startswith(point.lower())]
        if len(found) != 1 or not point:
            ids = ", ".join(hash_[:8] for hash_ in self.hashes[:8]) + (", ..." if len(self.hashes) > 8 else "")
            raise UsageError(f"{f'{len(found)} points begin' if found else 'no point begins'} with '{point}'; "
                             f"points are {ids}")
        return found[0]

    def replay(self, point: str, replicate: int) -> Outcomes:
        """Run one replicate again, alone, with its trajectory."""
        return self.run_block(self._block(point, replicate), trajectories=True)

    def _block(self, point: str, replicate: Any) -> plan.Block:
        """Return one replicate, alone."""
        position = self.position(point)
        if not isinstance(replicate, int | np.integer) or replicate < 0:
            raise UsageError(f"replicates are numbered from 0 (got {replicate!r})")
        number, networks = int(replicate), count(self.scenario.points[position].network)
        g, w = (number, 0) if networks is None else (number % networks, number // networks)
        return plan.Block(position, g, w, 1)

    def portray(self, point: str, replicate: int) -> tuple[Company, NDArray[np.float64]]:
        """Run one replicate of an organisation again, and return everybody's state.

        Returns
        -------
        company : Company
        states : float64[horizon + 1, N + n]
            Commitment of the employees, then satisfaction of the customers, below 0 of who is none: see
            `simcore.model.Model`.

        Raises
        ------
        UsageError
            If there is no such point or replicate, or its model lives on no organisation.
        """
        block = self._block(point, replicate)
        firm = self.network(block.point, block.network)
        model = self.scenario.points[block.point].model
        if not isinstance(firm, Firm) or model.portray is None:
            raise UsageError("only organisations with their customers are portrayed, "
                             f"and model '{model.name}' has none")
        task = self._company_task(block, firm, rng.network_key(self._roots[block.point], block.network))
        everybody = tuple(map(str, range(firm.network.n + firm.customers.network.n)))
        watched = dataclasses.replace(model, observe=model.portray, observables=everybody)
        _, states = engine.plain.run(*task._replace(model=watched), True)
        return firm.company, states[0]

    def blocks(self, chunk: Chunk, among: tuple[str, ...] | None) -> Iterator[plan.Block]:
        """Yield the blocks of a chunk of a plan of all points, or `among` some, given by their hashes."""
        first, last = (int(part) for part in chunk.plan.split("-"))
        return plan.blocks(self._grouped(among), first, last, chunk.first, chunk.stop)

    def run_chunk(self, chunk: Chunk, *, algorithm: str | None = None, stopped: Callable[[], bool] = bool,
                  among: tuple[str, ...] | None = None) -> tuple[pa.Table, pa.Table | None, pa.Table | None]:
        """Compute the tables of a chunk, see `simcore.store`: a pure function of scenario and chunk."""
        record, done, rows = self.scenario.record, list[Outcomes](), list[Rows]()
        for block in self.blocks(chunk, among):
            if stopped():
                raise Stopped
            networks = count(self.scenario.points[block.point].network) or 0
            done.append(self.run_block(block, trajectories=record.trajectories, algorithm=algorithm))
            rows.append(Rows(block.point, block.network, block.network + networks * block.first, networks,
                             block.replicates))
        observables = self.scenario.points[0].model.observables if record.trajectories else ()
        return tables(self.hashes, rows, done, observables)

    def identity(self) -> str:
        """Return the hash of everything that results depend on, other than the number of replicates."""
        return hashlib.sha256(canonical({
            "points": sorted(self.hashes), "seed": self.scenario.seed, "count": [g.networks for g in self.groups],
            "independent": self.scenario.independent_points, "outcomes": self.scenario.outcomes,
            "trajectories": self.scenario.record.trajectories, "stream": rng.STREAM_VERSION,
            **self.scenario.record.model_dump(include={"by_class"}, exclude_none=True)}).encode()).hexdigest()

    def groups_of(self, among: Sequence[str] | None) -> list[plan.Group]:
        """Return the points by their networks, all or some, given by their hashes."""
        if among is None:
            return self.groups
        wanted = set(among)
        return plan.of_some(self.groups, {p for p, hash_ in enumerate(self.hashes) if hash_ in wanted})


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """A chunk was given up because the run is being stopped."""
