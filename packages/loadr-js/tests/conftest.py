"""A context with everything that needs no run: our modules, the globals, the host's libraries."""

import asyncio
from random import Random

import pytest

from loadr_core.clock import SystemClock
from loadr_js.hosts.digests import digest_functions
from loadr_js.hosts.html import Documents
from loadr_js.hosts.shared import SharedArrays
from loadr_js.hosts.subtle import subtle_functions
from loadr_js.hosts.texts import duration_ms, url_parse, utf8_decode
from loadr_js.runtime import Limits, ScriptContext, door
from loadr_js.sources import built_in_modules, prelude
from loadr_js.sources.built_in import late


@pytest.fixture(params=["symbols", "plain"])
def access(request, monkeypatch):
    """Both ways to reach the engine: through its C symbols, and as where they are not exported."""
    if request.param == "plain":
        monkeypatch.setattr(door, "library", lambda: None)


class Workbench:
    """Runs scripts; remembers what they say to the host.

    Attributes:
        said: every call of a host function that only takes note.
    """

    def __init__(self):
        self.said = []
        self.shared = SharedArrays()
        self._contexts = []

    def context(self, source):
        generator = Random(7)
        context = None
        hosts = {
            **digest_functions(lambda: generator),
            **subtle_functions(lambda: generator),
            **Documents().functions(),
            **self.shared.functions(),
            "late": late,
            "url_parse": url_parse,
            "duration": duration_ms,
            "utf8_decode": lambda fatal: utf8_decode(context.take_buffer(), fatal=fatal),
            "secret": {"token": "t0p"}.__getitem__,
        }
        for name in (
            "log",
            "checks",
            "group_enter",
            "group_leave",
            "metric_declare",
            "metric_add",
            "random_seed",
        ):
            hosts[name] = lambda *args, _name=name: self.said.append((_name, *args))
        modules = {**built_in_modules(), "script.js": source}
        names: list[str] = []

        def number(name):
            names.append(name)
            return len(names) - 1

        hosts |= {"check_number": number, "metric_number": number}
        direct = {
            "sleep": lambda _seconds: None,
            "checks": lambda *outcomes: self.said.append(
                ("checks", [part for one in outcomes for part in (names[int(one) // 2], bool(one % 2))], None)
            ),
            "add": lambda metric, value: self.said.append(("metric_add", names[int(metric)], value, None)),
        }
        context = ScriptContext(hosts, modules.__getitem__, Limits(), SystemClock(), prelude(), direct=direct)
        self._contexts.append(context)
        return context

    def run(self, source, function="default"):
        """Load a script and call one of its functions; what it returns."""

        async def live():
            context = self.context(source)
            await context.load("script.js")
            return await context.call(function)

        return asyncio.run(live())

    def value(self, expression, imports=""):
        """What an expression is."""
        return self.run(f"{imports}\nexport default function () {{ return {expression} }}")


@pytest.fixture
def bench():
    return Workbench()
