from loadr_config.metrics import BUILT_IN_METRICS
from loadr_protocols.http.layout import HTTP_LAYOUT


def test_every_metric_is_a_built_in_one():
    fed = [trend.metric for trend in HTTP_LAYOUT.trends] + [
        counter.metric for counter in HTTP_LAYOUT.counters
    ]
    assert set(fed) | set(HTTP_LAYOUT.failures) <= set(BUILT_IN_METRICS)


def test_phases_of_the_exchange_make_its_duration():
    trends = {trend.metric: (trend.start, trend.end) for trend in HTTP_LAYOUT.trends}
    phases = [trends[f"http_req_{phase}"] for phase in ("sending", "waiting", "receiving")]
    assert [end for _, end in phases[:-1]] == [start for start, _ in phases[1:]]
    assert trends["http_req_duration"] == (phases[0][0], phases[-1][1])
