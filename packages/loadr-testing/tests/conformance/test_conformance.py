"""The suites accept what behaves, and each of their tests refuses what does not."""

import asyncio

import pytest

from loadr_config.models import Request
from loadr_core.spi import CompileError, Output, PlanPart
from loadr_testing.conformance import (
    AssertionConformance,
    ChecksConformance,
    ExtractorConformance,
    OutputConformance,
    ProtocolConformance,
)
from loadr_testing.fakes import (
    Answer,
    RememberingOutput,
    fake_assertion,
    fake_checks,
    fake_extractor,
    fake_protocol,
    use_context,
)


def answer(request):
    if "dead" in request.url:
        return Answer(status=0, seconds=0.0, error_kind="connection_refused")
    return Answer(seconds=0.0, body=b"ok", headers={"content-type": "text/plain"})


class FakeConformance(ProtocolConformance):
    handler_class = fake_protocol(answer)

    def url(self):
        return "fake://target/"

    def dead_url(self):
        return "fake://dead/"


class TestFakeProtocol(FakeConformance):
    pass


class TestRememberingOutput(OutputConformance):
    output_class = RememberingOutput

    def check(self, output, folder):
        assert (len(output.batches), len(output.snapshots)) == (3, 2)
        assert output.summary.name == "conformance"


def broken(rule):
    """The suite over a protocol that answers by another rule."""

    class Broken(FakeConformance):
        handler_class = fake_protocol(rule)

    return Broken()


def raises(request):
    raise OSError("no route")


@pytest.mark.parametrize(
    ("rule", "test"),
    [
        (lambda _: Answer(status=500, seconds=0.0), "test_a_success_is_expected_and_measured"),
        (lambda _: Answer(seconds=0.0, headers={"X-Upper": "1"}), "test_a_success_is_expected_and_measured"),
        (
            lambda _: Answer(status=0, error_kind="whatever"),
            "test_a_dead_target_is_a_response_not_an_exception",
        ),
        (lambda _: Answer(seconds=0.0), "test_a_dead_target_is_a_response_not_an_exception"),
        (lambda _: Answer(status=0, error_kind="dns"), "test_a_session_serves_request_after_request"),
    ],
    ids=["unexpected status", "upper-case header", "unknown kind", "dead target answers", "never succeeds"],
)
def test_the_suite_refuses_a_protocol_that_misbehaves(rule, test):
    with pytest.raises(AssertionError):
        getattr(broken(rule), test)()


def test_the_suite_refuses_a_protocol_that_raises():
    with pytest.raises(OSError, match="no route"):
        broken(raises).test_a_dead_target_is_a_response_not_an_exception()


def test_the_suite_refuses_an_output_with_coroutines():
    class Wrong(RememberingOutput):
        async def add_samples(self, batch):
            await asyncio.sleep(0)

    class Suite(OutputConformance):
        output_class: type[Output] = Wrong

    with pytest.raises(AssertionError):
        Suite().test_taking_samples_returns_nothing()


def no_bodies(part, context):
    if part.value.body is not None:
        yield part.finding("a fake request has no body", below=("body",))


class FakeChecksConformance(ChecksConformance):
    extension = fake_checks(no_bodies)

    def right(self):
        return [PlanPart("protocols", "fake", ("a",), Request(url="fake://x"))]

    def wrong(self):
        return [PlanPart("protocols", "fake", (name,), Request(url="x", body="y")) for name in "bc"]


class TestFakeChecks(FakeChecksConformance):
    pass


@pytest.mark.parametrize(
    ("rule", "test"),
    [
        (lambda part, _: [part.finding("no")], "test_what_is_right_is_not_complained_about"),
        (lambda part, _: (), "test_every_mistake_is_found_at_its_part"),
        (lambda part, _: [part.finding("A sentence.")], "test_every_mistake_is_found_at_its_part"),
    ],
    ids=["false alarm", "silent", "full stop"],
)
def test_the_suite_refuses_checks_that_misbehave(rule, test):
    class Broken(FakeChecksConformance):
        extension = fake_checks(rule)

    with pytest.raises(AssertionError):
        getattr(Broken(), test)()


