"""Look-ups of rows, in plans that run on virtual time."""

from collections import Counter
from pathlib import Path

import pytest

from loadr_config.models import TestPlan
from loadr_core.data import DataSources
from loadr_core.errors import PlanRefusedError
from loadr_core.segments import Segment
from loadr_core.spi.scope import Scope, VuContext
from loadr_testing.fakes import Answer

ROWS = [{"n": number} for number in range(10)]


def source(**keys):
    return {"type": "inline", "rows": ROWS, **keys}


def plan(*urls, data=None, **scenario):
    scenario = {"executor": "per-vu-iterations", "vus": 2, **scenario}
    if scenario["executor"] == "per-vu-iterations":
        scenario.setdefault("iterations", 3)
    return {
        "data": {"d": source()} if data is None else data,
        "scenarios": {"main": {**scenario, "flow": [{"request": {"url": url}} for url in urls]}},
    }


def urls(done):
    return [request.url for request in done.handler.sent]


def test_a_row_is_taken_once_an_iteration_at_its_first_use(run_plan):
    done = run_plan(plan("/a", "/${data.d.n}-${data.d.n}", "/again/${data.d.n}", vus=1))
    assert [url for url in urls(done) if url != "/a"] == [
        "/0-0", "/again/0", "/1-1", "/again/1", "/2-2", "/again/2",
    ]  # fmt: skip


def test_sources_are_taken_from_apart(run_plan):
    data = {"d": source(), "e": source(rows=[{"n": "x"}, {"n": "y"}])}
    done = run_plan(plan("/${data.d.n}${data.e.n}", data=data, vus=1))
    assert urls(done) == ["/0x", "/1y", "/2x"]


def test_scenarios_share_a_source(run_plan):
    first = plan("/${data.d.n}", data={"d": source(on_eof="stop")}, vus=2, iterations=100)
    first["scenarios"]["other"] = {**first["scenarios"]["main"], "start_time": "20ms"}
    done = run_plan(first)
    assert sorted(urls(done)) == [f"/{number}" for number in range(10)]
    iterations = [done.total("iterations", scenario=name) for name in ("main", "other")]
    assert sum(iterations) == 10
    assert all(iterations)


@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize("pick", ["sequential", "shuffle"])
def test_shared_with_stop_uses_each_row_once_in_the_fleet(run_plan, count, pick):
    rows = [{"n": number} for number in range(50)]
    data = {"d": source(rows=rows, on_eof="stop", pick=pick)}
    asked = plan("/${data.d.n}", data=data, executor="constant-vus", vus=5, duration="1h")
    used, iterations = Counter(), 0
    for index in range(count):
        done = run_plan(
            asked, lambda request: Answer(seconds=0.1 * request.vu), segment=Segment(index, count)
        )
        # Instances that have VUs end when these have: nothing is left to wait for.
        assert done.duration < 60 or index >= 5
        used.update(urls(done))
        iterations += done.total("iterations")
        assert done.total("interrupted_iterations") == 0
    assert used == Counter(f"/{number}" for number in range(50))
    assert iterations == 50


@pytest.mark.parametrize("count", [1, 3])
def test_per_vu_with_stop_gives_every_vu_each_row_once(run_plan, count):
    data = {"d": source(mode="per_vu", on_eof="stop")}
    asked = plan("/${vu}/${data.d.n}", data=data, vus=4, iterations=1000)
    used = Counter()
    for index in range(count):
        used.update(urls(run_plan(asked, segment=Segment(index, count))))
    assert used == Counter(f"/{vu}/{number}" for vu in range(1, 5) for number in range(10))


def test_an_iteration_without_a_row_ends_where_it_needs_one_and_is_not_counted(run_plan):
    data = {"d": source(rows=[{"n": 1}], on_eof="stop")}
    done = run_plan(plan("/login", "/${data.d.n}", "/logout", data=data, vus=1, iterations=5))
    assert urls(done) == ["/login", "/1", "/logout", "/login"]
    assert done.total("iterations") == 1
    assert done.causes == {}


