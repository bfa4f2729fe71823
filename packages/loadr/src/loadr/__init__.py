"""The loadr meta package: it brings the command and the protocols together.

The code lives in distributions of their own (`loadr_core`, `loadr_protocols`, ...).
"""
