"""`python -m loadr_core.worker`: reads its orders from standard input."""

from loadr_core.worker.process import main

if __name__ == "__main__":
    raise SystemExit(main())
