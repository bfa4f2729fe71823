"""`python -m loadr_cli` is the `loadr` command."""

from loadr_cli.main import main

if __name__ == "__main__":
    main()
