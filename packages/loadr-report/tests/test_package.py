import subprocess
import sys

import pytest

import loadr_report


def test_what_is_promised_is_there():
    assert [name for name in loadr_report.__all__ if not hasattr(loadr_report, name)] == []


@pytest.mark.process
def test_importing_the_package_imports_nothing_heavy():
    code = "import loadr_report, sys; print([m for m in ('rich', 'numpy', 'hdrh') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
