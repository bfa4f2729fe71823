import asyncio

import pytest

from loadr_core.spi import OutputContext, OutputError
from loadr_outputs.delivery import UnavailableError
from loadr_outputs.files import JsonLines
from loadr_outputs.files.blocks import BlockFile
from loadr_testing.conformance.output import sample_batch, summary


def make(folder, path):
    return JsonLines(OutputContext({"path": path}, folder, "run"))


def test_a_block_that_fails_in_the_middle_is_taken_back(tmp_path, monkeypatch):
    file = BlockFile(tmp_path / "f")
    file.open()
    file.append(b"first\n")
    write = BlockFile.append.__globals__["os"].write
    attempts = iter([3, OSError(28, "No space left on device")])

    def failing(descriptor, view):
        match next(attempts):
            case int(count):
                return write(descriptor, view[:count])
            case error:
                raise error

    monkeypatch.setattr("os.write", failing)
    with pytest.raises(UnavailableError, match="No space left on device"):
        file.append(b"second\n")
    monkeypatch.undo()
    file.append(b"second\n")
    file.close()
    assert (tmp_path / "f").read_bytes() == b"first\nsecond\n"


def test_a_full_device_loses_everything_and_says_how_much(tmp_path):
    async def live():
        output = make(tmp_path, "/dev/full")
        output.patience = 0.0
        await output.start()
        output.add_samples(sample_batch(5))
        with pytest.raises(OutputError, match=r"5 of 5 samples were lost: /dev/full cannot be written"):
            await output.stop(summary())
        return output.books()

    books = asyncio.run(live())
    assert (books.taken, books.written, books.lost) == (5, 0, 5)


@pytest.mark.parametrize(
    ("path", "message"),
    [("no/such/folder.jsonl", "cannot be written: No such file"), ("", "json needs a path")],
)
def test_a_file_that_cannot_be_made_refuses_the_run(path, message, tmp_path):
    with pytest.raises(OutputError, match=message):
        asyncio.run(make(tmp_path, path).start())


def test_an_output_that_never_started_stops_quietly(tmp_path):
    output = make(tmp_path, "f.jsonl")
    asyncio.run(output.stop(summary()))
    assert output.books().taken == 0
