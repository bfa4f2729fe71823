"""What every extractor and every assertion of a plugin must do, whatever it looks for."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from loadr_core.extraction import content_of
from loadr_core.spi import Assertion, CompileError, ContentError, Extractor, Scope, VuContext
from loadr_testing.fakes import Answer, FakeResponse, use_context

_Error = TypeVar("_Error", bound=Exception)

_SENSELESS = (b"", b"\x80\x81", b"\xff\xfe\x00\xd8 ", b"{", b"<", b"[" * 5000)
_JSON = (str, int, float, bool, list, dict, type(None))


def _response(body: bytes, headers: Mapping[str, str]) -> FakeResponse:
    return FakeResponse(Answer(body=body, headers=headers), 0.0, 0.1)


def _raised(kind: type[_Error], call: Callable[..., object], *arguments: object) -> _Error | None:
    """The error of one kind that a call raises, or `None`; any other error is let through."""
    try:
        call(*arguments)
    except kind as error:
        return error
    return None


class _Conformance(ABC):
    """What both suites need."""

    @abstractmethod
    def options(self) -> Mapping[str, Any]:
        """The entry's options as a plan would have them."""

    def wrong_options(self) -> Sequence[Mapping[str, Any]]:
        """Options that the plugin has to refuse before a run."""
        return ()

    def headers(self) -> Mapping[str, str]:
        """The headers of the responses, keys in lower case."""
        return {}

    @abstractmethod
    def make(self, options: Mapping[str, Any]) -> Extractor | Assertion:
        """The object of the class that is tested; the suites know how."""

    def test_wrong_options_are_refused_before_a_run(self) -> None:
        """By `CompileError`, whose message goes to the user."""
        for options in self.wrong_options():
            error = _raised(CompileError, self.make, options)
            assert error is not None, f"{options} are not refused"
            assert error.message, options


class ExtractorConformance(_Conformance):
    """Subclass as `TestMyExtractor`, set `extractor_class`, and override `options`, `present` and `absent`.

    Attributes:
        extractor_class: the extractor to test.
    """

    extractor_class: ClassVar[type[Extractor]]

    @abstractmethod
    def present(self) -> bytes:
        """A body in which something is found; of an extractor that reads no body anything."""

    @abstractmethod
    def absent(self) -> bytes | None:
        """A body in which nothing is found; `None` where there is no such body."""

    def make(self, options: Mapping[str, Any]) -> Extractor:
        """See `_Conformance.make`."""
        return self.extractor_class(use_context(**options))

    def find(self, extractor: Extractor, body: bytes) -> Sequence[Any]:
        """What an extractor finds in a body."""
        response = _response(body, self.headers())
        return extractor.find(response, content_of(response), Scope(VuContext(1, "conformance")))

    def test_what_is_there_is_found(self) -> None:
        """A sequence of JSON values, in the order of the response."""
        found = self.find(self.make(self.options()), self.present())
        assert isinstance(found, list | tuple), f"find gives {type(found).__name__}"
        assert found
        assert all(isinstance(value, _JSON) for value in found), found

    def test_nothing_is_an_empty_sequence(self) -> None:
        """The plan's default, or the failed request, follows from it."""
        body = self.absent()
        if body is not None:
            assert len(self.find(self.make(self.options()), body)) == 0

    def test_one_object_serves_all_users(self) -> None:
        """Nothing of one response is left for the next."""
        extractor = self.make(self.options())
        first = list(self.find(extractor, self.present()))
        if (body := self.absent()) is not None:
            self.find(extractor, body)
        assert list(self.find(extractor, self.present())) == first

    def test_a_body_that_makes_no_sense_is_nothing_or_a_reason(self) -> None:
        """`ContentError` with a reason; any other exception would be the plugin's bug."""
        extractor = self.make(self.options())
        for body in _SENSELESS:
            error = _raised(ContentError, self.find, extractor, body)
            assert error is None or error.reason, body

    def test_it_says_whether_it_reads_the_body(self) -> None:
        """Where nothing reads it, the body is not kept, and an extractor that lies would find nothing."""
        if not self.extractor_class.reads_body:
            extractor = self.make(self.options())
            assert list(self.find(extractor, b"")) == list(self.find(extractor, self.present()))


class AssertionConformance(_Conformance):
    """Subclass as `TestMyAssertion`, set `assertion_class`, and override `options`, `good` and `bad`.

    Attributes:
        assertion_class: the assertion to test.
    """

    assertion_class: ClassVar[type[Assertion]]

    @abstractmethod
    def good(self) -> bytes:
        """A body that passes."""

    @abstractmethod
    def bad(self) -> bytes | None:
        """A body that fails; `None` where no body makes a difference."""

    def make(self, options: Mapping[str, Any]) -> Assertion:
        """See `_Conformance.make`."""
        return self.assertion_class(use_context(**options))

    def holds(self, assertion: Assertion, body: bytes) -> bool:
        """What an assertion says of a body."""
        response = _response(body, self.headers())
        return assertion.holds(response, content_of(response), Scope(VuContext(1, "conformance")))

    def test_it_has_a_name(self) -> None:
        """It stands in the summary where the plan gives none."""
        name = self.make(self.options()).name
        assert isinstance(name, str)
        assert name.strip()

    def test_it_judges(self) -> None:
        """By True and False, and the same object again and again."""
        assertion = self.make(self.options())
        for _ in range(2):
            assert self.holds(assertion, self.good()) is True
            if (body := self.bad()) is not None:
                assert self.holds(assertion, body) is False

    def test_a_body_that_makes_no_sense_is_judged_or_has_a_reason(self) -> None:
        """`ContentError` with a reason; any other exception would be the plugin's bug."""
        assertion = self.make(self.options())
        for body in _SENSELESS:
            error = _raised(ContentError, self.holds, assertion, body)
            assert error is None or error.reason, body

    def test_it_says_whether_it_reads_the_body(self) -> None:
        """Where nothing reads it, the body is not kept."""
        if not self.assertion_class.reads_body:
            assertion = self.make(self.options())
            assert self.holds(assertion, b"") == self.holds(assertion, self.good())
