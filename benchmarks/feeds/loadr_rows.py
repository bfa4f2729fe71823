"""Open a data source as a worker does, take rows as iterations do, and print what it cost as JSON.

python -m benchmarks.feeds.loadr_rows FILE TYPE MODE PICK ROWS
"""

import json
import sys
import time
from pathlib import Path

from benchmarks.feeds.memory import peak_memory
from loadr_config.models import CsvSource, JsonSource
from loadr_core.data import DataSources, Draws
from loadr_core.recording import Recorder
from loadr_core.seeds import seed_for
from loadr_core.spi.scope import Scope, VuContext
from loadr_core.templating import TextCompiler

VUS = 100
_LOOKUPS = 200_000


def main(path: Path, kind: str, mode: str, pick: str, rows: int) -> dict[str, float]:
    """Measure."""
    Recorder()  # with it comes what every worker has loaded: NumPy, the histograms
    before = peak_memory()
    wall, cpu = time.perf_counter(), time.process_time()  # noqa: TID251 - a real process is measured
    model = CsvSource if kind == "csv" else JsonSource
    source = model.model_validate({"type": kind, "path": path.name, "mode": mode, "pick": pick})
    sources = DataSources({"d": source}, path.parent, 1, {"d": Draws(0, VUS, VUS)})
    text = TextCompiler({}, {}, {}, sources).compile("/${data.d.token}")
    count = len(sources.table("d"))
    opened_wall, opened_cpu = time.perf_counter() - wall, time.process_time() - cpu  # noqa: TID251
    scopes = [Scope(VuContext(vu, "s"), seed_for(1, "s", vu)) for vu in range(1, VUS + 1)]
    for scope in scopes:
        scope.rows = sources.rows_for(scope)
    cpu = time.process_time()
    for number in range(rows):
        scope = scopes[number % VUS]
        scope.iteration = number // VUS
        scope.rows.clear()
        text.render(scope)
    taken = time.process_time() - cpu
    cpu = time.process_time()
    for _ in range(_LOOKUPS):
        text.render(scope)
    rendered = time.process_time() - cpu
    return {
        "rows": count,
        "open_secs": opened_wall,
        "open_cpu_secs": opened_cpu,
        "us_per_row": taken / rows * 1e6,
        "us_per_render": rendered / _LOOKUPS * 1e6,
        "rss_before_bytes": before,
        "rss_bytes": peak_memory(),
    }


if __name__ == "__main__":
    file, kind_, mode_, pick_, rows_ = sys.argv[1:]
    print(json.dumps(main(Path(file), kind_, mode_, pick_, int(rows_))))
