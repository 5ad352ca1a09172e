"""Draw the figure of every scenario of the catalogue: python3 docs/draw_catalogue.py RESULTS [OUT] [NAME...].

RESULTS holds, or comes to hold, a results folder for each, of as many replicates as the scenario says: ten minutes in
all on two cores. The images are kept in the repository, since nobody who builds the site should have to wait for them.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from PIL import Image

import simcore as sc
from simcore.errors import StoreError
from simcore.figures import FIGURES, Results, save, suited

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "docs" / "images" / "catalogue"
PUBLISHED = {  # drawn by a script of `plots/` that is not named as the scenario is
    "culture_wanes": "culture_warning_signs", "multiplier_laws": "multiplier_map",
    "centola_macy2007_rewiring": "centola_macy2007", "dodds_watts2004_contagion": "dodds_watts2004",
    "kempe2003_linear_threshold": "kempe2003_figure1", "kempe2003_weighted_cascade": "kempe2003_figure2",
    "rossman_fisher2021_advertising": "rossman_fisher2021",
    "watts2002_cascade_window": "watts2002_figure1",
    "watts2002_window_cut": "watts2002_figure2", "watts2002_cascade_sizes": "watts2002_figure3",
    "watts2002_heterogeneity": "watts2002_figure4", "watts_dodds2007_influentials": "watts_dodds2007_multiplier",
}
TELLING = {"culture_executives": "trade_off", "culture_who_starts": "winners"}  # not the first that suits


def draw(name: str, results: sc.Results, out: Path) -> None:
    """Draw the published figure of a scenario, or the most telling that suits it."""
    script = ROOT / "plots" / f"{PUBLISHED.get(name, name)}.py"
    if script.is_file():
        figure, rows = runpy.run_path(str(script))[script.stem](results.store)
    else:
        read = Results(results.store)
        figure, rows = FIGURES[TELLING.get(name) or suited(read)[0]].drawn(read)
    save(figure, out / f"{name}.png", rows)
    if figure.get_figheight() > figure.get_figwidth():  # a list of many rows, which would be too large
        figure.savefig(out / f"{name}.png", dpi=150)
    (out / f"{name}.csv").unlink()
    image = Image.open(out / f"{name}.png").convert("RGB")
    for colours in (64, 32, 16, 8):
        image.quantize(colours, Image.Quantize.MAXCOVERAGE).save(out / f"{name}.png", optimize=True)
        if (out / f"{name}.png").stat().st_size < 60_000:
            break


def main(kept: Path, out: Path, names: list[str]) -> None:
    """Run what is not there yet, and draw all of it."""
    out.mkdir(parents=True, exist_ok=True)
    for name in names or sc.scenarios():
        try:
            results = sc.Results.open(kept / name)
        except StoreError:
            results = sc.run(name, kept / name)
        draw(name, results, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else CATALOGUE, sys.argv[3:])
