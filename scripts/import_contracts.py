"""Contract types of our own for import-linter; the contracts that use them stand in pyproject.toml.

The built-in types need the forbidden modules by name. These two say what they mean instead, so that
a new module is covered the moment it exists.
"""

import grimp
from importlinter import Contract, ContractCheck, fields, output


def top_level(module: str) -> str:
    """The import name of the distribution that a module belongs to."""
    return module.partition(".")[0]


class SelfContained(Contract):
    """Packages that import nothing else of their own distribution.

    Configuration options:
        packages: the packages; each may import itself and other distributions only.
    """

    type_name = "self_contained"

    packages = fields.ListField(subfield=fields.ModuleField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  (the interface's)
        """Find the imports that leave a package for another part of its distribution."""
        leaks: list[tuple[str, str]] = []
        for package in self.packages:  # type: ignore[attr-defined]
            inside = {package.name, *graph.find_descendants(package.name)}
            leaks += [
                (importer, imported)
                for importer in inside
                for imported in graph.find_modules_directly_imported_by(importer)
                if imported not in inside and top_level(imported) == top_level(package.name)
            ]
        return broken_by(leaks)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name the imports."""
        render(check)


class PrivateModules(Contract):
    """Modules whose name, or whose package's, starts with `_` are imported by their distribution only."""

    type_name = "private_modules"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  (the interface's)
        """Find the imports of private modules that cross distributions."""
        private = [
            module for module in graph.modules if any(part.startswith("_") for part in module.split("."))
        ]
        return broken_by(
            [
                (importer, module)
                for module in private
                if not graph.is_module_squashed(module)  # not ours: the standard library, dependencies
                for importer in graph.find_modules_that_directly_import(module)
                if top_level(importer) != top_level(module)
            ]
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name the imports."""
        render(check)


def broken_by(links: list[tuple[str, str]]) -> ContractCheck:
    """A contract is kept when no import breaks it."""
    return ContractCheck(kept=not links, metadata={"links": sorted(links)})


def render(check: ContractCheck) -> None:
    """One line per import."""
    for importer, imported in check.metadata["links"]:
        output.print_error(f"- {importer} -> {imported}", bold=False)
    output.new_line()
