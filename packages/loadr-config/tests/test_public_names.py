import subprocess
import sys

import pytest

import loadr_config
from loadr_config import models


@pytest.mark.parametrize("module", [loadr_config, models], ids=lambda module: module.__name__)
def test_every_public_name_exists_and_is_sorted(module):
    assert all(getattr(module, name) is not None for name in module.__all__)
    assert list(module.__all__) == sorted(module.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = loadr_config.nonsense


@pytest.mark.process
def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, loadr_config; print(sorted({'pydantic', 'ruamel.yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
