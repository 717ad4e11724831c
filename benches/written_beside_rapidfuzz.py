"""All pairs of written answers beside rapidfuzz (PyPI), on the same texts: who shares a passage of 20 characters?

    pip install rapidfuzz
    cargo build --release
    python benches/written_beside_rapidfuzz.py target/release/kaojian

Prints the seconds of `kaojian written` (reading, every pair, tables) on 1,000 and 10,000 answers of about 500 characters,
and the seconds a pair of rapidfuzz on a sample of them: `fuzz.partial_ratio_alignment`, the best place of the shorter
text in the longer, and `distance.LCSseq.similarity`. Neither finds a passage of 20 characters exactly; both are what one
would run over all pairs to look for copies. How many of the planted copies each ranks above every other pair of the sample
is printed too.
"""

import itertools
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

STOCK = ["严格遵守安全操作规程做到不伤害自己不伤害他人不被他人伤害", "作业结束后做到工完料净场地清工具材料如数归还"]
SAMPLE = 100


def texts(count):
    """Answers of one's own with stock phrases; every fortieth is a copy of the one before, its halves exchanged."""
    draw = random.Random(5)
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    weights = [1 / (rank + 20) for rank in range(len(letters))]
    made = []
    for number in range(count):
        if number % 40 == 39:
            before = made[-1]
            made.append(before[len(before) // 2 :] + before[: len(before) // 2])
            continue
        text = "".join(draw.choices(letters, weights, k=draw.randrange(420, 560)))
        for phrase in STOCK:
            if draw.randrange(4) == 0:
                place = draw.randrange(len(text))
                text = text[:place] + phrase + text[place:]
        made.append(text)
    return made


def ours(program, made, folder):
    table = folder / f"{len(made)}.csv"
    rows = (f"B,C{number:05},Q,{text}" for number, text in enumerate(made))
    table.write_text("batch_id,candidate_id,item_id,response\n" + "\n".join(rows) + "\n", encoding="utf-8")
    out = folder / "pairs.csv"
    start = time.perf_counter()
    subprocess.run([program, "written", table, "-o", out], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    alike = sum(line.split(",")[-2] == "true" for line in out.read_text(encoding="utf-8").splitlines()[1:])
    return seconds, alike


def theirs(made, measure):
    pairs = list(itertools.combinations(range(len(made)), 2))
    start = time.perf_counter()
    scores = [(measure(made[a], made[b]), a, b) for a, b in pairs]
    seconds = time.perf_counter() - start
    planted = {(number - 1, number) for number in range(len(made)) if number % 40 == 39}
    best = {(a, b) for _, a, b in sorted(scores, reverse=True)[: len(planted)]}
    return seconds / len(pairs), len(best & planted), len(planted)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for count in (1_000, 10_000):
            if len(sys.argv) > 1:
                seconds, alike = ours(sys.argv[1], texts(count), Path(folder))
                print(f"kaojian, {count} answers: {seconds:.2f} s, {alike} pairs alike of {count // 40} planted")
    made = texts(SAMPLE)
    alignment = lambda a, b: fuzz.partial_ratio_alignment(a, b).score
    for name, measure in (("partial_ratio_alignment", alignment), ("LCSseq", LCSseq.similarity)):
        seconds, found, planted = theirs(made, measure)
        whole = seconds * 10_000 * 9_999 / 2
        print(f"{name}: {seconds * 1e6:.0f} µs a pair, {whole:.0f} s for 10,000 answers; {found} of {planted} planted on top")


if __name__ == "__main__":
    main()
