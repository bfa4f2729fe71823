import pytest

from loadr_config.models import JsonOutput, OtlpOutput, PluginOutput
from loadr_core.coordinator.outputs import Outputs, output_request
from loadr_core.coordinator.request import OutputRequest
from loadr_core.errors import PlanRefusedError
from loadr_core.templating import TextCompiler


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("influxdb", r"pip install 'loadr\[outputs\]'"), ("acme", "install its plugin")],
)
def test_an_output_that_is_not_installed_is_refused_with_the_way_out(name, way_out, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    with pytest.raises(PlanRefusedError, match=f"output '{name}' is not installed: {way_out}"):
        Outputs([OutputRequest(name, {})], tmp_path, "run")


@pytest.fixture
def texts():
    return TextCompiler({"region": "eu"}, {"HOST": "localhost"}, {"token": "t0p"})


@pytest.mark.parametrize(
    ("entry", "name", "config"),
    [
        (JsonOutput(path="r-${vars.region}.jsonl"), "json", {"path": "r-eu.jsonl", "interval": 5.0}),
        (
            OtlpOutput(endpoint="http://${env.HOST}:4317", headers={"X-Key": "${secrets.token}"}),
            "otlp",
            {
                "endpoint": "http://localhost:4317",
                "headers": {"X-Key": "t0p"},
                "protocol": "grpc",
                "interval": 5.0,
            },
        ),
        (PluginOutput(name="acme", config={"a": [1, "${env.HOST}"]}), "acme", {"a": [1, "localhost"]}),
    ],
)
def test_the_templates_of_an_entry_are_filled_in(entry, name, config, texts):
    assert output_request(entry, texts, "outputs[0]") == OutputRequest(name, config)


def test_a_template_that_needs_a_vu_is_refused_with_its_place(texts):
    with pytest.raises(PlanRefusedError, match=r"outputs\[0\].path: must be known before the run"):
        output_request(JsonOutput(path="r-${vu}.jsonl"), texts, "outputs[0]")
