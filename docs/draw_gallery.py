"""Draw the example of every figure: python3 docs/draw_gallery.py [OUT]. Two minutes; the gallery shows them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
from PIL import Image

import simcore as sc
from simcore.comparison import compare
from simcore.figures import (
    FIGURES,
    Results,
    cascade,
    census,
    degrees,
    differences,
    save,
    spread,
    verdict,
    verification,
)
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data
from simcore.study import Study
from simcore.verify import sources, verify

if TYPE_CHECKING:
    from simcore.store import Store

GALLERY = Path(__file__).resolve().parent / "images" / "gallery"
WHO = {"seeding.kind": ["random", "influential"]}
BASE: dict[str, Any] = {
    "schema": 1, "title": "Who starts a cascade?", "seed": 1, "replicates": 400,
    "network": {"kind": "poisson", "n": 1000, "mean_degree": 4.0, "count": 80},
    "model": {"name": "threshold", "threshold": 0.18}, "seeding": {"kind": "random"},
}
INDEPENDENT = {"name": "independent-cascade", "transmission": 0.3}
COMPANY: dict[str, Any] = {
    "schema": 1, "title": "Committed seats, or people who can be won?", "seed": 1, "replicates": 20, "horizon": 48,
    "organisation": {"kind": "hierarchy"}, "model": {"name": "culture"}, "record": {"trajectories": True},
    "customers": {"kind": "watts-strogatz", "n": 1000, "neighbours": 6, "rewiring": 0.1},
    "programme": [{"who": {"kind": "random", "count": 20}, "from": 1, "until": 25}],
    "sweep": {"model.susceptibility": [0.2, 0.5, 0.8], "programme.0.who.kind": ["random", "top-degree"]},
}
BUDGETS: dict[str, Any] = COMPANY | {
    "title": "More executives, hubs, or people who can be won?", "replicates": 8, "horizon": 60,
    "model": {"name": "culture", "start": 0.45},
    "programme": [{"who": {"kind": "budget", "budget": 60.0, "by": "hubs"}, "from": 1, "until": 25, "cost_ratio": 2.0}],
    "sweep": {"programme.0.who.by": ["executives", "hubs", "hubs-per-cost", "random"],
              "programme.0.who.budget": [60.0, 120.0, 180.0, 240.0], "model.susceptibility": [0.4, 0.5, 0.6, 0.7]},
}
LEVERS: dict[str, Any] = COMPANY | {
    "title": "What does each lever do by itself?", "replicates": 16, "horizon": 60, "programme": [],
    "record": {"trajectories": False}, "model": {"name": "culture"},
    "sweep": {"design": "one-at-a-time", "model.start": [0.55, 0.45, 0.65], "model.feedback": [0.4, 0.1, 0.8],
              "model.decay": [0.01, 0.003, 0.03], "model.manager": [0.1, 0.0, 0.3],
              "model.reachability": [0.92, 0.75, 1.0], "model.empowerment": [0.4, 0.0, 1.0],
              "model.apology": [0.0, 0.4]},
}
DESIGNS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {  # figures, and what differs from BASE
    "who": (("over_axis", "multiplier", "sizes"), {"sweep": {"network.mean_degree": [1.2, 2.0, 4.0, 5.0, 6.0], **WHO}}),
    "one": (("ecdf", "ridge"), {"sweep": {"network.mean_degree": [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0]}}),
    "few": (("histogram", "convergence"), {"sweep": {"network.mean_degree": [1.5, 4.0, 5.5]}}),
    "kinds": (("who",), {"sweep": {"network.mean_degree": [4.0, 5.5],
                                   "seeding.kind": ["random", "influential", "ordinary"]}}),
    "plane": (("heat_map",), {"replicates": 60, "sweep": {
        "model.threshold": {"from": 0.1, "to": 0.26, "count": 9},
        "network.mean_degree": {"from": 1.0, "to": 9.0, "count": 9}}}),
    "worth": (("iso_curves",), {"replicates": 300, "sweep": {
        "seeding.count": {"from": 1, "to": 25, "count": 7}, "model.threshold": {"from": 0.16, "to": 0.3, "count": 8}}}),
    "time": (("over_time", "by_class", "early_adopters"), {
        "replicates": 200, "sweep": {"network.mean_degree": [2.0, 4.0, 5.0]},
        "record": {"trajectories": True, "by_class": "out-degree-decile"}}),
    "budget": (("gains",), {"replicates": 200, "model": INDEPENDENT, "network": BASE["network"] | {"mean_degree": 3.0},
                            "sweep": {"seeding.count": [1, 2, 5, 10, 20, 50, 100], **WHO}}),
    "trees": (("virality",), {"model": INDEPENDENT, "record": {"outcomes": ["size", "structural_virality"]},
                              "sweep": {"model.transmission": [0.2, 0.3]}}),
    "learning": (("outcomes",), {
        "title": "Slow members, quick code", "replicates": 80, "network": {"kind": "complete", "n": 50},
        "model": {"name": "march-1991"}, "seeding": {"kind": "random", "count": 0},
        "sweep": {"model.socialisation": {"from": 0.1, "to": 0.9, "count": 5}, "model.learning": [0.1, 0.5, 0.9]}}),
    "inputs": (("tornado",), {"replicates": 100, "network": BASE["network"] | {"n": 400, "count": 20}, "sweep": {
        "design": "saltelli", "samples": 32, "network.mean_degree": {"from": 1.0, "to": 8.0},
        "model.threshold": {"from": 0.1, "to": 0.3}, "seeding.count": {"from": 1, "to": 10, "whole": True}}}),
}


def results(folder: Path, data: dict[str, Any]) -> Store:
    """Run a scenario."""
    study = Study(from_data(data))
    store = open_folder(study, folder, resume=False)
    run(study, store)
    return store


def main(out: Path) -> None:
    """Draw all of them into a folder."""
    graph = nx.karate_club_graph()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made: dict[str, Any] = {}
        for design, (names, changes) in DESIGNS.items():
            store = results(folder / design, BASE | changes)
            made |= {figure: FIGURES[figure].drawn(Results(store)) for figure in names}
            if design == "kinds":
                made["differences"] = differences.of(compare(store, "seeding.kind", "p_global"))
        store = results(folder / "company", COMPANY)
        made |= {figure: FIGURES[figure].drawn(Results(store)) for figure in ("company", "commitment", "chart")}
        store = results(folder / "budgets", BUDGETS)
        made |= {figure: FIGURES[figure].drawn(Results(store)) for figure in ("winners", "trade_off")}
        made["levers"] = FIGURES["levers"].drawn(Results(results(folder / "levers", LEVERS)))
        network = sc.from_networkx(graph).network
        found = sc.influence(graph, budget=4, transmission=0.1, replicates=2000, steps=4)
        made["spread"] = spread.drawn(found.as_dict(), "Zachary's karate club")
        made["degrees"] = degrees.drawn(network, "Zachary's karate club")
        made["census"] = census.drawn(sc.census(graph, threshold=0.3), "Zachary's karate club")
        made["verdict"] = verdict.drawn(sc.verdict(graph, threshold=0.3).as_dict())
        judged = verify(sources(["reed_frost", "single_seeds"]), folder / "verify")
        made["verification"] = verification.drawn([each for each in judged if each.scenario == "single_seeds"])
        made["law"] = verification.drawn([each for each in judged if each.compared is not None])
        made["deviations"] = verification.drawn_deviations([each for each in judged if each.z is not None])
        party = sc.from_networkx(nx.les_miserables_graph())
        tree = max(sc.cascade_trees(party, "independent-cascade", transmission=0.12, seeds=["Valjean"], replicates=100,
                                    seed=3), key=lambda tree: int(tree.time.max()))
        made["cascade"] = cascade.drawn(party.network, tree, "Les Miserables, transmission .12, Valjean starts")
        for figure, drawn in made.items():
            save(drawn.figure, folder / f"{figure}.png", drawn.rows)
            out.mkdir(parents=True, exist_ok=True)
            Image.open(folder / f"{figure}.png").convert("RGB").quantize(128).save(out / f"{figure}.png", optimize=True)
        cascade.animate(party.network, tree, out / "cascade.gif")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else GALLERY)
