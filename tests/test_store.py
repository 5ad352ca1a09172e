"""What looks after results folders: every fault is noticed, nothing is lost, nothing stands twice."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest

import simcore
from simcore import catalogue, cli, plan
from simcore.cli import talk
from simcore.errors import StoreError, UsageError
from simcore.export import export
from simcore.keeping import manifest, open_folder, stored
from simcore.runner import left, run
from simcore.scenario import from_data, load
from simcore.store import Store, sealed
from simcore.store.beginning import create
from simcore.store.upkeep import compact, diff, fsck, gc, merge, status
from simcore.study import Study

ROOT = Path(__file__).resolve().parent
BASE = {
    "schema": 1, "title": "small", "seed": 5, "replicates": 30, "horizon": 50,
    "network": {"kind": "poisson", "n": 60, "mean_degree": 3.0, "count": 3},
    "model": {"name": "threshold", "threshold": 0.25},
    "sweep": {"model.threshold": [0.18, 0.3], "network.mean_degree": [2.0, 4.0]},
    "record": {"trajectories": True, "by_class": "out-degree-decile"},
}


def planned(folder, chunks, **changes):
    """Return a study and its results folder, cut into so many chunks."""
    study = Study(from_data(BASE | changes))
    store = open_folder(study, folder, resume=False)
    path, = folder.glob("plan-*.json")
    whole, _ = sealed.read_json(path)
    rows = whole["boundaries"][-1]
    path.write_bytes(sealed.to_json(whole | {"boundaries": [rows * k // chunks for k in range(chunks + 1)]}))
    return study, store


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    study, store = planned(tmp_path_factory.mktemp("whole") / "out", 6)
    run(study, store)
    return store


@pytest.fixture
def own(whole, tmp_path):
    shutil.copytree(whole.folder, tmp_path / "own")
    return Store(tmp_path / "own")


FORMATS = {"1": "471a4b15c56764edbc93012e1de8ba7891d67d1d92de8f7ce0df153ded436877",
           "2": "471a4b15c56764edbc93012e1de8ba7891d67d1d92de8f7ce0df153ded436877"}


@pytest.mark.parametrize("form", FORMATS)
def test_old_formats_stay_readable(form, tmp_path):
    """Each folder was written by the version that had the format; neither is ever written again."""
    shutil.copytree(ROOT / "stores" / form, tmp_path / "out")
    store = Store(tmp_path / "out")
    assert store.manifest["format"] == int(form)
    assert store.digest() == FORMATS[form]
    assert fsck(store) == store.missing() == []
    assert (len(store.read("series")), len(store.read("classes"))) == (252, 280)
    study = stored(store)
    assert study.replay(study.hashes[0], 5).columns["size"][0] == next(
        row["size"] for row in store.read().to_pylist() if (row["point"], row["replicate"]) == (study.hashes[0], 5))
    more = simcore.run(study.scenario, tmp_path / "out", resume=True, workers=1)
    assert more.digest == FORMATS[form]


def stored_files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


FLIPS = int(os.environ.get("SIMCORE_FLIPS", "40"))


@pytest.mark.parametrize("how", ["flip", "truncate"])
def test_every_damaged_bit_is_noticed_and_made_again(how, tmp_path, monkeypatch):
    """A network from a file, seeds from a file, trajectories: each stored file is hit, at random places."""
    monkeypatch.setattr(plan, "CHUNK_COST", 1.0)
    monkeypatch.setattr(plan, "CHUNK_ROWS", 5)
    (tmp_path / "edges.csv").write_text("source,target\n" + "".join(f"{i},{i * 7 % 40}\n" for i in range(40)))
    (tmp_path / "seeds.txt").write_text("1\n5\n")
    (tmp_path / "own.toml").write_text(
        "schema = 1\ntitle = 'own'\nreplicates = 12\nhorizon = 20\n[network]\nkind = 'file'\npath = 'edges.csv'\n"
        "direction = 'both'\n[seeding]\nkind = 'file'\npath = 'seeds.txt'\n[model]\nname = 'sir'\ntransmission = 0.4\n"
        "recovery = 0.5\n[record]\ntrajectories = true\n")
    study = Study(simcore.load(tmp_path / "own.toml"))
    folder = tmp_path / "out"
    store = open_folder(study, folder, resume=False)
    run(study, store)
    study = Study(dataclasses.replace(study.scenario, replicates=20))  # a second plan
    run(study, open_folder(study, folder, resume=True))
    digest, files, rng = store.digest(), stored_files(folder), random.Random(how)
    assert len(files) > 12
    noticed = {}
    for k in range(FLIPS):
        path = files[k % len(files)]
        content = path.read_bytes()
        place = rng.randrange(len(content))
        if how == "flip":
            path.write_bytes(content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1:])
        else:
            path.write_bytes(content[:place])
        if path.name == "manifest.json":
            with pytest.raises(StoreError, match="manifest"):
                Store(folder)
        else:
            assert fsck(Store(folder)), (path, place)
        noticed[path] = noticed.get(path, 0) + 1
        with pytest.raises(StoreError):
            read_all(folder)
        again = open_folder(study, folder, resume=True)
        run(study, again, todo=left(again))
        gc(again, older_than=0.0)
        assert again.digest() == digest
        assert fsck(Store(folder)) == []
        assert stored_files(folder) == files
    assert sum(noticed.values()) == FLIPS


def test_a_seal_that_lost_its_name_is_noticed(tmp_path):
    """JSON without a seal is read, as it was written by format 1: it must not become that by a bit."""
    path, whole = tmp_path / "index.json", bytes(sealed.to_json({"n": 40, "arrays": {"ids": "0"}}))
    path.write_bytes(whole)
    assert sealed.read_json(path)[1]
    for place in range(whole.index(b'"n"')):
        for bit in range(8):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1:])
            with pytest.raises(StoreError):
                sealed.read_json(path)
    path.write_bytes(b'{"n": 40}')
    assert sealed.read_json(path) == ({"n": 40}, False)


def read_all(folder):
    """Read all that is in a folder, as replaying and reading every table do."""
    store = Store(folder)
    stored(store)
    store.plans()
    for part in store.parts:
        store.read(part)
    store.digest()


READING = [["summary", "own"], ["summary", "own", "--json"], ["compare", "own", "--by", "model.threshold"],
           ["fsck", "own"], ["diff", "own", "own"], ["export", "own", "--out", "all.csv"],
           ["merge", "own", "--out", "merged"], ["compact", "own"], ["report", "own"]]


@pytest.mark.parametrize("words", READING)
def test_what_is_interrupted_says_so_and_changes_nothing(words, own, monkeypatch, capsys):
    monkeypatch.chdir(own.folder.parent)
    before = {path: path.read_bytes() for path in stored_files(own.folder)}

    def interrupted(*_more, **_options):
        raise KeyboardInterrupt
    monkeypatch.setattr(Store, "read_file", interrupted)
    assert cli.main(words) == 130
    out, said = capsys.readouterr()
    assert out == ""
    assert said == "\nsimcore: interrupted; " + (
        "what was put together is whole; the same command goes on from there\n" if words[0] in ("merge", "compact")
        else "nothing stored was changed\n")
    assert {path: path.read_bytes() for path in stored_files(own.folder)} == before
    assert not Path("all.csv").exists()
    assert not list(Path().glob(".*.tmp"))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("words", READING)
def test_a_terminal_is_told_how_much_was_read(words, own, monkeypatch):
    monkeypatch.chdir(own.folder.parent)
    monkeypatch.setattr(talk, "PATIENCE", 0.0)
    read_file, told = Store.read_file, []

    def watched(self, *more, **options):
        told.append(self.progress is not int)
        return read_file(self, *more, **options)
    monkeypatch.setattr(Store, "read_file", watched)
    monkeypatch.setattr(sys, "stderr", said := Terminal())
    assert cli.main(words) == 0
    assert told
    assert "reading: 0.00rep [00:00, ?rep/s]" in said.getvalue()
    monkeypatch.setattr(talk, "PATIENCE", 60.0)
    monkeypatch.setattr(sys, "stderr", said := Terminal())
    assert cli.main(words) == 0
    assert "reading" not in said.getvalue()


def test_each_replicate_that_is_read_is_counted(own):
    counted = []
    own.progress = counted.append
    assert own.read().num_rows == sum(counted) > 0


def test_status_tells_what_is_done_failed_missing_and_left(tmp_path, capsys):
    study, store = planned(tmp_path / "out", 6)
    assert status(store)[:8] == (6, 0, 0, 6, 120, 0, None, None)
    for k, chunk in enumerate(store.missing()[:3]):
        store.write(chunk, *study.run_chunk(chunk))
        os.utime(store.path(chunk), (1000.0 + 10 * k, 1000.0 + 10 * k))
        if k == 1:  # written by two workers at once: how fast that was nobody knows
            os.utime(store.path(chunk), (1000.1, 1000.1))
            assert status(store)[6:8] == (None, None)
            os.utime(store.path(chunk), (1010.0, 1010.0))
    store.fail(store.missing()[0], "ValueError: no", "")
    found = status(store)
    assert found[:6] == (6, 3, 1, 2, 120, 60)
    assert found.rate == pytest.approx(2.0)
    assert found.seconds_left == pytest.approx(30.0)
    assert cli.main(["status", str(store.folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "3 of 6 chunks done (50.0% of 120 replicates), 1 failed, 2 missing; 2 replicates/s, 30 s left",
        f"failed: {store.failures()[0].chunk.name}: ValueError: no"]
    assert cli.main(["status", str(store.folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows_done"] == 60
    run(study, store, todo=left(store, retry_failed=True))
    assert cli.main(["status", str(store.folder), "--watch"]) == 0
    assert "6 of 6 chunks done" in capsys.readouterr().out


def test_a_clock_that_was_set_back_confuses_nobody(own):
    for k, chunk in enumerate(own.files()):
        os.utime(own.path(chunk), (4e9 - 50 * k, 4e9 - 50 * k))  # later than now, and the first the latest
    found = status(own)
    assert found.rate > 0
    assert found.seconds_left == 0.0
    assert gc(own) == []


def test_shards_made_apart_are_merged(whole, tmp_path, capsys):
    folders = []
    for number in (1, 2):
        study, store = planned(tmp_path / str(number), 6)
        for chunk in store.missing()[number - 1::2]:
            store.write(chunk, *study.run_chunk(chunk))
        folders.append(str(store.folder))
    out = tmp_path / "out"
    assert cli.main(["merge", *folders, "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"digest {whole.digest()}\n"
    assert fsck(Store(out)) == Store(out).missing() == []
    assert cli.main(["merge", *folders, "--out", str(out)]) == 0  # again does nothing
    _, other = planned(tmp_path / "other", 6, seed=6)
    with pytest.raises(StoreError, match="of another scenario"):
        merge([Store(out), other], tmp_path / "nothing")
    _, cut = planned(tmp_path / "cut", 4)
    with pytest.raises(StoreError, match="cut into other chunks"):
        merge([whole, cut], tmp_path / "nothing")


def test_merging_leaves_out_what_is_damaged_and_says_so(own, tmp_path):
    path = own.path(own.files()[2])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreError, match="1 damaged files were left out, all others are merged"):
        merge([own], tmp_path / "out")
    assert len(Store(tmp_path / "out").missing()) == 1
    assert fsck(Store(tmp_path / "out")) == []


def test_compacting_changes_no_value_also_when_it_is_killed_in_between(own, whole, monkeypatch):
    tables = {part: own.read(part) for part in own.parts}
    removed = []

    def killed(self, chunk):
        removed.append(chunk)
        if len(removed) == 2:
            raise KeyboardInterrupt
        for part in reversed(self.parts):
            self.path(chunk, part).unlink(missing_ok=True)
    monkeypatch.setattr(Store, "discard", killed)
    with pytest.raises(KeyboardInterrupt):
        compact(own)
    assert own.digest() == whole.digest()
    assert len(own.files()) == 1
    monkeypatch.undo()
    compact(own)
    assert len(list(own.folder.glob("chunks/*"))) > 1  # what was left over
    assert len(gc(own, older_than=0.0)) == 5 * 3
    assert len(list(own.folder.glob("chunks/*"))) == len(list(own.folder.glob("series/*"))) == 1
    assert fsck(own) == own.missing() == []
    assert own.algorithms() == whole.algorithms()
    for part in own.parts:
        assert own.read(part).equals(tables[part].combine_chunks().unify_dictionaries())
    path = own.path(own.files()[0], "series")
    path.write_bytes(path.read_bytes()[:-9])
    study = Study(from_data(BASE))
    store = open_folder(study, own.folder, resume=True)
    assert len(left(store).missing) == 6
    run(study, store)
    assert store.digest() == whole.digest()
    assert len(store.files()) == 6


def test_export_is_the_table_in_one_file(own, tmp_path, capsys):
    frame = simcore.Results(own).to_pandas().sort_values(["point", "replicate"]).reset_index(drop=True)
    for name in ("out.csv", "out.parquet"):
        assert cli.main(["export", str(own.folder), "--out", str(tmp_path / name)]) == 0
        read = pyarrow.csv.read_csv if name == "out.csv" else pyarrow.parquet.read_table
        found = read(tmp_path / name).to_pandas().sort_values(["point", "replicate"]).reset_index(drop=True)
        assert list(found.columns) == list(frame.columns)
        for column in frame:
            assert (found[column] == frame[column]).all() or np.allclose(found[column], frame[column], equal_nan=True)
    assert export(own, tmp_path / "series.parquet", "series") == own.read("series").num_rows
    assert export(own, tmp_path / "classes.csv", "classes") == own.read("classes").num_rows
    with pytest.raises(UsageError, match=r"ends in \.csv or \.parquet"):
        export(own, tmp_path / "out.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["classes.csv", "out.csv", "out.parquet", "own",
                                                                "series.parquet"]


def test_an_axis_of_numbers_and_tables_is_a_column_of_text(tmp_path):
    study = Study(from_data(BASE | {"model": {"name": "threshold", "threshold": 0.2}, "sweep": {
        "model.threshold": [0.2, {"law": "uniform", "low": 0.1, "high": 0.3}]}}))
    store = open_folder(study, tmp_path / "out", resume=False)
    run(study, store)
    export(store, tmp_path / "out.parquet")
    for table in (pyarrow.parquet.read_table(tmp_path / "out.parquet"), simcore.Results(store).to_arrow()):
        first, second = sorted(set(table.column("model.threshold").to_pylist()))
        assert first == "0.2"
        assert json.loads(second)["law"] == "uniform"


@pytest.mark.parametrize("k", range(6))
def test_diff_names_the_first_replicate_that_one_lacks(k, own, whole):
    """Of any chunk, the last, or all from one on: what is left of the other comes when one has ended."""
    ids = {point["hash"]: point["id"] for point in own.manifest["points"]}
    keys = {(row["point"], row["replicate"]) for row in whole.read().to_pylist()}
    for gone in ([own.files()[k]], own.files()[k:]):
        for chunk in gone:
            own.discard(chunk)
        hash_, replicate = min(keys - {(row["point"], row["replicate"]) for row in own.read().to_pylist()})
        for one, other, values in ((own, whole, (None, replicate)), (whole, own, (replicate, None))):
            found = diff(one, other)
            assert (found.point, found.replicate) == (ids[hash_], replicate)
            assert (found.column, found.values) == ("replicate", values)


def test_diff_names_the_first_value_that_differs(own, whole, tmp_path, capsys):
    assert diff(own, whole) is None
    chunk = own.files()[3]
    tables = [own.read_file(chunk, part) for part in ("chunks", "series", "classes")]
    place = tables[0].column_names.index("peak")
    values = tables[0].column("peak").to_pylist()
    row = tables[0].slice(4, 1).to_pylist()[0]
    changed = pyarrow.array([*values[:4], values[4] + 1, *values[5:]])
    own.write(chunk, tables[0].set_column(place, "peak", changed), *tables[1:])
    found = diff(own, whole)
    assert (found.column, found.values) == ("peak", (row["peak"] + 1, row["peak"]))
    assert (found.replicate, row["point"][:8]) == (row["replicate"], found.point)
    assert cli.main(["diff", str(own.folder), str(whole.folder)]) == 1
    assert f"replicate {row['replicate']}: peak is {row['peak'] + 1} in " in capsys.readouterr().out
    own.discard(chunk)
    assert diff(own, whole).column == "replicate"
    assert diff(whole, whole) is None
    study, other = planned(tmp_path / "other", 2, sweep={"model.threshold": [0.18, 0.9],
                                                         "network.mean_degree": [2.0, 4.0]})
    run(study, other)
    assert cli.main(["diff", str(other.folder), str(whole.folder)]) == 0
    assert capsys.readouterr().out == "no value differs on the 2 points that both have\n"


def test_gc_takes_only_what_nobody_needs(own, whole):
    chunk = own.files()[0]
    for name in (".x.parquet.aa.tmp", f"{chunk.plan}-000000000000-000000000001.parquet"):
        (own.folder / "chunks" / name).write_text("left")
    (own.folder / "manifest.json.damaged").write_text("left")
    assert gc(own) == []  # too young
    assert len(gc(own, older_than=0.0)) == 3
    assert gc(own, older_than=0.0) == []
    assert own.digest() == whole.digest()


def test_fsck_tells_what_to_do(own, capsys):
    assert cli.main(["fsck", str(own.folder)]) == 0
    assert f"every file is as it was written; digest {own.digest()}" in capsys.readouterr().out
    path = own.path(own.files()[1], "classes")
    path.write_bytes(b"PAR1")
    assert cli.main(["fsck", str(own.folder)]) == 3
    assert "1 damaged files\nto be computed: 1 of 6 chunks; run the scenario" in capsys.readouterr().out
    path.unlink()
    assert cli.main(["fsck", str(own.folder), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["to_compute"] == 1


def test_rows_that_stand_twice_are_never_read(own):
    first, second = own.files()[:2]
    own.write(first, *(own.read_file(second, part) for part in ("chunks", "series", "classes")))
    with pytest.raises(StoreError, match="holds a replicate twice"):
        own.digest()
    assert "holds a replicate twice" in fsck(own)[0].what


def test_a_longer_plan_that_began_alike_stands_for_the_shorter(tmp_path):
    """As two runs leave behind that began at once, with different numbers of replicates."""
    study, store = planned(tmp_path / "out", 3, replicates=20)
    longer = Study(from_data(BASE))
    store.add_plan(0, 30, [0, 60, 120])
    run(study, store)
    assert {found["stop"] for found in store.plans()} == {30}
    assert not open_folder(longer, tmp_path / "out", resume=True).missing()


def test_the_manifest_says_what_to_cite_and_which_versions(tmp_path):
    simcore.run("quickstart", tmp_path / "out", sets=["replicates=5"])
    manifest = Store(tmp_path / "out").manifest
    assert any("doi.org" in work for work in manifest["cite"])
    assert manifest["provenance"]["software"]["stream_version"] >= 1
    assert {"numpy", "numba", "pyarrow"} <= set(manifest["provenance"]["environment"]["packages"])


@pytest.mark.parametrize("chunks", [5, 3, 1])
def test_rows_are_told_in_order_whatever_is_missing(chunks, tmp_path):
    study, store = planned(tmp_path / "out", 6)
    todo = left(store)
    run(study, store, todo=todo._replace(missing=random.Random(chunks).sample(todo.missing, chunks)))
    hashes = sorted(point["hash"] for point in store.manifest["points"])
    table = store.read().to_pylist()
    rows = sorted(table, key=lambda row: (row["point"], row["replicate"]))
    columns = store.columns()
    assert (rows == table) == (chunks == 1)
    assert [hashes[place] for place in columns["point"]] == [row["point"] for row in rows]
    for name in ("replicate", "network", "size", "share"):
        assert columns[name].tolist() == [row[name] for row in rows]


def test_a_folder_that_was_made_says_what_stands_on_disk(tmp_path):
    for name in sorted(catalogue.scenarios()):
        study = Study(load(catalogue.scenarios()[name]))
        assert create(tmp_path / name, manifest(study)).manifest == Store(tmp_path / name).manifest, name


def test_a_copy_of_a_plan_that_somebody_made_is_told_and_set_aside(own):
    path, = own.folder.glob("plan-*.json")
    shutil.copy(path, path.with_stem(f"{path.stem} (copy)"))
    with pytest.raises(StoreError, match=r"\(copy\)\.json: is not as it was written; --resume writes it again"):
        own.files()
    again = open_folder(stored(own), own.folder, resume=True)
    assert again.digest() == Store(own.folder).digest()
    assert len(list(own.folder.glob("plan-*.damaged"))) == 1
