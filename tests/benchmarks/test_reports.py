import json
from dataclasses import replace

import pytest
from benchmarks import cli_startup, memory_vus, run
from benchmarks.harness import comparison
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.machine import Cores, Machine
from benchmarks.harness.report import describe_machine, markdown_table, megabytes, save
from benchmarks.harness.session import interleaved
from benchmarks.harness.statistics import PeerSummary, Round, note_lines

K6 = PeerSummary(
    peer="k6",
    rounds=3,
    cpu_us=60.0,
    cpu_us_min=59.0,
    cpu_us_max=61.0,
    steady_cpu_us=58.0,
    fixed_cpu_secs=0.2,
    rps=16_000.0,
    p50_ms=2.5,
    p99_ms=10.0,
    peak_rss=64e6,
    peak_pss=63e6,
    target_busy=0.3,
    generator_busy=1.0,
    notes=("round 1: disturbed",),
)
LOADR = replace(K6, peer="loadr", cpu_us=12.0, notes=())


def run_of(peer, *, failures=0, notes=()):
    """One run, of which only the peer, failures and notes matter."""
    return Round(
        peer=peer,
        round=1,
        requests=100,
        reported_requests=100,
        failures=failures,
        wall_secs=1.0,
        cpu_secs=1.0,
        cpu_us=10.0,
        steady_cpu_us=9.0,
        fixed_cpu_secs=0.1,
        rps=100.0,
        p50_ms=1.0,
        p99_ms=2.0,
        peak_rss=1,
        peak_pss=1,
        target_busy=0.5,
        generator_busy=1.0,
        foreign=0.0,
        notes=notes,
    )


MACHINE = Machine("A Processor", 2, "6.1", "3.11.7", "abc1234+", 0.25, {"k6": "1.1.0"})


def test_tables_are_aligned():
    table = markdown_table(["peer", "µs"], [["k6", "60.00"], ["locust", "1"]])
    assert table.splitlines() == [
        "| peer   |    µs |",
        "| ------ | ----: |",
        "| k6     | 60.00 |",
        "| locust |     1 |",
    ]


def test_the_table_compares_with_what_was_measured():
    text = comparison.render([LOADR, K6])
    header, _rule, loadr, k6, _empty, note = text.splitlines()
    assert "CPU vs k6" in header
    assert "CPU vs wrk" not in header
    assert "| 12.00 |" in " ".join(loadr.split())
    assert " 0.20 " in loadr
    assert " 1.00 " in k6
    assert note == "- k6, round 1: disturbed"


@pytest.mark.parametrize(
    ("ratio", "gate", "code"),
    [(5.0, 4.0, 0), (4.0, 4.0, 0), (3.99, 4.0, 1), (1.0, None, 0)],
    ids=["above", "equal", "below", "no gate"],
)
def test_the_gate(ratio, gate, code, capsys):
    assert comparison.judge(ratio, gate, [run_of("loadr"), run_of("k6")]) == code
    printed = capsys.readouterr().out
    assert ("gate" in printed) == (gate is not None)
    assert "DOUBTFUL" not in printed


def test_the_gate_tells_that_its_runs_are_doubtful(capsys):
    rows = [run_of("loadr"), run_of("k6", notes=("disturbed",)), run_of("wrk", notes=("disturbed",))]
    assert comparison.judge(5.0, 4.0, rows) == 0
    assert "DOUBTFUL: 1 of the 2 runs" in capsys.readouterr().out


def test_failed_requests_void_the_gate(capsys):
    assert comparison.judge(5.0, 4.0, [run_of("loadr", failures=1), run_of("k6")]) == 1
    assert "gate FAILS: there were failed requests" in capsys.readouterr().out


def test_ratios_are_told_in_words():
    assert comparison.compare({"k6": 5.0, "wrk": None}) == [
        "k6 needs 5.00 times the CPU per request that loadr needs"
    ]


