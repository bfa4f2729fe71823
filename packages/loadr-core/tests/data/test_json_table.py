"""JSON files by row number: parsed whole when they are small, through an index when they are large."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_config.models import JsonSource
from loadr_core.data.errors import RowError, SourceError
from loadr_core.data.json_table import open_json

LARGE = {"small": 0}

# Strings full of what the scan has to tell from brackets.
TEXTS = st.text(alphabet=st.sampled_from('a"\\{}[],: \né😀'), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
ROWS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), min_size=1, max_size=6)


@pytest.fixture
def table(tmp_path):
    def make(content, **limits):
        (tmp_path / "rows.json").write_bytes(content.encode() if isinstance(content, str) else content)
        return open_json(JsonSource(path="rows.json"), tmp_path, **limits)

    return make


def rows_of(found):
    return [dict(found.row(number)) for number in range(len(found))]


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from([None, 1]), st.booleans(), st.integers(1, 12), st.integers(1, 60))
def test_large_files_give_the_rows_that_the_json_module_reads(
    tmp_path_factory, rows, indent, escaped, chunk, block
):
    folder = tmp_path_factory.mktemp("json")
    text = json.dumps(rows, indent=indent, ensure_ascii=escaped)
    (folder / "rows.json").write_text(text, encoding="utf-8")
    found = open_json(JsonSource(path="rows.json"), folder, small=0, chunk=chunk, block=block)
    assert rows_of(found) == rows
    assert [found.row(number) for number in reversed(range(len(rows)))] == rows[::-1]
    if indent:
        lines = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith(" {")]
        assert [found.place(number) for number in range(len(rows))] == [
            f"rows.json line {line}" for line in lines
        ]
    found.close()


@pytest.mark.parametrize("limits", [{}, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[{"a": 1}]', [{"a": 1}]),
        ('\ufeff [ {"a": [1, {"b": "]}"}]} , {"a": null} ] \n', [{"a": [1, {"b": "]}"}]}, {"a": None}]),
        ('[{"a": 123456789012345678901234567890}]', [{"a": 123456789012345678901234567890}]),
        ('[{"a": "1234567890123456789012345"}]', [{"a": "1234567890123456789012345"}]),
        ('[{"a": "\\u00e9\\\\"}, {"a": "\\""}]', [{"a": "é\\"}, {"a": '"'}]),
        ("[{}]", [{}]),
        ('[{"a":1},{"b":2}]', [{"a": 1}, {"b": 2}]),
    ],
    ids=["plain", "a byte order mark", "a long integer", "digits", "escapes", "an empty row", "other keys"],
)
def test_values(table, content, expected, limits):
    assert rows_of(table(content, **limits)) == expected


@pytest.mark.parametrize("limits", [{}, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "rows.json"),
        ("{}", "not an array of objects"),
        ('{"a": [{}]}', "not an array of objects"),
        ("1", "not an array of objects"),
        ("[]", "has no rows"),
        (" [ ] ", "has no rows"),
        ("[1, 2]", "object"),
        ('["x"]', "object"),
        ('[1, {"a": 1}]', "object"),
        ('[[{"a": 1}]]', "object"),
        ('[{"a": 1}', "line 1"),
        ('[{"a": 1},\n{"a": "', "line 2"),
        ('[{"a": 1}]\n]', "line 2"),
        ('[{"a": 1}]\n{}', "line 2"),
    ],
    ids=str,
)
def test_what_is_no_array_of_objects_is_refused(table, content, message, limits):
    with pytest.raises(SourceError, match=r"rows\.json") as refused:
        table(content, **limits)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"a": 1},\n{"a": x}]', '"rows.json" line 2: '),
        ('[{"a": 1}, 7]', '"rows.json" row 2 is not an object'),
        ('[{"a": NaN}]', '"rows.json" line 1'),
        ('[{"a": 1234567890123456789012, "b": NaN}]', '"rows.json" is no JSON: NaN'),
        (b'[{"a": "\xff"}]', '"rows.json" is not UTF-8'),
        ('[{"a": 1}]'.encode("utf-16-le"), "set encoding: utf-16-le"),
        ("[" * 3000, "rows.json"),
    ],
    ids=["syntax", "a number", "NaN", "NaN and a long integer", "no text", "UTF-16", "nesting"],
)
def test_small_files_are_judged_whole(table, content, message):
    with pytest.raises(SourceError) as refused:
        table(content)
    assert message in str(refused.value)


def test_a_small_file_may_be_utf_16_and_a_large_one_not(table):
    content = '\ufeff[{"a": "é"}]'.encode("utf-16-le")
    assert rows_of(table(content)) == [{"a": "é"}]
    with pytest.raises(SourceError, match=r'"rows.json" is UTF-16-LE: JSON above 0 MiB must be UTF-8'):
        table(content, **LARGE)


@pytest.mark.parametrize("block", [1, 4096], ids=["a row a block", "one block"])
def test_a_broken_row_of_a_large_file_hurts_nobody_else(table, block):
    broken = ['{"a": x}', '{"a": 1]', '{"a": 1}, 5', '{"a": "\udcff"}']
    lines = ['{"a": 0}', *broken, '{"a": 9}']
    content = ("[\n" + ",\n".join(lines) + "\n]").encode("utf-8", "surrogateescape")
    found = table(content, small=0, block=block)
    assert (found.row(0), found.row(5)) == ({"a": 0}, {"a": 9})
    for number in range(1, 5):
        with pytest.raises(RowError, match=rf"^rows.json line {number + 2}: "):
            found.row(number)


def test_a_row_that_never_ends_is_not_read_to_its_end(table):
    with pytest.raises(SourceError, match="line 2: no row ends within 16 MiB"):
        table('[{"a": 1},\n{"a": "' + "x" * (17 << 20) + '"}]')


def test_a_missing_column_is_told_with_its_place(table):
    for limits, place in [({}, "rows.json row 2"), (LARGE, "rows.json line 2")]:
        row = table('[{"a": 1},\n{"b": 1}]', **limits).row(1)
        with pytest.raises(RowError, match=f'^{place} has no "a"$'):
            _ = row["a"]


def test_a_file_that_is_written_to_is_noticed(table, tmp_path):
    found = table("[" + ",".join(['{"a": 1}'] * 100) + "]", small=0, block=8)
    assert found.row(0) == {"a": 1}
    with (tmp_path / "rows.json").open("a") as file:
        file.write(" ")
    with pytest.raises(RowError, match="was changed after it had been opened for the run"):
        found.row(50)
    assert found.place(50) == "rows.json"
