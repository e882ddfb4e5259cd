"""Style as a test: sizes, docstrings, purity of the core, the map of packages, what an import costs."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT, in_subprocess

PACKAGES = {"xiada.engine": "engine", "xiada.workflows": "workflows", "xiada.viz": "viz", "xiada.console": "console"}
FUNCTION_LINES, FILE_LINES, CLASS_LINES, PARAMETERS, MEDIAN_LINES = 70, 500, 250, 6, 12

PRODUCT = sorted(path for folder in PACKAGES.values() for path in (ROOT / folder).rglob("*.py"))
OUR_TESTS = sorted((ROOT / "tests").glob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
Function = ast.FunctionDef | ast.AsyncFunctionDef

each_file = pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))


def tree(path: Path) -> ast.Module:
    """Return a file's syntax."""
    return ast.parse(path.read_text("utf-8"))


def functions(node: ast.AST) -> Iterator[Function]:
    """Yield every function and method, nested ones too."""
    return (found for found in ast.walk(node) if isinstance(found, Function))


def lines(node: Function | ast.ClassDef) -> int:
    """Return how many lines a definition has."""
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def public(node: ast.AST, *, inside: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Yield (name, definition) of public classes, functions and methods."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef) and not child.name.startswith("_"):
            yield inside + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from public(child, inside=f"{child.name}.")


def imported(path: Path) -> set[str]:
    """Return the top-level names of all modules a file imports, at its head or later."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def module_of(path: Path) -> str:
    """Return the import name of a product file."""
    return ".".join(("xiada", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


# Sizes


@each_file
def test_a_file_has_at_most_500_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= FILE_LINES


@each_file
def test_functions_and_classes_are_short(path: Path) -> None:
    found = tree(path)
    long = [f"{node.name}: {lines(node)}" for node in functions(found) if lines(node) > FUNCTION_LINES]
    classes = (node for node in ast.walk(found) if isinstance(node, ast.ClassDef))
    long += [f"class {node.name}: {lines(node)}" for node in classes if lines(node) > CLASS_LINES]
    assert long == []


@each_file
def test_functions_take_few_parameters(path: Path) -> None:
    """Counted without keyword-only ones; with them two more, but for the console, whose options they are."""
    options = 100 if path.is_relative_to(ROOT / "console") else PARAMETERS + 2
    many = []
    for node in functions(tree(path)):
        arguments = node.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args) if one.arg not in ("self", "cls")]
        if len(names) > PARAMETERS or len(names) + len(arguments.kwonlyargs) > options:
            many.append(f"{node.name}: {len(names)} + {len(arguments.kwonlyargs)}")
    assert many == []


def test_the_median_function_is_short() -> None:
    sizes = [lines(node) for path in PRODUCT for node in functions(tree(path))]
    assert statistics.median(sizes) <= MEDIAN_LINES


# Docstrings and words


@each_file
def test_everything_public_says_what_it_is(path: Path) -> None:
    found = tree(path)
    silent = [name for name, node in public(found) if not ast.get_docstring(node) and not overloaded(node)]
    if not ast.get_docstring(found):
        silent.append("the module")
    assert silent == []


def overloaded(node: Function | ast.ClassDef) -> bool:
    """Tell whether a definition only repeats a signature."""
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)


@each_file
def test_nothing_is_left_to_do_and_nothing_is_swallowed(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            assert caught, f"line {node.lineno}: a bare except"
            raises_again = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if re.search(r"\b(Base)?Exception\b", caught):
                assert raises_again or handed_on(node), f"line {node.lineno}: {caught} swallowed"


def handed_on(handler: ast.ExceptHandler) -> bool:
    """Tell whether an error caught is returned, to be raised where it belongs."""
    returned = (node.value for node in ast.walk(handler) if isinstance(node, ast.Return))
    return any(isinstance(value, ast.Name) and value.id == handler.name for value in returned)


def test_test_names_are_sentences() -> None:
    names = [node.name for path in OUR_TESTS for node in tree(path).body if isinstance(node, Function)]
    short = [name for name in names if name.startswith("test_") and name.count("_") < 3]
    assert short == []


# The core


CORE = [path for path in PRODUCT if path.is_relative_to(ROOT / "engine")]
IMPURE = {
    "time",
    "uuid",
    "random",
    "secrets",
    "os",
    "socket",
    "urllib",
    "subprocess",
    "threading",
    "asyncio",
    "logging",
}
MAY = {
    ROOT / "engine" / "engine.py": {"asyncio", "time", "os", "threading"},
    ROOT / "engine" / "grouping.py": {"asyncio", "threading"},
    ROOT / "engine" / "bundle" / "plain.py": {"os"},
    ROOT / "engine" / "log" / "keys.py": {"os"},
    ROOT / "engine" / "publishing" / "anchors.py": {"os", "subprocess"},
    ROOT / "engine" / "publishing" / "timing.py": {"threading"},
    ROOT / "engine" / "stores" / "sqlite.py": {"os", "threading"},
    ROOT / "engine" / "stores" / "turn.py": {"os", "threading"},
    ROOT / "engine" / "stores" / "memory.py": {"threading"},
}


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_reads_no_clock_no_chance_and_no_environment(path: Path) -> None:
    assert imported(path) & IMPURE <= MAY.get(path, set())
    calls = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    attributes = {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "print", "input"}
    assert not calls & clocks
    assert not {name for name in attributes if name.startswith(("os.environ", "os.getenv", "sys.argv"))}


def test_only_the_clock_and_the_default_salt_touch_the_machine() -> None:
    text = (ROOT / "engine" / "engine.py").read_text("utf-8")
    assert sorted(re.findall(r"\b(?:os|time)\.\w+", text)) == ["os.urandom", "time.time_ns"]


# Packages


def test_the_packages_named_are_the_folders_there_are() -> None:
    tool = PROJECT["tool"]["setuptools"]
    folders = sorted(path.parent for folder in PACKAGES.values() for path in (ROOT / folder).rglob("__init__.py"))
    names = [module_of(folder / "__init__.py") for folder in folders]
    assert sorted(tool["packages"]) == sorted(names)
    assert {name: ROOT / place for name, place in tool["package-dir"].items()} == dict(zip(names, folders, strict=True))
    assert not (ROOT / "__init__.py").exists(), "xiada is a namespace"
    assert sorted(tool["package-data"]) == sorted(names)


@pytest.mark.parametrize("name", PROJECT["tool"]["setuptools"]["packages"])
def test_every_package_is_typed(name: str) -> None:
    folder = ROOT / PROJECT["tool"]["setuptools"]["package-dir"][name]
    assert (folder / "py.typed").is_file()
    assert "py.typed" in PROJECT["tool"]["setuptools"]["package-data"][name]


@each_file
def test_the_examples_in_docstrings_run(path: Path) -> None:
    module = importlib.import_module(module_of(path))
    found = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0


def test_some_docstrings_have_examples() -> None:
    assert sum(">>> " in path.read_text("utf-8") for path in CORE) >= 10


def test_the_import_contracts_hold() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if command is None:
        pytest.skip("import-linter is not installed")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@each_file
def test_imports_are_absolute(path: Path) -> None:
    relative = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.level]
    assert relative == []


HEAVY = {
    "sqlmodel",
    "sqlalchemy",
    "pydantic",
    "graphviz",
    "pygraphviz",
    "networkx",
    "typer",
    "rich",
    "yaml",
    "dateutil",
}


@pytest.mark.parametrize("module", [module_of(path) for path in CORE if path.name != "tables.py"])
def test_no_module_of_the_engine_imports_what_is_heavy(module: str) -> None:
    assert loaded_by(f"import {module}") & HEAVY == set()


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules a fresh Python has loaded after some code."""
    done = in_subprocess(f"import sys\n{code}\nprint(*sys.modules)")
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_opening_an_engine_in_memory_loads_nothing_heavy() -> None:
    assert (
        loaded_by("from support import Maker, one_line\nMaker('memory', None)(one_line())") & (HEAVY - {"rich"})
        == set()
    )


def test_only_its_own_module_imports_transitions_and_sqlmodel() -> None:
    users = {
        name: [path.name for path in CORE if name in imported(path)]
        for name in ("transitions", "sqlmodel", "sqlalchemy")
    }
    assert users == {"transitions": ["machine.py"], "sqlmodel": ["tables.py"], "sqlalchemy": ["tables.py"]}
