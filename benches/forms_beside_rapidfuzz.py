"""Items that are nearly the same beside rapidfuzz (PyPI), on the same items: 5,000 items, all pairs.

    pip install rapidfuzz numpy
    cargo build --release
    python benches/forms_beside_rapidfuzz.py target/release/kaojian

Prints the processor seconds of rapidfuzz's all-pairs table (OSA likeness of stem and options, cut at 0.9, both cores) and
of the whole command `kaojian forms` (reading, comparing, tables), and how many of rapidfuzz's pairs stand in one row of
our items. rapidfuzz is given texts that are already in normal form, with the options sorted: what it measures is
likeness alone, so pairs that differ in a number, a unit, a negation or an opposite are among its pairs and are none of ours.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy
import rapidfuzz
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

SAMPLE = 5_000
CUTOFF = 0.9


def bare(text):
    """Letters and digits, half width and lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def main():
    binary = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        bank, small, out = Path(folder) / "bank", Path(folder) / "small.csv", Path(folder) / "out"
        command = [binary, "simulate", bank, "--preset", "item-bank", "--batches", "50", "--items", "120", "--candidates", "1"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with open(bank / "forms.csv", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))[:SAMPLE]
        with open(small, "w", encoding="utf-8", newline="") as table:
            # Without identifiers and batches: texts alone decide.
            columns = [name for name in rows[0] if name not in ("item_id", "batch_id")]
            writer = csv.DictWriter(table, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        texts = [
            "|".join([bare(row["stem"]), *sorted(bare(row[f"option_{label}"]) for label in "abcd")]) for row in rows
        ]
        began, wall = time.process_time(), time.perf_counter()
        likeness = cdist(
            texts, texts, scorer=OSA.normalized_similarity, score_cutoff=CUTOFF, workers=2, dtype=numpy.float32
        )
        theirs, their_wall = time.process_time() - began, time.perf_counter() - wall
        near = {(a, b) for a, b in zip(*numpy.nonzero(likeness >= CUTOFF)) if a < b}
        print(f"rapidfuzz {rapidfuzz.__version__}: {len(texts)} items, {len(near)} pairs, {theirs:.2f} CPU-s, {their_wall:.2f} s")

        settings = Path(folder) / "settings.toml"
        settings.write_text("[form_reuse]\nmaximum_items_reported = 1000000\n", encoding="utf-8")
        before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            [binary, "forms", small, "-o", out, "--settings", settings], stdout=subprocess.DEVNULL, check=True
        )
        after, our_wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - wall
        ours = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"kaojian forms: whole command {ours:.2f} CPU-s, {our_wall:.2f} s; rapidfuzz / ours {theirs / ours:.1f}")

        place = {(row["form_id"], int(row["item_no"])): number for number, row in enumerate(rows)}
        groups = defaultdict(list)
        with open(out / "items.csv", encoding="utf-8-sig") as table:
            for row in csv.DictReader(table):
                groups[row["item"]].append(place[row["form_id"], int(row["item_no"])])
        together = {(a, b) for members in groups.values() for a in members for b in members if a < b}
        forms = [row["form_id"] for row in rows]
        across = {(a, b) for a, b in near if forms[a] != forms[b]}
        print(f"pairs of rapidfuzz on two forms: {len(across)}, of them in one row of items.csv: {len(across & together)}")
        for a, b in sorted(across - together)[:5]:
            print("  apart:", rows[a]["stem"], "|", rows[b]["stem"])


if __name__ == "__main__":
    main()
