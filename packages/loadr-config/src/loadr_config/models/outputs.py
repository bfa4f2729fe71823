"""Outputs and observed metrics: where samples go, and what is pulled in."""

from typing import Annotated, Literal, Self

from loadr_config._modelling import ConfigDict, Field, Tag, model_validator
from loadr_config.metrics import ObservedUnit
from loadr_config.models._base import Tagged, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import Flag, Name, PlainValue, PositiveDuration, TemplateText, Text


class OutputBase(Tagged):
    """What all outputs have in common."""

    interval: PositiveDuration = Field(5.0, description="Time between two transmissions.")


class JsonOutput(OutputBase):
    """A file of JSON lines."""

    type: Literal["json"] = "json"
    path: Name = Field(description="The file, relative to the plan's folder.")


class CsvOutput(OutputBase):
    """A CSV file."""

    type: Literal["csv"] = "csv"
    path: Name = Field(description="The file, relative to the plan's folder.")


class ParquetOutput(OutputBase):
    """A Parquet file; needs `pip install 'loadr[parquet]'`."""

    type: Literal["parquet"] = "parquet"
    path: Name = Field(description="The file, relative to the plan's folder.")


class PrometheusOutput(OutputBase):
    """A Prometheus endpoint to scrape, remote write, or both."""

    type: Literal["prometheus"] = "prometheus"
    listen: Name | None = Field(None, description="host:port on which metrics are served.")
    remote_write_url: TemplateText | None = Field(None, description="URL to write to.")
    headers: dict[str, TemplateText] = Field({}, description="Headers of every remote write.")
    native_histograms: Flag = Field(
        False, description="Write trends as native histograms; the receiver must have them enabled."
    )

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if self.listen is None and self.remote_write_url is None:
            raise mistake('needs "listen" or "remote_write_url"')
        return self


class InfluxdbOutput(OutputBase):
    """InfluxDB, version 1 or 2."""

    type: Literal["influxdb"] = "influxdb"
    url: TemplateText = Field(description="The server's URL.")
    database: TemplateText | None = Field(None, description="Database (v1) or bucket (v2).")
    token: TemplateText | None = Field(None, description="Access token.")
    organization: TemplateText | None = Field(None, description="Organization (v2).")


class OtlpOutput(OutputBase):
    """An OpenTelemetry collector."""

    type: Literal["otlp"] = "otlp"
    endpoint: TemplateText = Field(description="The collector's URL.")
    protocol: Literal["grpc", "http"] = Field("grpc", description="How it is spoken to.")
    headers: dict[str, TemplateText] = Field({}, description="Headers of every export.")


class StatsdOutput(OutputBase):
    """A StatsD server."""

    type: Literal["statsd"] = "statsd"
    address: Name = Field(description="host:port of the server.")
    prefix: Text = Field("", description="Put before every metric's name.")
    tags: Literal["dogstatsd", "none"] = Field(
        "dogstatsd", description="Tags and packed values as Datadog has them, or plain lines for any server."
    )


class PluginOutput(OutputBase):
    """An output of a plugin, by its entry-point name."""

    type: Literal["plugin"] = "plugin"
    name: Name = Field(description="Entry-point name in loadr.outputs.")
    config: dict[str, PlainValue] = Field({}, description="Whatever the plugin takes.")


class NamedOutput(OutputBase):
    """An installed output under its own name; all further keys are the output's."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, PlainValue]

    type: Name = Field(description="Entry-point name in loadr.outputs.")


_FAMILY = Family(
    "output",
    {
        "json": JsonOutput,
        "csv": CsvOutput,
        "parquet": ParquetOutput,
        "prometheus": PrometheusOutput,
        "influxdb": InfluxdbOutput,
        "otlp": OtlpOutput,
        "statsd": StatsdOutput,
        "plugin": PluginOutput,
        "*": NamedOutput,
    },
    others="*",
)

Output = Annotated[
    Annotated[JsonOutput, Tag(_FAMILY.tag("json"))]
    | Annotated[CsvOutput, Tag(_FAMILY.tag("csv"))]
    | Annotated[ParquetOutput, Tag(_FAMILY.tag("parquet"))]
    | Annotated[PrometheusOutput, Tag(_FAMILY.tag("prometheus"))]
    | Annotated[InfluxdbOutput, Tag(_FAMILY.tag("influxdb"))]
    | Annotated[OtlpOutput, Tag(_FAMILY.tag("otlp"))]
    | Annotated[StatsdOutput, Tag(_FAMILY.tag("statsd"))]
    | Annotated[PluginOutput, Tag(_FAMILY.tag("plugin"))]
    | Annotated[NamedOutput, Tag(_FAMILY.tag("*"))],
    _FAMILY.discriminator(),
]

BUILT_IN_OUTPUTS = tuple(name for name in _FAMILY.members if name not in {"*", "plugin"})


class PrometheusObservation(Tagged):
    """A query whose result is drawn on the run's timeline."""

    type: Literal["prometheus"] = Field(description="Kind of the source.")
    name: Name | None = Field(None, description="Name of the source; by default the query.")
    source: TemplateText = Field(description="URL of the Prometheus server.")
    query: Name = Field(description="PromQL.")
    as_: Name | None = Field(
        None, alias="as", description="Name in thresholds and in the summary; by default `name`."
    )
    unit: ObservedUnit | None = Field(None, description="Unit of the values.")
    token: TemplateText | None = Field(None, description="Bearer token.")

    @property
    def metric(self) -> str:
        """Its name in thresholds and in the summary."""
        return self.as_ or self.name or self.query


Observation = PrometheusObservation
"""There is one type so far; a second one makes this a union by type."""
