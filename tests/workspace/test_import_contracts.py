"""Every import contract of pyproject.toml bites: broken on purpose in a copy, lint-imports names it.

The copy is of the packages, the configuration and the contract types. A case adds lines at the end
of modules, which is all that it takes to break a rule.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in CONFIG["contracts"]}
MEMBERS = sorted(path.parent.name for path in ROOT.glob("packages/*/pyproject.toml"))


@dataclass(frozen=True)
class Verdict:
    exit_code: int
    output: str

    @property
    def broken(self):
        return {key for key, contract in CONTRACTS.items() if f"{contract['name']} BROKEN" in self.output}


class Copy:
    """A copy of the packages that may be broken."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copy(ROOT / "pyproject.toml", folder)
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/import_contracts.py", folder / "scripts")
        self.source = folder / "src"
        for package in CONFIG["root_packages"]:
            [original] = ROOT.glob(f"packages/*/src/{package}")
            shutil.copytree(original, self.source / package, ignore=shutil.ignore_patterns("__pycache__"))

    def add(self, module, lines):
        """Add lines to a module, which may be a new one."""
        package = self.source.joinpath(*module.split("."))
        file = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
        with file.open("a", encoding="utf-8") as handle:
            handle.write(f"\n{lines}\n")

    def lint(self):
        command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
        environment = {**os.environ, "PYTHONPATH": str(self.source), "NO_COLOR": "1"}
        done = subprocess.run(
            [*command, "--no-cache", "--no-logo"],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return Verdict(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)


def test_the_unbroken_copy_passes(copy):
    verdict = copy.lint()
    assert verdict.exit_code == 0, verdict.output
    assert verdict.broken == set()
    assert f"Contracts: {len(CONTRACTS)} kept" in verdict.output


# (contract, module, line): the line at the end of the module breaks the contract and no other.
BREAKS = [
    pytest.param("layers", "loadr_config", "import loadr_core", id="a lower layer imports a higher one"),
    pytest.param("layers", "loadr_core", "import loadr_cli", id="the engine imports the command"),
    pytest.param("layers", "loadr_protocols", "import loadr_report", id="siblings import each other"),
    pytest.param("report", "loadr_report", "import loadr_core", id="the report imports the engine"),
    pytest.param("report", "loadr_report.text", "import loadr_core", id="a module of the report does"),
    pytest.param("spi", "loadr_core.spi.rows", "import loadr_core.errors", id="spi imports the engine"),
    pytest.param("spi", "loadr_core.spi", "import loadr_core", id="spi imports its parent"),
    pytest.param("spi", "loadr_core.spi", "import loadr_core.newcomer", id="spi imports a new module"),
    pytest.param("purity", "loadr_config", "import time", id="the plan language reads the clock"),
    pytest.param("purity", "loadr_core.metrics", "import loadr_core.clock", id="a clock behind a module"),
    pytest.param(
        "private",
        "loadr_cli",
        "from loadr_testing.demo_target import _server",
        id="the command imports a private module",
    ),
    pytest.param(
        "private",
        "loadr_testing",
        "from loadr_core._newcomer import anything",
        id="a name of a new private module",
    ),
]


@pytest.mark.parametrize(("contract", "module", "line"), BREAKS)
def test_a_contract_bites(copy, contract, module, line):
    copy.add("loadr_core.newcomer", "anything = 1")
    copy.add("loadr_core._newcomer", "anything = 1")
    copy.add(module, line)
    verdict = copy.lint()
    assert verdict.exit_code == 1, verdict.output
    assert verdict.broken == {contract}, verdict.output


def test_every_contract_is_broken_by_a_case():
    assert {case.values[0] for case in BREAKS} == set(CONTRACTS)


def test_every_pure_module_may_import_nothing_on_the_list(copy):
    """All pairs in one run: one run per pair would take a minute."""
    contract = CONTRACTS["purity"]
    for module in contract["source_modules"]:
        copy.add(module, f"import {', '.join(contract['forbidden_modules'])}")
    output = copy.lint().output
    named = set(re.findall(r"(\S+) is not allowed to import (\S+):", output))
    assert named == {
        (module, bad) for module in contract["source_modules"] for bad in contract["forbidden_modules"]
    }


@pytest.mark.parametrize("newcomer", ["loadr_agent"])
def test_distributions_to_come_are_siblings_already(copy, newcomer):
    (copy.source / newcomer).mkdir()
    copy.add(newcomer, "import loadr_protocols")
    config = copy.folder / "pyproject.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("root_packages = [", f'root_packages = ["{newcomer}",'), encoding="utf-8")
    verdict = copy.lint()
    assert verdict.broken == {"layers"}, verdict.output


def test_every_member_is_under_contract():
    import_names = {member.replace("-", "_") for member in MEMBERS}
    layers = set(re.findall(r"\w+", " ".join(CONTRACTS["layers"]["layers"])))
    assert set(CONFIG["root_packages"]) == import_names
    assert import_names <= layers
