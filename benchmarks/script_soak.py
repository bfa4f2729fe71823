"""Memory over time of VUs whose scripts do all that is hard on an engine, a third of them cancelled on the way."""

import argparse
import asyncio
from dataclasses import asdict, dataclass
from random import Random
from typing import Final

from benchmarks.harness import clock, machine, own_cost, process_tree, report, tools
from benchmarks.harness.errors import BenchmarkError
from loadr_core.clock import SystemClock
from loadr_core.vu import VirtualUser
from loadr_core.worker.tuning import loop_factory, tune_malloc

MINUTES = 10.0
QUICK_MINUTES = 0.05
VUS = 50
SAMPLES = 20
CANCELLED_SHARE: Final = 3
LONGEST_PATIENCE_SECS: Final = 0.02
_MOST_PATIENCE_SECS: Final = 0.1
LIMIT_GROWTH = 0.03
"""Of memory, from the first fifth of the time to its end."""

SCRIPT: Final = """\
import http from "k6/http";
import { check, group, sleep } from "k6";
import { Counter, Trend } from "k6/metrics";

const seen = new Counter("seen");
const sizes = new Trend("sizes");
const url = "http://127.0.0.1:9/data";
function deeper(n) { return n ? 1 + deeper(n - 1) : sleep(0.005) ?? 0; }
const hard = [
  () => check(http.get(url), { "status is 200": (r) => r.status === 200, "has a body": (r) => r.body.length > 9 }),
  () => sizes.add(http.get(url).json().data.length),
  () => http.post(`${url}?${__ITER}`, JSON.stringify({ n: __ITER }), { headers: { "X-N": `${__ITER}` } }).headers,
  () => http.batch([url, url, ["POST", url, "x"]]).map((r) => r.timings.duration),
  async () => { await Promise.all([http.asyncRequest("GET", url), new Promise((done) => setTimeout(done, 5))]); },
  () => { setTimeout(() => seen.add(1), 10000); sleep(0.01); throw new Error("on purpose"); },
  () => { try { sleep(60); } finally { seen.add(1); } },
  async () => { try { await new Promise((done) => setTimeout(done, 60000)); } finally { seen.add(1); } },
  () => deeper(200),
  () => { const f = () => f() + 1; try { f(); } catch (_) { sleep(0.001); } },
  () => group("one", () => group("two", () => sleep(0.002))),
  () => [3, 1, 2].sort((a, b) => { sleep(0.001); return a - b; }),
  () => { const a = {}; a.a = { b: a, text: "x".repeat(100000) }; sleep(0.001); },
  () => JSON.stringify(http.get(url)),
  () => { throw { not: "an error" }; },
];

export default function () { return hard[__ITER % hard.length](); }
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A moment.

    Attributes:
        secs: since the start.
        iterations: so far.
        cancelled: of them.
        resident: memory of the process, in bytes.
        heaps: what all contexts' objects take, in bytes.
        tasks: of the event loop.
    """

    secs: float
    iterations: int
    cancelled: int
    resident: int
    heaps: int
    tasks: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"{MINUTES:g} unless told")
    parser.add_argument("--vus", type=int, default=VUS, help=f"{VUS} unless told")
    parser.add_argument("--quick", action="store_true", help="some seconds: a smoke test")
    parser.add_argument(
        "--gate", action="store_true", help=f"exit with 1 when memory grows by more than {LIMIT_GROWTH:.0%}"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    minutes = QUICK_MINUTES if arguments.quick else arguments.minutes
    if minutes <= 0 or arguments.vus < 1:
        raise BenchmarkError("--minutes and --vus must be more than 0")
    described = machine.describe({"loadr": tools.distribution_version("loadr")})
    tune_malloc()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        samples = runner.run(soak(minutes * 60.0, arguments.vus))
    header = ["s", "iterations", "cancelled", "RSS MB", "JavaScript MB", "tasks"]
    print(report.markdown_table(header, [_cells(sample) for sample in samples]))
    grown = growth(samples)
    print(f"\nmemory from the first fifth of the time to the end: {grown:+.1%}")
    print(report.describe_machine(described))
    path = report.save("script-soak", described, {"samples": [asdict(sample) for sample in samples]})
    print(f"saved to {path}")
    holds = grown <= LIMIT_GROWTH
    if arguments.gate:
        print(f"gate {'holds' if holds else 'FAILS'}")
    return int(arguments.gate and not holds)


async def soak(seconds: float, vus: int, samples: int = SAMPLES) -> list[Sample]:
    """Let VUs iterate, and cancel every third iteration at a random moment.

    Returns:
        Samples in equal distances.
    """
    program, recorder = own_cost.compile_plan(own_cost.plan_of_script("soak", SCRIPT))
    users = [VirtualUser(program, number + 1, 1, SystemClock(), lambda _abort: None) for number in range(vus)]
    counts = {"iterations": 0, "cancelled": 0}
    began, is_over = clock.now(), asyncio.Event()

    async def live(user: VirtualUser, random: Random) -> None:
        while not is_over.is_set():
            # The two that wait for a minute are always cut off; of the others every third.
            patience = random.random() * LONGEST_PATIENCE_SECS
            is_patient = random.randrange(CANCELLED_SHARE) > 0
            try:
                async with asyncio.timeout(_MOST_PATIENCE_SECS if is_patient else patience):
                    await user.iterate(SystemClock.now())
            except TimeoutError:
                counts["cancelled"] += 1
            counts["iterations"] += 1
            await asyncio.sleep(0.01)
        await user.end()

    def sample() -> Sample:
        scripts = [user._scope.scripts["js"] for user in users]  # noqa: SLF001 - nothing else tells it
        return Sample(
            clock.now() - began,
            counts["iterations"],
            counts["cancelled"],
            process_tree.own_resident(),
            sum(script._context.memory_bytes for script in scripts),  # noqa: SLF001
            len(asyncio.all_tasks()),
        )

    taken = []
    async with asyncio.TaskGroup() as group:
        for number, user in enumerate(users):
            group.create_task(live(user, Random(number)))  # noqa: S311 - the same course each time
        for _ in range(samples):
            await asyncio.sleep(seconds / samples)
            recorder.take_delta()
            taken.append(sample())
        is_over.set()
    return taken


def growth(samples: list[Sample]) -> float:
    """How much memory grew, as a share: the highest of the last fifth over the highest of the second."""
    fifth = max(len(samples) // 5, 1)
    early = max(sample.resident for sample in samples[fifth : 2 * fifth] or samples[:1])
    late = max(sample.resident for sample in samples[-fifth:])
    return late / early - 1.0


def _cells(sample: Sample) -> list[str]:
    return [
        f"{sample.secs:.0f}",
        f"{sample.iterations:,}",
        f"{sample.cancelled:,}",
        f"{sample.resident / 1e6:.1f}",
        f"{sample.heaps / 1e6:.1f}",
        str(sample.tasks),
    ]
