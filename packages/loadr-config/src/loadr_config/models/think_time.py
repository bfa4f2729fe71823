"""Think times: how long a user waits between two requests."""

from typing import Annotated, Literal, Self

from loadr_config._modelling import Field, Tag, model_validator
from loadr_config.models._base import Tagged, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import Duration


class ConstantThinkTime(Tagged):
    """Always the same wait."""

    type: Literal["constant"] = "constant"
    duration: Duration = Field(description="How long to wait.")


class UniformThinkTime(Tagged):
    """Equally likely anywhere between two bounds."""

    type: Literal["uniform"] = "uniform"
    min: Duration = Field(description="The shortest wait.")
    max: Duration = Field(description="The longest wait.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise mistake('"min" is longer than "max"', key="min")
        return self


class GaussianThinkTime(Tagged):
    """Normally distributed, cut at 0."""

    type: Literal["gaussian"] = "gaussian"
    mean: Duration = Field(description="The mean wait.")
    std_dev: Duration = Field(description="The standard deviation.")


_FAMILY = Family(
    "think time", {"constant": ConstantThinkTime, "uniform": UniformThinkTime, "gaussian": GaussianThinkTime}
)

ThinkTime = Annotated[
    Annotated[ConstantThinkTime, Tag(_FAMILY.tag("constant"))]
    | Annotated[UniformThinkTime, Tag(_FAMILY.tag("uniform"))]
    | Annotated[GaussianThinkTime, Tag(_FAMILY.tag("gaussian"))],
    _FAMILY.discriminator(),
]