def test_random_does_not_depend_on_the_number_of_workers(run_plan):
    asked = plan("/${vu}/${iteration}/${data.d.n}", data={"d": source(pick="random")}, vus=6, iterations=20)
    whole = urls(run_plan(asked))
    parts = [url for index in range(3) for url in urls(run_plan(asked, segment=Segment(index, 3)))]
    assert sorted(whole) == sorted(parts)
    assert len({url.rpartition("/")[2] for url in whole}) == 10


def test_values_that_are_no_text_are_written_as_json(run_plan):
    row = {"a": None, "b": True, "c": 1.5, "d": [1, "é"], "e": {"x": False}, "f": "x", "g": 10**30}
    body = {name: f"${{data.d.{name}}}" for name in row}
    asked = plan("/", data={"d": {"type": "inline", "rows": [row]}}, vus=1, iterations=1)
    asked["scenarios"]["main"]["flow"][0]["request"]["body"] = {"json": body}
    (request,) = run_plan(asked).handler.sent
    assert request.body.decode() == (
        '{"a":null,"b":true,"c":1.5,"d":[1,"é"],"e":{"x":false},"f":"x","g":1000000000000000000000000000000}'
    )


def test_members_of_values_are_reached_by_dots(run_plan):
    row = {"user": {"name": "ann", "tags": ["a", "b"]}, "a.b": "dotted", "a": {"b": "member"}}
    data = {"d": {"type": "inline", "rows": [row]}}
    asked = plan("/${data.d.user.name}/${data.d.user.tags.1}/${data.d.a.b}", data=data, vus=1, iterations=1)
    assert urls(run_plan(asked)) == ["/ann/b/dotted"]


def test_a_member_that_is_not_there_fails_the_request(run_plan):
    data = {"d": {"type": "inline", "rows": [{"user": {"name": "ann"}}]}}
    done = run_plan(plan("/${data.d.user.nick}", data=data, vus=1, iterations=1))
    assert urls(done) == []
    assert [cause for _, _, cause in done.causes] == ['extract: data.d row 1 has no "user.nick"']


def test_branches_of_an_iteration_share_its_row(run_plan):
    asked = plan("/", vus=1, iterations=2)
    branch = [{"request": {"url": "/${data.d.n}"}}]
    asked["scenarios"]["main"]["flow"] = [{"parallel": {"branches": [branch, branch]}}, *branch]
    assert urls(run_plan(asked)) == ["/0", "/0", "/0", "/1", "/1", "/1"]


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ({"if": {"condition": "${data.d.n} == 0", "then": [{"request": {"url": "/x"}}]}}, ["/x"]),
        ({"repeat": {"times": 2, "steps": [{"request": {"url": "/${data.d.n}"}}]}}, ["/0", "/0", "/1", "/1"]),
        ({"foreach": {"items": "${data.d.list}", "steps": [{"request": {"url": "/${item}"}}]}}, ["/a", "/b"]),
        (
            {"switch": {"value": "${data.d.n}", "cases": {"1": [{"request": {"url": "/one"}}]}}},
            ["/one"],
        ),
    ],
    ids=["if", "repeat", "foreach", "switch"],
)
def test_steps_see_the_row(run_plan, step, sent):
    rows = [{"n": 0, "list": ["a", "b"]}, {"n": 1, "list": []}]
    asked = plan("/", data={"d": {"type": "inline", "rows": rows}}, vus=1, iterations=2)
    asked["scenarios"]["main"]["flow"] = [step]
    assert urls(run_plan(asked)) == sent


