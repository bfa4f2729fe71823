"""The compiled program and a naive interpreter agree on random flows: requests, tags, times, variables."""

import importlib.util
from copy import deepcopy
from pathlib import Path

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from loadr_config.models import TestPlan
from loadr_core.compiler import PlanCompiler
from loadr_core.data import DataSources
from loadr_core.flow import IterationAborted, StepFailed
from loadr_core.meetings import LocalMeetings
from loadr_core.numbering import VuNumbers
from loadr_core.plugins import ProtocolRegistry
from loadr_core.randomness import seed_for
from loadr_core.recording import Recorder
from loadr_core.spi import Scope, VuContext
from loadr_core.templating import TextCompiler
from loadr_testing.fakes import Answer, VirtualClock, fake_protocol, run_in_virtual_time

_SPEC = importlib.util.spec_from_file_location("flow_reference", Path(__file__).with_name("reference.py"))
reference = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(reference)

TICK = reference.TICK
ITERATIONS = 2
DEPTH = 3

# ---------------------------------------------------------------- random flows

NAMES = st.sampled_from("ab")


def less(name, bound):
    """`${name} < bound` of integers and of texts that are no numbers."""

    def holds(variables):
        value = variables.get(name)
        if value is None or isinstance(value, list):
            return value is not None and reference.text(value) < str(bound)
        return value < bound if isinstance(value, int) else value < str(bound)

    return f"${{{name}}} < {bound}", holds


def equals(name, value):
    return f"${{{name}}} == '{value}'", lambda v: name in v and reference.text(v[name]) == value


def both(one, other):
    return f"{one[0]} and not ({other[0]})", lambda v: one[1](v) and not other[1](v)


SIMPLE = st.one_of(
    st.builds(less, st.sampled_from(["a", "b", "attempt"]), st.integers(0, 2)),
    st.builds(equals, st.sampled_from(["a", "b", "attempt"]), st.sampled_from(["0", "1", "x", "y"])),
)
CONDITIONS = st.one_of(SIMPLE, st.builds(both, SIMPLE, SIMPLE))
WORDS = st.lists(
    st.one_of(st.sampled_from(["u", "v", "-"]), st.tuples(st.sampled_from(["a", "b", "attempt"]))),
    min_size=1,
    max_size=3,
)
LISTS = st.lists(st.one_of(st.integers(0, 2), st.sampled_from("xy")), min_size=1, max_size=3)
ITEMS = st.one_of(LISTS, LISTS, st.lists(LISTS, max_size=2), st.tuples(NAMES))
TICKS = st.integers(0, 40).map(lambda ticks: ticks * TICK)
PAUSES = st.one_of(
    st.builds(lambda seconds: {"type": "constant", "duration": seconds}, TICKS),
    st.builds(lambda low, more: {"type": "uniform", "min": low, "max": low + more}, TICKS, TICKS),
)
PATHS = st.sampled_from("pqrstuvw").map(lambda word: ["/", word])
REQUESTS = st.builds(
    lambda path, words, aborts: ("request", {"url": [*path, *words], "aborts": aborts}),
    PATHS,
    st.one_of(st.just([]), st.just([]), WORDS),
    st.integers(0, 19).map(lambda chance: chance == 19),
)


KINDS = ["group", "repeat", "while", "during", "foreach", "retry", "if", "switch", "random", "parallel"]


@st.composite
def flows(draw, depth=DEPTH, *, in_parallel=False):
    """Lists of steps, nested so deep."""
    return [
        draw(compounds(depth, in_parallel=in_parallel)) if depth and draw(st.booleans()) else draw(PLAIN)
        for _ in range(draw(st.sampled_from([1, 2, 2, 3])))
    ]


@st.composite
def compounds(draw, depth, *, in_parallel):
    """Steps that have steps."""
    kind = draw(st.sampled_from(KINDS))
    steps = flows(depth - 1, in_parallel=in_parallel or kind == "parallel")
    body = BODIES.get(kind, st.just({})).map(dict)
    match kind:
        case "during":
            # Where no time passes, a loop for a time never ends.
            return kind, {
                **draw(body),
                "steps": [("request", {"url": ["/turn"], "aborts": False}), *draw(steps)],
            }
        case "if":
            return kind, {**draw(body), "then": draw(steps), "else": draw(steps)}
        case "switch":
            keys = draw(st.sets(st.sampled_from(["0", "x", "u", "u0"]), max_size=2))
            cases = {key: draw(steps) for key in sorted(keys)}
            return kind, {**draw(body), "cases": cases, "default": draw(steps)}
        case "random":
            return kind, draw(choices(steps, in_parallel=in_parallel))
        case "parallel":
            return kind, {"branches": [draw(steps) for _ in range(draw(st.sampled_from([2, 2, 3, 1])))]}
        case _:
            return kind, {**draw(body), "steps": draw(steps)}


