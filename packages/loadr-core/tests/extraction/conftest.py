import json

import pytest
from pydantic import TypeAdapter

from loadr_config.models import Extractor
from loadr_core.extraction.compile import compile_extraction
from loadr_core.spi import Scope, VuContext
from loadr_core.templating import TextCompiler
from loadr_testing.fakes import Answer, FakeResponse

EXTRACTOR = TypeAdapter(Extractor)
TEXTS = TextCompiler({"fallback": "none", "word": "abc"}, {}, {})


@pytest.fixture
def scope():
    return Scope(VuContext(7, "main"), seed=42)


@pytest.fixture
def respond():
    """A response with a body (bytes, text, or anything else as JSON) and headers."""

    def make(body=b"", **headers):
        if isinstance(body, str):
            body = body.encode()
        elif not isinstance(body, bytes):
            body = json.dumps(body).encode()
        names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        return FakeResponse(Answer(body=body, headers=names), 1.0, 1.2)

    return make


@pytest.fixture
def compiled():
    """An entry of a plan's `extract` list, compiled."""

    def make(entry):
        def no_plugin(extractor):
            raise AssertionError(extractor)

        return compile_extraction(EXTRACTOR.validate_python(entry), TEXTS.compile, no_plugin)

    return make


@pytest.fixture
def extract(compiled, respond, scope):
    """Extract once: the value and the reason of a failure, of which one is `None`."""

    def run(entry, body=b"", *, variables=None, **headers):
        extraction = compiled(entry)
        scope.variables.update(variables or {})
        reason = extraction.take(respond(body, **headers), scope)
        return scope.variables.get(extraction.variable), reason

    return run
