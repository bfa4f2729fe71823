"""Take rows as Locust users do, with Python's csv module: all in memory, or streamed; print the cost as JSON.

python -m benchmarks.feeds.csv_rows FILE memory|stream ROWS
"""

import csv
import json
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from benchmarks.feeds.memory import peak_memory


def main(path: Path, way: str, rows: int) -> dict[str, float]:
    """Measure."""
    before = peak_memory()
    wall, cpu = time.perf_counter(), time.process_time()  # noqa: TID251 - a real process is measured
    count = 0
    source: Iterator[dict[str, str]]
    if way == "memory":
        with path.open(encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file))
        count = len(table)
        source = cycle(table)
    else:
        source = _streamed(path)
    opened_wall, opened_cpu = time.perf_counter() - wall, time.process_time() - cpu  # noqa: TID251
    cpu = time.process_time()
    for row in islice(source, rows):
        "/{}".format(row["token"])
    taken = time.process_time() - cpu
    return {
        "rows": count,
        "open_secs": opened_wall,
        "open_cpu_secs": opened_cpu,
        "us_per_row": taken / rows * 1e6,
        "rss_before_bytes": before,
        "rss_bytes": peak_memory(),
    }


def _streamed(path: Path) -> Iterator[dict[str, str]]:
    while True:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


if __name__ == "__main__":
    file_, way_, rows_ = sys.argv[1:]
    print(json.dumps(main(Path(file_), way_, int(rows_))))
