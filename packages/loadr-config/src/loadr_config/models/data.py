"""Data sources: rows that VUs read."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Tag

from loadr_config.models._base import Tagged, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import Flag, Name, PlainValue, Text


def _delimiter(text: str) -> str:
    text = "\t" if text == "\\t" else text
    if len(text) != 1 or text in '\r\n"':
        raise mistake("a delimiter is one character, and neither a quote nor a line break")
    return text


class DataBase(Tagged):
    """What all data sources have in common."""

    mode: Literal["shared", "per_vu"] = Field("shared", description="Whether VUs share the rows.")
    on_eof: Literal["recycle", "stop"] = Field("recycle", description="What happens after the last row.")
    pick: Literal["sequential", "random", "shuffle"] = Field("sequential", description="In which order.")


class CsvSource(DataBase):
    """Rows of a CSV file; all values are text."""

    type: Literal["csv"] = "csv"
    path: Name = Field(description="The file, relative to the plan's folder.")
    delimiter: Annotated[Text, AfterValidator(_delimiter)] = Field(
        ",", description="What stands between values."
    )
    has_header: Flag = Field(True, description="Whether the first row has the names; else col0, col1, …")


class JsonSource(DataBase):
    """Rows of a JSON file: an array of objects."""

    type: Literal["json"] = "json"
    path: Name = Field(description="The file, relative to the plan's folder.")


class InlineSource(DataBase):
    """Rows in the plan itself."""

    type: Literal["inline"] = "inline"
    rows: tuple[dict[str, PlainValue], ...] = Field(description="The rows.", min_length=1)


_FAMILY = Family("data source", {"csv": CsvSource, "json": JsonSource, "inline": InlineSource})

DataSource = Annotated[
    Annotated[CsvSource, Tag(_FAMILY.tag("csv"))]
    | Annotated[JsonSource, Tag(_FAMILY.tag("json"))]
    | Annotated[InlineSource, Tag(_FAMILY.tag("inline"))],
    _FAMILY.discriminator(),
]
