"""Whatever stands in a file: no traceback, no hang, no file written elsewhere, no code run from data."""

from __future__ import annotations

import ast
import contextlib
import functools
import io
import math
import operator
import os
import shutil
import tempfile
import time
from pathlib import Path

import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import Results, cli, figures
from simcore.errors import NetworkError, SimcoreError, StoreError
from simcore.export import export
from simcore.figures import over_time
from simcore.keeping import stored
from simcore.network.read import read
from simcore.scenario import load
from simcore.store import Store, sealed
from simcore.store.upkeep import compact, diff, fsck

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = sorted([*(ROOT / "scenarios").glob("*.toml"), *(ROOT / "tests" / "bad_scenarios").glob("*.toml")])
NETWORKS = sorted(path for name in ("bad_networks", "bad_formats") for path in (ROOT / "tests" / name).iterdir()
                  if path.stat().st_size < 20_000)
EXAMPLES = int(os.environ.get("SIMCORE_EXAMPLES", "60"))
SECONDS = 10.0
SNIPPETS = (b"=", b"[", b"]", b"{", b"}", b'"', b"\x00", b"\xff", b"\n", b"1e400", b"-1", b"9" * 30, b"nan", b"../..",
            b"<", b">", b"&x;", b"[sweep]", b"[[expect]]", b"kind", b"path", b"/etc/passwd", b"'''", b"," * 50)


@st.composite
def mangled(draw, content):
    """Return content with parts replaced, removed, repeated."""
    for _ in range(draw(st.integers(1, 6))):
        begin = draw(st.integers(0, len(content)))
        end = min(len(content), begin + draw(st.integers(0, 12)))
        content = content[:begin] + draw(st.one_of(st.sampled_from(SNIPPETS), st.binary(max_size=6),
                                                   st.just(content[begin:end] * 3))) + content[end:]
    return content


