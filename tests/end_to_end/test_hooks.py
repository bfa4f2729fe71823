"""Hooks of scripts around the requests of a plan, over real HTTP."""

import pytest

pytestmark = pytest.mark.process

PLAN = """\
defaults: {http: {base_url: "${env.BASE_URL}"}}
js:
  script: |
    import {hmac} from 'k6/crypto';
    export function beforeRequest(req) {
      req.headers['X-Signature'] = hmac('sha256', 'key', req.url + req.body, 'hex');
      if (req.name === 'impossible') req.headers['not a name'] = '1';
    }
    export function afterRequest(res, req) {
      if (req.name === 'late') throw new Error('not what was ordered');
      check(res, {'is signed': r => r.body.includes(req.headers['X-Signature'])});
    }
python:
  script: |
    def before_request(session, request):
        request.url += "&by=python"
scenarios:
  main:
    executor: per-vu-iterations
    vus: 1
    iterations: 2
    flow:
      - request: {url: /echo, params: {n: "${iteration}"}, body: "text ${iteration}", name: good, checks: [{type: body_contains, value: '"by": "python"'}]}
      - request: {url: /echo, name: late, params: {a: b}}
      - request: {url: /echo, name: impossible, params: {a: b}}
thresholds:
  checks: "rate==1"
  "checks{check:is signed}": "rate==1"
  "http_reqs{name:late,error_kind:script}": "count==2"
  "http_req_failed{name:good}": "rate==0"
  "http_req_failed{name:late}": "rate==1"
  "http_req_failed{name:impossible}": "rate==1"
"""


def test_hooks_sign_requests_and_fail_them(loadr, target):
    (loadr.folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = loadr("run", "plan.yaml", "-e", f"BASE_URL={target.url}")
    assert done.code == 0, done
    assert "'not a name' is not a header name" in done.stdout
    assert "not what was ordered" in done.stdout
