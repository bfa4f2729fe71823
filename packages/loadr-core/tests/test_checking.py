"""Extensions are asked about what is their own, and what they say gets its line."""

from dataclasses import dataclass

import pytest

from loadr_config import Severity, load_plan
from loadr_config.models import JsModule, Plugin, Request
from loadr_core.checking import check_extensions
from loadr_core.plugins import Catalog, Extension
from loadr_testing.fakes import fake_checks, fake_engine

PLAN = """\
defaults: {http: {base_url: "fake://host", timeout: 5s}}
variables: {path: "${env.PATH_NAME}/x", later: "${env.NOPE}"}
secrets: {token: {env: TOKEN}}
scenarios:
  main:
    executor: constant-vus
    vus: 1
    duration: 1s
    flow:
      - request: {url: "/${vars.path}", body: text}
"""


@dataclass
class Entry:
    """What an entry point is to an extension."""

    target: object

    def load(self):
        if isinstance(self.target, Exception):
            raise self.target
        return self.target


def catalog(**extensions):
    """A catalog with one extension per argument: `protocols__fake=...`."""
    groups = {}
    for key, target in extensions.items():
        kind, _, name = key.partition("__")
        group = f"loadr.{kind}"
        groups.setdefault(group, {})[name] = Extension(group, name, "acme 1.2", Entry(target))
    return Catalog(groups, {"fake": "fake"})


def checked(text, known, environment=None, **options):
    environment = {} if environment is None else environment
    loaded = load_plan(
        "plan.yaml", text=text, environment=None, installed=known.installed(), check_files=False
    )
    return check_extensions(loaded, known, environment, **options)


def test_an_extension_gets_its_parts_and_what_surrounds_them():
    extension = fake_checks()
    text = PLAN + "plugins: [{name: fake, config: {a: 1}}]\n"
    loaded = checked(text, catalog(protocols__fake=extension), check_files=False)
    assert loaded.diagnostics == ()
    ((request, plugin),) = extension.asked
    assert request.path == ("scenarios", "main", "flow", 0, "request")
    assert (type(request.value), type(plugin.value)) == (Request, Plugin)
    (context,) = extension.contexts
    assert (context.config, context.check_files, context.defaults.timeout) == ({"a": 1}, False, 5.0)
    assert context.folder == loaded.folder


def test_what_it_says_gets_its_line_among_the_others():
    def no_bodies(part, _context):
        yield part.finding("has no body", below=("body",), on_key=True, suggestion="take it out")

    loaded = checked(PLAN + "thresholds: {nope: avg<1}\n", catalog(protocols__fake=fake_checks(no_bodies)))
    assert [(found.line, found.column, found.severity.value) for found in loaded.diagnostics] == [
        (10, 41, "error"),
        (11, 14, "warning"),
    ]
    found = loaded.errors[0]
    assert (found.message, found.suggestion) == ("has no body", "take it out")
    assert found.path == "scenarios.main.flow[0].request.body"
    assert loaded.plan is None


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain", "plain"),
        ("$${x}", "${x}"),
        ("${env.PATH_NAME}", "p"),
        ("a/${vars.path}", "a/p/x"),
        ("${vars.later}", None),
        ("${env.NOPE}", None),
        ("${secrets.token}", None),
        ("${vu}", None),
        ("${name}", None),
        ("${js: 1}", None),
    ],
)
def test_what_is_known_before_the_run(template, text):
    extension = fake_checks()
    checked(PLAN, catalog(protocols__fake=extension), {"PATH_NAME": "p", "TOKEN": "s3cret"})
    assert extension.contexts[0].known(template) == text


def test_a_plugin_entry_goes_to_every_extension_of_its_name():
    protocol, output, service = fake_checks(), fake_checks(), fake_checks()
    known = catalog(protocols__a=protocol, outputs__a=output, services__a=service)
    checked(PLAN + "plugins: [{name: a}]\n", known)
    assert [type(part.value) for part in (*protocol.asked[0], *output.asked[0], *service.asked[0])] == [
        Plugin
    ] * 3


def test_an_expression_goes_to_its_extractor():
    css = fake_checks(lambda part, _: [part.finding("is odd", offset=2, severity=Severity.WARNING)])
    text = PLAN.replace("body: text", "extract: [{type: css, name: a, expression: p.x}]")
    loaded = checked(text, catalog(protocols__fake=fake_checks(), extractors__css=css))
    (found,) = loaded.diagnostics
    assert (found.line, found.column) == (10, text.splitlines()[9].index("p.x") + 3)
    assert css.asked[0][0].value == "p.x"


