"""Which rule ids the hub's own code can raise, read from its text: constants that end in a fault.

A function that hands an argument on to a fault carries rules itself, so that `_malformed("typ")` counts too.
Names are resolved through a module's own imports; a method counts by its name.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

ROOT = Path(__file__).parents[2]
ROOMS = ("hub", "adapters", "schemas")
Name: TypeAlias = tuple[str, str]
"""(module, function); the module is empty for a method."""
FIRST = {"Fault", "Unreadable"}
"""What a rule id ends in, as its first argument."""


class Module(NamedTuple):
    """A module: its tree, and what the names in it stand for."""

    path: Path
    tree: ast.Module
    names: dict[str, Name]


class Function(NamedTuple):
    """A function, and its positional arguments as a caller counts them."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef
    name: Name
    parameters: tuple[str, ...]


def raised() -> dict[str, set[str]]:
    """Rule id → the modules that raise it."""
    modules = [_module(p) for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]
    functions = [f for module in modules for f in _functions(module)]
    carriers = _carriers(functions)
    found: dict[str, set[str]] = {}
    for module in modules:
        scopes = [module.tree, *(f.node for f in functions if f.module is module)]
        for scope in scopes:
            for argument in _arguments(scope, module, carriers):
                for rule in _constants(argument, scope):
                    found.setdefault(rule, set()).add(str(module.path.relative_to(ROOT)))
    return found


def _module(path: Path) -> Module:
    tree = ast.parse(path.read_text("utf-8"))
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    names: dict[str, Name] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names.update({a.asname or a.name: (node.module, a.name) for a in node.names})
    names.update({n.name: (dotted, n.name) for n in tree.body if isinstance(n, ast.FunctionDef)})
    return Module(path, tree, names)


def _functions(module: Module) -> Iterator[Function]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = tuple(a.arg for a in node.args.posonlyargs + node.args.args)
            if names[:1] in (("self",), ("cls",)):
                yield Function(module, node, ("", node.name), names[1:])
            else:
                yield Function(module, node, module.names.get(node.name, ("?", node.name)), names)


def _carriers(functions: list[Function]) -> dict[Name, int]:
    """Functions that hand an argument on to a fault, and which one."""
    carriers: dict[Name, int] = {}
    grew = True
    while grew:
        grew = False
        for function in functions:
            if function.name in carriers or function.name[1] == "__init__":
                continue
            for argument in _arguments(function.node, function.module, carriers):
                if isinstance(argument, ast.Name) and argument.id in function.parameters:
                    carriers[function.name] = function.parameters.index(argument.id)
                    grew = True
    return carriers


def _arguments(scope: ast.AST, module: Module, carriers: dict[Name, int]) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Call):
            place = _place(node.func, module, carriers)
            if place is not None and len(node.args) > place:
                yield node.args[place]


def _place(called: ast.expr, module: Module, carriers: dict[Name, int]) -> int | None:
    if isinstance(called, ast.Attribute):
        return carriers.get(("", called.attr))
    if not isinstance(called, ast.Name):
        return None
    name = module.names.get(called.id, ("?", called.id))
    return 0 if name[1] in FIRST else carriers.get(name)


def _constants(argument: ast.expr, scope: ast.AST) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _constants(argument.body, scope)
        yield from _constants(argument.orelse, scope)
    elif isinstance(argument, ast.Name):
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == argument.id for t in node.targets
            ):
                yield from _constants(node.value, scope)
