"""``auth``: with which credentials requests are made."""

from typing import Annotated, Literal

from loadr_config._modelling import Field, Tag
from loadr_config.models._base import Tagged
from loadr_config.models._families import Family
from loadr_config.models._scalars import TemplateText


class BasicAuth(Tagged):
    """User and password with every request (RFC 7617)."""

    type: Literal["basic"]
    username: TemplateText = Field(description="The user's name.")
    password: TemplateText = Field("", description="The password.")


class DigestAuth(Tagged):
    """User and password as answers to the server's challenges (RFC 7616)."""

    type: Literal["digest"]
    username: TemplateText = Field(description="The user's name.")
    password: TemplateText = Field("", description="The password.")


class BearerAuth(Tagged):
    """A token with every request (RFC 6750)."""

    type: Literal["bearer"]
    token: TemplateText = Field(description="The token.")


class NoAuth(Tagged):
    """No credentials, whatever `auth` of the defaults says."""

    type: Literal["none"]


_FAMILY = Family("auth", {"basic": BasicAuth, "digest": DigestAuth, "bearer": BearerAuth, "none": NoAuth})

Auth = Annotated[
    Annotated[BasicAuth, Tag(_FAMILY.tag("basic"))]
    | Annotated[DigestAuth, Tag(_FAMILY.tag("digest"))]
    | Annotated[BearerAuth, Tag(_FAMILY.tag("bearer"))]
    | Annotated[NoAuth, Tag(_FAMILY.tag("none"))],
    _FAMILY.discriminator(),
]
"""Credentials, chosen by their type."""
