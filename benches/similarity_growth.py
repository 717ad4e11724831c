"""How `kaojian similarity` grows with the number of answer sheets: CPU seconds, wall clock, memory, as a table and a chart.

Needs Python 3 with numpy and pyarrow, and a release build:

    python benches/similarity_growth.py target/release/kaojian reports/similarity-study

Each form has 100 items of four options; the responses come from a nominal response model, with 15 copies of 70 responses
planted. From Parquet to flagged pairs at the family-wise level 0.01, the best of two runs.
"""

import csv
import math
import os
import subprocess
import sys
import tempfile

import numpy
import pyarrow
import pyarrow.parquet

ITEMS = 100
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
STATISTICS = ("incorrect", "gbt")
ROWS_A_GROUP = 100_000


def write_form(sheets, folder):
    """Responses and key of one form."""
    random = numpy.random.default_rng(11)
    theta = random.standard_normal(sheets)
    key = random.integers(0, 4, ITEMS)
    codes = numpy.empty((sheets, ITEMS), numpy.int8)
    for item in range(ITEMS):
        slope = 0.4 + 0.5 * random.random()
        slopes, intercepts = numpy.full(4, -slope / 3), random.normal(-0.2, 0.45, 4)
        slopes[key[item]] = slope
        intercepts[key[item]] = numpy.clip(random.normal(1.5, 0.65), 0.2, 2.9)
        weights = numpy.exp(numpy.outer(theta, slopes) + intercepts)
        weights /= weights.sum(1, keepdims=True)
        codes[:, item] = (random.random(sheets)[:, None] > weights.cumsum(1)).sum(1).clip(0, 3)
    for _ in range(15):
        source, copier = random.choice(sheets, 2, replace=False)
        copied = random.choice(ITEMS, 70, replace=False)
        codes[copier, copied] = codes[source, copied]
    columns = {"person": pyarrow.array([f"P{number:07d}" for number in range(sheets)])}
    for item in range(ITEMS):
        labels = pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes[:, item]), pyarrow.array(list("ABCD")))
        columns[f"q{item + 1}"] = labels.cast(pyarrow.string())
    responses, keys = os.path.join(folder, "sheets.parquet"), os.path.join(folder, "key.csv")
    pyarrow.parquet.write_table(pyarrow.table(columns), responses, row_group_size=ROWS_A_GROUP)
    with open(keys, "w", newline="") as file:
        csv.writer(file).writerows([("item", "key")] + [(f"q{item + 1}", "ABCD"[key[item]]) for item in range(ITEMS)])
    return responses, keys


def measured(program, responses, key, statistic, folder):
    """CPU seconds, wall seconds and peak MiB of one run, by a process of its own."""
    watch = (
        "import resource, subprocess, sys, time; start = time.monotonic(); "
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); wall = time.monotonic() - start; "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)"
    )
    words = [program, "similarity", responses, "--key", key, "--index", "gbt", "--statistic", statistic]
    words += ["-o", os.path.join(folder, "pairs.csv")]
    told = subprocess.run([sys.executable, "-c", watch] + words, check=True, capture_output=True, text=True)
    return tuple(float(number) for number in told.stdout.split())


def chart(rows, chinese):
    """CPU seconds by sheets, both axes logarithmic."""
    left, top, width, height = 80, 90, 560, 320
    lows, highs = (4.0, math.log10(0.1)), (6.0, math.log10(30.0))

    def place(sheets, seconds):
        x = left + width * (math.log10(sheets) - lows[0]) / (highs[0] - lows[0])
        y = top + height * (1 - (math.log10(seconds) - lows[1]) / (highs[1] - lows[1]))
        return x, y

    title = "全部配对所需的处理器时间" if chinese else "CPU time for all pairs of one form"
    below = "100 题，从 Parquet 到标记的配对" if chinese else "100 items, from Parquet to flagged pairs"
    names = {
        "incorrect": ("相同错误作答", "identical incorrect responses"),
        "gbt": ("相同作答（GBT）", "identical responses (GBT)"),
    }
    colours = {"incorrect": "#0072b2", "gbt": "#d55e00"}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 480" role="img" aria-label="{title}" '
        'font-family="Noto Sans SC, Noto Sans CJK SC, sans-serif" font-size="13">',
        '<rect width="700" height="480" fill="#fff"/>',
        f'<text x="24" y="32" font-size="18" font-weight="bold">{title}</text>',
        f'<text x="24" y="54" fill="#555">{below}</text>',
    ]
    for seconds in (0.1, 0.3, 1, 3, 10, 30):
        _, y = place(10_000, seconds)
        parts.append(f'<line x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{seconds} s</text>')
    for sheets in SIZES:
        x, _ = place(sheets, 1)
        parts.append(f'<text x="{x:.1f}" y="{top + height + 22}" text-anchor="middle">{sheets:,}</text>')
    axis = "答卷份数" if chinese else "answer sheets"
    parts.append(f'<text x="{left + width / 2}" y="{top + height + 48}" text-anchor="middle">{axis}</text>')
    for number, statistic in enumerate(STATISTICS):
        points = [place(int(row["sheets"]), float(row["cpu_seconds"])) for row in rows if row["statistic"] == statistic]
        line, colour = " ".join(f"{x:.1f},{y:.1f}" for x, y in points), colours[statistic]
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
        x, y = left + 16, top + 18 + 22 * number
        parts.append(f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{x + 12}" y="{y}">{names[statistic][0 if chinese else 1]}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"


def main():
    program, out = sys.argv[1], sys.argv[2]
    rows = []
    for sheets in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            responses, key = write_form(sheets, folder)
            for statistic in STATISTICS:
                runs = [measured(program, responses, key, statistic, folder) for _ in range(2)]
                cpu, wall, memory = min(runs)
                pairs = sheets * (sheets - 1) // 2
                rows.append({
                    "sheets": sheets,
                    "pairs": pairs,
                    "statistic": statistic,
                    "cpu_seconds": f"{cpu:.2f}",
                    "wall_seconds": f"{wall:.2f}",
                    "peak_mib": f"{memory:.0f}",
                    "million_pairs_a_cpu_second": f"{pairs / cpu / 1e6:.0f}",
                })
                print(rows[-1], flush=True)
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "growth.csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for language in ("zh", "en"):
        with open(os.path.join(out, f"growth.{language}.svg"), "w", encoding="utf-8") as file:
            file.write(chart(rows, language == "zh"))


if __name__ == "__main__":
    main()
