"""Build the documentation site: python3 docs/build.py OUT (or python3 dev.py docs).

The pages of this folder, the README, the changelog and the page on performance are taken as they are, with their
links led to where the pages come to stand. The catalogue, the page on each model and the reference are written from
what the package itself says, so they cannot fall behind it. Needs the extra ``docs``.
"""

from __future__ import annotations

import argparse
import csv
import inspect
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import simcore
from simcore import catalogue, citations, cli, figures, models, theory
from simcore.parameters import described
from simcore.scenario.load import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simcore.model import Model

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ELSEWHERE = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "benchmarks/README.md": "benchmarks.md",
             "CITATION.cff": "CITATION.cff"}
LINK = re.compile(r"(!?\[(?:[^][]|\[[^]]*\])*\])\(([^)\s]+)\)")
EQUATIONS = {  # of the chance that a node changes in a step, or of what it changes to; words say the rest
    "threshold": r"x_i(t+1) = 1 \iff x_i(t) = 1 \ \text{or}\ \sum_j w_{ji}\, x_j(t) \ge \varphi_i \sum_j w_{ji}",
    "linear-threshold": r"x_i(t+1) = 1 \iff x_i(t) = 1 \ \text{or}\ \sum_j w_{ji}\, x_j(t) \ge \theta_i \sum_j w_{ji}, "
                        r"\qquad \theta_i \sim U(0, 1)",
    "independent-cascade": r"P(i \text{ adopts at } t+1) = 1 - \prod_{j:\, \text{new at } t} (1 - p_{ji})",
    "complex-contagion": r"x_i(t+1) = 1 \iff x_i(t) = 1 \ \text{or}\ \sum_j x_j(t) \ge c",
    "bass": r"P(i \text{ adopts in a step}) = 1 - e^{-(p + q f_i) \Delta t}, \qquad "
            r"f_i = \frac{\sum_j w_{ji} x_j}{\sum_j w_{ji}}",
    "two-trends": r"P(\text{an attempt of } j \text{ on } i \text{ succeeds}) = p_{ji} \ \text{(first trend)}, \quad "
                  r"r_{ji} \ \text{(rival)}",
    "si": r"P(S_i \to I_i) = 1 - (1 - \beta)^{m_i}, \qquad m_i = \#\{j \to i \text{ infected}\}",
    "sis": r"P(S_i \to I_i) = 1 - (1 - \beta)^{m_i}, \qquad P(I_i \to S_i) = \gamma",
    "sir": r"P(S_i \to I_i) = 1 - (1 - \beta)^{m_i}, \qquad P(I_i \to R_i) = \gamma",
    "sirs": r"P(S_i \to I_i) = 1 - (1 - \beta)^{m_i}, \qquad P(I_i \to R_i) = \gamma, \qquad P(R_i \to S_i) = \omega",
    "seir": r"P(S_i \to E_i) = 1 - (1 - \beta)^{m_i}, \qquad P(E_i \to I_i) = \alpha, \qquad P(I_i \to R_i) = \gamma",
    "sir-markov": r"S_i \to I_i \ \text{at rate}\ \beta m_i, \qquad I_i \to R_i \ \text{at rate}\ \gamma",
    "sis-markov": r"S_i \to I_i \ \text{at rate}\ \beta m_i, \qquad I_i \to S_i \ \text{at rate}\ \gamma",
    "generalised-contagion": r"D_i(t) = \sum_{s = t - T + 1}^{t} d_i(s), \qquad S_i \to I_i \iff D_i(t) \ge d_i^*, "
                             r"\qquad P(I_i \to R_i \mid D_i < d_i^*) = r, \qquad P(R_i \to S_i) = \rho",
    "voter": r"x_i \leftarrow x_j, \qquad i \text{ an even draw of all nodes}, \ j \text{ of those who influence } i",
    "q-voter": r"x_i \leftarrow x_{j_1} \ \text{if}\ x_{j_1} = \dots = x_{j_q}, \qquad "
               r"\text{else}\ x_i \leftarrow 1 - x_i \ \text{with probability}\ \varepsilon",
    "majority": r"x_i \leftarrow \text{that of the larger part of the in-weight with probability}\ 1 - q, "
                r"\ \text{of the smaller with}\ q",
    "deffuant": r"|x_i - x_j| < \varepsilon: \quad x_i \leftarrow x_i + \mu (x_j - x_i), \qquad "
                r"x_j \leftarrow x_j + \mu (x_i - x_j)",
    "hegselmann-krause": r"x_i(t+1) = \frac{1}{|N_i|} \sum_{j \in N_i} x_j(t), \qquad "
                         r"N_i = \{i\} \cup \{j \to i : |x_i(t) - x_j(t)| \le \varepsilon\}",
    "friedkin-johnsen": r"x_i(t+1) = s_i \frac{\sum_j w_{ji} x_j(t)}{\sum_j w_{ji}} + (1 - s_i)\, x_i(0)",
    "axelrod": r"P(i \text{ takes over a trait of } j) = \frac{\#\{f : \sigma_{if} = \sigma_{jf}\}}{F}",
    "march-1991": r"P(\text{belief} \to \text{code}) = p_1, \qquad "
                  r"P(\text{code} \to \text{majority of } k) = 1 - (1 - p_2)^k",
}
THEORY = {  # the sections of theory.md on a model
    "threshold": ("the-window-when-one-seed-can-be-enough", "groups-and-correlated-degrees",
                  "windows-of-any-family-seeds-directions-vulnerable-clusters"),
    "linear-threshold": ("small-networks-exact-answers",),
    "complex-contagion": ("critical-share-of-seeds-how-many-it-takes",),
    "independent-cascade": ("bond-percolation-independent-cascades",),
    "bass": ("bass-advertising-and-word-of-mouth",),
    **dict.fromkeys(("si", "sir", "sis", "sirs", "seir", "sir-markov", "sis-markov"),
                    ("sir-epidemics-whether-how-far-and-when",)),
    "generalised-contagion": ("generalised-contagion-one-exposure-or-several",),
    **dict.fromkeys(("voter", "q-voter", "majority", "deffuant", "hegselmann-krause", "friedkin-johnsen"),
                    ("opinions-and-voters-where-averaging-and-copying-end",)),
}


