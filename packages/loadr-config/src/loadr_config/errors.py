"""The exceptions of this distribution.

::

    ConfigError               the user's mistake in what this distribution reads
    ├── PlanError             a plan with at least one error, with all its diagnostics
    ├── DurationError         a text that is no duration
    ├── GrammarError          a text that does not follow its grammar, with the column of the mistake
    │   ├── TemplateError     … that is no template
    │   ├── ThresholdError    … that is no threshold
    │   └── ExpressionError   … that is no expression
    ├── EvaluationError       an expression whose value cannot be computed
    └── SecretError           a secret whose value cannot be had
"""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from loadr_config.diagnostics import Diagnostic


class ConfigError(Exception):
    """The root: something that the user wrote cannot be used as it is.

    Attributes:
        exit_code: The process exit code that this error stands for.
    """

    exit_code: ClassVar[int] = 1


class PlanError(ConfigError):
    """A plan that has errors.

    Attributes:
        diagnostics: Everything that was found, errors and warnings, ordered by position.
    """

    def __init__(self, diagnostics: "tuple[Diagnostic, ...]") -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        from loadr_config.diagnostics import render_all  # noqa: PLC0415  (the two know each other)

        return render_all(self.diagnostics)


class DurationError(ConfigError):
    """A text that is no duration."""


class GrammarError(ConfigError):
    """A text that has to follow a grammar and does not.

    Attributes:
        message: What is wrong.
        column: Where, counted from 1 in the text.
        suggestion: What may have been meant.
    """

    def __init__(self, message: str, column: int, suggestion: str | None = None) -> None:
        super().__init__(message, column, suggestion)
        self.message = message
        self.column = column
        self.suggestion = suggestion

    def __str__(self) -> str:
        return f"{self.message} (at column {self.column})"


class TemplateError(GrammarError):
    """A text that is no template."""


class ThresholdError(GrammarError):
    """A text that is no threshold selector or expression."""

    def __str__(self) -> str:
        return self.message


class ExpressionError(GrammarError):
    """A text that is no expression of the small language."""


class EvaluationError(ConfigError):
    """An expression whose value cannot be computed: arithmetic with what is no number."""


class SecretError(ConfigError):
    """A secret whose value cannot be had.

    Attributes:
        name: The secret's name in the plan; never its value.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(name, message)
        self.name = name
        self.message = message

    def __str__(self) -> str:
        return f'secret "{self.name}": {self.message}'
