"""Request bodies: a text, or exactly one of json, file, form and multipart."""

from typing import Annotated, Any, Self

from loadr_config._modelling import Field, Tag, model_validator
from loadr_config.models._base import PlanModel, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import Name, TemplateText, TemplateValue


class JsonBody(PlanModel):
    """A JSON document; a leaf that is only one reference keeps the JSON value of what it renders to."""

    json_: TemplateValue = Field(alias="json", description="The document; string leaves are templates.")


class FileBody(PlanModel):
    """The content of a file as it is."""

    file: Name = Field(description="The file, relative to the plan's folder.")


class FormBody(PlanModel):
    """An URL-encoded form."""

    form: dict[str, TemplateText] = Field(description="The fields.")


class MultipartPart(PlanModel):
    """A part of a multipart body."""

    name: TemplateText = Field(description="The field's name.")
    value: TemplateText | None = Field(None, description="The field's text.")
    file: Name | None = Field(None, description="File whose content is sent, relative to the plan's folder.")
    content_type: TemplateText | None = Field(None, description="The part's Content-Type.")
    filename: TemplateText | None = Field(
        None, description="File name told to the server; by default the file's."
    )

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if self.value is None and self.file is None:
            raise mistake('a part needs "value" or "file"')
        if self.value is not None and self.file is not None:
            raise mistake('a part takes only one of "value" and "file"', key="file")
        return self


class MultipartBody(PlanModel):
    """A multipart/form-data body."""

    multipart: tuple[MultipartPart, ...] = Field(description="The parts.", min_length=1)


def _is_text(value: Any) -> str | None:
    return "text" if isinstance(value, str | int | float) else None


_FAMILY = Family(
    "body",
    {"json": JsonBody, "file": FileBody, "form": FormBody, "multipart": MultipartBody, "text": None},
    key=None,
    choose=_is_text,
)

Body = Annotated[
    Annotated[JsonBody, Tag(_FAMILY.tag("json"))]
    | Annotated[FileBody, Tag(_FAMILY.tag("file"))]
    | Annotated[FormBody, Tag(_FAMILY.tag("form"))]
    | Annotated[MultipartBody, Tag(_FAMILY.tag("multipart"))]
    | Annotated[TemplateText, Tag(_FAMILY.tag("text"))],
    _FAMILY.discriminator(),
]
