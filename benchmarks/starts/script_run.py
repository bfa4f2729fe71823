"""VUs with a script each in this process; prints JSON.

    python -m benchmarks.starts.script_run VUS ROWS

The script has 300 lines; with ROWS it also has a SharedArray of so many.
"""

import asyncio
import json
import sys
from typing import Final

from benchmarks.harness import clock, own_cost, process_tree
from loadr_core.clock import SystemClock
from loadr_core.vu import VirtualUser
from loadr_core.worker.tuning import loop_factory, settle_garbage_collector, tune_malloc

LINES: Final = 300

_HEAD: Final = """\
import http from "k6/http";
import { check, sleep } from "k6";
import { SharedArray } from "k6/data";
import { Trend } from "k6/metrics";

const sizes = new Trend("sizes");
@ROWS@
export default function () {
  const response = http.get("http://127.0.0.1:9/data");
  check(response, { "status is 200": (r) => r.status === 200 });
  sizes.add(response.body.length);
}
"""

_ROWS: Final = """\
const rows = new SharedArray("rows", () =>
  Array.from({ length: @COUNT@ }, (_, i) => ({ id: i, name: `user${i}`, password: `secret${i}` })));
"""

_STEP: Final = """
export function step@N@(a, b) {
  const url = `http://127.0.0.1:9/items/${a}/@N@?b=${b}`;
  const response = http.get(url, { tags: { name: "step @N@" } });
  check(response, {
    "status @N@": (r) => r.status === 200,
    "body @N@": (r) => r.body.includes("x@N@"),
  });
  sleep(0.1);
  return response.status === 200 ? response.json("items.@N@.id") : a + b;
}
"""


def script(rows: int) -> str:
    """The script."""
    text = _HEAD.replace("@ROWS@", _ROWS.replace("@COUNT@", str(rows)) if rows else "")
    number = 0
    while text.count("\n") < LINES:
        text += _STEP.replace("@N@", str(number))
        number += 1
    return text


async def measure(vus: int, rows: int) -> dict[str, float]:
    """Make the VUs, and let each run an iteration; sizes in bytes."""
    program, _ = own_cost.compile_plan(own_cost.plan_of_script("vus", script(rows)))

    async def made(number: int) -> VirtualUser:
        user = VirtualUser(program, number, 1, SystemClock(), lambda _abort: None)
        await user.iterate(SystemClock.now())
        return user

    users = [await made(1)]
    settle_garbage_collector()
    empty, began = process_tree.own_resident(), clock.cpu()
    users += [await made(number + 2) for number in range(vus)]
    return {
        "vus": vus,
        "rows": rows,
        "cpu_secs": clock.cpu() - began,
        "empty": empty,
        "resident": process_tree.own_resident(),
    }


def main() -> None:
    """Measure and print."""
    tune_malloc()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        print(json.dumps(runner.run(measure(*map(int, sys.argv[1:])))))


if __name__ == "__main__":
    main()
