"""A plan written back: as plain data, and as YAML that loads to the same plan."""

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from loadr_config.models import TestPlan

__all__ = ["data_to_yaml", "to_data", "to_yaml"]


def to_data(plan: TestPlan) -> dict[str, Any]:
    """Return the keys that were set, as maps, lists and scalars; durations are numbers of seconds."""
    data = _lists(plan.model_dump(by_alias=True, exclude_unset=True))
    assert isinstance(data, dict)
    return data


def to_yaml(plan: TestPlan) -> str:
    """Return the plan as YAML."""
    return data_to_yaml(to_data(plan))


def data_to_yaml(data: Mapping[str, Any]) -> str:
    """Return a document, right or wrong, as YAML that loads to the same maps, lists and scalars."""
    # No plug-ins: looking for them reads folders.
    yaml = YAML(typ="safe", pure=True, plug_ins=[])
    yaml.Representer = _Representer
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.allow_unicode = True
    stream = StringIO()
    yaml.dump(dict(data), stream)
    return stream.getvalue()


_ODD: Final = re.compile("[^\\n -~\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd]")
"""Characters that ruamel.yaml's writer takes for line breaks, or writes so that its reader refuses them."""


class _Representer(SafeRepresenter):
    """Writes odd texts as escapes in double quotes."""

    def represent_text(self, text: str) -> ScalarNode:
        """Choose the style of a text."""
        node: ScalarNode = self.represent_scalar(
            "tag:yaml.org,2002:str", text, style='"' if _ODD.search(text) else None
        )
        return node


_Representer.add_representer(str, _Representer.represent_text)


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(member) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [_lists(item) for item in value]
    return value
