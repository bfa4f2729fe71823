"""Extractors: values taken from a response into the VU's variables."""

from typing import Annotated, Any, Final, Literal, Self, get_args

from loadr_config._modelling import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)
from loadr_config.models._base import PlanModel, Tagged, is_set, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import (
    TEXT_SCHEMA,
    Name,
    Regex,
    TemplateValue,
    kind_of,
    text_of,
)
from loadr_config.models.conditions import ExtractCheck

Index = Literal["first", "last", "random", "all"]


def _group(value: Any) -> int | str:
    if isinstance(value, str) and value:
        return value
    if _is_count(value):
        return int(value)
    raise mistake(f"expected the number or the name of a group, got {kind_of(value)}")


Group = Annotated[
    int | str,
    BeforeValidator(_group),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "minLength": 1}]}),
]


def _check_group(model: PlanModel, expression: str, group: int | str) -> None:
    import regex  # noqa: PLC0415 - only for plans with regular expressions

    pattern = regex.compile(expression)
    if isinstance(group, int) and (group <= pattern.groups or not is_set(model, "group")):
        return
    if isinstance(group, str) and group in pattern.groupindex:
        return
    names = ", ".join(f'"{name}"' for name in pattern.groupindex)
    has = f"{pattern.groups or 'no'} group{'' if pattern.groups == 1 else 's'}"
    raise mistake(f"the expression has {has}{f', named {names}' if names else ''}", key="group")


class ExtractorBase(Tagged):
    """What the classic extractors have in common.

    A missing `default` differs from a null one: ask `model_fields_set`.
    """

    name: Name = Field(description="The variable to set.")
    index: Index = Field("first", description="Which of several matches is taken.")
    default: TemplateValue = Field(
        None, description="Value when nothing matches; without it the request fails."
    )


class JsonpathExtractor(ExtractorBase):
    """A value of a JSON body; it keeps its JSON type."""

    type: Literal["jsonpath"] = "jsonpath"
    expression: Name = Field(description="JSONPath (RFC 9535).")


class RegexExtractor(ExtractorBase):
    """A group of a regular expression found in the body."""

    type: Literal["regex"] = "regex"
    expression: Regex = Field(description="The regular expression.")
    group: Group = Field(
        1, description="Number or name of the group; 0 is the whole match, as is 1 where there are no groups."
    )

    @model_validator(mode="after")
    def _known_group(self) -> Self:
        _check_group(self, self.expression, self.group)
        return self


class XpathExtractor(ExtractorBase):
    """A value of an XML or HTML body."""

    type: Literal["xpath"] = "xpath"
    expression: Name = Field(description="XPath 1.0.")
    attribute: Name | None = Field(None, description="Attribute to read instead of the text.")


class CssExtractor(ExtractorBase):
    """A value of an HTML body."""

    type: Literal["css"] = "css"
    expression: Name = Field(description="CSS selector.")
    attribute: Name | None = Field(None, description="Attribute to read instead of the text.")


class BoundaryExtractor(ExtractorBase):
    """The text between two texts."""

    type: Literal["boundary"] = "boundary"
    left: Name = Field(description="What stands before.")
    right: Name = Field(description="What stands after.")


class HeaderExtractor(ExtractorBase):
    """A response header."""

    type: Literal["header"] = "header"
    header: Name = Field(description="The header's name.")


