"""An extractor and an assertion: words of a body."""

from collections.abc import Sequence
from typing import Any

from loadr_core.spi import Assertion, CompileError, Content, Extractor, Response, Scope, UseContext


class WordExtractor(Extractor):
    """Finds the words that start with a text: `{type: plugin, plugin: acme-words, name: v, start: p}`."""

    def __init__(self, context: UseContext) -> None:
        """Look at the options before the run; a template in one has a value only later."""
        if "start" not in context.options:
            raise CompileError("acme-words needs a start", 'write "start: …"')
        self._start = context.options["start"]

    def find(self, response: Response, content: Content, scope: Scope) -> Sequence[Any]:
        """All of them; the plan's `index` chooses."""
        del response
        start = str(self._start.render(scope))
        return [word for word in content.text.split() if word.startswith(start)]


class WordCount(Assertion):
    """Demands a number of words: `{type: plugin, plugin: acme-word-count, least: 3}`."""

    def __init__(self, context: UseContext) -> None:
        """The option is a number, not a template: `static` is its value."""
        least = context.options.get("least")
        if least is None or not isinstance(least.static, int):
            raise CompileError("acme-word-count needs a number of words", 'write "least: 3"')
        self._least = least.static

    @property
    def name(self) -> str:
        """What the summary calls it."""
        return f"at least {self._least} words"

    def holds(self, response: Response, content: Content, scope: Scope) -> bool:
        """`content` is shared with everything else that looks into the response."""
        del response, scope
        return len(content.text.split()) >= self._least
