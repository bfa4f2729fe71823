import numpy as np
import pytest

from loadr_config.metrics import MetricKind
from loadr_core.coordinator.outputs import Outputs, sample_batches
from loadr_core.coordinator.request import OutputRequest
from loadr_core.errors import PlanRefusedError
from loadr_core.metrics.delta import RawRows
from loadr_core.spi import request_layout


def test_rows_become_one_batch_a_metric_with_times_since_the_epoch():
    rows = np.array([[1.0, 1.25, 10.0, 100.0], [2.0, 2.5, 20.0, 200.0]])
    batches = sample_batches(RawRows(request_layout("x"), 0, True, rows), (("name", "a"),), epoch=1000.0)
    values = {batch.metric: (batch.kind, batch.values.tolist()) for batch in batches}
    assert values == {
        "x_req_duration": (MetricKind.TREND, [250.0, 500.0]),
        "plugin_req_duration": (MetricKind.TREND, [250.0, 500.0]),
        "x_reqs": (MetricKind.COUNTER, [1.0, 1.0]),
        "plugin_reqs": (MetricKind.COUNTER, [1.0, 1.0]),
        "data_sent": (MetricKind.COUNTER, [10.0, 20.0]),
        "data_received": (MetricKind.COUNTER, [100.0, 200.0]),
        "http_req_failed": (MetricKind.RATE, [1.0, 1.0]),
        "x_req_failed": (MetricKind.RATE, [1.0, 1.0]),
    }
    assert all(batch.times.tolist() == [1001.25, 1002.5] for batch in batches)
    assert all(batch.tags == {"name": "a"} for batch in batches)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("influxdb", r"pip install 'loadr\[outputs\]'"), ("acme", "install its plugin")],
)
def test_an_output_that_is_not_installed_is_refused_with_the_way_out(name, way_out, tmp_path):
    with pytest.raises(PlanRefusedError, match=f"output '{name}' is not installed: {way_out}"):
        Outputs([OutputRequest(name, {})], tmp_path, "run")