def test_the_suite_refuses_checks_that_remember():
    asked = []

    def only_once(part, context):
        asked.append(part)
        return [part.finding("twice")] if asked.count(part) > 1 else []

    class Broken(FakeChecksConformance):
        extension = fake_checks(only_once)

    with pytest.raises(AssertionError):
        Broken().test_checking_twice_says_the_same()


def test_the_suite_wants_the_ability_without_an_object():
    class Broken(FakeChecksConformance):
        extension = object()

    with pytest.raises(AssertionError):
        Broken().test_it_has_the_ability()


def words(content, options):
    return [word for word in content.text.split() if word.startswith(options["start"])]


class FakeExtractorConformance(ExtractorConformance):
    extractor_class = fake_extractor(words)

    def options(self):
        return {"start": "a"}

    def present(self):
        return b"an apple and a pear"

    def absent(self):
        return b"pears"


class TestFakeExtractor(FakeExtractorConformance):
    pass


class FakeAssertionConformance(AssertionConformance):
    assertion_class = fake_assertion(lambda content, options: options["word"] in content.text)

    def options(self):
        return {"word": "pear"}

    def good(self):
        return b"a pear"

    def bad(self):
        return b"an apple"


class TestFakeAssertion(FakeAssertionConformance):
    pass


def remembering():
    seen = []

    def rule(content, options):
        seen.append(content.text)
        return seen

    return rule


@pytest.mark.parametrize(
    ("rule", "needs_body", "test"),
    [
        (lambda _content, _options: iter(["a"]), True, "test_what_is_there_is_found"),
        (lambda _content, _options: [], True, "test_what_is_there_is_found"),
        (lambda _content, _options: [object()], True, "test_what_is_there_is_found"),
        (lambda _content, _options: ["a"], True, "test_nothing_is_an_empty_sequence"),
        (remembering(), True, "test_one_object_serves_all_users"),
        (words, False, "test_it_says_whether_it_reads_the_body"),
    ],
    ids=["an iterator", "nothing", "no JSON", "always something", "a memory", "a lie about the body"],
)
def test_the_suite_refuses_an_extractor_that_misbehaves(rule, needs_body, test):
    class Suite(FakeExtractorConformance):
        extractor_class = fake_extractor(rule, needs_body=needs_body)

    with pytest.raises(AssertionError):
        getattr(Suite(), test)()


@pytest.mark.parametrize("suite", [FakeExtractorConformance, FakeAssertionConformance])
def test_the_suite_refuses_a_plugin_that_takes_wrong_options(suite):
    class Suite(suite):
        def wrong_options(self):
            return [{"nonsense": 1}]

    with pytest.raises(AssertionError, match="are not refused"):
        Suite().test_wrong_options_are_refused_before_a_run()


def test_the_suite_takes_a_plugin_that_refuses_them():
    class Strict(fake_extractor(words)):
        def __init__(self, context):
            super().__init__(context)
            if "start" not in context.options:
                raise CompileError("needs a start")

    class Suite(FakeExtractorConformance):
        extractor_class = Strict

        def wrong_options(self):
            return [{}]

    Suite().test_wrong_options_are_refused_before_a_run()


def test_the_suite_refuses_an_extractor_that_fails_on_senseless_bodies():
    class Suite(FakeExtractorConformance):
        extractor_class = fake_extractor(lambda content, _options: [content.text[0]])

    with pytest.raises(IndexError):
        Suite().test_a_body_that_makes_no_sense_is_nothing_or_a_reason()


@pytest.mark.parametrize(
    ("rule", "options", "test"),
    [
        (lambda content, options: "yes", {"called": "x"}, "test_it_judges"),
        (lambda content, options: True, {"called": "x"}, "test_it_judges"),
        (lambda content, options: True, {"called": " "}, "test_it_has_a_name"),
        (
            lambda content, options: bool(content.text),
            {"needs_body": False},
            "test_it_says_whether_it_reads_the_body",
        ),
    ],
    ids=["no boolean", "always true", "no name", "a lie about the body"],
)
def test_the_suite_refuses_an_assertion_that_misbehaves(rule, options, test):
    class Suite(FakeAssertionConformance):
        assertion_class = fake_assertion(rule, **options)

    with pytest.raises(AssertionError):
        getattr(Suite(), test)()


def test_options_are_values():
    context = use_context(config={"a": 1}, start="b")
    assert (context.options["start"].static, context.config) == ("b", {"a": 1})
