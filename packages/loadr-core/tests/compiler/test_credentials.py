"""`auth` of a plan: what each type puts on a request."""

import pytest

from loadr_config.models import BasicAuth, BearerAuth, DigestAuth, NoAuth
from loadr_core.compiler.credentials import authorization, challenged
from loadr_core.spi import Scope, VuContext
from loadr_core.templating import TextCompiler

TEXT = TextCompiler({}, {}, {"token": "s3cret"}).compile


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.variables = {"user": "j\u00f6", "token": "t"}
    return scope


@pytest.mark.parametrize(
    ("auth", "value", "fixed"),
    [
        (
            BasicAuth(type="basic", username="Aladdin", password="open sesame"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            True,
        ),
        (BasicAuth(type="basic", username="${user}"), "Basic asO2Og==", False),
        (BearerAuth(type="bearer", token="${secrets.token}"), "Bearer s3cret", True),
        (BearerAuth(type="bearer", token="${token}"), "Bearer t", False),
    ],
)
def test_a_field(scope, auth, value, fixed):
    text = authorization(auth, TEXT)
    assert (text.static is not None) is fixed
    assert text.render(scope) == value
    assert challenged(auth, TEXT) is None


def test_answers_to_challenges(scope):
    auth = DigestAuth(type="digest", username="${user}", password="p")
    assert authorization(auth, TEXT) is None
    found = challenged(auth, TEXT)
    assert (found.username.render(scope), found.password.static) == ("j\u00f6", "p")


@pytest.mark.parametrize("auth", [None, NoAuth(type="none")])
def test_none(auth):
    assert authorization(auth, TEXT) is None
    assert challenged(auth, TEXT) is None


# What is nearer to the request counts: its field, its auth, the defaults' field, their auth.
NEARNESS = [
    ({"auth": {"type": "bearer", "token": "default"}}, {}, "Bearer default"),
    (
        {"auth": {"type": "bearer", "token": "default"}},
        {"auth": {"type": "bearer", "token": "own"}},
        "Bearer own",
    ),
    ({"auth": {"type": "bearer", "token": "default"}}, {"auth": {"type": "none"}}, None),
    ({"auth": {"type": "bearer", "token": "default"}, "headers": {"authorization": "field"}}, {}, None),
    ({"headers": {"authorization": "field"}}, {"auth": {"type": "bearer", "token": "own"}}, "Bearer own"),
    (
        {},
        {"auth": {"type": "bearer", "token": "own"}, "headers": {"authorization": "own field"}},
        "own field",
    ),
]


@pytest.mark.parametrize(("defaults", "request_", "value"), NEARNESS)
def test_what_is_nearer_counts(run_plan, scenario, defaults, request_, value):
    flow = [{"request": {"url": "/", **request_}}]
    plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=1)
    done = run_plan({**plan, "defaults": {"http": {"base_url": "fake://t", **defaults}}})
    (sent,) = done.handler.sent
    found = [text for name, text in sent.headers.items() if name.lower() == "authorization"]
    assert found == ([] if value is None else [value])