SCRIPT = PLAN + "js: {script: x}\nsetup: [{js: {call: prepare}}]\n"
SCRIPT = SCRIPT.replace("    flow:", "    exec: mian\n    flow:")


def test_functions_are_compared_with_the_exports_of_the_module():
    engine = fake_engine({"main", "prepare"})
    loaded = checked(SCRIPT, catalog(protocols__fake=fake_checks(), script_engines__js=engine))
    (found,) = loaded.diagnostics
    assert (found.line, found.column) == (9, 11)
    assert found.message == 'the script module exports no function "mian"'
    assert found.suggestion == 'did you mean "main"?'
    assert [type(part.value) for part in engine.asked[0]] == [JsModule]


def test_exports_that_nobody_knows_are_not_compared():
    known = catalog(protocols__fake=fake_checks(), script_engines__js=fake_engine(None))
    assert checked(SCRIPT, known).diagnostics == ()


def test_an_extension_without_the_ability_is_left_alone():
    assert checked(PLAN, catalog(protocols__fake=object)).diagnostics == ()


def test_what_is_not_installed_is_named_once():
    text = PLAN + "      - request: {url: '/again'}\n"
    (found,) = checked(text, catalog()).diagnostics
    assert found.message == 'the protocol "fake" is not installed: what belongs to it is not checked'


def raises(part, context):
    raise KeyError(part.name)


@pytest.mark.parametrize(
    ("extension", "message", "suggestion"),
    [
        (
            fake_checks(raises),
            "loadr.protocols 'fake' of acme 1.2 failed while it checked the plan: KeyError: 'fake'",
            None,
        ),
        (
            fake_checks(lambda _part, _context: ["text"]),
            "loadr.protocols 'fake' of acme 1.2 failed while it checked the plan: TypeError: check gives str, not Finding",
            None,
        ),
        (
            ImportError("no such thing"),
            "loadr.protocols 'fake' of acme 1.2 cannot be loaded: ImportError: no such thing; what belongs to it is not checked",
            None,
        ),
    ],
    ids=["raises", "wrong answer", "cannot be loaded"],
)
def test_an_extension_at_fault_is_named_and_fails_no_plan(extension, message, suggestion):
    loaded = checked(PLAN, catalog(protocols__fake=extension))
    (found,) = loaded.diagnostics
    assert (found.severity.value, found.message, found.suggestion) == ("warning", message, suggestion)
    assert found.line == 10
    assert loaded.plan is not None


def test_an_extension_whose_extra_is_missing_says_what_to_install():
    lacks = ModuleNotFoundError("No module named 'lxml'", name="lxml")
    text = PLAN.replace("body: text", "extract: [{type: xpath, name: a, expression: //a}]")
    (found,) = checked(text, catalog(protocols__fake=fake_checks(), extractors__xpath=lacks)).diagnostics
    assert found.message == '"xpath" lacks the module lxml: what belongs to it is not checked'
    assert found.suggestion == "pip install 'loadr[extract]'"


def test_of_a_wrong_plan_what_is_whole_is_checked():
    def no_bodies(part, _context):
        if part.value.body is not None:
            yield part.finding("has no body", below=("body",))

    text = PLAN.replace("flow:", "flow:\n      - requst: {url: /x}\n      - request: {url: /y, body: [5]}")
    loaded = checked(text.replace("vus: 1", "vus: x"), catalog(protocols__fake=fake_checks(no_bodies)))
    assert [(found.line, found.message) for found in loaded.diagnostics] == [
        (7, 'expected an integer, got "x"'),
        (10, 'unknown step "requst"'),
        (11, "expected a map or text, got a list"),
        (12, "has no body"),
    ]
    assert loaded.errors[3].path == "scenarios.main.flow[2].request.body"


def test_what_is_no_plan_at_all_is_left_as_it_is():
    loaded = load_plan("plan.yaml", text="[")
    assert check_extensions(loaded, catalog(), {}) is loaded


def test_the_installed_catalog_has_our_protocol():
    known = Catalog.read()
    assert known.find("protocols", "http").distribution.startswith("loadr-protocols ")
    assert known.find("protocols", "no such") is None
    assert known.find("no such kind", "http") is None
    installed = known.installed()
    assert "http" in installed.protocols
    assert installed.schemes["https"] == "http"
