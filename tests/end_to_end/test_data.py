"""Rows of files through the command, its worker processes and a real server."""

import asyncio
import re
from collections import Counter

import pytest

from loadr_testing.servers import ReadRequest, ScriptedServer, Send

pytestmark = pytest.mark.process

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
# More than any connection asks for.
PLAYS = [ReadRequest(), Send(OK)] * 2000


def paths(server):
    return [recorded.head.split(b" ", 2)[1].decode() for recorded in server.requests]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("pick", ["sequential", "shuffle"])
async def test_each_row_of_a_file_is_used_once(plans, run, step, workers, pick):
    rows = [f'{number},"name, {number}"' for number in range(500)]
    (plans.folder / "users.csv").write_text("id,name\r\n" + "\r\n".join(rows))
    source = {"type": "csv", "path": "users.csv", "on_eof": "stop", "pick": pick}
    scenario = {"executor": "constant-vus", "vus": 5, "duration": "60s"}
    async with ScriptedServer(PLAYS) as server:
        document = {
            "http": {"base_url": server.url},
            "data": {"users": source},
            "scenarios": {
                name: {**scenario, "flow": [step(f"/{name}/${{data.users.id}}?${{data.users.name}}")]}
                for name in ("one", "two")
            },
        }
        done, result = await asyncio.to_thread(run, plans.document(document), "--workers", workers)
    assert done.code == 0, done
    asked = [re.fullmatch(r"/(?:one|two)/(\d+)\?name,%20(\d+)", path) for path in paths(server)]
    assert all(match and match[1] == match[2] for match in asked)
    assert Counter(match[1] for match in asked) == Counter(map(str, range(500)))
    assert result.total("iterations") == 500
    assert result.summary.duration_secs < 50


async def test_json_rows_in_a_body_keep_their_kind(plans, run, step):
    (plans.folder / "orders.json").write_text(
        '[{"sku": "A", "count": 2, "to": {"city": "Ulm", "gift": true}}]'
    )
    order = {"sku": "${data.orders.sku}", "count": "${data.orders.count}", "to": "${data.orders.to}"}
    async with ScriptedServer(PLAYS) as server:
        plan = plans.one(
            step("/${data.orders.to.city}", body={"json": order}),
            rest={
                "http": {"base_url": server.url},
                "data": {"orders": {"type": "json", "path": "orders.json"}},
            },
        )
        done, _ = await asyncio.to_thread(run, plan)
    assert done.code == 0, done
    assert paths(server) == ["/Ulm"]
    assert server.requests[0].body == b'{"sku":"A","count":2,"to":{"city":"Ulm","gift":true}}'


def test_a_ragged_row_is_a_warning_before_the_run_and_a_reason_in_the_summary(
    plans, loadr, run, step, target
):
    (plans.folder / "users.csv").write_text("name,city\nann,Rom\nbob\ncid,Ulm\n")
    plan = plans.one(
        step("/get?${data.users.name}"),
        iterations=3,
        rest={"data": {"users": {"type": "csv", "path": "users.csv"}}},
    )
    checked = loadr("validate", plan)
    assert checked.code == 0
    assert '"users.csv" line 3: 1 value for 2 columns' in checked.stdout + checked.stderr
    done, result = run(plan)
    assert target.count() == 2
    assert "data source 'users': users.csv line 3: 1 value for 2 columns" in done.stdout
    assert result.total("iterations") == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, 'there is no file "users.csv"'),
        ("", '"users.csv" has no rows'),
        ("name,city\n", '"users.csv" has a header but no rows'),
        ("nam\nann\n", 'no file of "users" has a column "name"'),
        ("name\n" + "x\n" * 600_000 + '"never closed\n', "line 600002: a quote is never closed"),
    ],
    ids=["no file", "empty", "a header only", "another column", "an open quote far behind"],
)
def test_a_file_that_cannot_be_used_ends_the_run_before_it_starts(
    plans, loadr, step, target, content, reason
):
    if content is not None:
        (plans.folder / "users.csv").write_text(content)
    plan = plans.one(
        step("/get?${data.users.name}"), rest={"data": {"users": {"type": "csv", "path": "users.csv"}}}
    )
    done = loadr("run", plan)
    assert done.code == 1, done
    assert reason in done.stderr
    assert target.count() == 0


def test_the_same_seed_gives_the_same_rows(plans, loadr, step, tmp_path):
    (plans.folder / "users.csv").write_text("name\n" + "".join(f"u{n}\n" for n in range(1000)))
    plan = plans.one(
        step("/get", tags={"user": "${data.users.name}"}),
        vus=2,
        iterations=20,
        rest={"data": {"users": {"type": "csv", "path": "users.csv", "pick": "random"}}},
    )

    def users(name, *arguments):
        done = loadr("run", plan, "--output", f"json={tmp_path / name}", *arguments)
        assert done.code == 0, done
        return sorted(set(re.findall(r'"user": ?"(u\d+)"', (tmp_path / name).read_text())))

    first = users("a.jsonl", "--seed", 7)
    assert len(first) > 20
    assert users("b.jsonl", "--seed", 7, "--workers", 2) == first
    assert users("c.jsonl", "--seed", 8) != first
