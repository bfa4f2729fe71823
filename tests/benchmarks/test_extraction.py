"""The cases of the benchmark `extraction` find what their plain calls find."""

import pytest
from benchmarks import extraction

from loadr_core.extraction.compile import compile_extraction
from loadr_core.spi import Scope, VuContext
from loadr_testing.fakes import Answer, FakeResponse


@pytest.mark.parametrize("case", extraction.cases(), ids=lambda case: case.name)
def test_both_columns_find_the_same(case):
    scope = Scope(VuContext(1, "main"))
    headers = {"x-id": "7", "content-type": extraction.CONTENT_TYPES[case.body]}
    response = FakeResponse(Answer(body=case.body, headers=headers), 0.0, 0.1)
    for entry in case.entry:
        taken = compile_extraction(
            extraction._EXTRACTOR.validate_python(entry), extraction._TEXTS.compile, None
        )
        assert taken.take(response, scope) is None
    plain = case.plain()
    assert scope.variables["v"] == (plain[-1] if isinstance(plain, list) else plain)


def test_the_gated_case_is_there():
    assert extraction.GATED in [case.name for case in extraction.cases()]
