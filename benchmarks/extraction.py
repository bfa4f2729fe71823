"""What an extraction costs: each kind on a fresh response, beside the plain library call that it stands on.

Both columns start from the body's bytes, so that parsing is in both; the difference is loadr's own part.
Nothing is sent. CPU time, in interleaved rounds of both; the fastest round counts, because everything else
on the machine only ever adds.
"""

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from timeit import Timer

import jmespath
import jsonpath_rfc9535
import orjson
from lxml import etree
from pydantic import TypeAdapter
from selectolax.lexbor import LexborHTMLParser

from benchmarks.harness import clock, machine, report, tools
from loadr_config.models import Extractor, PluginExtractor
from loadr_core.extraction.compile import compile_extraction
from loadr_core.spi import Extractor as PluginCode
from loadr_core.spi import Scope, VuContext
from loadr_core.templating import TextCompiler
from loadr_testing.fakes import Answer, FakeResponse

ROUNDS = 15
QUICK_ROUNDS = 3
ROUND_SECS = 0.05
GATE_US = 1.5
GATED = "jsonpath, a token"

_EXTRACTOR = TypeAdapter(Extractor)
_TEXTS = TextCompiler({}, {}, {})

ITEMS = [{"id": number, "name": f"item {number}", "price": number * 1.5} for number in range(10)]
JSON = json.dumps(
    {"user": "ann", "token": "abcdef0123456789", "a": {"b": [{"c": 7}]}, "items": ITEMS}
).encode()
HTML = (
    "<!DOCTYPE html><html><head><title>Shop</title></head><body>"
    + "".join(
        f'<li class="item" data-id="{n}"><a href="/products/{n}">Product {n}</a></li>\n' for n in range(100)
    )
    + '<form><input type="hidden" name="csrf" value="f0rm-t0ken"></form></body></html>'
).encode()
XML = (
    "<?xml version='1.0'?><catalogue>"
    + "".join(f"<product id='{n}'><name>Product {n}</name></product>" for n in range(100))
    + "</catalogue>"
).encode()
CONTENT_TYPES = {JSON: "application/json", HTML: "text/html; charset=utf-8", XML: "application/xml"}
_CSRF = r'name="csrf" value="([^"]*)"'


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of extraction.

    Attributes:
        name: in the table.
        entry: as in a plan; several are taken from one response.
        body: of every response.
        plain: what the same costs with the library alone.
    """

    name: str
    entry: tuple[dict[str, object], ...]
    body: bytes
    plain: Callable[[], object]


def cases() -> list[Case]:
    """All cases, with the plain call compiled as far as its library can."""
    filtered = jsonpath_rfc9535.compile("$.items[?@.id == 7].name")
    wild = jsonpath_rfc9535.compile("$.items[*].id")
    projection = jmespath.compile("items[*].id | [-1]")
    csrf = re.compile(_CSRF)
    xpath = etree.XPath("//product[@id='50']/name/text()")
    csrf_xpath = etree.XPath("//input[@name='csrf']/@value")
    html = etree.HTMLParser()

    def jsonpath(expression: str, **keys: object) -> tuple[dict[str, object], ...]:
        return ({"type": "jsonpath", "name": "v", "expression": expression, **keys},)

    text = HTML.decode()
    start = text.index("<title>") + 7
    return [
        Case(GATED, jsonpath("$.token"), JSON, lambda: orjson.loads(JSON)["token"]),
        Case("jsonpath, a path", jsonpath("$.a.b[0].c"), JSON, lambda: orjson.loads(JSON)["a"]["b"][0]["c"]),
        Case(
            "jsonpath, five of one body",
            jsonpath("$.token") + jsonpath("$.user") + jsonpath("$.items[0].id") * 3,
            JSON,
            lambda: [(value := orjson.loads(JSON))["token"], value["user"]] + [value["items"][0]["id"]] * 3,
        ),
        Case(
            "jsonpath, a wildcard, last",
            jsonpath("$.items[*].id", index="last"),
            JSON,
            lambda: [node.value for node in wild.find(orjson.loads(JSON))][-1],
        ),
        Case(
            "jsonpath, a filter",
            jsonpath("$.items[?@.id == 7].name"),
            JSON,
            lambda: filtered.find(orjson.loads(JSON))[0].value,
        ),
        Case(
            "chain: jsonpath, as, transform, check",
            (
                {
                    "chain": "v",
                    "jsonpath": "$.a.b[0].c",
                    "as": "int",
                    "transform": [{"prepend": "id-"}],
                    "check": {"not_empty": True},
                },
            ),
            JSON,
            lambda: f"id-{int(orjson.loads(JSON)['a']['b'][0]['c'])}",
        ),
        Case(
            "jmespath, a path",
            ({"chain": "v", "jmespath": "a.b[0].c"},),
            JSON,
            lambda: orjson.loads(JSON)["a"]["b"][0]["c"],
        ),
        Case(
            "jmespath, a projection",
            ({"chain": "v", "jmespath": "items[*].id | [-1]"},),
            JSON,
            lambda: projection.search(orjson.loads(JSON)),
        ),
        Case(
            "regex",
            ({"type": "regex", "name": "v", "expression": _CSRF},),
            HTML,
            lambda: found[1] if (found := csrf.search(HTML.decode())) else None,
        ),
        Case(
            "boundary",
            ({"type": "boundary", "name": "v", "left": "<title>", "right": "</title>"},),
            HTML,
            lambda: (decoded := HTML.decode())[start : decoded.index("</title>", start)],
        ),
        Case(
            "css",
            ({"type": "css", "name": "v", "expression": "input[name=csrf]", "attribute": "value"},),
            HTML,
            lambda: LexborHTMLParser(HTML).css("input[name=csrf]")[0].attributes["value"],
        ),
        Case(
            "xpath, HTML",
            ({"type": "xpath", "name": "v", "expression": "//input[@name='csrf']/@value"},),
            HTML,
            lambda: csrf_xpath(etree.fromstring(HTML, html))[0],
        ),
        Case(
            "xpath, XML",
            ({"type": "xpath", "name": "v", "expression": "//product[@id='50']/name"},),
            XML,
            lambda: xpath(etree.fromstring(XML))[0],
        ),
        Case(
            "header",
            ({"type": "header", "name": "v", "header": "X-Id"},),
            JSON,
            lambda: {"x-id": "7"}["x-id"],
        ),
    ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument(
        "--rounds", type=int, help=f"rounds of {ROUND_SECS:g} s for each figure, {ROUNDS} unless told"
    )
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds")
    parser.add_argument(
        "--gate",
        action="store_true",
        help=f"exit with 1 when {GATED!r} adds more than {GATE_US:g} us to the parsing",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
    names = ("orjson", "jsonpath-rfc9535", "jmespath", "regex", "lxml", "selectolax")
    described = machine.describe({name: tools.distribution_version(name) for name in names})
    bare = bare_us(rounds)
    timed = {case.name: measure(case, rounds, bare) for case in cases()}
    header = ["extraction", "body bytes", "plain µs", "loadr µs", "loadr's own µs"]
    bodies = {case.name: len(case.body) for case in cases()}
    rows = [
        [name, f"{bodies[name]:,}", f"{plain:.2f}", f"{own:.2f}", f"{own - plain:+.2f}"]
        for name, (plain, own) in timed.items()
    ]
    print(report.markdown_table(header, rows))
    print(
        f"\nfastest of {rounds} rounds each; making the response that is looked at, {bare:.2f} µs, is taken off"
    )
    print(report.describe_machine(described))
    path = report.save(
        "extraction",
        described,
        {
            "rounds": rounds,
            "us": {name: {"plain": plain, "loadr": own} for name, (plain, own) in timed.items()},
        },
    )
    print(f"saved to {path}")
    plain, own = timed[GATED]
    if not arguments.gate:
        return 0
    print(
        f"gate {'holds' if own - plain <= GATE_US else 'FAILS'}: {own - plain:.2f} µs beside parsing, at most {GATE_US:g}"
    )
    return 0 if own - plain <= GATE_US else 1


def bare_us(rounds: int) -> float:
    """What the fake response costs that every measured extraction needs afresh."""
    answer = Answer(body=JSON)
    return _fastest([Timer(lambda: FakeResponse(answer, 0.0, 0.1), timer=clock.cpu)], rounds)[0]


def measure(case: Case, rounds: int, bare: float) -> tuple[float, float]:
    """Microseconds of the plain call, and of loadr without the response's making."""
    taken = [
        compile_extraction(_EXTRACTOR.validate_python(entry), _TEXTS.compile, _no_plugin)
        for entry in case.entry
    ]
    scope = Scope(VuContext(1, "main"))
    answer = Answer(body=case.body, headers={"x-id": "7", "content-type": CONTENT_TYPES[case.body]})

    def extract() -> None:
        response = FakeResponse(answer, 0.0, 0.1)
        for extraction in taken:
            extraction.take(response, scope)

    extract()
    assert scope.variables, f"{case.name} finds nothing"
    plain, own = _fastest([Timer(case.plain, timer=clock.cpu), Timer(extract, timer=clock.cpu)], rounds)
    return plain, own - bare


def _fastest(timers: list[Timer], rounds: int) -> list[float]:
    """Microseconds per call of each timer's fastest round."""
    numbers = [max(1, int(ROUND_SECS / (timer.timeit(100) / 100))) for timer in timers]
    best = [float("inf")] * len(timers)
    for _ in range(rounds):
        for place, (timer, number) in enumerate(zip(timers, numbers, strict=True)):
            best[place] = min(best[place], timer.timeit(number) / number * 1e6)
    return best


def _no_plugin(_entry: PluginExtractor) -> PluginCode:
    raise AssertionError
