"""The suites accept what behaves, and each of their tests refuses what does not."""

import asyncio

import pytest

from loadr_config.models import Request
from loadr_core.spi import Output, PlanPart
from loadr_testing.conformance import ChecksConformance, OutputConformance, ProtocolConformance
from loadr_testing.fakes import Answer, RememberingOutput, fake_checks, fake_protocol


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
