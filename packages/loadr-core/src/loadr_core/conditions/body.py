"""`body_contains {value, negate}`."""

from loadr_config.models import BodyContainsCondition
from loadr_core.conditions.condition import Condition
from loadr_core.spi.text import Text


def compile_body_contains(condition: BodyContainsCondition, value: Text) -> Condition:
    """The value is searched for as UTF-8 bytes: the body is never decoded for it."""
    negate = condition.negate
    name = condition.name or f"body {'does not contain' if negate else 'contains'} {value.source!r}"
    if value.static is not None:
        needle = value.static.encode()
        return Condition(
            name, lambda response, _scope: (needle in response.body) is not negate, reads_body=True
        )
    return Condition(
        name,
        lambda response, scope: (value.render(scope).encode() in response.body) is not negate,
        reads_body=True,
    )
