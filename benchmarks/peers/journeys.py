"""A user's journey, the same for every peer: log in, take the token, list, look, then read or buy.

Four requests, an extraction, three templated requests behind it, five checks, one random choice.
"""

from collections.abc import Mapping
from typing import Final

from benchmarks.peers.base import Peer
from benchmarks.peers.k6 import K6Script
from benchmarks.peers.loadr import LoadrPlan
from benchmarks.peers.locust import LocustClass

REQUESTS: Final = 4
"""Requests of one iteration."""

PLAN: Final = """\
name: journey
defaults:
  http:
    base_url: @HOST@
scenarios:
  journey:
    executor: constant-vus
    vus: @VUS@
    duration: @SECONDS@s
    flow:
      - request:
          name: login
          method: POST
          url: /login
          body: {json: {user: "user-${vu}", password: secret}}
          extract: [{type: jsonpath, name: token, expression: $.token}]
          checks: [{type: status, equals: 200}]
      - request:
          name: list
          url: /items?page=${iteration}
          headers: {Authorization: "Bearer ${token}"}
          checks: [{type: status, equals: 200}]
      - request:
          name: look
          url: /items/${vu}
          headers: {Authorization: "Bearer ${token}"}
          checks: [{type: status, equals: 200}, {type: body_contains, value: loadr}]
      - random:
          choices:
            - weight: 70
              name: read
              steps:
                - request:
                    name: read
                    url: /items/${vu}/reviews/${iteration}
                    headers: {Authorization: "Bearer ${token}"}
                    checks: [{type: status, equals: 200}]
            - weight: 30
              name: buy
              steps:
                - request:
                    name: buy
                    url: /items/${vu}/buy/${iteration}
                    headers: {Authorization: "Bearer ${token}"}
                    checks: [{type: status, equals: 200}]
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
const ok = { "status is 200": (r) => r.status === 200 };

export default function () {
  const vu = exec.vu.idInTest;
  const iteration = exec.vu.iterationInScenario;
  const login = http.post(`${host}/login`, JSON.stringify({ user: `user-${vu}`, password: "secret" }), {
    headers: { "Content-Type": "application/json" },
    tags: { name: "login" },
  });
  check(login, ok);
  const headers = { Authorization: `Bearer ${login.json("token")}` };
  check(http.get(`${host}/items?page=${iteration}`, { headers, tags: { name: "list" } }), ok);
  check(http.get(`${host}/items/${vu}`, { headers, tags: { name: "look" } }), {
    ...ok,
    "body contains loadr": (r) => r.body.includes("loadr"),
  });
  const [name, path] = Math.random() < 0.7 ? ["read", "reviews"] : ["buy", "buy"];
  check(http.get(`${host}/items/${vu}/${path}/${iteration}`, { headers, tags: { name, branch: name } }), ok);
}
"""

LOCUSTFILE: Final = """\
import itertools
import random

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

    def checked(self, method, path, name, contains=None, **more):
        with self.client.request(method, path, name=name, catch_response=True, **more) as response:
            if response.status_code != 200:
                response.failure("status is not 200")
            elif contains is not None and contains not in response.text:
                response.failure("the body is another one")
            return response

    @task
    def journey(self):
        user = {"user": f"user-{self.number}", "password": "secret"}
        token = self.checked("POST", "/login", "login", json=user).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        self.checked("GET", f"/items?page={self.iteration}", "list", headers=headers)
        self.checked("GET", f"/items/{self.number}", "look", contains="loadr", headers=headers)
        name, path = ("read", "reviews") if random.random() < 0.7 else ("buy", "buy")
        self.checked("GET", f"/items/{self.number}/{path}/{self.iteration}", name, headers=headers)
        self.iteration += 1
"""


JOURNEYS: Final[Mapping[str, Peer]] = {
    peer.name: peer for peer in (LoadrPlan(PLAN), K6Script(SCRIPT), LocustClass(LOCUSTFILE))
}
"""The peers that can do it, by name."""
