r"""The small language of conditions: ``"${page} < 5 and '${status}' != 'done'"``.

An expression that contains ``${…}`` is in this language, always; every other one is the script engine's.
It has no loops, no assignments and no access to anything but the references that stand in it.

Grammar::

    expression = conjunction { ("or" | "||") conjunction }
    conjunction = negation { ("and" | "&&") negation }
    negation   = ("not" | "!") negation | comparison
    comparison = sum [ ("==" | "===" | "!=" | "!==" | "<" | "<=" | ">" | ">=" | "in" | "not" "in") sum ]
    sum        = product { ("+" | "-") product }
    product    = unary { ("*" | "/" | "%") unary }
    unary      = "-" unary | value
    value      = number | text | "true" | "false" | "null" | list | call | reference | "(" expression ")"
    list       = "[" [ expression { "," expression } ] "]"
    call       = name "(" [ expression { "," expression } ] ")"
    text       = "'" … "'" | '"' … '"'      references in it are replaced; "$${" is a literal "${"
    reference  = "${" … "}"                 as in templates

In a text ``\\``, ``\'``, ``\"``, ``\n``, ``\r`` and ``\t`` stand for one character; any other backslash is
itself, so that a regular expression reads as usual.

=================================  ============================================================================
function                           value
=================================  ============================================================================
``contains(text, part)``           whether the text contains the part; of a list, whether it has such a member
``starts_with(text, part)``        whether the text starts with the part
``ends_with(text, part)``          whether the text ends with the part
``matches(text, 'regex')``         whether the regular expression is found in the text
``len(value)``                     characters of a text, members of a list or an object
``lower(text)``, ``upper(text)``   the text in lower or upper case
``trim(text)``                     the text without white space around it
=================================  ============================================================================

Values are those of JSON, and two rules make texts from responses and files easy to compare:

- A text that reads as a number is one, unless it stands in quotes: ``${n} < 10`` compares numbers when
  ``n`` is the text "9"; ``'${zip}' == '00501'`` compares texts.
- Two values are compared as numbers when both are, else as texts; texts are ordered by code points. A
  reference without a value is null, which equals nothing but null and the empty text, and is in no order
  with anything.

A condition holds unless its value is false, null, 0, an empty list or object, or one of the texts "" and
"false".
"""

from loadr_config.errors import EvaluationError, ExpressionError
from loadr_config.expressions._compiling import Getter, Lookup, compile_condition, compile_expression
from loadr_config.expressions._parsing import parse
from loadr_config.expressions._syntax import Expression
from loadr_config.expressions._values import holds, kind_of, text_of

__all__ = [
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Getter",
    "Lookup",
    "compile_condition",
    "compile_expression",
    "holds",
    "kind_of",
    "parse",
    "text_of",
]
