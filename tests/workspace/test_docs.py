"""The documentation is true: its plans load, its names exist, what is public is in the reference."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from loadr_config import load_plan, render_all
from loadr_config.metrics import BUILT_IN_METRICS
from loadr_core import exit_codes
from loadr_testing.demo_target import DemoTargetProcess

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
PLANS = [
    pytest.param(page, text, id=f"{page.relative_to(ROOT)}-{number}")
    for page in [*PAGES, ROOT / "README.md", *ROOT.glob("packages/*/README.md")]
    if page.is_file()
    for number, text in enumerate(
        re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
    if re.search(r"^scenarios:", text, re.MULTILINE)
]


@pytest.mark.parametrize(("page", "text"), PLANS)
def test_a_plan_loads_without_a_word(page, text):
    loaded = load_plan(f"{page.name}.yaml", text=text, environment={"BASE_URL": "http://127.0.0.1:8080"})
    assert [diagnostic.message for diagnostic in loaded.diagnostics] == []


@pytest.mark.process
@pytest.mark.parametrize(("page", "text"), PLANS)
def test_a_plan_runs_against_the_demo_target(page, text, demo_target):
    """Two iterations of each, or a second: what the documentation shows has to end well."""
    shorter = ["--duration", "1s"] if "arrival-rate" in text else ["--iterations", "2", "--vus", "1"]
    command = [sys.executable, "-m", "loadr", "run", "-", "--quiet", *shorter]
    command += ["-e", f"BASE_URL={demo_target}"]
    plan = text.replace("http://127.0.0.1:8080", demo_target)
    done = subprocess.run(command, input=plan, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def demo_target():
    with DemoTargetProcess() as target:
        yield target.url


def test_the_mistakes_are_shown_as_they_are():
    page = (DOCS / "quickstart.md").read_text(encoding="utf-8")
    plan = page.partition("```yaml\n")[2].partition("```")[0]
    wrong = plan.replace("duration: 10s", "duraton: 10s").replace("p(95)<200", "p(95)<<200")
    shown = page.partition("```text\n")[2].partition("\n```")[0]
    assert render_all(load_plan("first.yaml", text=wrong).diagnostics) == shown


def test_there_are_plans_to_load():
    assert len(PLANS) >= 3


def test_every_metric_of_the_documentation_exists():
    text = (DOCS / "results.md").read_text(encoding="utf-8")
    section = text.partition("\n## Metrics\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \| (\w+) \|", section, re.MULTILINE)
    documented = {(name, kind) for names, kind in rows for name in re.findall(r"`(\w+)`", names)}
    assert documented <= {(metric.name, metric.kind.value) for metric in BUILT_IN_METRICS.values()}
    assert {"http_req_duration", "iterations", "checks", "vus"} <= {name for name, _ in documented}


def test_every_exit_code_of_the_documentation_exists():
    text = (DOCS / "results.md").read_text(encoding="utf-8").partition("\n## Exit codes\n")[2]
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert documented <= {value for name, value in vars(exit_codes).items() if name.isupper()}


@pytest.mark.parametrize(
    "name", ["loadr_config", "loadr_core.spi", "loadr_report", "loadr_testing.demo_target"]
)
def test_a_public_package_is_in_the_reference(name):
    """`automodule` documents `__all__`, all of it; so it is enough that the package is there."""
    reference = "".join(path.read_text(encoding="utf-8") for path in (DOCS / "reference").glob("*.md"))
    section = reference.partition(f".. automodule:: {name}\n")[2]
    assert section.startswith("   :members:\n")


def test_the_configuration_of_the_reference_names_packages_with_exports():
    tree = ast.parse((DOCS / "conf.py").read_text(encoding="utf-8"))
    [public] = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PUBLIC"
    ]
    for name in public:
        path = name.replace(".", "/")
        assert list(ROOT.glob(f"packages/*/src/{path}/__init__.py")), name


def test_every_link_between_documents_of_the_root_leads_somewhere():
    for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"):
        file = ROOT / name
        if not file.is_file():
            continue
        targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read_text(encoding="utf-8"))
        assert [target for target in targets if not (ROOT / target).exists()] == [], name
