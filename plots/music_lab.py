"""Parallel worlds (Salganik, Dodds & Watts 2006): python music_lab.py RESULTS OUT.svg."""

import sys
from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from scipy import stats

from simcore.figures import Drawn, new_figure, style
from simcore.figures.results import Results
from simcore.figures.script import publish, results_of
from simcore.figures.style import CYCLE, caption, legend, scale
from simcore.instruments.concentration import gini
from simcore.instruments.worlds import music_lab as urn
from simcore.instruments.worlds import unpredictability
from simcore.store import Store

INFLUENCE, APPEAL, STARTER = "model.transmission", "model.susceptibility", "seeding.nodes"
SONGS, PEOPLE, WORLDS = 48, 700, 8  # as in the experiment
SPREAD = 0.45  # of the logarithm of appeal: a Gini coefficient of .25
STRENGTHS = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3)
PARTS = {"song": CYCLE[0], "network": CYCLE[2], "starter": CYCLE[1], "interplay": CYCLE[5], "chance": CYCLE[4]}
DRAWS = 200


def sizes(results: Results, influence: float) -> np.ndarray:
    """Return how many listen, float64[songs, networks, starters, worlds]."""
    here = {(entry["point"][APPEAL], tuple(entry["point"][STARTER])): entry for entry in results.entries
            if entry["point"][INFLUENCE] == influence}
    networks = results.scenario["network"]["count"]
    found = []
    for appeal in results.axes[APPEAL]:
        for starter in results.axes[STARTER]:
            columns = results.replicates(here[appeal, tuple(starter)])
            found.append(columns["size"][np.argsort(columns["replicate"])].reshape(-1, networks).T)
    shape = len(results.axes[APPEAL]), len(results.axes[STARTER]), networks, -1
    return np.array(found, float).reshape(shape).swapaxes(1, 2)


def parts(y: np.ndarray) -> dict[str, float]:
    """Return the share of the variance that each explains: songs x networks, starters in networks, chance in cells."""
    songs, networks, starters, worlds = y.shape
    cell = y.mean(3)
    of_both, of_starter, of_network, of_song = cell.mean(2), cell.mean(0), cell.mean((0, 2)), cell.mean((1, 2))
    chance = float(y.var(3, ddof=1).mean())
    least = ((cell - of_both[:, :, None] - of_starter + of_network[:, None]) ** 2).sum() / (
        (songs - 1) * networks * (starters - 1))
    within = songs * ((of_starter - of_network[:, None]) ** 2).sum() / (networks * (starters - 1))
    both = starters * ((of_both - of_song[:, None] - of_network + cell.mean()) ** 2).sum() / (
        (songs - 1) * (networks - 1))
    between = songs * starters * of_network.var(ddof=1)
    song = networks * starters * of_song.var(ddof=1)
    found = {"song": (song - both) / (networks * starters),
             "network": (between - within - both + least) / (songs * starters), "starter": (within - least) / songs,
             "interplay": (both - least) / starters + least - chance / worlds, "chance": chance}
    known = {name: max(float(value), 0.0) for name, value in found.items()}
    return {name: value / sum(known.values()) for name, value in known.items()}


def music_lab(store: Store) -> Drawn:
    """Draw how unequal success is and how unpredictable, in an urn and on networks, and what explains it."""
    results = results_of(store, "music_lab", INFLUENCE, APPEAL, STARTER, fixed={"model.name": "independent-cascade"})
    appeal = np.exp(SPREAD * stats.norm.ppf((np.arange(SONGS) + 0.5) / SONGS))
    rng, data = np.random.default_rng(results.scenario["seed"]), []
    for strength in STRENGTHS:
        lab = urn(appeal, people=PEOPLE, influence=strength, worlds=WORLDS, seed=results.scenario["seed"])
        data.append({"source": "urn", "influence": strength, "inequality": lab.inequality,
                     "unpredictability": lab.unpredictability})
    for influence in results.axes[INFLUENCE]:
        y = sizes(results, influence)
        shares = (y / y.sum(0)).reshape(len(y), -1).T  # a world is a starter, a network and a history
        row: dict[str, Any] = {"source": "network", "influence": influence,
                               "inequality": float(np.mean([gini(world) for world in shares])),
                               "unpredictability": unpredictability(shares)}
        drawn = [parts(y[:, rng.integers(0, y.shape[1], y.shape[1])]) for _ in range(DRAWS)]
        for name, value in parts(y).items():
            low, high = np.quantile([each[name] for each in drawn], [0.025, 0.975])
            row |= {name: value, f"{name}_low": float(low), f"{name}_high": float(high)}
        data.append(row)
    with style():
        figure = new_figure("double", 58)
        panels = figure.subplots(1, 3)
        for axes, source in zip(panels, ("urn", "network"), strict=False):
            mine = [row for row in data if row["source"] == source]
            at = range(len(mine))
            for name, look in zip(("inequality", "unpredictability"), CYCLE, strict=False):
                axes.plot(at, [row[name] for row in mine], **look.symbol, linestyle=look.dashes)
            scale(axes, "y", logarithmic=True)
            axes.set_xticks(at, [f"{row['influence']:g}" for row in mine])
            axes.set_xlabel({"urn": "social influence, urn", "network": "transmission, network"}[source])
        bottom = np.zeros(len(mine))
        for name, look in PARTS.items():
            values = np.array([row[name] for row in mine])
            panels[2].bar(at, values, 0.7, bottom, color=look.color, edgecolor="white", linewidth=0.4)
            bottom += values
        panels[2].set_xticks(at, [f"{row['influence']:g}" for row in mine])
        panels[2].set(xlabel="transmission, network", ylabel="share of the variance of success", ylim=(0, 1))
        legend(figure, [*(Line2D([], [], **look.symbol, linestyle=look.dashes, label=label) for label, look in
                          zip(("Gini of shares", "U between worlds"), CYCLE, strict=False)),
                        *(Patch(color=look.color, label=name) for name, look in PARTS.items())])
        caption(figure, results.caption(
            results.entries, f"Left: {SONGS} songs, {PEOPLE} people, {WORLDS} worlds, as in the experiment; appeal "
            "is lognormal. Middle and right: songs of the scenario on networks. Interplay: of the song with network "
            "or starter. Intervals are in the data, by resampled networks."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(music_lab))