class PluginExtractor(ExtractorBase):
    """A value that a plugin finds; all further keys are the plugin's."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, TemplateValue]

    type: Literal["plugin"] = "plugin"
    plugin: Name = Field(description="Entry-point name in loadr.extractors.")


Operation = Literal[
    "trim",
    "lowercase",
    "uppercase",
    "url_encode",
    "url_decode",
    "base64_encode",
    "base64_decode",
    "append",
    "prepend",
    "replace",
    "substring",
]


class Transform(PlanModel):
    """One step of a chain: an operation and its arguments."""

    operation: Operation
    arguments: tuple[str | int, ...] = ()


_PLAIN: Final[dict[str, Operation]] = {name: name for name in get_args(Operation)[:7]}
_WITH_ARGUMENT: Final[dict[str, Operation]] = {name: name for name in get_args(Operation)[7:]}


def _read_transform(value: Any) -> Any:
    if isinstance(value, Transform):
        return value
    if isinstance(value, str):
        if value in _PLAIN:
            return Transform.model_construct(operation=_PLAIN[value], arguments=())
        if value in _WITH_ARGUMENT:
            raise mistake(f'"{value}" needs an argument', suggestion=f'write "{{{value}: …}}"')
    elif isinstance(value, dict) and len(value) == 1:
        operation, argument = next(iter(value.items()))
        if operation in _WITH_ARGUMENT:
            arguments = _arguments(operation, argument)
            return Transform.model_construct(operation=_WITH_ARGUMENT[operation], arguments=arguments)
        value = operation
    raise mistake(f"unknown transform {kind_of(value)}; there are {', '.join(get_args(Operation))}")


def _arguments(operation: str, argument: Any) -> tuple[str | int, ...]:
    match operation, argument:
        case (("append" | "prepend"), _):
            return (text_of(argument),)
        case "replace", [old, new]:
            return (text_of(old), text_of(new))
        case "replace", _:
            raise mistake(f"replace takes [from, to], got {kind_of(argument)}", key="replace")
        case "substring", [*numbers] if len(numbers) in {1, 2} and all(map(_is_count, numbers)):
            return tuple(int(number) for number in numbers)
    raise mistake("substring takes [start] or [start, len], both from 0", key="substring")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _written_transform(transform: Transform) -> Any:
    match transform.operation:
        case "append" | "prepend":
            return {transform.operation: transform.arguments[0]}
        case "replace" | "substring":
            return {transform.operation: list(transform.arguments)}
        case plain:
            return plain


_TRANSFORM_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"enum": list(_PLAIN)},
        {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                "append": TEXT_SCHEMA,
                "prepend": TEXT_SCHEMA,
                "replace": {"type": "array", "items": TEXT_SCHEMA, "minItems": 2, "maxItems": 2},
                "substring": {
                    "type": "array",
                    "items": {"type": "integer", "minimum": 0},
                    "minItems": 1,
                    "maxItems": 2,
                },
            },
        },
    ]
}

_SOURCES = ("jmespath", "jsonpath", "regex", "header", "css", "xpath", "left")


class ChainExtractor(PlanModel):
    """A value, then a cast, transforms and a check.

    A missing `default` differs from a null one: ask `model_fields_set`.
    """

    chain: Name = Field(description="The variable to set.")
    jmespath: Name | None = Field(None, description="Source: JMESPath in a JSON body.")
    jsonpath: Name | None = Field(None, description="Source: JSONPath in a JSON body.")
    regex: Regex | None = Field(None, description="Source: a regular expression in the body.")
    header: Name | None = Field(None, description="Source: a response header.")
    css: Name | None = Field(None, description="Source: a CSS selector in an HTML body.")
    xpath: Name | None = Field(None, description="Source: XPath in an XML or HTML body.")
    left: Name | None = Field(None, description="Source: what stands before the value; with right.")
    right: Name | None = Field(None, description="What stands after the value; with left.")
    group: Group = Field(
        1,
        description="Number or name of the regex's group; 0 is the whole match, as is 1 where there are no groups.",
    )
    attribute: Name | None = Field(None, description="Attribute to read instead of the text (css, xpath).")
    index: Index = Field("first", description="Which of several matches is taken.")
    as_: Literal["int", "float", "bool", "string"] | None = Field(
        None, alias="as", description="Type of the value; bool reads true/false, 1/0, yes/no, on/off."
    )
    transform: tuple[
        Annotated[
            Transform,
            BeforeValidator(_read_transform),
            PlainSerializer(_written_transform),
            WithJsonSchema(_TRANSFORM_SCHEMA),
        ],
        ...,
    ] = Field((), description="What is done to the text, in order.")
    default: TemplateValue = Field(
        None, description="Value when nothing matches; without it the request fails."
    )
    check: ExtractCheck | None = Field(None, description="What the value must be.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [source for source in _SOURCES if getattr(self, source) is not None]
        if self.right is not None and self.left is None:
            raise mistake('"right" needs a "left"', key="right")
        if not given:
            raise mistake(
                "a chain needs one source: jmespath, jsonpath, regex, header, css, xpath or left + right"
            )
        if len(given) > 1:
            raise mistake(f'a chain takes one source, not both "{given[0]}" and "{given[1]}"', key=given[1])
        if self.left is not None and self.right is None:
            raise mistake('"left" needs a "right"', key="left")
        if self.regex is not None:
            _check_group(self, self.regex, self.group)
        return self


def _is_chain(value: Any) -> str | None:
    return "chain" if isinstance(value, dict) and "chain" in value else None


_FAMILY = Family(
    "extractor",
    {
        "jsonpath": JsonpathExtractor,
        "regex": RegexExtractor,
        "xpath": XpathExtractor,
        "css": CssExtractor,
        "boundary": BoundaryExtractor,
        "header": HeaderExtractor,
        "plugin": PluginExtractor,
        "chain": ChainExtractor,
    },
    choose=_is_chain,
)

Extractor = Annotated[
    Annotated[JsonpathExtractor, Tag(_FAMILY.tag("jsonpath"))]
    | Annotated[RegexExtractor, Tag(_FAMILY.tag("regex"))]
    | Annotated[XpathExtractor, Tag(_FAMILY.tag("xpath"))]
    | Annotated[CssExtractor, Tag(_FAMILY.tag("css"))]
    | Annotated[BoundaryExtractor, Tag(_FAMILY.tag("boundary"))]
    | Annotated[HeaderExtractor, Tag(_FAMILY.tag("header"))]
    | Annotated[PluginExtractor, Tag(_FAMILY.tag("plugin"))]
    | Annotated[ChainExtractor, Tag(_FAMILY.tag("chain"))],
    _FAMILY.discriminator(),
]
