"""The whole plan."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from loadr_config._modelling import Field
from loadr_config.models._base import OneOf, PlanModel
from loadr_config.models._scalars import (
    Code,
    Count,
    Flag,
    Name,
    PlainValue,
    PositiveDuration,
    TemplateText,
    Text,
)
from loadr_config.models.data import DataSource
from loadr_config.models.http import HttpDefaults
from loadr_config.models.outputs import Observation, Output
from loadr_config.models.scenarios import Scenario
from loadr_config.models.steps import SCRIPT_ENGINES, Step
from loadr_config.models.think_time import ThinkTime
from loadr_config.models.thresholds import Thresholds

SystemTag = Literal["name", "method", "status", "proto", "error_kind", "expected_response"]
"""The tags of the engine's own that samples can do without; the summary is made of the others."""


class Defaults(PlanModel):
    """What holds for all scenarios."""

    http: HttpDefaults = Field(HttpDefaults.model_construct(), description="How requests are made.")
    tags: dict[str, TemplateText] = Field({}, description="Tags of every sample.")
    think_time: ThinkTime | None = Field(None, description="Wait after every request.")
    system_tags: tuple[SystemTag, ...] | None = Field(
        None, description="Which of these tags samples keep; by default all."
    )

    @property
    def dropped_tags(self) -> tuple[str, ...]:
        """The tags of the engine's own that samples do not keep."""
        kept = self.system_tags
        return () if kept is None else tuple(tag for tag in get_args(SystemTag) if tag not in kept)


class Secret(OneOf):
    """Where a secret's value comes from."""

    env: Name | None = Field(None, description="Variable of the environment.")
    file: Name | None = Field(
        None, description="File, relative to the plan's folder; white space around is dropped."
    )


class CustomMetric(PlanModel):
    """A metric that scripts and plugins record."""

    kind: Literal["counter", "gauge", "rate", "trend"] = Field(description="What is kept of the samples.")
    description: Text | None = Field(None, description="For people.")
    time: Flag = Field(False, description="Whether the values are times in milliseconds.")


class ScriptModule(OneOf):
    """A module of the user's own code, for one script engine."""

    file: Name | None = Field(None, description="File of the module, relative to the plan's folder.")
    script: Code | None = Field(None, description="The module's code.")

    @classmethod
    def choices(cls) -> tuple[str, ...]:
        """Return the keys of which exactly one is needed."""
        return ("file", "script")


class JsModule(ScriptModule):
    """The module in JavaScript or TypeScript."""

    timeout: PositiveDuration = Field(10.0, description="Longest running time of one call into the script.")
    memory_limit_mb: Count = Field(64, description="Memory of one VU's script.")


class PythonModule(ScriptModule):
    """The module in Python: the user's own code, without limits."""


class Plugin(PlanModel):
    """A plugin that the plan needs."""

    name: Name = Field(description="Entry-point name in any loadr group.")
    path: Name | None = Field(None, description="File of a WASM component, relative to the plan's folder.")
    config: dict[str, PlainValue] = Field({}, description="Whatever the plugin takes.")
    enabled: Flag = Field(True, description="Whether it is used.")


class TestPlan(PlanModel):
    """A test plan."""

    __test__ = False  # the name is the language's; pytest must not collect it

    name: Text | None = Field(None, description="Name of the test, for people.")
    description: Text | None = Field(None, description="What it is for, for people.")
    defaults: Defaults = Field(Defaults.model_construct(), description="What holds for all scenarios.")
    variables: dict[str, TemplateText] = Field({}, description="Values of ${vars.…}; they may use ${env.…}.")
    secrets: dict[str, Secret] = Field({}, description="Values of ${secrets.…}, masked wherever they appear.")
    data: dict[str, DataSource] = Field({}, description="Rows for ${data.….…}.")
    metrics: dict[str, CustomMetric] = Field({}, description="Custom metrics.")
    js: JsModule | None = Field(None, description="The script module in JavaScript or TypeScript.")
    python: PythonModule | None = Field(None, description="The script module in Python.")
    setup: tuple[Step, ...] = Field((), description="Steps run once before the first VU.")
    teardown: tuple[Step, ...] = Field((), description="Steps run once after the last VU.")
    scenarios: dict[str, Scenario] = Field(description="What runs; all at once.", min_length=1)
    thresholds: Thresholds = Field((), description="What must hold for the run to pass.")
    outputs: tuple[Output, ...] = Field((), description="Where samples go.")
    observe: tuple[Observation, ...] = Field((), description="Metrics of the target, drawn on the timeline.")
    plugins: tuple[Plugin, ...] = Field((), description="Plugins and their configuration.")

    @property
    def script_modules(self) -> dict[str, ScriptModule]:
        """The plan's script modules by their engines' names; the keys of the plan are those names."""
        found = {name: getattr(self, name) for name in SCRIPT_ENGINES}
        return {name: module for name, module in found.items() if module is not None}

    @property
    def expression_engine(self) -> str:
        """The engine of conditions without `${…}`: JavaScript, unless the plan's one module is in Python."""
        return "python" if self.js is None and self.python is not None else "js"

    def plugin_config(self, name: str) -> Mapping[str, Any]:
        """What `plugins` gives to an extension, by its entry-point name; empty where it is not among them."""
        return next((plugin.config for plugin in self.plugins if plugin.name == name), {})
