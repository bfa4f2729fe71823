from loadr_config.secrets import Masker
from loadr_core.coordinator.masking import masked_delta
from loadr_core.metrics.exemplars import Origin
from loadr_core.recording import Recorder
from loadr_core.spi import request_layout

SECRET = "hunter 22"


def test_a_secret_leaves_no_trace_in_a_report():
    recorder = Recorder()
    recorder.failure("transport", f"GET {SECRET}", f"no {SECRET}")
    series = recorder.rows(request_layout("test"), {"name": SECRET})
    series.keep((0.0, 1.0, 0.0, 0.0), Origin(1, 1, url="/login?key=hunter%2022"))
    delta = recorder.take_delta()
    assert "hunter" in repr(delta)
    assert "hunter" not in repr(masked_delta(delta, Masker([SECRET])))


def test_a_slow_request_alone_is_masked_as_well():
    recorder = Recorder()
    series = recorder.rows(request_layout("test"), {"name": "a"})
    recorder.take_delta()
    series.keep((0.0, 1.0, 0.0, 0.0), Origin(1, 1, url=f"/{SECRET}"))
    assert SECRET not in repr(masked_delta(recorder.take_delta(), Masker([SECRET])))
