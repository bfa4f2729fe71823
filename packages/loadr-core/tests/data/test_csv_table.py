"""CSV files by row number, with Python's csv module as the oracle."""

import codecs
import csv
import io
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loadr_config.models import CsvSource
from loadr_core.data.csv_rows import CsvRows
from loadr_core.data.csv_table import CsvTable
from loadr_core.data.errors import RowError, SourceError
from loadr_core.data.row_index import ScanError

# Whatever is special to CSV, often; whatever is not, seldom.
CSV_TEXT = st.text(alphabet=st.sampled_from('aé€😀\0 ,;"\n\r'), max_size=80) | st.text(
    alphabet=st.characters(exclude_categories=["Cs"]), max_size=40
)
DELIMITERS = st.sampled_from([",", ";", "\t", "§", "€"])
ENCODINGS = st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"])


def is_closed(text, delimiter):
    """Whether all quotes are closed, found out letter by letter."""
    state = "begin"
    for letter in text:
        if state == "inside":
            state = "after" if letter == '"' else "inside"
        elif letter == '"' and state in ("begin", "after"):
            state = "inside"
        elif letter in ("\n", "\r", delimiter):
            state = "begin"
        else:
            state = "letters"
    return state != "inside"


def rows_of(text, delimiter=","):
    """The rows by the csv module, each with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, line = [], 1
    for values in reader:
        if values:
            rows.append((line, values))
        line = reader.line_num + 1
    return rows


@pytest.fixture
def table(tmp_path):
    """Open a table of a content; bytes are written as they are."""

    def make(content, chunk=1 << 20, block=1024, **keys):
        (tmp_path / "rows.csv").write_bytes(content.encode() if isinstance(content, str) else content)
        return CsvTable(CsvSource(path="rows.csv", **keys), tmp_path, chunk, block)

    return make


def values_of(found):
    return [tuple(found.row(number).values()) for number in range(len(found))]


# ------------------------------------------------------------ laws


@settings(max_examples=300, deadline=None)
@given(CSV_TEXT, DELIMITERS, ENCODINGS, st.integers(1, 9), st.integers(1, 60), st.randoms())
def test_rows_are_those_of_the_csv_module(tmp_path_factory, text, delimiter, encoding, chunk, block, random):
    text = text.lstrip("\ufeff")
    folder = tmp_path_factory.mktemp("csv")
    (folder / "rows.csv").write_bytes(text.encode(encoding))
    source = CsvSource(path="rows.csv", delimiter=delimiter, encoding=encoding, has_header=False)
    chunk *= 1 if encoding == "utf-8" else 2
    expected = rows_of(text, delimiter)
    if not is_closed(text, delimiter) or not expected:
        with pytest.raises(
            SourceError, match="has no rows" if is_closed(text, delimiter) else "never closed"
        ):
            CsvTable(source, folder, chunk, block)
        return
    found = CsvTable(source, folder, chunk, block)
    assert len(found) == len(expected)
    width = len(expected[0][1])
    for number in random.choices(range(len(expected)), k=6):
        line, values = expected[number]
        assert found.place(number) == f"rows.csv line {line}"
        if len(values) == width:
            assert list(found.row(number).values()) == values
        else:
            with pytest.raises(RowError, match=rf"line {line}: {len(values)} values? for {width} column"):
                found.row(number)
    found.close()


@settings(max_examples=200, deadline=None)
@given(CSV_TEXT, st.integers(1, 20))
@example('"' * 9 + "\n", 2)
@example("\r" * 9, 2)
@example('a""""\r\n""\r', 3)
def test_the_index_does_not_depend_on_chunks(text, chunk):
    content = text.encode()

    def found(size):
        rows = []
        try:
            for part in CsvRows(b",").find(lambda at, n: content[at : at + n], 0, len(content), size):
                rows += zip(part.offsets.tolist(), part.lines_of(part.offsets).tolist(), strict=True)
        except ScanError as error:
            rows.append((error.line, error.message))
        return rows

    assert found(chunk) == found(1 << 20)


# ------------------------------------------------------------ tables


