import pytest

from loadr_config.expressions import compile_condition, compile_expression, parse


def lookup(reference):
    """Variables of a dict, by the reference's text; None where there is none."""
    name = str(reference)[2:-1]
    return lambda subject: subject.get(name)


@pytest.fixture
def evaluate():
    return lambda source, **variables: compile_expression(parse(source), lookup)(variables)


@pytest.fixture
def holds():
    return lambda source, **variables: compile_condition(parse(source), lookup)(variables)
