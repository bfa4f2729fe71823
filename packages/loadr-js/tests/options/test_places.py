import pytest

from loadr_js.options import OptionPlaces

SOURCE = """\
import http from 'k6/http';
export const options = {
  vus: 1,
  scenarios: {
    // a comment
    'api': { executor: 'constant-vus', rate: 5 },
  },
  stages: [ {duration: '1s'}, {durration: '1s'} ],
};
export default function () {}
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("vus",), 3, 3),
        (("scenarios", "api", "rate"), 6, 40),
        (("scenarios", "api"), 6, 5),
        (("stages", 1, "durration"), 8, 32),
        (("scenarios", "other"), 4, 3),
        (("nothing",), 2, 24),
        ((), 2, 24),
    ],
)
def test_an_option_is_found_where_it_stands(path, line, column):
    place = OptionPlaces(SOURCE, "s.js").place(path)
    assert (place.file, place.line, place.column) == ("s.js", line, column)


@pytest.mark.parametrize(
    "source", ["export default 1", "const options = {}", "export const options = make()"]
)
def test_options_that_are_not_literal_have_at_most_a_place_of_their_own(source):
    place = OptionPlaces(source, "s.js").place(("vus",))
    assert place is None or place.line == 1
