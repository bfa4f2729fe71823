import pytest
from ruamel.yaml import YAML

from loadr_config.models import TestPlan
from loadr_config.secrets import Masker
from loadr_core.coordinator import plan_text
from loadr_core.coordinator.plan_text import shown_plan

PLAN = """\
name: shop
secrets: { key: { env: KEY } }
variables:
  greeting: hello s3same
  password: hunter2
scenarios:
  main:
    executor: constant-vus
    vus: 2
    duration: 5s
    flow:
      - request:
          url: http://anna:open@shop.test/a
          headers:
            Authorization: Bearer abc
            X-Api-Key: "${secrets.key}"
"""


def shown(text=PLAN):
    masker = Masker(["s3same"])
    return shown_plan(TestPlan.model_validate(YAML(typ="safe").load(text)), masker)


def test_the_plan_is_yaml_that_says_what_was_run():
    plan = YAML(typ="safe").load(shown())
    assert plan["name"] == "shop"
    assert plan["scenarios"]["main"]["vus"] == 2


@pytest.mark.parametrize("secret", ["s3same", "hunter2", "anna", "open@", "Bearer", "abc"])
def test_what_looks_secret_is_not_in_it(secret):
    assert secret not in shown()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://anna:op@en@shop.test/a", "http://***@shop.test/a"),
        ("http://anna:open@shop.test/${vu}", "http://***@shop.test/${vu}"),
        ("http://anna:${vars.password}@shop.test/a", "http://***@shop.test/a"),
        (
            "http://${vars.user}:${vars.password}@shop.test/a",
            "http://${vars.user}:${vars.password}@shop.test/a",
        ),
    ],
)
def test_the_user_of_a_url_goes_whole(url, expected):
    assert f"url: {expected}\n" in shown(PLAN.replace("http://anna:open@shop.test/a", url))


def test_templates_stay_for_they_tell_nothing():
    assert "X-Api-Key: ${secrets.key}" in shown()
    assert "url: http://***@shop.test/a" in shown()


def test_a_plan_that_is_too_long_is_cut_at_a_line(monkeypatch):
    whole = shown()
    monkeypatch.setattr(plan_text, "_MOST_CHARACTERS", 40)
    *lines, last = shown().splitlines()
    assert last.startswith("# cut here")
    assert lines == whole[: whole.rfind("\n", 0, 40)].splitlines()
    assert len(lines) > 1