def test_a_vu_without_a_row_ends_in_the_midst_of_branches_and_loops(run_plan):
    inner = {"parallel": {"branches": [[{"request": {"url": "/${data.d.n}"}}], [{"request": {"url": "/b"}}]]}}
    flow = [{"group": {"name": "g", "steps": [{"retry": {"times": 3, "steps": [inner]}}]}}]
    asked = plan("/", data={"d": source(rows=[{"n": 0}], on_eof="stop")}, vus=1, iterations=9)
    asked["scenarios"]["main"]["flow"] = flow
    done = run_plan(asked)
    assert done.total("iterations") == 1
    assert "/0" in urls(done)
    assert done.causes == {}


# ------------------------------------------------------------ files


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "users.csv").write_text("name,city\nann,Rom\nbob\ncid,Ulm\n")
    (tmp_path / "users.json").write_text('[{"name": "ann"}, {"nick": "b"}]')
    return tmp_path


@pytest.mark.usefixtures("files")
def test_a_broken_row_fails_the_requests_of_its_iteration_and_the_run_goes_on(run_plan):
    data = {"d": {"type": "csv", "path": "users.csv"}}
    done = run_plan(plan("/${data.d.name}", "/x", "/${data.d.city}", data=data, vus=1))
    assert urls(done) == ["/ann", "/x", "/Rom", "/x", "/cid", "/x", "/Ulm"]
    assert done.total("iterations") == 3
    reason = "data source 'd': users.csv line 3: 1 value for 2 columns"
    assert {cause for _, _, cause in done.causes} == {f"extract: {reason}"}
    assert sum(done.causes.values()) == 2


@pytest.mark.usefixtures("files")
def test_a_row_without_the_column_fails_the_request(run_plan):
    data = {"d": {"type": "json", "path": "users.json"}}
    done = run_plan(plan("/${data.d.name}", data=data, vus=1, iterations=2))
    assert urls(done) == ["/ann"]
    assert [cause for _, _, cause in done.causes] == ['extract: users.json row 2 has no "name"']


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("/${data.d.nam}", "no column 'nam', there are name, city"),
        ("/${data.e.name}", "there is no data source 'e'"),
        ("/${data.gone.name}", 'data.gone: "none.csv" cannot be read: No such file'),
    ],
    ids=["column", "source", "file"],
)
def test_what_cannot_be_looked_up_is_refused_before_the_run(run_plan, url, problem):
    data = {"d": {"type": "csv", "path": "users.csv"}, "gone": {"type": "csv", "path": "none.csv"}}
    with pytest.raises(PlanRefusedError) as refused:
        run_plan(plan(url, data=data))
    assert problem in str(refused.value)


def test_a_source_that_nothing_uses_is_not_opened(run_plan):
    data = {"d": source(), "gone": {"type": "csv", "path": "none.csv"}}
    assert urls(run_plan(plan("/${data.d.n}", data=data, vus=1, iterations=1))) == ["/0"]


def test_rows_can_be_had_without_a_template(files):
    scenario = plan("/")["scenarios"]["main"]
    made = TestPlan.model_validate(
        {"data": {"d": {"type": "csv", "path": "users.csv"}}, "scenarios": {"s": scenario}}
    )
    sources = DataSources(made.data, files, 1)
    assert repr(sources) == "<DataSources d, 0 open>"
    scope = Scope(VuContext(1, "s"))
    scope.rows = sources.rows_for(scope)
    assert scope.rows["d"] == {"name": "ann", "city": "Rom"}
    assert scope.rows["d"] is scope.rows["d"]
    scope.rows.clear()
    assert dict(scope.rows["d"]) == {}  # the broken one: it tells why when it is asked for a value
    scope.rows.clear()
    assert scope.rows["d"]["name"] == "cid"
    assert len(sources.table("d")) == 3
    sources.close()


def test_folders_are_those_of_the_plan(tmp_path):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    made = TestPlan.model_validate(plan("/", data={"d": {"type": "csv", "path": "rows.csv"}}))
    assert len(DataSources(made.data, tmp_path, 1).table("d")) == 1
    with pytest.raises(PlanRefusedError):
        DataSources(made.data, Path("/nonexistent"), 1).table("d")
