"""Memory of one process with 10,000 VUs that think, and how long VUs take to start."""

import argparse
import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass

from benchmarks.harness import machine, report, tools
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.nginx import NginxTarget

COUNTS = (1000, 10_000)
QUICK_COUNTS = (1000, 2000)
LIMIT_MB = 400
LIMIT_SECS = 1.0
JUDGED_FOR_TIME = 1000
JUDGED_FOR_MEMORY = 10_000
FILES = 24_000
TIMEOUT_SECS = 180


@dataclass(frozen=True, slots=True)
class Sample:
    """One process.

    Attributes:
        vus: how many VUs it had.
        running_secs: until all of them ran.
        started_secs: until all of them had the response of their first request and began to think.
        resident: its resident memory then, in bytes.
        empty: the same before the first VU.
    """

    vus: int
    running_secs: float
    started_secs: float
    resident: int
    empty: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_COUNTS[-1]:,} VUs at most: a smoke test"
    )
    parser.add_argument(
        "--gate",
        action="store_true",
        help=f"exit with 1 when {JUDGED_FOR_MEMORY:,} VUs take more than {LIMIT_MB} MB, "
        f"or {JUDGED_FOR_TIME:,} more than {LIMIT_SECS:g} s to start",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    tools.require("loadr", "nginx", "taskset")
    _raise_file_limit()
    described = machine.describe({"loadr": tools.distribution_version("loadr")})
    cores = machine.choose_cores()
    samples = []
    for vus in QUICK_COUNTS if arguments.quick else COUNTS:
        with NginxTarget(cores.target) as target:
            samples.append(measure(target.url, vus, cores.generator))
        print(f"{vus:,} VUs done", file=sys.stderr, flush=True)
    header = ["VUs", "all run after s", "all think after s", "RSS MB", "of it before MB", "KB per VU"]
    print(report.markdown_table(header, [_cells(sample) for sample in samples]))
    print("\none process, set up as a worker; one request each to nginx, its connection kept open")
    print(report.describe_machine(described))
    content = {
        "limit_mb": LIMIT_MB,
        "limit_secs": LIMIT_SECS,
        "samples": [asdict(sample) for sample in samples],
    }
    print(f"saved to {report.save('idle-vus', described, content)}")
    return 1 if arguments.gate and not judge(samples) else 0


def measure(url: str, vus: int, core: int) -> Sample:
    """Run one process on a core.

    Raises:
        BenchmarkError: it failed, or not all VUs got a response.
    """
    command = ["taskset", "-c", str(core), sys.executable, "-m", "benchmarks.starts.idle_run", url, str(vus)]
    environment = {**os.environ, "PYTHONPATH": str(tools.ROOT)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECS, env=environment
    )
    if done.returncode != 0:
        raise BenchmarkError(f"{vus} VUs ended with exit code {done.returncode}\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    if found["answered"] < vus:
        raise BenchmarkError(f"of {vus} VUs only {found['answered']:.0f} got a response")
    return Sample(vus, found["running_secs"], found["started_secs"], found["resident"], found["empty"])


def judge(samples: list[Sample]) -> bool:
    """Tell whether the limits hold for the counts that they are about."""
    holds = True
    for sample in samples:
        if sample.vus == JUDGED_FOR_TIME:
            within = sample.started_secs <= LIMIT_SECS
            holds &= within
            print(
                f"start of {sample.vus:,} VUs: {sample.started_secs:.2f} s of {LIMIT_SECS:g} s: {_word(within)}"
            )
        if sample.vus == JUDGED_FOR_MEMORY:
            within = sample.resident <= LIMIT_MB * 1e6
            holds &= within
            print(
                f"memory of {sample.vus:,} VUs: {report.megabytes(sample.resident)} MB of {LIMIT_MB} MB: {_word(within)}"
            )
    return holds


def _word(within: bool) -> str:
    return "holds" if within else "EXCEEDED"


def _cells(sample: Sample) -> list[str]:
    return [
        f"{sample.vus:,}",
        f"{sample.running_secs:.2f}",
        f"{sample.started_secs:.2f}",
        report.megabytes(sample.resident),
        report.megabytes(sample.empty),
        f"{(sample.resident - sample.empty) / sample.vus / 1e3:.1f}",
    ]


def _raise_file_limit() -> None:
    """Let nginx and the process have a descriptor per VU."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
