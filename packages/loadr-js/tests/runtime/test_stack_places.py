import pytest

from loadr_js.errors import Place
from loadr_js.runtime.places import is_ours, script_place, snippet_place


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("k6", True),
        ("k6/http", True),
        ("k6/net/grpc", True),
        ("loadr/plan", True),
        ("loadr:glue", True),
        ("<input>", True),
        ("k6/script.js", False),
        ("k6/v1.2/script.ts", False),
        ("loadr/main.mjs", False),
        ("script.js", False),
    ],
)
def test_a_user_s_file_may_lie_in_a_folder_that_is_called_as_our_modules_are(file, expected):
    assert is_ours(file) is expected


STACK = "    at get (k6/http:3:4)\n    at <anonymous> (<input>:2:5)\n    at f (k6/script.js:7:8)\n"


def test_the_innermost_place_of_the_user_is_found():
    assert script_place(STACK) == Place("k6/script.js", 7, 8)
    assert snippet_place(STACK) == (2, 5)
    assert snippet_place("    at f (script.js:7:8)\n    at <anonymous> (<input>:2:5)") == (0, 0)
