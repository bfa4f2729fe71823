"""k6's scripts, run by k6 and by loadr against the same target: the same counts, checks and outcomes.

Durations differ, and so do the bytes of headers; all else that is compared has to be equal. What may
differ, with its reason, stands in `ALLOWED`. The scripts `values_…` tell each value by the name of a check, so that
every one of them is compared; what they leave out, because it differs on purpose, stands in `DIFFERENT`.
"""

from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ENDING = Path(__file__).parent / "endings" / "ending.js"
SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.[jt]s"))

# Counters, rates and gauges that say the same of both; times and bytes cannot.
COMPARED = {
    "http_reqs",
    "http_req_failed",
    "iterations",
    "checks",
    "ws_sessions",
    "ws_msgs_sent",
    "ws_msgs_received",
}

ALLOWED = {
    # script: {metric: reason}
    "abort.js": {
        "iterations": "k6 counts the iteration that aborts as interrupted; so does loadr, elsewhere"
    },
    "http_wrong_urls.js": dict.fromkeys(
        ("http_reqs", "http_req_failed"), "k6 counts a request to what is no URL, loadr does not"
    ),
    "flow.js": {"the groups": "k6 lists groups without a check, loadr's are those of checks"},
    "thresholds_abort.js": dict.fromkeys(
        ("checks", "iterations", "my_errors", "the checks"), "k6 looks every 2 s, loadr every second"
    ),
}


# What comes once a second in k6 is not there in a run that is shorter.
SAMPLED = {"vus", "vus_max"}

DIFFERENT = {
    "a method in lower case": "k6 sends it as it is, loadr in upper case",
    "a form's field that is null": "<nil> in k6, empty in loadr",
    "names in uploads with quotes": "loadr escapes them as browsers do, k6 1.1 does not",
    "submitForm where a selector finds several forms": "k6 1.1 sends the fields of all, loadr those of the first",
    "cookieJar of what is no URL": "k6 ignores it, loadr throws",
    "auth: ntlm": "loadr does not have it: a response without a status, and a warning",
    "the tag error_code": "loadr has error_kind and status",
    "hashes without an output encoding": "k6 throws, loadr gives hexadecimal",
    "a selector of CSS that is none": "k6 finds nothing, loadr throws",
    "disabled fields and checked radio buttons in serialize()": "as of checkboxes: loadr does as a browser",
    "values of a Trend below 0": "loadr takes them for 0",
    "thresholds that percentiles are equal to a number": "loadr's have three significant digits",
    "thresholds whose selector has no samples": "k6 lists the metric with zeros, loadr not at all",
    "names of metrics": "loadr also allows . and -",
    "what setup returns": "k6 gives it to all iterations of a VU, changes included, loadr anew; dates are written differently",
    "createHash of an unknown algorithm": "k6 1.1 panics, loadr throws",
    "crypto.subtle with PBKDF2 and HKDF": "k6 1.1 does not have them; the bytes are tested in loadr-js",
    "crypto.subtle.importKey of a JWK of another curve": "k6 1.1 takes it, loadr throws a DataError as browsers do",
    "exec.instance.vusInitialized where scenarios follow one another": "k6 gives them the same VUs, loadr does not",
    "exec.instance.vusActive with arrival rates": "k6 counts all VUs that wait for a start, loadr those that run",
    "Response.url after https://user:password@host": "loadr keeps credentials out of whatever may be shown",
    "Selection.html() of attributes": "quotes in them are &quot;, in k6 &#34;",
    "serialize() of a checked checkbox": "k6 1.1 leaves it out, a browser and loadr send it",
    "Element.isSameNode": "false of a node and itself in k6 1.1",
}


def checks_of(group):
    found = {(check["path"]): (check["passes"], check["fails"]) for check in group["checks"]}
    for inner in group["groups"]:
        found |= checks_of(inner)
    return found


def facts(code, data, script):
    metrics = data["metrics"]
    custom = {
        name
        for name, metric in metrics.items()
        if name.startswith(("my_", "http_reqs{", "ws_msgs", "ws_sessions{")) or name in ("seen", "ok")
    }
    values = {}
    for name in sorted((COMPARED | custom) & metrics.keys()):
        kept = dict(metrics[name]["values"])
        for key in ("rate", "avg", "med") if metrics[name]["type"] == "counter" else ():
            kept.pop(key, None)
        if name not in ALLOWED.get(script, {}):
            values[name] = {key: pytest.approx(value, rel=1e-3) for key, value in kept.items()}
    thresholds = {
        name: {text: result["ok"] for text, result in metric.get("thresholds", {}).items()}
        for name, metric in metrics.items()
        if metric.get("thresholds")
    }
    return {
        "exit code": code,
        "shape": shape_of(data, ALLOWED.get(script, {})),
        "metrics": values,
        "checks": {} if "the checks" in ALLOWED.get(script, {}) else checks_of(data["root_group"]),
        "thresholds": thresholds,
    }


def shape_of(data, allowed=()):
    """All of a summary but its numbers: which keys, names, ids and kinds it has, and what setup has returned."""
    metrics = {
        name: (
            metric["type"],
            metric["contains"],
            sorted(metric["values"]),
            sorted(metric.get("thresholds", {})),
        )
        for name, metric in data["metrics"].items()
        if name not in SAMPLED
    }
    return {
        "keys": sorted(data),
        "setup_data": data.get("setup_data"),
        "options": data["options"],
        "state": {**data["state"], "testRunDurationMs": data["state"]["testRunDurationMs"] > 0},
        "metrics": metrics,
        "groups": {} if "the groups" in allowed else groups_of(data["root_group"]),
    }


def groups_of(group):
    """A group without its counts; k6 lists groups and checks in the order of their first run, which may differ."""
    return {
        "keys": sorted(group),
        "names": [group[key] for key in ("name", "path", "id")],
        "checks": sorted(tuple(check[key] for key in ("name", "path", "id")) for check in group["checks"]),
        "check keys": {tuple(sorted(check)) for check in group["checks"]},
        "groups": {inner["name"]: groups_of(inner) for inner in group["groups"]},
    }


@pytest.mark.parametrize(
    "ending",
    [
        "setup:abort",
        "setup:throw",
        "default:throw",
        "teardown:abort",
        "teardown:fail",
        "teardown:throw",
        "handleSummary:fail",
    ],
)
def test_a_test_that_a_script_ends_ends_as_with_k6(ending, both):
    ours, theirs = both(ENDING, {"ENDING": ending})
    assert facts(*ours, "abort.js") == facts(*theirs, "abort.js")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_loadr_and_k6_agree(script, targets, both):
    ours, theirs = both(script, targets)
    assert facts(*ours, script.name) == facts(*theirs, script.name)