@contextlib.contextmanager
def alone():
    """Yield an empty folder to work in; what is outside of it stays as it is, and no time is lost."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        began = time.process_time()
        try:
            yield Path(folder)
        finally:
            os.chdir(before)
        assert time.process_time() - began < SECONDS


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_scenarios_of_any_bytes(data):
    with alone() as folder:
        (folder / "a.toml").write_bytes(data.draw(mangled(data.draw(st.sampled_from(SCENARIOS)).read_bytes())))
        with contextlib.suppress(SimcoreError):
            load(folder / "a.toml")
        assert [path.name for path in folder.iterdir()] == ["a.toml"]


@settings(max_examples=2 * EXAMPLES)
@given(st.data())
def test_networks_of_any_bytes(data):
    source = data.draw(st.sampled_from(NETWORKS))
    with alone() as folder:
        path = folder / source.name.replace(".nodes", "")
        path.write_bytes(data.draw(mangled(source.read_bytes())))
        with contextlib.suppress(SimcoreError):
            read(path, direction="both", max_bytes=2**26)
        assert len(list(folder.iterdir())) == 1


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_stores_of_any_bytes(data):
    with alone() as folder:
        shutil.copytree(ROOT / "tests" / "stores" / "2", folder / "out")
        path = data.draw(st.sampled_from(sorted(path for path in (folder / "out").rglob("*") if path.is_file())))
        content = data.draw(mangled(path.read_bytes()))
        path.write_bytes(content)
        for command in (["summary", "out"], ["fsck", "out"], ["status", "out"], ["export", "out", "--out", "x.csv"],
                        ["replay", "out", "--point", "0", "--replicate", "1"]):
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
                assert cli.main(command) in (0, 1, 2, 3, 4)
            assert "Traceback" not in said.getvalue()
        assert {path.name for path in folder.iterdir()} <= {"out", "x.csv"}


@pytest.mark.parametrize("key", ["identity", "scenario", "columns", "observables", "points"])
@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [{}], {"x": {}}])
def test_a_manifest_of_another_shape_is_refused_though_it_is_sealed(key, value, tmp_path, capsys):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    manifest, _ = sealed.read_json(path)
    path.write_bytes(sealed.to_json(manifest | {key: value}))
    if (key, value) not in (("identity", "x"), ("observables", [])):
        assert cli.main(["summary", str(tmp_path / "out")]) == 3
        assert "manifest.json: is none that simcore wrote" in capsys.readouterr().err


@pytest.mark.parametrize(("key", "value"), [
    (("scenario", "stop"), {"of": "p_global", "half_width": "x"}), (("scenario", "stop"), {"rows": 3}),
    (("points", 0, "point", "model.threshold"), "x"), (("points", 0, "point", "model.threshold"), True),
    (("points", 0, "twin"), "x"), (("points", 1, "hash"), 0)])  # 0: that of the first
def test_a_wrong_value_is_told_by_all_that_read_it_though_it_is_sealed(key, value, tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    manifest, _ = sealed.read_json(path)
    holder = functools.reduce(operator.getitem, key[:-1], manifest)
    holder[key[-1]] = manifest["points"][0]["hash"] if value == 0 else value
    path.write_bytes(sealed.to_json(manifest))
    for reading in (lambda results: results.summary(), lambda results: results.to_arrow(),
                    lambda results: diff(results.store, results.store),
                    lambda results: export(results.store, tmp_path / "out.csv")):
        with contextlib.suppress(StoreError):
            reading(Results.open(tmp_path / "out"))


def test_rows_of_a_design_that_some_points_have_are_told_though_it_is_sealed(tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    manifest, _ = sealed.read_json(path)
    manifest["points"][1]["rows"] = [0]
    path.write_bytes(sealed.to_json(manifest))
    with pytest.raises(StoreError, match="is none that simcore wrote"):
        Store(tmp_path / "out")


@pytest.mark.parametrize("part", ["series", "classes"])
def test_a_file_without_rows_is_told_though_it_is_sealed(part, tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    store = Store(tmp_path / "out")
    path = store.path(store.files()[0], part)
    path.write_bytes(sealed.to_parquet(store.read_file(store.files()[0], part).slice(0, 0)))
    assert [finding.path for finding in fsck(store)] == [str(path)]
    results = Results.open(tmp_path / "out")
    with pytest.raises(StoreError, match=f"{part}/.* has no rows"):
        results.summary() if part == "classes" else export(store, tmp_path / "out.csv", part)


@pytest.mark.parametrize("some", [slice(-1), slice(21, None), slice(0, 21)])  # of replicates with 21 time steps each
def test_trajectories_that_lack_something_are_told_though_they_are_sealed(some, tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    store = Store(tmp_path / "out")
    path = store.path(store.files()[0], "series")
    table = store.read_file(store.files()[0], "series")
    path.write_bytes(sealed.to_parquet(table.take(list(range(table.num_rows))[some])))
    results = figures.Results(store)
    with pytest.raises(StoreError, match=r"lacks some of its time steps|not every replicate has a trajectory"):
        [over_time.courses(results, entry) for entry in results.entries]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_share_that_is_no_number_is_told_though_it_is_sealed(value, tmp_path, capsys):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    store = Store(tmp_path / "out")
    table = store.read_file(store.files()[0])
    wrong = pyarrow.array([value, *table.column("share").to_pylist()[1:]])
    store.path(store.files()[0]).write_bytes(sealed.to_parquet(
        table.set_column(table.column_names.index("share"), "share", wrong)))
    for command in ("summary", "report"):
        assert cli.main([command, str(tmp_path / "out"), *["--json"] * (command == "summary")]) == 3
        assert "its column 'share' is none that simcore wrote" in capsys.readouterr().err


WRONG = [None, 3, -1, "x", [], {}, [{}], {"x": {}}, True, math.nan, 1e300, 10**30, ["x"], [3]]


def places(tree, path=()):
    """Return the paths of all values of nested data."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path] * bool(path) + [found for key, value in inner for found in places(value, (*path, key))]


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_wrong_value_deep_inside_a_sealed_manifest_is_told(data):
    """Whoever seals a manifest again may write into it what they like: it ends in an error of the store, if in any."""
    with alone() as folder:
        shutil.copytree(ROOT / "tests" / "stores" / "2", folder / "out")
        manifest, _ = sealed.read_json(folder / "out" / "manifest.json")
        *way, last = data.draw(st.sampled_from(places(manifest)))
        holder = manifest
        for key in way:
            holder = holder[key]
        holder[last] = data.draw(st.sampled_from(WRONG))
        (folder / "out" / "manifest.json").write_bytes(sealed.to_json(manifest))
        with contextlib.suppress(StoreError):
            stored(Store(folder / "out"))
        for command in (["summary", "out"], ["fsck", "out"], ["status", "out"], ["diff", "out", "out"]):
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                assert cli.main(command) in (0, 1, 3)


