import pytest

from loadr_protocols.ws.matching import Matching


def test_without_a_key_the_oldest_is_answered_first():
    matching = Matching(None)
    matching.sent(b"a", 1.0)
    matching.sent(b"b", 2.0)
    assert [matching.answered(b"x") for _ in range(3)] == [1.0, 2.0, None]


@pytest.mark.parametrize(
    ("answers", "sent_at"), [(["b", "a"], [2.0, 1.0]), (["c"], [None]), (["a", "a", "a"], [1.0, 3.0, None])]
)
def test_with_a_key_equal_ones_belong_together(answers, sent_at):
    matching = Matching(lambda message: message[:1] or None)
    for message, at in [(b"a1", 1.0), (b"b1", 2.0), (b"a2", 3.0), (b"", 4.0)]:
        matching.sent(message, at)
    assert [matching.answered(answer.encode()) for answer in answers] == sent_at
