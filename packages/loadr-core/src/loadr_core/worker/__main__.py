"""`python -m loadr_core.worker`: reads its orders from standard input."""

import gc

from loadr_config import validating

if __name__ == "__main__":
    # Importing makes hundreds of thousands of objects and hardly any garbage; once the plan is compiled,
    # `settle_garbage_collector` lets the collector work again.
    gc.disable()
    validating.forgo()
    from loadr_core.worker.process import main

    raise SystemExit(main())
