import pytest

from loadr_config import ConfigError, Diagnostic, PlanError, Severity, render, render_all
from loadr_config.diagnostics import offset_of

FOUND = Diagnostic("p.yaml", Severity.ERROR, 3, 5, "a.b[0]", 'unknown key "urll"', 'did you mean "url"?')


def test_a_diagnostic_is_drawn_in_the_manner_of_rustc():
    assert render(FOUND, "    urll: /") == (
        'error: unknown key "urll"\n'
        " --> p.yaml:3:5\n"
        "  |\n"
        "3 |     urll: /\n"
        "  |     ^\n"
        "  = in: a.b[0]\n"
        '  = help: did you mean "url"?'
    )


@pytest.mark.parametrize(
    ("line", "column", "offset"), [(1, 1, 0), (1, 3, 2), (2, 1, 3), (4, 2, 8), (1, 0, -1), (5, 9, 17)]
)
def test_a_place_is_an_offset_of_its_text(line, column, offset):
    assert offset_of("ab\ncd\n\ne", line, column) == offset


def test_the_caret_stands_below_tabs_and_wide_lines():
    line = "\t" * 2 + "x" * 1000
    drawn = render(Diagnostic("p", Severity.ERROR, 1, 3, "", "m"), line).splitlines()
    assert drawn[4] == "  | \t\t^"
    far = render(Diagnostic("p", Severity.ERROR, 1, 900, "", "m"), "a" * 899 + "!" + "b" * 500).splitlines()
    assert far[3][far[4].index("^")] == "!"
    assert len(far[3]) < 200


def test_control_characters_are_not_sent_to_the_terminal():
    assert "\x1b" not in render(FOUND, "\x1b[31mred")


def test_a_diagnostic_without_a_place_shows_the_file_alone():
    assert render(Diagnostic("p", Severity.WARNING, 0, 0, "", "m")) == "warning: m\n --> p"


def test_the_json_form_has_the_documented_members():
    assert FOUND.as_json() == {
        "file": "p.yaml",
        "severity": "error",
        "line": 3,
        "column": 5,
        "path": "a.b[0]",
        "message": 'unknown key "urll"',
        "suggestion": 'did you mean "url"?',
    }


def test_all_are_drawn_with_their_count():
    warning = Diagnostic("p", Severity.WARNING, 1, 1, "", "m")
    assert render_all((FOUND, warning, warning)).endswith("\n\n1 error and 2 warnings")
    assert render_all((FOUND,)).endswith("\n\n1 error")


def test_a_plan_error_draws_its_diagnostics_and_knows_its_exit_code():
    error = PlanError((FOUND,))
    assert isinstance(error, ConfigError)
    assert error.exit_code == 1
    assert str(error) == render_all((FOUND,))
    with pytest.raises(ConfigError):
        raise error
