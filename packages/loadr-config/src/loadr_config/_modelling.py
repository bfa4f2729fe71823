"""What models are made of: pydantic, or plain classes in a process that never validates.

The models import these names from here and from nowhere else.
"""

from typing import TYPE_CHECKING

from loadr_config.validating import is_forgone

if TYPE_CHECKING or not is_forgone():
    from pydantic import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        ConfigDict,
        Discriminator,
        Field,
        InstanceOf,
        PlainSerializer,
        Strict,
        Tag,
        WithJsonSchema,
        model_validator,
    )
else:
    from loadr_config._plain_models import (
        AfterValidator,
        BaseModel,
        BeforeValidator,
        ConfigDict,
        Discriminator,
        Field,
        InstanceOf,
        PlainSerializer,
        Strict,
        Tag,
        WithJsonSchema,
        model_validator,
    )

__all__ = [
    "AfterValidator",
    "BaseModel",
    "BeforeValidator",
    "ConfigDict",
    "Discriminator",
    "Field",
    "InstanceOf",
    "PlainSerializer",
    "Strict",
    "Tag",
    "WithJsonSchema",
    "model_validator",
]
