"""What users of k6 are told."""

import pytest

from loadr_cli.commands.run import run
from loadr_cli.k6_options import INSTEAD, unread_variables

VARIABLES = {parameter.envvar for parameter in run.params if parameter.envvar}
NAMES = {name for parameter in run.params for name in (*parameter.opts, *parameter.secondary_opts)}


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, []),
        ({"K6_VUS": "5"}, ["K6_VUS has no effect: loadr reads LOADR_VUS"]),
        ({"K6_VUS": "5", "LOADR_VUS": "5"}, []),
        ({"K6_STAGES": "1s:1"}, ["K6_STAGES has no effect: loadr reads LOADR_STAGE"]),
        ({"K6_BROWSER_HEADLESS": "true", "VUS": "1"}, []),
    ],
)
def test_variables_of_k6_are_told_by_loadr_s_names(environment, told):
    assert unread_variables(environment) == told


def test_the_names_that_are_told_are_those_of_the_command():
    everything = {f"K6_{name.removeprefix('LOADR_')}": "1" for name in VARIABLES} | {
        "K6_OUT": "1",
        "K6_STAGES": "1",
    }
    told = {line.rpartition(" ")[2] for line in unread_variables(everything)}
    assert told
    assert told <= VARIABLES


def test_no_option_that_is_there_is_said_to_be_missing():
    assert not INSTEAD.keys() & NAMES
