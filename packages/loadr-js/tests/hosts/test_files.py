"""Tables and files of scripts, without a script."""

import json

import pytest

from loadr_js.hosts.files import ScriptFiles
from loadr_js.hosts.shared import SharedArrays
from loadr_js.runtime.outcomes import HostError

TEXT = 'name,age\nann,30\n\n"b, ""x""",40\ncai,50\n'


class Files:
    """A table in a folder of one file; counts how often it is read."""

    def __init__(self, text=TEXT):
        self.reads = 0
        self._text = text
        self.shared = SharedArrays()
        self.files = ScriptFiles(self._read, self.shared)
        self.files.open("lib/a.csv")

    def _read(self, name):
        self.reads += 1
        return self._text.encode()

    def rows(self, **options):
        name = self.files.table("lib/a.csv", options)
        return [json.loads(self.shared.at(name, index)) for index in range(self.shared.length(name))]


HEADER, ANN, BOB, CAI = ["name", "age"], ["ann", "30"], ['b, "x"', "40"], ["cai", "50"]


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({}, [HEADER, ANN, BOB, CAI]),
        ({"skipFirstLine": True}, [ANN, BOB, CAI]),
        ({"fromLine": 2}, [BOB, CAI]),
        ({"fromLine": 1, "toLine": 2}, [ANN, BOB]),
        ({"toLine": 0}, [HEADER]),
        ({"skipFirstLine": True, "toLine": 1}, [ANN]),
        (
            {"asObjects": True},
            [{"name": "ann", "age": "30"}, {"name": 'b, "x"', "age": "40"}, {"name": "cai", "age": "50"}],
        ),
    ],
)
def test_rows_are_those_that_the_options_choose(options, rows):
    assert Files().rows(**options) == rows


def test_other_delimiters_and_a_mark_of_the_byte_order():
    assert Files("\ufeffa;b\n1;2\n").rows(delimiter=";", asObjects=True) == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (TEXT, {"asObjects": True, "skipFirstLine": True}, "cannot be enabled when 'skipFirstLine'"),
        (TEXT, {"asObjects": True, "fromLine": 1}, "cannot be enabled when 'fromLine'"),
        (TEXT, {"fromLine": 3, "toLine": 1}, "must be less than or equal to the 'toLine'"),
        ("a,b\n1\n", {}, "record on line 2: wrong number of fields"),
        ('a,b\n"1"x,2\n', {}, "lib/a.csv: "),
    ],
)
def test_what_is_no_table_is_told(text, options, message):
    with pytest.raises(HostError, match=message):
        Files(text).rows(**options)


def test_a_file_is_read_and_parsed_once():
    files = Files()
    assert files.files.open("lib/a.csv") == {"path": "lib/a.csv", "name": "a.csv", "size": len(TEXT)}
    assert files.files.read("lib/a.csv", 5, 4) == list(b"age\n")
    assert files.rows() == files.rows()
    assert files.reads == 1
