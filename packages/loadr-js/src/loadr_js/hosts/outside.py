"""What a script is told that asks `k6/execution` where there is nothing to tell; the words are k6's."""

from typing import Final, NoReturn

from loadr_js.runtime.outcomes import HostError

_WORDS: Final = {
    "fail": "execution.test.fail() called outside of VU context",
    "instance": "getting instance information in the init context is not supported",
    "options": "getting test options in the init context is not supported",
    "socket": "using websockets in the init context is not supported",
    "secret": "getting secrets in the init context is not supported",
    "scenario": "getting scenario information outside of the VU context is not supported",
    "vu": "getting VU information in the init context is not supported",
}


def refuse(topic: str, *_given: object) -> NoReturn:
    """Refuse.

    Raises:
        HostError: always.
    """
    raise HostError(_WORDS[topic])


def refuse_abort(reason: str) -> NoReturn:
    """End a script whose top level aborts the test.

    Raises:
        HostError: always.
    """
    raise HostError(f"test aborted: {reason or 'no reason given'}")
