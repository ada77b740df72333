"""The conditions of the checks, each turned over in memory: `variants(function)`, and `installed(function, code)` to run one.

A condition is what an `if`, a conditional expression, a comprehension or a `match` guard asks, each operand of its `and` and `or`,
and whatever else is a comparison, a `not` or an element of `any` and `all`: predicates ask by what they return.
"""

from __future__ import annotations
import __future__

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import nightaudit_auditor

ROOT = Path(nightaudit_auditor.__file__).parent

_Function = ast.FunctionDef


@dataclass(frozen=True)
class Variant:
    """A function with one of its conditions turned over. `place` is `file:line` below the auditor's package."""

    function: FunctionType
    place: str
    condition: str
    code: CodeType

    @property
    def key(self) -> tuple[str, str, str]:
        """What names the condition for as long as it is worded so: file, function, condition."""
        return self.place.partition(":")[0], self.function.__qualname__, self.condition

    def __str__(self) -> str:
        return f"{self.place}: {self.function.__qualname__}: {self.condition}"


def functions(evaluate: Callable[..., object]) -> list[FunctionType]:
    """The function of a check, and the functions and methods of its own module that it reaches."""
    module = inspect.getmodule(evaluate)
    assert module is not None
    assert isinstance(evaluate, FunctionType)
    written = _written(module)
    found: dict[str, FunctionType] = {}
    waiting = [evaluate.__qualname__]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _function(module, name)
            waiting += _mentioned(written[name], written)
    return list(found.values())


def written_in(module: ModuleType) -> list[FunctionType]:
    """The module's functions and methods."""
    return [_function(module, name) for name in _written(module)]


@cache
def variants(function: FunctionType) -> tuple[Variant, ...]:
    """One for each condition, in the order of the source."""
    module = inspect.getmodule(function)
    assert module is not None
    node = _written(module)[function.__qualname__]
    path = _path(module)
    file = str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name)
    found = list(_conditions(node))
    return tuple(
        Variant(function, f"{file}:{condition.lineno}", ast.unparse(condition), _turned_over(module, node, condition))
        for condition in sorted(found, key=lambda c: (c.lineno, c.col_offset, -(c.end_col_offset or 0)))
    )


@contextmanager
def installed(function: FunctionType, code: CodeType) -> Iterator[None]:
    """The function runs `code` meanwhile, whoever calls it and by whatever name."""
    original = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = original


def _path(module: ModuleType) -> Path:
    return Path(str(module.__file__))


@cache
def _written(module: ModuleType) -> dict[str, _Function]:
    """The module's functions, and its classes' methods, by their qualified names."""
    found: dict[str, _Function] = {}
    for node in ast.parse(_path(module).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{m.name}": m for m in node.body if isinstance(m, ast.FunctionDef)}
    return found


def _function(module: ModuleType, qualname: str) -> FunctionType:
    class_, _, name = qualname.rpartition(".")
    found: Any = vars(getattr(module, class_) if class_ else module)[name]
    found = getattr(found, "func", None) or getattr(found, "fget", None) or getattr(found, "__func__", None) or found
    found = inspect.unwrap(found)
    assert isinstance(found, FunctionType), qualname
    return found


def _mentioned(node: _Function, written: dict[str, _Function]) -> list[str]:
    """The functions that it names, and the methods of the classes that it names."""
    names = {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}
    return [other for other in written if other.partition(".")[0] in names]


def _conditions(function: _Function) -> Iterator[ast.expr]:
    seen: set[int] = set()
    for statement in function.body:
        for node in ast.walk(statement):
            for asked in _asked(node):
                for condition in _operands(asked):
                    if id(condition) not in seen:
                        seen.add(id(condition))
                        yield condition


def _asked(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.If() | ast.While() | ast.IfExp():
            return [node.test]
        case ast.comprehension():
            return node.ifs
        case ast.match_case(guard=ast.expr() as guard):
            return [guard]
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return [node]
        case ast.Call(func=ast.Name(id="any" | "all"), args=[ast.GeneratorExp(elt=elt)]):
            return [elt]
    return []


def _operands(condition: ast.expr) -> Iterator[ast.expr]:
    """The condition and the operands of its `and` and `or`. What follows a `not` turned over is the `not` turned over."""
    yield condition
    inner = condition.operand if isinstance(condition, ast.UnaryOp) else condition
    if isinstance(inner, ast.BoolOp):
        for operand in inner.values:
            yield from _operands(operand)


class _Turn(ast.NodeTransformer):
    """Puts a `not` before one expression."""

    def __init__(self, condition: ast.AST) -> None:
        self.condition = condition

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.condition and isinstance(node, ast.expr):
            return ast.copy_location(ast.UnaryOp(ast.Not(), node), node)
        return super().generic_visit(node)


def _turned_over(module: ModuleType, function: _Function, condition: ast.expr) -> CodeType:
    position = [id(node) for node in ast.walk(function)].index(id(condition))
    twin = copy.deepcopy(function)
    turn = _Turn(list(ast.walk(twin))[position])
    twin.decorator_list = []
    tree = ast.Module([twin], [])
    turn.visit(tree)
    ast.fix_missing_locations(tree)
    flags = __future__.annotations.compiler_flag
    code = compile(tree, str(_path(module)), "exec", flags=flags, dont_inherit=True)
    return next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == function.name)
