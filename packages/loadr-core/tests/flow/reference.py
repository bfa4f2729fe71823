"""A naive interpreter of flows: no compiling, no event loop, no concurrency. The compiled program must agree.

Time is a number that is added to. Branches that run at once are run one after the other, each from the
same start; when one ends the iteration, the others are run again, up to the time of that end.
"""

import json
from copy import deepcopy
from math import inf
from zlib import crc32

TICK = 1 / 1024
"""Service and think times are multiples of this: their sums are exact."""


MOST_ENTRIES = 500


class Ended(Exception):
    """The iteration ends at a time."""

    def __init__(self, at):
        super().__init__(at)
        self.at = at


class Cut(Exception):
    """Another branch has ended the iteration."""


class TooLong(Exception):
    """More happens than a test has time for."""


class Ambiguous(Exception):
    """Two branches do something at the same time as one of them ends: no order is the right one."""


def service(url):
    """How long the target takes for a URL, and its status: every second one fails."""
    number = crc32(url.encode())
    return (1 + number % 89) * TICK, 500 if number % 2 == 0 else 200


def text(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def render(template, variables):
    """A template of `{name}` parts; None where one of them has no value."""
    rendered = ""
    for part in template:
        if isinstance(part, str):
            rendered += part
        elif part[0] not in variables:
            return None
        else:
            rendered += text(variables[part[0]])
    return rendered


class State:
    """What a VU, or one of its branches, knows and has done.

    Attributes:
        limit: the time at which another branch ends the iteration.
        log: what happened: (time, kind, what).
        changes: the variables set, in order.
    """

    def __init__(self, scope, variables, limit=inf):
        self.scope = scope
        self.variables = dict(variables)
        self.limit = limit
        self.log = []
        self.changes = []

    def note(self, at, kind, what=None):
        self.reach(at)
        self.log.append((at, kind, what))
        if len(self.log) > MOST_ENTRIES:
            raise TooLong

    def set(self, at, name, value):
        self.reach(at)
        self.take(name, value)

    def take(self, name, value):
        self.variables[name] = value
        self.changes.append((name, value))

    def reach(self, at):
        if at == self.limit:
            raise Ambiguous
        if at > self.limit:
            raise Cut


def run(steps, state, at, think, labels=("", "")):
    """Run steps from a time on; the time at their end."""
    for kind, body in steps:
        at = STEPS[kind](body, state, at, think, labels)
    return at


def _request(body, state, at, think, labels):
    url = render(body["url"], state.variables)
    if url is None:
        state.note(at, "failed")
    else:
        seconds, status = service(url)
        state.note(at, "sent", url)
        begun, at = at, at + seconds
        if status != 200 or body["aborts"]:
            state.note(at, "failed")
        state.note(at, "sample", (begun, *labels))
        if body["aborts"]:
            raise Ended(at)
    return at + _pause(think, state)


def _think(body, state, at, think, labels):
    return at + _pause(body, state)


def _pause(think, state):
    if think is None:
        return 0.0
    if think["type"] == "constant":
        return think["duration"]
    return state.scope.random.uniform(think["min"], think["max"])


def _group(body, state, at, think, labels):
    name = render(body["name"], state.variables)
    if name is None:
        state.reach(at)
        raise Ended(at)
    inside = (f"{labels[0]}::{name}", labels[1])
    end = run(body["steps"], state, at, think, inside)
    state.note(end, "group", (at, *inside))
    return end


def _repeat(body, state, at, think, labels):
    for turn in range(body["times"]):
        state.set(at, body["counter"], turn)
        at = run(body["steps"], state, at, think, labels)
    return at


def _while(body, state, at, think, labels):
    for _ in range(body["max_iterations"]):
        if not body["condition"][1](state.variables):
            break
        at = run(body["steps"], state, at, think, labels)
    return at


def _during(body, state, at, think, labels):
    end, turn = at + body["duration"], 0
    while at < end:
        state.set(at, body["counter"], turn)
        at = run(body["steps"], state, at, think, labels)
        turn += 1
    return at


def _foreach(body, state, at, think, labels):
    items = body["items"]
    if isinstance(items, tuple):
        items = state.variables.get(items[0])
        if not isinstance(items, list):
            state.reach(at)
            raise Ended(at)
    for index, item in enumerate(list(items)):
        state.set(at, body["var"], item)
        state.set(at, body["index"], index)
        at = run(body["steps"], state, at, think, labels)
    return at


def _retry(body, state, at, think, labels):
    for attempt in range(body["times"]):
        state.set(at, "attempt", attempt)
        done = len(state.log)
        at = run(body["steps"], state, at, think, labels)
        if body["until"] is not None:
            success = body["until"][1](state.variables)
        else:
            success = not any(kind == "failed" for _, kind, _ in state.log[done:])
        if success:
            break
        if attempt < body["times"] - 1:
            at += body["backoff"]
    return at


def _if(body, state, at, think, labels):
    branch = body["then"] if body["condition"][1](state.variables) else body["else"]
    return run(branch, state, at, think, labels)


def _switch(body, state, at, think, labels):
    value = render(body["value"], state.variables)
    return run(body["cases"].get(value, body["default"]), state, at, think, labels)


def _random(body, state, at, think, labels):
    choices = body["choices"]
    match body["strategy"]:
        case "round_robin":
            number = body["turns"][0] % len(choices)
            body["turns"][0] += 1
        case "uniform":
            number = int(state.scope.random.random() * len(choices))
        case _:
            drawn = state.scope.random.random() * sum(choice["weight"] for choice in choices)
            number, below = 0, choices[0]["weight"]
            while drawn >= below:
                number += 1
                below += choices[number]["weight"]
    name = choices[number]["name"] or f"branch-{number}"
    return run(choices[number]["steps"], state, at, think, (labels[0], name))


def _parallel(body, state, at, think, labels):
    state.reach(at)
    scopes = state.scope.fork(len(body["branches"]))

    def run_branch(number, limit):
        """(the branch, its end, what kind of end)."""
        branch = State(deepcopy(scopes[number]), state.variables, limit)
        try:
            return branch, run(body["branches"][number], branch, at, think, labels), None
        except Ended as ended:
            return branch, ended.at, Ended
        except Cut:
            return branch, limit, Cut

    runs = [run_branch(number, state.limit) for number in range(len(scopes))]
    enders = sorted((end, number) for number, (_, end, kind) in enumerate(runs) if kind is Ended)
    if enders:
        first, winner = enders[0]
        runs = [run_branch(n, first) if n != winner else one for n, one in enumerate(runs)]
    for branch, _, _ in runs:
        state.log += branch.log
        for name, value in branch.changes:
            state.take(name, value)
    if enders:
        raise Ended(first)
    if any(kind is Cut for _, _, kind in runs):
        raise Cut
    return max(end for _, end, _ in runs)


STEPS = {
    "request": _request,
    "think_time": _think,
    "group": _group,
    "repeat": _repeat,
    "while": _while,
    "during": _during,
    "foreach": _foreach,
    "retry": _retry,
    "if": _if,
    "switch": _switch,
    "random": _random,
    "parallel": _parallel,
}


def document(steps):
    """The same steps as a plan has them."""
    return [{kind: _body(kind, body)} for kind, body in steps]


def _body(kind, body):
    lists = {key: document(body[key]) for key in ("steps", "then", "else", "default") if key in body}
    match kind:
        case "request":
            failing = {"type": "status", "equals": 999, "on_failure": "abort_iteration"}
            return {
                "name": "r",
                "url": _written(body["url"]),
                "assert": [failing] if body.get("aborts") else [],
            }
        case "think_time":
            return body
        case "group":
            lists["name"] = _written(body["name"])
        case "foreach" if isinstance(body["items"], tuple):
            lists["items"] = f"${{{body['items'][0]}}}"
        case "switch":
            lists["value"] = _written(body["value"])
            lists["cases"] = {key: document(case) for key, case in body["cases"].items()}
        case "random":
            lists["choices"] = [{**choice, "steps": document(choice["steps"])} for choice in body["choices"]]
            if body["strategy"] != "weighted":
                lists["choices"] = [{k: v for k, v in c.items() if k != "weight"} for c in lists["choices"]]
        case "parallel":
            lists["branches"] = [document(branch) for branch in body["branches"]]
        case _:
            pass
    for key in ("condition", "until"):
        if body.get(key) is not None:
            lists[key] = body[key][0]
    return {**{key: value for key, value in body.items() if key != "turns"}, **lists}


def _written(template):
    return "".join(part if isinstance(part, str) else f"${{{part[0]}}}" for part in template)
