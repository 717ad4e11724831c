"""The many-facet model beside raschpy (PyPI), on the same ratings: 5,000 persons, 3 of 60 raters each, 8 criteria.

    pip install raschpy
    cargo build --release
    python benches/raters_beside_raschpy.py target/release/kaojian

Prints the processor seconds of raschpy's fit (reading left out) and of the whole command `kaojian raters` (reading,
joint fit, fit statistics, tables), and how the severities of the raters agree. The estimators differ: raschpy uses
conditional pairs, we the joint likelihood, so that the scales differ by a factor and the order should not.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
import pandas
import raschpy

PERSONS, RATERS, CRITERIA = 5_000, 60, 8
STEPS = numpy.array([-2.0, -1.0, 0.0, 1.0, 2.0])


def simulated():
    """Rows of person, rater, criterion, score."""
    random = numpy.random.default_rng(20)
    severity = 1.2 * (numpy.arange(RATERS) / (RATERS - 1) - 0.5)
    difficulty = 0.1 * (numpy.arange(CRITERIA) - (CRITERIA - 1) / 2)
    rows = []
    for person in range(PERSONS):
        ability = random.normal()
        for rater in sorted(random.choice(RATERS, 3, replace=False)):
            for criterion in range(CRITERIA):
                logits = numpy.concatenate([[0.0], numpy.cumsum(ability - severity[rater] - difficulty[criterion] - STEPS)])
                share = numpy.exp(logits - logits.max())
                rows.append((person, rater, criterion, int(random.choice(6, p=share / share.sum()))))
    return rows


def main():
    binary = Path(sys.argv[1]).resolve()
    rows = simulated()
    frame = pandas.DataFrame(rows, columns=["person", "rater", "criterion", "score"])
    wide = frame.pivot(index=["rater", "person"], columns="criterion", values="score")
    wide.columns = [f"criterion {criterion}" for criterion in wide.columns]

    began, wall = time.process_time(), time.perf_counter()
    model = raschpy.MFRM(wide, max_score=5)
    model.calibrate()
    theirs, their_wall = time.process_time() - began, time.perf_counter() - wall
    print(f"raschpy {raschpy.__version__}: fit {theirs:.2f} CPU-s, {their_wall:.2f} s")

    with tempfile.TemporaryDirectory() as folder:
        ratings, out = Path(folder) / "ratings.csv", Path(folder) / "out"
        frame.to_csv(ratings, index=False)
        before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([binary, "raters", ratings, "-o", out], check=True, stdout=subprocess.DEVNULL)
        after, our_wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - wall
        ours = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"kaojian raters: whole command {ours:.2f} CPU-s, {our_wall:.2f} s; raschpy's fit / ours {theirs / ours:.1f}")
        with open(out / "raters.csv", encoding="utf-8-sig") as table:
            severity = {int(row["rater"]): float(row["severity_logit"]) for row in csv.DictReader(table)}
    other = model.raters_global
    common = [(severity[int(rater)], float(value)) for rater, value in other.items()]
    print(f"severities of {len(common)} raters: correlation {numpy.corrcoef(numpy.array(common).T)[0, 1]:.5f}")


if __name__ == "__main__":
    main()
