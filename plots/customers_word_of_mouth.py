"""What a customer won in person may cost: python customers_word_of_mouth.py RESULTS OUT.svg."""

import sys
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import Drawn, new_figure, style, words
from simcore.figures.script import publish, results_of
from simcore.figures.style import CYCLE, bars, caption, legend, scale
from simcore.intervals import Z, clustering, standard_error
from simcore.store import Store

KIND, COUNT, ADVERTISING, BAD = "seeding.kind", "seeding.count", "model.advertising", "model.weight_of_bad"
SECOND = {"customers": "customers more", "price": "worth of each, front-line months"}


def customers_word_of_mouth(store: Store) -> Drawn:
    """Compare customers won in person, with little advertising, to nobody and the most advertising.

    A price is worth paying for each if what is left of it beyond what advertising costs: the difference of net
    present values, by head.
    """
    results = results_of(store, "customers_word_of_mouth", KIND, COUNT, ADVERTISING, BAD)
    least, most = min(results.axes[ADVERTISING]), max(results.axes[ADVERTISING])
    runs = {tuple(entry["point"][path] for path in (KIND, COUNT, ADVERTISING, BAD)): results.replicates(entry)
            for entry in results.entries}
    data: list[dict[str, Any]] = []
    for (kind, count, advertising, bad), mine in runs.items():
        if count == 0 or advertising != least:
            continue
        for against in (least, most):
            other = runs[kind, 0, against, bad]
            row: dict[str, Any] = {KIND: kind, COUNT: count, BAD: bad, "against": against}
            for name, values in (("customers", mine["customers"] - other["customers"].astype(float)),
                                 ("price", (mine["npv"] - other["npv"]) / count),
                                 ("advertising_saved", other["cost"] - mine["cost"])):
                reach = Z * standard_error(np.asarray(values, float), clustering(mine))
                row |= {name: float(values.mean()), f"{name}_low": values.mean() - reach,
                        f"{name}_high": values.mean() + reach}
            data.append(row)
    shown = [row for row in data if row[BAD] == max(results.axes[BAD])]
    with style():
        figure = new_figure("double", 62.0)
        for axes, (name, label) in zip(figure.subplots(1, 2), SECOND.items(), strict=True):
            for kind, look in zip(results.axes[KIND], CYCLE, strict=False):
                for against in (least, most):
                    there = [row for row in shown if row[KIND] == kind and row["against"] == against]
                    axes.errorbar([row[COUNT] for row in there], [row[name] for row in there], bars(there, name),
                                  **look.symbol, linestyle="-" if against == most else (0, (1.2, 1.2)), elinewidth=0.8)
            axes.axhline(0.0, color="#5f5f5f", linewidth=0.6)
            scale(axes, "x", logarithmic=False)
            axes.set(xlabel="customers won in person", ylabel=label)
        legend(figure, [*(Line2D([], [], **look.symbol, label=words.shown(kind))
                          for kind, look in zip(results.axes[KIND], CYCLE, strict=False)),
                        Line2D([], [], color="#5f5f5f", label=f"against advertising {most:g}"),
                        Line2D([], [], color="#5f5f5f", linestyle=(0, (1.2, 1.2)), label=f"against {least:g}")])
        caption(figure, results.caption(results.entries, f"Campaigns in person have advertising {least:g} besides. Bad "
                                        "news is remembered. Worth: difference of net present values by head, before "
                                        "what winning them costs. Bars: 95 %, paired under the same luck."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(customers_word_of_mouth))
