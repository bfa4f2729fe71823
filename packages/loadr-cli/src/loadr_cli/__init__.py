"""The `loadr` command. Importing this package imports nothing heavy."""
