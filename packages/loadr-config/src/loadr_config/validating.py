"""Whether this process validates plans, or only receives plans that another one has validated.

Pydantic costs a process 11 MB and a tenth of a second. A worker has no use for it: its plan comes pickled from the
coordinator. So it says here, before it imports the models, that it will never validate; then the models are
plain classes (docs/adr/0038).
"""

import sys

_MODELS = "loadr_config._modelling"
_state = {"is_forgone": False}


def forgo() -> None:
    """Never validate in this process. To be called before anything imports the models.

    Raises:
        RuntimeError: the models are there already.
    """
    if _MODELS in sys.modules and not _state["is_forgone"]:
        raise RuntimeError("the models of the plan were imported before validating was forgone")
    _state["is_forgone"] = True


def is_forgone() -> bool:
    """Whether this process never validates."""
    return _state["is_forgone"]