@pytest.mark.parametrize(("table", "key", "value"), [
    ("network", "mean_degree", [3]), ("network", "n", 10**30), ("model", "redraw", []), ("model", "absolute", {}),
    ("seeding", "kind", None), ("sweep", "model.threshold", ["x"]), ("record", "trajectories", 3)])
def test_a_scenario_that_makes_no_sense_is_the_folders_mistake(table, key, value, tmp_path, capsys):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    manifest, _ = sealed.read_json(path)
    manifest["scenario"][table][key] = value
    path.write_bytes(sealed.to_json(manifest))
    assert cli.main(["replay", str(tmp_path / "out"), "--point", "0", "--replicate", "1"]) == 3
    assert "manifest.json: is none that simcore wrote" in capsys.readouterr().err


def test_a_model_that_there_is_not_is_the_folders_mistake_for_theory_too(tmp_path, capsys):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = tmp_path / "out" / "manifest.json"
    manifest, _ = sealed.read_json(path)
    manifest["scenario"]["model"]["name"] = "x"
    path.write_bytes(sealed.to_json(manifest))
    assert cli.main(["summary", str(tmp_path / "out")]) == 3
    assert "there is no model 'x'" in capsys.readouterr().err


@pytest.mark.parametrize(("part", "name"), [("chunks", "share"), ("chunks", "point"), ("series", "t"),
                                            ("classes", "new")])
