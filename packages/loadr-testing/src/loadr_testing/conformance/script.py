"""What every script engine must do, whatever its language."""

import asyncio
from pathlib import Path
from typing import Any, ClassVar

from loadr_core.clock import SystemClock
from loadr_core.spi import (
    Scope,
    ScriptContext,
    ScriptEngine,
    ScriptError,
    ScriptModule,
    ScriptSource,
    VuContext,
)
from loadr_testing.fakes.scripts import FakeHost

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -7,
    1.5,
    "",
    "text \u20ac \U0001f600",
    [],
    [1, [2]],
    {},
    {"a": {"b": [None]}},
)
_HOUR = 3600.0
_SOON = 10.0


class ScriptEngineConformance:
    """Subclass as `TestMyEngine`, set `engine_class` and `source`.

    The source is a module that exports:

    - `echo(value)`, which returns what it is given;
    - `fail()`, which raises the language's plain error with the text `on purpose`;
    - `count()`, which returns 1, 2, 3, ... from a global of the module;
    - `rest(seconds)`, which asks the host to sleep so long.

    Attributes:
        engine_class: the engine to test.
        source: that module.
        broken_source: a text that is no module of the language.
        expression: an expression in which `a` and `b` are added.
    """

    engine_class: type[ScriptEngine]
    source: ClassVar[str]
    broken_source: ClassVar[str] = "((("
    expression: ClassVar[str] = "a + b"

    def engine(self) -> ScriptEngine:
        """A new engine."""
        return self.engine_class(ScriptContext(SystemClock(), Path()))

    def module(self) -> ScriptModule:
        """The module, loaded."""
        return self.engine().load(ScriptSource(self.source, "conformance"))

    def host(self, vu: int = 1) -> FakeHost:
        """A VU's host."""
        return FakeHost(Scope(VuContext(vu, "main")))

    def test_it_tells_what_a_module_exports(self) -> None:
        """All four functions, in any order, beside others."""
        assert {"echo", "fail", "count", "rest"} <= self.module().exports

    def test_a_broken_module_is_a_script_error_with_its_place(self) -> None:
        """Found when it is loaded, before the run."""
        try:
            self.engine().load(ScriptSource(self.broken_source, "broken"))
        except ScriptError as error:
            assert "broken" in error.site  # noqa: PT017 - the suite needs no pytest
        else:
            raise AssertionError("a broken module was loaded")

    def test_plain_values_go_in_and_come_out(self) -> None:
        """As JSON has them, with every character."""

        async def main() -> list[Any]:
            script = self.module().open(self.host())
            results = [await script.call("echo", value) for value in VALUES]
            await script.close()
            return results

        assert asyncio.run(main()) == list(VALUES)

    def test_a_failed_call_is_a_script_error_and_the_vu_goes_on(self) -> None:
        """With a class, the text and a place."""

        async def main() -> tuple[ScriptError, Any]:
            script = self.module().open(self.host())
            try:
                await script.call("fail")
            except ScriptError as error:
                return error, await script.call("echo", "still here")
            finally:
                await script.close()
            raise AssertionError("the failed call raised nothing")

        error, after = asyncio.run(main())
        assert error.kind
        assert "on purpose" in error.message
        assert "conformance" in error.site
        assert after == "still here"

    def test_every_vu_has_globals_of_its_own_that_last(self) -> None:
        """Two VUs of one module."""

        async def main() -> list[Any]:
            module = self.module()
            one, other = module.open(self.host(1)), module.open(self.host(2))
            counts = [await script.call("count") for script in (one, one, other, one)]
            await one.close()
            await other.close()
            return counts

        assert asyncio.run(main()) == [1, 2, 1, 3]

    def test_a_waiting_vu_holds_up_no_other(self) -> None:
        """While one rests, another one is called."""

        async def main() -> Any:
            module = self.module()
            one, other = module.open(self.host(1)), module.open(self.host(2))
            resting = asyncio.ensure_future(one.call("rest", _HOUR))
            async with asyncio.timeout(_SOON):
                while not resting.done():
                    await asyncio.sleep(0)
                    value = await other.call("echo", 5)
                    resting.cancel()
                    await asyncio.wait([resting])
            await one.close()
            await other.close()
            return value

        assert asyncio.run(main()) == 5

    def test_a_cancelled_vu_can_be_called_again(self) -> None:
        """`on_stop` follows an interrupted iteration."""

        async def main() -> tuple[list[float], Any]:
            host = self.host()
            script = self.module().open(host)
            resting = asyncio.ensure_future(script.call("rest", _HOUR))
            async with asyncio.timeout(_SOON):
                await host.sleeping.wait()
            resting.cancel()
            await asyncio.wait([resting])
            assert resting.cancelled()
            value = await script.call("echo", "goodbye")
            await script.close()
            return host.slept, value

        assert asyncio.run(main()) == ([_HOUR], "goodbye")

    def test_an_expression_sees_the_names_that_it_is_given(self) -> None:
        """And nothing is kept of them."""

        async def main() -> Any:
            script = self.module().open(self.host())
            value = await script.evaluate(self.expression, {"a": 2, "b": 3})
            await script.close()
            return value

        assert asyncio.run(main()) == 5

    def test_an_expression_has_its_value_at_once(self) -> None:
        """For templates and conditions."""
        script = self.module().open(self.host())
        assert script.value(self.expression, {"a": 2, "b": 3}) == 5

    def test_an_engine_closes_after_its_scripts(self) -> None:
        """Without an error."""

        async def main() -> None:
            engine = self.engine()
            script = engine.load(ScriptSource(self.source, "conformance")).open(self.host())
            await script.close()
            await engine.close()

        asyncio.run(main())
