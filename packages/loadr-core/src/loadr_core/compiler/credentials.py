"""From a plan's `auth` to what a request carries: a field, or credentials for the server's challenges."""

from base64 import b64encode
from collections.abc import Callable

from loadr_config.models import Auth, BasicAuth, BearerAuth, DigestAuth
from loadr_core.spi.protocol import Credentials
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import Text

_CompileText = Callable[[str], Text]


def authorization(auth: Auth | None, compile_text: _CompileText) -> Text | None:
    """The value of Authorization that every request carries; `None` where it carries none."""
    match auth:
        case BasicAuth(username=username, password=password):
            return _basic(compile_text(username), compile_text(password))
        case BearerAuth(token=token):
            return _prefixed("Bearer ", compile_text(token))
        case _:
            return None


def challenged(auth: Auth | None, compile_text: _CompileText) -> Credentials | None:
    """The credentials for challenges; `None` where there are none."""
    if not isinstance(auth, DigestAuth):
        return None
    return Credentials(compile_text(auth.username), compile_text(auth.password))


def _basic(username: Text, password: Text) -> Text:
    """RFC 7617: user and password as UTF-8."""

    def value(user: str, secret: str) -> str:
        return "Basic " + b64encode(f"{user}:{secret}".encode()).decode("ascii")

    if username.static is not None and password.static is not None:
        return Text.fixed(value(username.static, password.static))

    def render(scope: Scope) -> str:
        return value(username.render(scope), password.render(scope))

    return Text(username.source, None, render)


def _prefixed(prefix: str, text: Text) -> Text:
    if text.static is not None:
        return Text.fixed(prefix + text.static)
    render = text.render
    return Text(prefix + text.source, None, lambda scope: prefix + render(scope))
