"""What a script reads as `exec.test.options`."""

import pytest

from loadr_js.options.consolidated import consolidated


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("90s", "1m30s"),
        ("10m", "10m0s"),
        ("1h", "1h0m0s"),
        ("1h30m5s", "1h30m5s"),
        ("1.5s", "1.5s"),
        ("500ms", "500ms"),
        (1000, "1s"),
        (0, "0s"),
        (0.25, "250µs"),
        (None, None),
        ("soon", "soon"),
        (True, True),
        ([1], [1]),
    ],
)
def test_durations_are_written_as_go_writes_them(given, told):
    assert consolidated({"setupTimeout": given})["setupTimeout"] == told


@pytest.mark.parametrize(
    ("options", "scenario"),
    [
        ({}, {"executor": "per-vu-iterations", "vus": None, "iterations": None, "maxDuration": None}),
        (
            {"vus": 2, "iterations": 6, "duration": "1m"},
            {"executor": "shared-iterations", "vus": 2, "iterations": 6, "maxDuration": "1m0s"},
        ),
        ({"duration": "30s"}, {"executor": "constant-vus", "vus": None, "duration": "30s"}),
        (
            {"vus": 3, "stages": [{"duration": 1500, "target": 5}]},
            {
                "executor": "ramping-vus",
                "startVUs": 3,
                "stages": [{"duration": "1.5s", "target": 5}],
                "gracefulRampDown": None,
            },
        ),
    ],
)
def test_short_forms_are_told_as_the_scenario_that_they_stand_for(options, scenario):
    told = consolidated(options)
    assert not {"vus", "duration", "iterations", "stages"} & told.keys()
    common = dict.fromkeys(("startTime", "gracefulStop", "env", "exec", "tags"))
    assert told["scenarios"] == {"default": {**common, **scenario}}


def test_what_is_no_scenario_stays_as_it_is():
    given = {"a": 1, "b": {"executor": "odd"}, "c": {"executor": "ramping-vus", "stages": [7]}}
    told = consolidated({"scenarios": given})["scenarios"]
    assert (told["a"], told["b"]["executor"], told["c"]["stages"]) == (1, "odd", [7])
