"""`python -m loadr_core.worker`: reads its orders from standard input."""

from loadr_config import validating
from loadr_core.worker.tuning import postpone_garbage_collection

if __name__ == "__main__":
    # Both before anything that is large is imported.
    postpone_garbage_collection()
    validating.forgo()
    from loadr_core.worker.process import main

    raise SystemExit(main())
