"""Exceptions in the code of a plan are told at their line in the plan's file."""

import pytest

pytestmark = pytest.mark.process

PLAN = """\
scenarios:
  js:
    executor: shared-iterations
    flow:
      - js: |
          const a = 1;
          if (a) {
            nothing.there;
          }
  python:
    executor: shared-iterations
    flow:
      - python: |
          x = 1

          y = x / 0
  call:
    executor: shared-iterations
    flow:
      - js: {call: inner}
  condition:
    executor: shared-iterations
    flow:
      - if:
          condition: nowhere.at
          then: [{js: a}]
js:
  script: |
    export function inner() {
      const q = null;
      return q.x;
    }
"""
PLACES = {
    "js": ("ReferenceError", "plan.yaml:8:13"),
    "python": ("ZeroDivisionError", "plan.yaml:16"),
    "call": ("TypeError", "plan.yaml:31:14"),
    "condition": ("EvaluationError", "plan.yaml:25"),
}


def test_in_the_summary(loadr, result):
    (loadr.folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = loadr("run", "plan.yaml", "--summary-export", "summary.json")
    assert done.code == 0, done
    found = {failure.name: failure.cause for failure in result().summary.failures.exceptions}
    assert {place: cause.partition(":")[0] for place, cause in found.items()} == {
        place: kind for kind, place in PLACES.values()
    }


@pytest.mark.parametrize("scenario", PLACES)
def test_in_a_rehearsal(scenario, loadr):
    (loadr.folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = loadr("run", "plan.yaml", "--once", "--scenario", scenario)
    assert PLACES[scenario][1] in done.stdout
