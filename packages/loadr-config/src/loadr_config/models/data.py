"""Data sources: rows that VUs read."""

from typing import Annotated, Literal, Self

from loadr_config._modelling import AfterValidator, Field, Tag, model_validator
from loadr_config.encodings import allows_delimiter, known_encoding
from loadr_config.models._base import Tagged, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import Flag, Name, RowValue, Text


def _delimiter(text: str) -> str:
    text = "\t" if text == "\\t" else text
    if len(text) != 1 or text in '\r\n\0"':
        raise mistake("a delimiter is one character, and neither a quote nor a line break")
    return text


def _encoding(name: str) -> str:
    if known_encoding(name) is None:
        raise mistake(
            f'"{name}" is no encoding that data files can have',
            suggestion="use utf-8, utf-16, latin-1, cp1252 or another one that keeps ASCII as it is",
        )
    return name


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
    encoding: Annotated[Name, AfterValidator(_encoding)] | None = Field(
        None, description="How text is written in the file; else as its byte order mark says, else UTF-8."
    )

    @model_validator(mode="after")
    def _delimiter_fits(self) -> Self:
        codec = known_encoding(self.encoding or "utf-8")
        if codec is not None and not allows_delimiter(codec, self.delimiter):
            raise mistake(
                f'"{self.delimiter}" cannot be told from parts of characters in {codec}', key="delimiter"
            )
        return self


class JsonSource(DataBase):
    """Rows of a JSON file: an array of objects."""

    type: Literal["json"] = "json"
    path: Name = Field(description="The file, relative to the plan's folder.")


class ParquetSource(DataBase):
    """Rows of a Parquet file; needs `pip install 'loadr[parquet]'`."""

    type: Literal["parquet"] = "parquet"
    path: Name = Field(description="The file, relative to the plan's folder.")


class InlineSource(DataBase):
    """Rows in the plan itself."""

    type: Literal["inline"] = "inline"
    rows: tuple[dict[str, RowValue], ...] = Field(description="The rows.", min_length=1)


_FAMILY = Family(
    "data source", {"csv": CsvSource, "json": JsonSource, "parquet": ParquetSource, "inline": InlineSource}
)

DataSource = Annotated[
    Annotated[CsvSource, Tag(_FAMILY.tag("csv"))]
    | Annotated[JsonSource, Tag(_FAMILY.tag("json"))]
    | Annotated[ParquetSource, Tag(_FAMILY.tag("parquet"))]
    | Annotated[InlineSource, Tag(_FAMILY.tag("inline"))],
    _FAMILY.discriminator(),
]