@pytest.mark.parametrize("column", [None, ["x"], [None], [1.5], [[1]], "twice"])
def test_a_column_that_is_none_of_simcores_is_told_though_it_is_sealed(part, name, column, tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = next((tmp_path / "out" / part).glob("*.parquet"))
    whole = pyarrow.parquet.read_table(path)
    table = whole.drop_columns([name])
    if column == "twice":
        table = whole.append_column(name, whole.column(name))
    elif column is not None and (column, name) != ([1.5], "share"):
        table = table.append_column(name, pyarrow.array(column * len(table)))
    path.write_bytes(sealed.to_parquet(table))
    store = Store(tmp_path / "out")
    with pytest.raises(StoreError):
        store.read(part)
    assert fsck(store)


def test_a_column_more_is_never_read_though_it_is_sealed(tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    store = Store(tmp_path / "out")
    for part in store.parts:
        before = store.read(part)
        path = next((tmp_path / "out" / part).glob("*.parquet"))
        table = pyarrow.parquet.read_table(path)
        assert table.column_names == before.column_names
        path.write_bytes(sealed.to_parquet(table.append_column("more", pyarrow.array([1] * len(table)))))
        assert store.read(part) == before


def test_a_name_that_is_no_text_is_told_though_it_is_sealed(tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = next((tmp_path / "out" / "chunks").glob("*.parquet"))
    table = pyarrow.parquet.read_table(path)
    names = pyarrow.array([b"\x92" * 64] * len(table)).view(pyarrow.string()).dictionary_encode()
    path.write_bytes(sealed.to_parquet(table.set_column(table.column_names.index("point"), "point", names)))
    store = Store(tmp_path / "out")
    assert fsck(store)
    with pytest.raises(StoreError, match="its column 'point' is none that simcore wrote"):
        store.digest()


@pytest.mark.parametrize("said", [b"", b"{", b"[]", b"1", b'{"plain": "x"}', b'{"plain": null}', b"[" * 100_000])
def test_what_ran_of_another_shape_is_told_though_it_is_sealed(said, tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = next((tmp_path / "out" / "chunks").glob("*.parquet"))
    table = pyarrow.parquet.read_table(path)
    path.write_bytes(sealed.to_parquet(table.replace_schema_metadata(
        {**table.schema.metadata, b"simcore.algorithms": said})))
    store = Store(tmp_path / "out")
    assert fsck(store)
    for read_ in (store.algorithms, store.digest, lambda: compact(store)):
        with pytest.raises(StoreError, match="does not say which algorithms ran"):
            read_()


@pytest.mark.parametrize(("key", "value"), [("stop", ["x"]), ("stop", math.nan), ("boundaries", -1), ("points", [3]),
                                            ("boundaries", [0, "x"]), ("boundaries", [5, 0]), ("first", None)])
def test_a_plan_of_another_shape_is_told_though_it_is_sealed(key, value, tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    path = next((tmp_path / "out").glob("plan-*.json"))
    plan, _ = sealed.read_json(path)
    path.write_bytes(sealed.to_json(plan | {key: value}))
    with pytest.raises(StoreError, match="is not as it was written"):
        Store(tmp_path / "out").plans()


def test_an_encoding_that_nobody_knows_is_told(tmp_path):
    for encoding in ("UTF-4", "rot13", "idna", "shift_jis"):
        (tmp_path / "a.graphml").write_text(f'<?xml version="1.0" encoding="{encoding}"?>\n<graphml></graphml>\n')
        with pytest.raises(NetworkError, match="its encoding is none that is read: save the file as UTF-8"):
            read(tmp_path / "a.graphml", direction="both")


def test_labels_of_nodes_without_ids_are_told(tmp_path):
    (tmp_path / "a.gml").write_text('graph [ node [ label "a" ] node [ id 2 label "b" ] node [ id 3 label "b" ] ]')
    with pytest.raises(NetworkError, match="this needs an id"):
        read(tmp_path / "a.gml", direction="both")


def test_nothing_unpickles_or_evaluates():
    """Models of one's own are run by `importlib`, with consent; nothing else makes code of data."""
    for path in (ROOT / "simcore").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else (
                [node.module] if isinstance(node, ast.ImportFrom) else [])
            assert not {"pickle", "marshal", "shelve", "joblib", "dill", "cloudpickle"} & set(names), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "__import__"), path
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert getattr(node.value, "value", None) is False, path


def test_code_of_a_results_folder_needs_consent(tmp_path):
    """A folder whose manifest names a model's file runs none of it."""
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    path = tmp_path / "out" / "manifest.json"
    manifest, _ = sealed.read_json(path)
    manifest["scenario"]["model"]["path"] = str(tmp_path / "evil.py")
    path.write_bytes(sealed.to_json(manifest))
    store = Store(tmp_path / "out")
    with pytest.raises(SimcoreError):
        stored(store)
    assert fsck(store) == []
    assert not (tmp_path / "ran").exists()


def test_names_in_a_manifest_lead_nowhere_else(tmp_path):
    shutil.copytree(ROOT / "tests" / "stores" / "2", tmp_path / "out")
    (tmp_path / "secret").write_text("x")
    path = tmp_path / "out" / "manifest.json"
    manifest, _ = sealed.read_json(path)
    manifest["inputs"] = {"networks": {"x": "../.."}, "files": {"y": "../../secret"}}
    path.write_bytes(sealed.to_json(manifest))
    assert len(fsck(Store(tmp_path / "out"))) == 2
    with pytest.raises(SimcoreError):
        stored(Store(tmp_path / "out"))
