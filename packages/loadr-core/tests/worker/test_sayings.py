"""What scripts say in a worker."""

import logging

import pytest

from loadr_core.spi import SCRIPT_LOG
from loadr_core.worker.messages import Said
from loadr_core.worker.sayings import MOST_A_SECOND, send_what_scripts_say


@pytest.fixture
def saying():
    """The script's logger, what it has sent, and the time."""
    log = logging.getLogger(SCRIPT_LOG)
    before = log.level, log.propagate, list(log.handlers)
    sent, time = [], [0.0]
    log.handlers = []
    handler = send_what_scripts_say(sent.append, lambda: time[0], logging.INFO)
    yield log, sent, time, handler
    log.level, log.propagate, log.handlers = before


def test_lines_are_sent_with_their_level(saying):
    log, sent, _, _ = saying
    log.info("%s said %%s", "ann")
    log.error("no")
    log.debug("nobody reads this")
    assert sent == [Said(logging.INFO, "ann said %s"), Said(logging.ERROR, "no")]


def test_a_script_that_says_too_much_is_cut_short_each_second(saying):
    log, sent, time, handler = saying
    for _ in range(MOST_A_SECOND + 7):
        log.info("again")
    assert len(sent) == MOST_A_SECOND
    time[0] = 1.5
    log.info("later")
    assert [said.text for said in sent[MOST_A_SECOND:]] == [
        "7 more lines of the script are not shown: more than 1,000 a second",
        "later",
    ]
    handler.tell_left_out()
    assert len(sent) == MOST_A_SECOND + 2


def test_what_was_left_out_last_is_told_at_the_end(saying):
    log, sent, _, handler = saying
    for _ in range(MOST_A_SECOND + 1):
        log.info("again")
    handler.tell_left_out()
    assert sent[-1].text.startswith("1 more lines")
