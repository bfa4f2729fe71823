"""repeat, while, during, foreach."""

import asyncio

import pytest

from loadr_testing.fakes import Answer

NOTHING = {"if": {"condition": "${vu} < 0", "then": []}}


@pytest.mark.parametrize(
    ("times", "sent"), [(0, []), (1, ["/0"]), (3, ["/0", "/1", "/2"])], ids=["never", "once", "thrice"]
)
def test_repeat_counts_its_turns(times, sent, urls, get):
    assert urls({"repeat": {"times": times, "steps": [get("/${index}")]}}) == sent


def test_the_counter_has_the_name_it_is_given_and_keeps_its_last_value(urls, get):
    repeat = {"repeat": {"times": 2, "counter": "turn", "steps": [get("/${turn}")]}}
    assert urls(repeat, get("/after/${turn}")) == ["/0", "/1", "/after/1"]


def test_loops_in_loops_count_apart(urls, get):
    inner = {"repeat": {"times": 2, "counter": "b", "steps": [get("/${a}${b}")]}}
    assert urls({"repeat": {"times": 2, "counter": "a", "steps": [inner]}}) == ["/00", "/01", "/10", "/11"]


def test_an_inner_loop_with_the_same_counter_disturbs_no_turn(urls, get):
    inner = {"repeat": {"times": 2, "steps": [get("/in/${index}")]}}
    assert urls({"repeat": {"times": 2, "steps": [get("/${index}"), inner]}}) == [
        "/0",
        "/in/0",
        "/in/1",
        "/1",
        "/in/0",
        "/in/1",
    ]


def test_while_looks_before_every_turn(urls, get):
    count = {"repeat": {"times": 1, "counter": "n", "steps": [get("/${n}")]}}
    loop = {"while": {"condition": "'${n}' != '0'", "steps": [count]}}
    assert urls(loop, loop) == ["/0"]


def test_while_ends_at_its_most_turns(urls, get):
    loop = {"while": {"condition": "${vu} == 1", "max_iterations": 4, "steps": [get("/")]}}
    assert len(urls(loop)) == 4


def test_during_starts_turns_until_its_time_is_over(run_flow, get):
    during = {"during": {"duration": "1s", "steps": [get("/${index}")]}}
    done = run_flow(during, get("/after"), answer=lambda _: Answer(seconds=0.3))
    assert [(round(sent.at, 6), sent.url) for sent in done.handler.sent] == [
        (0.0, "/0"),
        (0.3, "/1"),
        (0.6, "/2"),
        (0.9, "/3"),
        (1.2, "/after"),
    ]


def test_during_no_time_does_nothing(urls, get):
    assert urls({"during": {"duration": 0, "steps": [get("/")]}}) == []


FOREACH = [
    ([], []),
    (["a", "b"], ["/0/a", "/1/b"]),
    ([1, 2.5, True, None, {"k": [1]}], ["/0/1", "/1/2.5", "/2/true", "/3/null", '/4/{"k":[1]}']),
    (["${vars.two}", "x${vars.two}"], ["/0/2", "/1/x2"]),
    ("${vars.listed}", ["/0/7", "/1/8"]),
    ("[${vars.two}, ${vu}]", ["/0/2", "/1/1"]),
]


@pytest.mark.parametrize(("items", "sent"), FOREACH, ids=str)
def test_foreach_goes_through_a_list(items, sent, urls, get):
    foreach = {"foreach": {"items": items, "steps": [get("/${index}/${item}")]}}
    assert urls(foreach, variables={"two": "2", "listed": "[7, 8]"}) == sent


def test_foreach_keeps_the_type_of_a_list_in_a_variable(urls, get):
    inner = {
        "foreach": {"items": "${row}", "var": "cell", "index": "j", "steps": [get("/${i}${j}/${cell.k}")]}
    }
    rows = [[{"k": "a"}], [{"k": "b"}, {"k": "c"}]]
    outer = {"foreach": {"items": rows, "var": "row", "index": "i", "steps": [inner]}}
    assert urls(outer) == ["/00/a", "/10/b", "/11/c"]


def test_foreach_goes_through_the_list_as_it_was(urls, get):
    inner = {"foreach": {"items": ["x"], "var": "list", "steps": [get("/")]}}
    listed = {
        "foreach": {
            "items": [["a", "b"]],
            "var": "list",
            "steps": [{"foreach": {"items": "${list}", "steps": [inner]}}],
        }
    }
    assert len(urls(listed)) == 2


@pytest.mark.parametrize(
    ("items", "kind", "reason"),
    [
        ("${vars.word}", "EvaluationError", "the items are no list but a text"),
        ("${vu}", "EvaluationError", "the items are no list but a number"),
        ("${gone}", "RenderError", "variable 'gone' has no value"),
    ],
)
def test_items_that_are_no_list_end_the_iteration(items, kind, reason, run_flow, get):
    foreach = {"foreach": {"items": items, "steps": [get("/in")]}}
    done = run_flow(foreach, get("/after"), iterations=2, variables={"word": "word"})
    assert done.handler.sent == []
    assert done.total("iterations") == 2
    assert done.causes == {("exceptions", "scenarios.main.flow[0].foreach.items", f"{kind}: {reason}"): 2}


@pytest.mark.parametrize(
    "loop",
    [
        {"repeat": {"times": 1_000_000, "steps": [NOTHING]}},
        {"while": {"condition": "${vu} == 1", "max_iterations": 1_000_000, "steps": [NOTHING]}},
        {"foreach": {"items": [1] * 10_000, "steps": [{"repeat": {"times": 100, "steps": []}}]}},
        {"retry": {"times": 1_000_000, "until": "${vu} == 0", "steps": [NOTHING]}},
        {"repeat": {"times": 1_000_000, "steps": [{"request": {"url": "/${gone}"}}]}},
        {"parallel": {"branches": [[{"repeat": {"times": 1_000_000, "steps": [NOTHING]}}]]}},
    ],
    ids=["repeat", "while", "foreach", "retry", "requests without a value", "parallel"],
)
def test_a_loop_that_waits_for_nothing_lets_others_run_and_can_be_interrupted(loop, run_plan, scenario):
    async def stop(engine, _clock):
        for _ in range(100):
            await asyncio.sleep(0)
        engine.kill("enough")

    done = run_plan(scenario("per-vu-iterations", flow=[loop], vus=1, iterations=1), during=stop)
    assert done.total("interrupted_iterations") == 1


def test_a_loop_of_requests_that_answer_at_once_lets_others_run(run_plan, scenario, get):
    """A protocol may answer from a cache, without waiting."""
    repeat = {"repeat": {"times": 1_000_000, "steps": [get("/")]}}

    async def stop(engine, _clock):
        for _ in range(10):
            await asyncio.sleep(0)
        engine.kill("enough")

    plan = scenario("per-vu-iterations", flow=[repeat], vus=1, iterations=1)
    done = run_plan(plan, lambda _: Answer(seconds=None), during=stop)
    assert done.total("interrupted_iterations") == 1
    assert 0 < len(done.handler.sent) < 1_000
