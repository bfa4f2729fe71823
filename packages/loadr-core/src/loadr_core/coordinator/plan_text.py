"""The plan of a run as readers of its result may see it."""

import re
from typing import Any, Final

from loadr_config.dump import data_to_yaml, to_data
from loadr_config.models import TestPlan
from loadr_config.secrets import MASK, Masker

_MOST_CHARACTERS: Final = 200_000
_CUT: Final = "# cut here: the plan is longer than a summary keeps\n"

_CREDENTIAL: Final = re.compile(
    r"passw(or)?d|passphrase|secret|token|api[-_]?key|authorization|cookie", re.IGNORECASE
)
_PRIVATE_KEY: Final = " PRIVATE KEY-----"
# Unless it consists of templates alone.
_USER_INFO: Final = re.compile(r"(?<=://)(?!(?:\$\{[^}]*\}|:)+@)[^/?#\s]+(?=@)")


def shown_plan(plan: TestPlan, masker: Masker) -> str:
    """The plan as YAML, overlays and overrides applied, without anything that looks secret.

    Beside the values of secrets go the ones that a plan holds in clear: what stands under a key such as
    `password` or `Authorization`, unless it is a template, and the user of a URL.

    Args:
        plan: what was run.
        masker: hides the values of secrets.
    """
    text = masker.mask(data_to_yaml(_without_credentials(to_data(plan))))
    if len(text) <= _MOST_CHARACTERS:
        return text
    return text[: text.rfind("\n", 0, _MOST_CHARACTERS) + 1] + _CUT


def _without_credentials(value: Any, key: str = "") -> Any:
    match value:
        case dict():
            return {name: _without_credentials(member, str(name)) for name, member in value.items()}
        case list():
            return [_without_credentials(member, key) for member in value]
        case str() if "${" not in value and (_CREDENTIAL.search(key) or _PRIVATE_KEY in value):
            return MASK
        case str():
            return _USER_INFO.sub(MASK, value)
        case _:
            return value
