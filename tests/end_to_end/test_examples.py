"""Every example runs, passes, and is named in the table of its folder."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.process

FOLDER = Path(__file__).resolve().parents[2] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("plan", EXAMPLES, ids=lambda plan: plan.stem)
def test_an_example_passes(plan, loadr, target):
    timed = "constant-vus" in plan.read_text(encoding="utf-8")
    shorter = ("--duration", "2s") if timed else ()
    address = ("-e", f"ADDRESS={urlsplit(target.url).netloc}")
    done = loadr("run", str(plan), "-e", f"BASE_URL={target.url}", *address, *shorter)
    assert done.code == 0, done
    assert "✓ passed" in done.stdout


def test_an_overlay_of_an_example(loadr, target):
    done = loadr("run", str(FOLDER / "templates.yaml"), "-e", f"BASE_URL={target.url}", "-e", "smoke")
    assert done.code == 0, done
    assert "1 iteration," in done.stdout


def test_the_table_names_every_example():
    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"[{plan.name}]({plan.name})" in table for plan in EXAMPLES)
