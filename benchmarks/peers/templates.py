"""One templated request, the same for every peer.

The user's number and the iteration's in URL and header, three checks, one value taken from the JSON response.
"""

from collections.abc import Mapping
from typing import Final

from benchmarks.peers.base import Peer
from benchmarks.peers.k6 import K6Script
from benchmarks.peers.loadr import LoadrPlan
from benchmarks.peers.locust import LocustClass

PLAN: Final = """\
name: templates
defaults:
  http:
    base_url: @HOST@
scenarios:
  templates:
    executor: constant-vus
    vus: @VUS@
    duration: @SECONDS@s
    flow:
      - request:
          name: items
          url: /items?user=${vu}&page=${iteration}
          headers: {X-User: "user-${vu}"}
          extract: [{type: jsonpath, name: id, expression: $.id}]
          checks:
            - {type: status, equals: 200}
            - {type: body_contains, value: loadr}
            - {type: jsonpath, expression: $.name, equals: loadr}
"""

SCRIPT: Final = """\
import http from "k6/http";
import { check } from "k6";
import exec from "k6/execution";

export const options = {
  vus: @VUS@,
  duration: "@SECONDS@s",
  summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)"],
};

const host = "@HOST@";
const checks = {
  "status is 200": (r) => r.status === 200,
  "body contains loadr": (r) => r.body.includes("loadr"),
  "name is loadr": (r) => r.json("name") === "loadr",
};
let id;

export default function () {
  const vu = exec.vu.idInTest;
  const response = http.get(`${host}/items?user=${vu}&page=${exec.vu.iterationInScenario}`, {
    headers: { "X-User": `user-${vu}` },
    tags: { name: "items" },
  });
  id = response.json("id");
  check(response, checks);
}
"""

LOCUSTFILE: Final = """\
import itertools

import gevent
from locust import FastHttpUser, constant, task

# gevent's cached time is as old as Locust's imports; without this the run is shorter by as much.
gevent.get_hub().loop.update_now()

numbers = itertools.count(1)


class User(FastHttpUser):
    host = "@HOST@"
    wait_time = constant(0)

    def on_start(self):
        self.number = next(numbers)
        self.iteration = 0

    @task
    def items(self):
        path = f"/items?user={self.number}&page={self.iteration}"
        self.iteration += 1
        headers = {"X-User": f"user-{self.number}"}
        with self.client.get(path, name="items", headers=headers, catch_response=True) as response:
            body = response.json()
            self.id = body["id"]
            if response.status_code != 200:
                response.failure("status is not 200")
            elif "loadr" not in response.text:
                response.failure("the body is another one")
            elif body["name"] != "loadr":
                response.failure("the name is another one")
"""


TEMPLATED: Final[Mapping[str, Peer]] = {
    peer.name: peer for peer in (LoadrPlan(PLAN), K6Script(SCRIPT), LocustClass(LOCUSTFILE))
}
"""The peers that can do it, by name."""