@st.composite
def choices(draw, steps, *, in_parallel):
    """Random choices; whose turn it is in a round robin is clear outside of parallel branches only."""
    strategies = ["weighted", "uniform"] if in_parallel else ["weighted", "uniform", "round_robin"]
    weights = draw(st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=1, max_size=3).filter(any))
    names = st.sampled_from([None, "p", "q"])
    return {
        "strategy": draw(st.sampled_from(strategies)),
        "choices": [{"weight": weight, "name": draw(names), "steps": draw(steps)} for weight in weights],
        "turns": [0],
    }


PLAIN = st.one_of(REQUESTS, REQUESTS, st.tuples(st.just("think_time"), PAUSES))
BODIES = {
    kind: st.fixed_dictionaries(body)
    for kind, body in {
        "group": {"name": WORDS},
        "repeat": {"times": st.sampled_from([2, 2, 3, 0]), "counter": NAMES},
        "while": {"condition": CONDITIONS, "max_iterations": st.integers(1, 3)},
        "during": {"duration": TICKS, "counter": NAMES},
        "foreach": {"items": ITEMS, "var": NAMES, "index": NAMES},
        "retry": {
            "times": st.sampled_from([2, 3, 1]),
            "until": st.one_of(st.none(), st.none(), CONDITIONS),
            "backoff": TICKS,
        },
        "if": {"condition": CONDITIONS},
        "switch": {"value": WORDS},
    }.items()
}


# Variables to speak of, in most of them.
FLOWS = st.builds(
    lambda first, flow: [*first, *flow],
    st.sampled_from(
        [
            [("repeat", {"times": 2, "counter": name, "steps": []}) for name in names]
            for names in ("ab", "a", "")
        ]
    ),
    flows(),
)

# ---------------------------------------------------------------- both ways of running one


def run_naively(steps, think, seed):
    """(sent, samples, groups, how iterations ended, variables)."""
    scope = Scope(VuContext(1, "main"), seed_for(seed, "main", 1))
    state = reference.State(scope, {})
    at, endings = 0.0, []
    for iteration in range(ITERATIONS):
        scope.iteration = iteration
        try:
            at = reference.run(steps, state, at, think)
            endings.append((at, "complete"))
        except reference.Ended as ended:
            at = ended.at
            endings.append((at, "ended"))
    parts = {
        kind: sorted((when, what) for when, entry, what in state.log if entry == kind)
        for kind in ("sent", "sample", "group")
    }
    return parts["sent"], parts["sample"], parts["group"], endings, state.variables


def run_compiled(steps, think, seed):
    """The same of the compiled program."""

    def rule(request):
        seconds, status = reference.service(request.url)
        return Answer(seconds=seconds, status=status)

    scenario = {"executor": "constant-vus", "vus": 1, "duration": 1, "flow": reference.document(steps)}
    if think is not None:
        scenario["think_time"] = think
    plan = TestPlan.model_validate(
        {"defaults": {"http": {"base_url": "fake://t"}}, "scenarios": {"main": scenario}}
    )
    handler, recorder = fake_protocol(rule), Recorder(keep_raw=True)

    async def main():
        clock = VirtualClock()
        registry = ProtocolRegistry({"fake": handler}, {"fake": "fake"})
        texts = TextCompiler({}, {}, {})
        data = DataSources({}, Path(), seed, {})
        compiler = PlanCompiler(plan, texts, recorder, clock, registry, Path(), data, LocalMeetings(clock))
        program = compiler.compile("main", VuNumbers())
        scope = Scope(VuContext(1, "main"), seed_for(seed, "main", 1))
        scope.sessions = [made.open_session(VuContext(1, "main")) for made in program.handlers]
        endings = []
        for iteration in range(ITERATIONS):
            scope.iteration = iteration
            try:
                for step in program.steps:
                    await step.run(scope)
                endings.append((clock.now(), "complete"))
            except (IterationAborted, StepFailed):
                endings.append((clock.now(), "ended"))
        return endings, scope.variables

    endings, variables = run_in_virtual_time(main())
    delta = recorder.take_delta()
    tags = [dict(pairs) for pairs in delta.new_tags]
    samples, groups = [], []
    for raw in delta.raw:
        found = samples if raw.layout.name == "fake" else groups
        labels = (tags[raw.tags].get("group", ""), tags[raw.tags].get("branch", ""))
        found += [(float(row[1]), (float(row[0]), *labels)) for row in raw.rows]
    sent = sorted((request.at, request.url) for request in handler.sent)
    return sent, sorted(samples), sorted(groups), endings, variables


@settings(max_examples=200, deadline=None)
@given(FLOWS, st.one_of(st.none(), PAUSES), st.integers(0, 2**32))
def test_they_agree(steps, think, seed):
    try:
        sent, samples, groups, endings, variables = run_naively(deepcopy(steps), think, seed)
    except (reference.Ambiguous, reference.TooLong):
        assume(False)
    compiled = run_compiled(steps, think, seed)
    event(f"{'no' if not sent else 'some' if len(sent) < 20 else 'many'} requests")
    assert compiled[0] == sent
    assert compiled[3] == endings
    assert compiled[1] == samples
    assert compiled[2] == groups
    assert compiled[4] == variables