@pytest.mark.parametrize(
    ("content", "keys", "expected"),
    [
        ("a,b\n1,2\n3,4\n", {}, [("1", "2"), ("3", "4")]),
        ("a,b\n1,2\n3,4", {}, [("1", "2"), ("3", "4")]),
        ("a,b\r\n1,2\r\n\r\n3,4\r\n", {}, [("1", "2"), ("3", "4")]),
        ("a,b\r1,2\r3,4\r", {}, [("1", "2"), ("3", "4")]),
        ("\n\na,b\n\n1,2\n\n\n3,4\n\n", {}, [("1", "2"), ("3", "4")]),
        ('a,b\n"1\n2","3 ""4"""\n', {}, [("1\n2", '3 "4"')]),
        ('a,b\n"1\r\n2",\n', {}, [("1\r\n2", "")]),
        ('a,b\n5" disk,"x"y\n', {}, [('5" disk', "xy")]),
        ('a\n""\n', {}, [("",)]),
        (" a , b \n 1 , 2 \n", {}, [(" 1 ", " 2 ")]),
        ("a;b\n1;2,5\n", {"delimiter": ";"}, [("1", "2,5")]),
        ("a\tb\n1\t2\n", {"delimiter": "\\t"}, [("1", "2")]),
        ("1,2\n3,4\n", {"has_header": False}, [("1", "2"), ("3", "4")]),
        (codecs.BOM_UTF8 + b"a\n1\n", {}, [("1",)]),
        ('\ufeffa,b\r\n"é,\r\n€","😀"\r\n'.encode("utf-16-le"), {}, [("é,\r\n€", "😀")]),
        ("\ufeffa§b\n1§2\n".encode("utf-16-be"), {"delimiter": "§"}, [("1", "2")]),
        ("a\né\n".encode("latin-1"), {"encoding": "latin-1"}, [("é",)]),
        ("a\n€\n".encode("cp1252"), {"encoding": "cp1252"}, [("€",)]),
        ("a,b\n你好,世界\n".encode("gb18030"), {"encoding": "gb18030"}, [("你好", "世界")]),
        ("a\nx\0y\n", {}, [("x\0y",)]),
        ("a\n" + "x" * 300_000 + "\n", {}, [("x" * 300_000,)]),
    ],
    ids=[
        "plain",
        "no last line break",
        "CRLF",
        "CR",
        "blank lines",
        "quotes",
        "a line break in quotes",
        "stray quotes",
        "an empty value in quotes",
        "white space",
        "semicolons",
        "tabs",
        "no header",
        "a byte order mark",
        "UTF-16",
        "a delimiter beyond ASCII",
        "latin-1",
        "cp1252",
        "gb18030",
        "a zero byte",
        "a long value",
    ],
)
@pytest.mark.parametrize("block", [1, 1024], ids=["small blocks", "one block"])
def test_values(table, content, keys, expected, block):
    found = table(content, block=block, **keys)
    assert values_of(found) == expected
    assert found.is_text
    found.close()


@pytest.mark.parametrize(
    ("keys", "columns"),
    [({}, ("name", "first name")), ({"has_header": False}, ("col0", "col1"))],
    ids=["header", "no header"],
)
def test_columns(table, keys, columns):
    found = table("name, first name\nann,a\n", **keys)
    assert found.columns == columns
    assert found.row(len(found) - 1) == dict(zip(columns, ("ann", "a"), strict=True))


@pytest.mark.parametrize(
    ("content", "keys", "message"),
    [
        ("", {}, '"rows.csv" has no rows'),
        ("\n\r\n", {}, '"rows.csv" has no rows'),
        ("a,b\n", {}, '"rows.csv" has a header but no rows'),
        ("a,b,a\n1,2,3\n", {}, '"rows.csv" has the column "a" twice'),
        ('a\n1\n"2\n3\n', {}, '"rows.csv" line 3: a quote is never closed'),
        ("\ufeffab".encode("utf-16-le") + b"\n", {}, "line 1: the file ends within a character"),
        ("name\nx".encode("utf-16-le"), {}, "set encoding: utf-16-le"),
        ("né\nx\n".encode("latin-1"), {}, "rows.csv line 1: not utf-8"),
        (codecs.BOM_UTF8 + b"a\n1\n", {"encoding": "latin-1"}, "byte order mark of utf-8"),
    ],
    ids=str,
)
def test_what_is_no_table_is_refused_with_the_reason(table, content, keys, message):
    with pytest.raises(SourceError) as refused:
        table(content, **keys)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("opening", "message"),
    [
        (b'a\n1\n"', "line 3: a quote is not closed within 16 MiB"),
        (b"a\n1\n", "line 3: no line ends within 16 MiB"),
    ],
    ids=["a quote", "a line"],
)
def test_what_never_ends_is_not_read_to_its_end(table, opening, message):
    with pytest.raises(SourceError, match=message):
        table(opening + b"x" * (17 << 20))


