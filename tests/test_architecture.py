"""The house: floors, directions, no cycles; read from the imports of every file, lazy and type-only ones included."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rnn_textclf"

# A module may import from its own floor or below; those that are not listed are on floor 0.
FLOORS = {
    "rnn_textclf": 7,  # the package itself, which loads `Predictor` and the estimator when they are asked for
    "rnn_textclf.preprocessing": 1,
    "rnn_textclf.models": 2,
    "rnn_textclf.runs": 3,
    "rnn_textclf.reports": 4,
    "rnn_textclf.training": 5,
    "rnn_textclf.inference": 5,
    "rnn_textclf.estimator": 6,
    "rnn_textclf.flags": 6,
    "rnn_textclf.command_line.preflight": 6,
    "train": 7,
    "infer": 7,
}
SIBLINGS = ("rnn_textclf.training", "rnn_textclf.inference")  # which do not know each other
KNOWING_FLAGS = {"rnn_textclf.flags", "train", "infer"}
WITHOUT_TENSORFLOW = 1  # the highest floor that never imports it


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {
    module_name(path): ast.parse(path.read_text(encoding="utf-8"))
    for path in (*sorted(PACKAGE.rglob("*.py")), ROOT / "train.py", ROOT / "infer.py")
}


def imported(tree: ast.AST) -> set[str]:
    """Every module that a file imports anywhere, by its full name; of `from a import b` both a and a.b."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            assert node.module
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def of_the_house(name: str, tree: ast.AST) -> set[str]:
    """The modules of this package that a module imports.

    `from package import module` runs the package's `__init__` too, but takes nothing of it: it counts as the module.
    """
    found = imported(tree) & SOURCES.keys()
    packages = {each for each in found if any(other.startswith(f"{each}.") for other in found)}
    taken = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and any(f"{node.module}.{alias.name}" not in SOURCES for alias in node.names)
    }
    return found - (packages - taken) - {name}


IMPORTS = {name: of_the_house(name, tree) for name, tree in SOURCES.items()}


def floor(module: str) -> int:
    """The floor of a module; 0 for what lies in the package itself, such as the configuration."""
    names = [name for name in FLOORS if module == name or (name != "rnn_textclf" and module.startswith(f"{name}."))]
    return max((FLOORS[name] for name in names), default=0)


def may_import(module: str, other: str) -> bool:
    """Whether the other is on the module's floor or below, and in no room that the module's room does not know."""
    rooms = {name for name in SIBLINGS for each in (module, other) if each == name or each.startswith(f"{name}.")}
    return floor(other) <= floor(module) and len(rooms) < 2


def cycles(imports: dict[str, set[str]]) -> set[frozenset[str]]:
    """Groups of modules that import each other, directly or through others (Tarjan's algorithm)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: set[frozenset[str]] = set()

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(imports[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.add(frozenset(group))

    for name in imports:
        if name not in index:
            visit(name)
    return found


def test_cycles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"a", "f"}, "f": {"e"}}
    assert cycles(graph) == {frozenset("bc"), frozenset("ef")}


def test_imports_are_found_wherever_they_are() -> None:
    source = "import a\ndef f():\n    from b import c\nif TYPE_CHECKING:\n    from d.e import f\n"
    assert imported(ast.parse(source)) == {"a", "b", "b.c", "d.e", "d.e.f"}


def test_no_two_modules_import_each_other() -> None:
    assert cycles(IMPORTS) == set()


def test_no_module_imports_from_a_floor_above_or_from_a_sibling() -> None:
    climbs = {name: {other for other in others if not may_import(name, other)} for name, others in IMPORTS.items()}
    assert not {name: others for name, others in climbs.items() if others}


def test_only_flags_and_the_scripts_know_the_flags() -> None:
    knowing = {
        name
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr == "FLAGS")
        or (isinstance(node, ast.Name) and node.id == "FLAGS")
    }
    assert knowing <= KNOWING_FLAGS
    importing = {name for name, others in IMPORTS.items() if "rnn_textclf.flags" in others}
    assert importing <= KNOWING_FLAGS


@pytest.mark.parametrize("name", [name for name in SOURCES if floor(name) <= WITHOUT_TENSORFLOW])
def test_the_lower_floors_do_without_tensorflow(name: str) -> None:
    assert not [each for each in imported(SOURCES[name]) if each.split(".")[0] in ("tensorflow", "keras")]


@pytest.mark.parametrize("script", ["train", "infer"])
def test_the_scripts_are_short(script: str) -> None:
    assert len((ROOT / f"{script}.py").read_text(encoding="utf-8").splitlines()) < 20
