"""The doors, as an import-linter contract: which module may import which inside `commonweal`.

Run with `PYTHONPATH=src:tests/house lint-imports`; `.importlinter` names `DoorsContract` as type `doors`.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

ROOMS = frozenset(
    ["agencies", "places", "people", "sharing", "directory", "training", "messages", "calls", "encounters"]
    + ["referrals", "cases", "evaluation", "foresight", "planning", "community"]
)
DOORS = ("actions", "queries", "events")
SCREENS = ("web", "api", "cli")


def breach(importer: str, imported: str) -> str | None:
    """Say how to mend the import of `imported` by `importer` (dotted names); None when it is allowed."""
    here, there = importer.split(".")[1:] or [""], imported.split(".")[1:] or [""]
    if here[0] in ("config", there[0]):
        return None
    if there[0] in ROOMS and (len(there) != 2 or there[1] not in DOORS):
        if len(there) > 2 and there[1] in DOORS:
            return f"import it from commonweal.{there[0]}.{there[1]}, which re-exports what is public"
        return f"use commonweal.{there[0]}.actions, .queries or .events; add to that door what is missing"
    return screen_breach(here, there) if here[0] in SCREENS else None


def screen_breach(here: list[str], there: list[str]) -> str | None:
    """The stricter rule for web, api and cli: doors, kernel, and an adapter's reader or writer."""
    if "models" in there[1:]:
        return "screens read by queries and write by actions; they never touch models"
    if there[0] == "engines" and here[:2] != ["cli", "lab"]:
        return "ask a room's action or query; types of an engine come re-exported by the room's actions"
    if there[0] == "adapters" and there[2:3] not in (["reader"], ["writer"]):
        return "of an adapter, screens import commonweal.adapters.<name>.reader or .writer only"
    if there[0] in SCREENS:
        return "web, api and cli never import each other; move what both need behind a room's door"
    if there[0] == "demo" and here[0] != "cli":
        return "only the commonweal command builds the demonstration county"
    return None


class DoorsContract(Contract):
    """Enter a room by its doors: actions, queries, events. The kernel is open to all, config imports all."""

    type_name = "doors"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect every direct import inside the package that `breach` refuses."""
        found: list[tuple[str, str, str, str]] = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                remedy = breach(importer, imported) if imported.startswith("commonweal.") else None
                if remedy and importer.startswith("commonweal."):
                    lines = [
                        str(detail["line_number"])
                        for detail in graph.get_import_details(importer=importer, imported=imported)
                    ]
                    found.append((importer, ", ".join(lines), imported, remedy))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import with its line and its remedy."""
        for importer, lines, imported, remedy in check.metadata["found"]:
            output.print_error(f"- {importer} (l.{lines}) imports {imported}\n  mend: {remedy}", bold=False)