def test_shared_cores_are_told():
    assert "hyperthreads" in comparison.describe_cores(Cores(0, 1, 0, siblings=True))
    assert "hyperthreads" not in comparison.describe_cores(Cores(0, 1, 0, siblings=False))


@pytest.mark.parametrize(
    ("size", "vus", "within"),
    [(100e6, 1000, True), (101e6, 1000, False), (600e6, 10_000, True), (601e6, 10_000, False)],
    ids=["at", "above", "many, at", "many, above"],
)
def test_the_memory_limit(size, vus, within, capsys):
    assert memory_vus.judge(size, vus) is within
    assert f"with {vus:,} VUs" in capsys.readouterr().out


def test_numbers_of_users_are_read():
    assert memory_vus.counts_of("1000, 10000,1000") == [1000, 10_000]


@pytest.mark.parametrize("text", ["", "0", "ten", "5,", "-1"])
def test_what_is_no_number_of_users_is_refused(text):
    with pytest.raises(BenchmarkError, match="numbers from 1 on"):
        memory_vus.counts_of(text)


@pytest.mark.parametrize(("of", "line"), [("", "- k6, round 1: d"), ("grpc", "- grpc, k6, round 1: d")])
def test_notes_of_all_rounds_stand_below_a_table(of, line):
    summary = replace(K6, notes=("round 1: d", "round 2: e"))
    assert note_lines([LOADR, summary], of) == [line, line.replace("1: d", "2: e")]


def test_megabytes_are_decimal():
    assert megabytes(120_400_000) == "120"


def test_results_are_saved_with_machine_and_date(tmp_path):
    path = save("http-closed-loop", MACHINE, {"summary": []}, tmp_path / "results")
    document = json.loads(path.read_text())
    assert path.name.startswith("http-closed-loop-")
    assert document["machine"]["versions"] == {"k6": "1.1.0"}
    assert document["summary"] == []
    assert document["date"]
    assert "A Processor, 2 cores, Linux 6.1, Python 3.11.7, commit abc1234+" in describe_machine(MACHINE)


@pytest.mark.parametrize("rounds", [1, 3, 7])
def test_rounds_are_interleaved_and_each_starts_with_another_peer(rounds):
    order = [(number, peer) for number, peer in interleaved(["a", "b", "c"], rounds)]
    assert sorted(order) == [(number, peer) for number in range(1, rounds + 1) for peer in "abc"]
    firsts = [order[index][1] for index in range(0, len(order), 3)]
    assert firsts == [("a", "b", "c")[number % 3] for number in range(rounds)]


def test_importtime_is_read():
    text = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       120 |        120 |   zipimport\n"
        "Traceback-like noise\n"
        "import time:      1500 |      45000 | numpy.linalg\n"
    )
    imports = cli_startup.parse_importtime(text)
    assert imports == [
        cli_startup.Import("zipimport", 120, 120),
        cli_startup.Import("numpy.linalg", 1500, 45_000),
    ]
    assert cli_startup.total_ms(imports) == pytest.approx(1.62)
    assert cli_startup.heavy_imports(imports) == ["numpy"]


def test_every_benchmark_has_a_name_a_summary_and_both_functions():
    assert run.names() == sorted(run.names())
    assert {
        "cli-startup",
        "http-closed-loop",
        "http-templates",
        "http2",
        "large-bodies",
        "memory-vus",
        "new-connections",
        "tls",
        "validate",
    } <= set(run.names())
    for name in run.names():
        module = run.load(name)
        assert module.__doc__
        assert callable(module.add_arguments)
        assert callable(module.run)


def test_iterations_of_several_requests_have_a_column():
    table = comparison.render([LOADR, K6], ("k6",), 4)
    assert "CPU µs/iteration" in table
    assert "| 48.0 |" in " ".join(table.split())
    assert "iteration" not in comparison.render([LOADR, K6], ("k6",))