@pytest.mark.parametrize("block", [1, 10, 4096])
def test_a_ragged_row_is_told_with_its_line_and_hurts_nobody_else(table, block):
    lines = ["a,b", *(f"{number},x" for number in range(200)), "short", "1,2,3", '"long\n",y', "", "z,1"]
    found = table("\n".join(lines), block=block)
    assert dict(found.row(199)) == {"a": "199", "b": "x"}
    with pytest.raises(RowError, match=r"^rows.csv line 202: 1 value for 2 columns$"):
        found.row(200)
    with pytest.raises(RowError, match=r"^rows.csv line 203: 3 values for 2 columns$"):
        found.row(201)
    assert dict(found.row(202)) == {"a": "long\n", "b": "y"}
    assert dict(found.row(203)) == {"a": "z", "b": "1"}
    assert found.place(203) == "rows.csv line 207"


@pytest.mark.parametrize(
    ("content", "encoding", "line"),
    [
        (b"a\nok\n" + b"\xe9\xff\n" + b'"\xff\n"\n' + b"fine\n", None, 3),
        (
            "\ufeffa\nok\n".encode("utf-16-le")
            + b"\x00\xd8\n\0"
            + b'"\0\x00\xd8\n\0"\0\n\0'
            + "fine\n".encode("utf-16-le"),
            None,
            3,
        ),
    ],
    ids=["utf-8", "utf-16"],
)
def test_bytes_that_are_no_text_break_their_row_only(table, content, encoding, line):
    found = table(content, encoding=encoding)
    assert found.row(0) == {"a": "ok"}
    assert found.row(3) == {"a": "fine"}
    for number in (1, 2):
        with pytest.raises(
            RowError, match=rf"^rows.csv line {line + number - 1}: not utf-(8|16-le); set the encoding"
        ):
            found.row(number)


def test_a_value_that_is_missing_is_told_with_the_line(table):
    row = table("a\n1\n").row(0)
    with pytest.raises(RowError, match=r'^rows.csv line 2 has no "b"$'):
        _ = row["b"]


# ------------------------------------------------------------ files that do not stay


def _append(path):
    with path.open("a") as file:
        file.write("5,6\n")


def _truncate(path):
    os.truncate(path, 10)


def _overwrite(path):
    status = path.stat()
    path.write_bytes(b"x" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


@pytest.mark.parametrize("change", [_append, _truncate, _overwrite])
def test_a_file_that_is_written_to_is_noticed(table, tmp_path, change):
    found = table("a,b\n" + "1,2\n" * 1000, block=8)
    assert found.row(0) == {"a": "1", "b": "2"}
    change(tmp_path / "rows.csv")
    with pytest.raises(RowError, match=r'^"rows.csv" was changed after it had been opened for the run$'):
        found.row(900)
    assert found.place(900) == "rows.csv"


@pytest.mark.parametrize("replace", [False, True], ids=["deleted", "replaced"])
def test_a_file_that_is_gone_stays_readable(table, tmp_path, replace):
    found = table("a\n" + "1\n" * 1000, block=8)
    if replace:
        (tmp_path / "other").write_text("b\n2\n")
        (tmp_path / "other").rename(tmp_path / "rows.csv")
    else:
        (tmp_path / "rows.csv").unlink()
    assert found.row(900) == {"a": "1"}


def test_files_that_cannot_be_read_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name, reason in [
        ("none.csv", "No such file"),
        ("folder.csv", "no regular file"),
        ("pipe.csv", "no regular file"),
        ("a\0b", "null"),
    ]:
        with pytest.raises(SourceError, match=reason):
            CsvTable(CsvSource(path=name), tmp_path)
