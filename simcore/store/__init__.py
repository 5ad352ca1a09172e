"""Results on disk: a manifest that is written once, plans, and write-once chunks that anyone can read.

    manifest.json                   scenario, points, columns, provenance
    plan-<first>-<stop>.json        replicates first .. stop - 1: the chunks they are cut into
    chunks/<plan>-<rows>.parquet    one row per (point, replicate)
    series/<plan>-<rows>.parquet    one row per (point, replicate, t), where trajectories are recorded
    classes/<plan>-<rows>.parquet   one row per (point, replicate, t, class), where adoption by class is
    failed/<plan>-<rows>.json       why a chunk could not be computed
    networks/<digest>/*.npy         networks that came from files, for workers and other machines to map
    inputs/<hash>-<name>            other files that the scenario names

There are no locks: a chunk's name and content are functions of the plan, so whoever writes it writes the same. Every
file carries a hash of all its bytes.
"""

from simcore.store.columns import to_table, words
from simcore.store.folder import Store
from simcore.store.manifest import FORMAT, understood
from simcore.store.ordered import KEYS
from simcore.store.parts import ALGORITHMS, PARTS
from simcore.store.plans import Chunk

__all__ = ["ALGORITHMS", "FORMAT", "KEYS", "PARTS", "Chunk", "Store", "to_table", "understood", "words"]