def main() -> int:
    """Build the site, and return the exit code of what builds it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the folder of the site")
    out = parser.parse_args().out.resolve()
    with tempfile.TemporaryDirectory() as folder:
        stage(Path(folder))
        return subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", out,
                               "--config-file", Path(folder, "mkdocs.yml")], check=False,
                              env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}).returncode


def stage(folder: Path) -> None:
    """Put everything that mkdocs reads into a folder."""
    for name in ("mkdocs.yml", "formulas.py"):
        shutil.copy(DOCS / name, folder)
    pages = folder / "docs"
    taken = {path.relative_to(ROOT).as_posix(): path.relative_to(DOCS).as_posix()
             for path in sorted(DOCS.rglob("*")) if path.suffix in (".md", ".svg", ".png", ".gif")} | ELSEWHERE
    for source, target in taken.items():
        there = pages / target
        there.parent.mkdir(parents=True, exist_ok=True)
        if source.endswith(".md"):
            there.write_text(led((ROOT / source).read_text("utf-8"), source, target, taken), "utf-8")
        else:
            shutil.copy(ROOT / source, there)
    for name, text in {"catalogue": scenarios_page(), "each-model": models_page(), "reference/python": python_page(),
                       "reference/figures": figures_page(), "reference/theory": theory_page(),
                       "reference/command-line": command_line_page()}.items():
        there = pages / f"{name}.md"
        there.parent.mkdir(exist_ok=True)
        there.write_text(text, "utf-8")


def led(text: str, source: str, target: str, taken: dict[str, str]) -> str:
    """Return a page whose links lead to where the pages come to stand; mkdocs names those that lead nowhere.

    Of a link to a file of the repository that the site does not have, the words stay.
    """
    def there(found: re.Match[str]) -> str:
        words, link = found.groups()
        path, mark, anchor = link.partition("#")
        if "://" in link or not path:
            return found[0]
        at = os.path.normpath(PurePosixPath(source).parent / path)
        if at not in taken and (ROOT / at).exists():
            return words.strip("[]")
        return f"{words}({os.path.relpath(taken.get(at, at), PurePosixPath(target).parent)}{mark}{anchor})"
    return LINK.sub(there, text)


def escaped(text: str) -> str:
    """Return text without meaning to Markdown."""
    return re.sub(r"([*_|<$\[])", r"\\\1", text)


def scenarios_page() -> str:
    """Return the catalogue: what each scenario asks, what was found, whom to cite, what to type."""
    about = ("Each is a file of `scenarios/` that runs as it stands; `simcore scenarios` lists "
             "them. What was asked and what was found stands in the first lines of each file. The figures are "
             "those of full runs, drawn by `docs/draw_catalogue.py`; `simcore report` makes all that suit.")
    said = ["# Catalogue of experiments", about]
    for name, path in catalogue.scenarios().items():
        loaded = load(path)
        resolved = loaded.resolved()
        where = resolved.get("network") or resolved["organisation"]
        swept = ", ".join(f"`{key}`" for key in resolved.get("sweep", {}).get("axes", resolved.get("sweep", {})))
        works = [f"- {escaped(work.text)}" + (f" [doi:{work.doi}](https://doi.org/{work.doi})" if work.doi else "")
                 for work in citations.cite(loaded) if work.of.startswith("scenario")]
        opening = catalogue.opening(path)
        said += [f"## {escaped(resolved['title'])}", escaped(opening.text),
                 "\n".join(f"- {name}: `{command}`" for name, command in opening.commands),
                 f"![Results of {name}, as its caption says](images/catalogue/{name}.png){{ loading=lazy }}",
                 f"Model `{resolved['model']['name']}` on `{where['kind']}`"
                 + (f", over {swept}" if swept else "") + f"; {resolved['replicates']:,} replicates a point.",
                 "\n".join(works), f"```sh\nsimcore run {name}\nsimcore report results/{name}\n```"]
    return "\n\n".join(filter(None, said)) + "\n"


def rules() -> dict[str, str]:
    """Return the paragraph of the page on rules about each model."""
    text = (DOCS / "rules.md").read_text("utf-8")
    found = re.findall(r"^\*\*([a-z0-9-]+)\*\*(.*?)(?=^\*\*[a-z0-9-]+\*\*|^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return {name: f"**{name}**{rest}".strip() for name, rest in found}


def verdicts() -> dict[str, tuple[int, int, float]]:
    """Return, by model, how many verification targets there are, how many hold, and the largest deviation, |z|."""
    of = {path.stem: tomllib.loads(path.read_text("utf-8"))["model"].get("name", "")
          for path in (ROOT / "simcore" / "verification").rglob("*.toml")}
    rows = [[cell.strip() for cell in line.strip("| \n").split(" | ")]
            for line in (DOCS / "verification.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    names = rows[0]
    found: dict[str, tuple[int, int, float]] = {}
    for row in csv.DictReader(["\t".join(row) for row in rows[2:] if len(row) == len(names)], names, delimiter="\t"):
        model = of.get(row["scenario"].strip("`"))
        if model:
            number, held, largest = found.get(model, (0, 0, 0.0))
            found[model] = (number + 1, held + row["verdict"].startswith("ok"), max(largest, abs(float(row["z"] or 0))))
    return found


def models_page() -> str:
    """Return the page on each model: source, rule, parameters, what it reports, theory, verification."""
    ruled, held = rules(), verdicts()
    made = ("Written from the files of the models, from [the rules](rules.md), where words and draws are explained, "
            "and from [the verification](verification.md).")
    said = ["# Each model", made]
    for model in sorted(models.catalogue().values(), key=lambda model: model.name):
        of = model.name
        table = ["| parameter | values | unit | default |", "|---|---|---|---|"]
        table += [f"| `{name}` | {escaped(values)} | {escaped(unit)} | {'' if default is None else default} |"
                  for name, values, unit, default in described(model.Params)]
        about = escaped(inspect.getdoc(sys.modules[model.step.__module__]) or "")
        said += [f"## {of}", f"*{model.title}.* [doi:{model.doi}](https://doi.org/{model.doi})", about,
                 f"$${EQUATIONS[of]}$$" if of in EQUATIONS else "",
                 f"### Rule of {of}\n\n{ruled[of]}" if of in ruled else "",
                 f"### Parameters of {of}\n\n" + "\n".join(table) if len(table) > 2 else "It has no parameters.",
                 f"### What {of} reports\n\n" + reported(model)]
        if of in THEORY:
            links = (f"[{anchor.replace('-', ' ')}](theory.md#{anchor})" for anchor in THEORY[of])
            said.append(f"Theory: {', '.join(links)}.")
        if of in held:
            number, ok, largest = held[of]
            said.append(f"Verification: {ok} of {number} targets hold; largest deviation {largest:.1f} standard errors "
                        "([all of them](verification.md)).")
    return "\n\n".join(filter(None, said)) + "\n"


def reported(model: Model) -> str:
    """Return what a model says at every time and in the end."""
    return (f"At every time: {listed(model.observables)}. In the end: {listed(model.outcomes)}, where `size` is the "
            f"number of {model.counts}.")


def listed(names: Iterable[str]) -> str:
    """Return names of columns, for a sentence."""
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def place(thing: Any) -> str:
    """Return where something is defined, as an import path."""
    return f"{thing.__module__}.{thing.__qualname__}"


def python_page() -> str:
    """Return the reference of the package."""
    names = [name for name in simcore.__all__ if not name.startswith("_")]
    return "\n\n".join(["# Python", "`import simcore as sc` offers what follows.", *(
        f"::: {place(getattr(simcore, name))}\n    options: {{ heading: sc.{name}, toc_label: {name} }}"
        for name in names)]) + "\n"


def figures_page() -> str:
    """Return the reference of the figures."""
    about = "Each is a function that takes results and returns axes; [the gallery](../gallery.md) shows them."
    said = ["# Figures", about, "::: simcore.figures.draw", "::: simcore.figures.Results"]
    for name in sorted({*figures.FIGURES, *(n for n in figures.__all__ if inspect.ismodule(getattr(figures, n)))}):
        module = getattr(figures, name, None) or figures.FIGURES[name]
        if hasattr(module, name):
            said.append(f"::: simcore.figures.{name}.{name}")
    return "\n\n".join(said) + "\n"


def theory_page() -> str:
    """Return the reference of theory."""
    return "\n\n".join(["# Functions of theory", "Derivations stand on [the page on theory](../theory.md).", *(
        f"::: {place(thing)}" for thing in (getattr(theory, name) for name in theory.__all__)
        if inspect.isclass(thing) or inspect.isfunction(thing))]) + "\n"


def command_line_page() -> str:
    """Return the help of every command."""
    os.environ["COLUMNS"] = "100"
    whole = cli.parser()
    subs = next(action for action in whole._actions if isinstance(action, argparse._SubParsersAction))
    return "\n\n".join(["# Command line", "```text\n" + whole.format_help() + "```", *(
        f"## simcore {name}\n\n```text\n{sub.format_help()}```" for name, sub in subs.choices.items())]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
