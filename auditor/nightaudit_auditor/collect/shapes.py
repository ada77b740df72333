"""Does a path exist in an answer? JMESPath expressions and redaction paths, judged by botocore's shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jmespath  # type: ignore[import-untyped]  # ships no stubs
import jmespath.exceptions  # type: ignore[import-untyped]
from botocore.model import ListShape, MapShape, Shape, StructureShape


class PathError(Exception):
    """A path that the answer cannot have; the message names the part that is wrong."""


@dataclass(frozen=True)
class _ListOf:
    item: Type


class _Scalar:
    """A literal or the result of a comparison."""


Type = Shape | _ListOf | _Scalar


def infer(expression: str, root: Type) -> Type:
    """The type that a JMESPath expression yields on a value of type `root`. Raises PathError if it can never yield any."""
    try:
        parsed = jmespath.compile(expression).parsed
    except jmespath.exceptions.ParseError as error:
        raise PathError(f"not JMESPath: {expression!r}") from error
    return _infer(parsed, root)


def item_type(kind: Type) -> Type:
    """The type of the items if `kind` is a list, else `kind`: what a for_each iterates over."""
    return _element(kind) if isinstance(kind, _ListOf | ListShape) else kind


def is_list(kind: Type) -> bool:
    """Whether a value of this type has a length that counts something."""
    return isinstance(kind, _ListOf | ListShape)


def is_text(kind: Type) -> bool:
    """Whether a value of this type can be sent as a parameter: it is text, or a number that text can stand for."""
    return isinstance(kind, _Scalar) or (isinstance(kind, Shape) and kind.type_name in ("string", "integer", "long"))


def follow(path: str, root: Shape) -> Shape:
    """The shape at a redaction path (`A[].B.*`). Raises PathError."""
    shape: Shape = root
    for part in path.split("."):
        name, bracket, rest = part.partition("[]")
        if rest:
            raise PathError(f"{path!r}: nothing may follow [] but a dot")
        if name == "*":
            if not isinstance(shape, MapShape):
                raise PathError(f"{path!r}: * needs a map, {shape.name} is a {shape.type_name}")
            shape = shape.value
        else:
            member = _infer({"type": "field", "value": name, "children": []}, shape)
            if not isinstance(member, Shape):
                raise PathError(f"{path!r}: {name} is no member")
            shape = member
        if bracket:
            if not isinstance(shape, ListShape):
                raise PathError(f"{path!r}: [] needs a list, {name} is a {shape.type_name}")
            shape = shape.member
    return shape


def _infer(node: dict[str, Any], kind: Type) -> Type:
    children: list[dict[str, Any]] = node.get("children", [])
    match node["type"]:
        case "identity" | "current":
            return kind
        case "field":
            return _member(kind, str(node["value"]))
        case "subexpression" | "index_expression" | "pipe":
            for child in children:
                kind = _infer(child, kind)
            return kind
        case "index":
            return _element(kind)
        case "flatten":
            element = _element(_infer(children[0], kind))
            return _ListOf(item_type(element))
        case "projection":
            return _ListOf(_infer(children[1], _element(_infer(children[0], kind))))
        case "filter_projection":
            element = _element(_infer(children[0], kind))
            _infer(children[2], element)
            return _ListOf(_infer(children[1], element))
        case "comparator" | "not_expression":
            for child in children:
                _infer(child, kind)
            return _Scalar()
        case "and_expression" | "or_expression":
            return [_infer(child, kind) for child in children][-1]
        case "literal":
            return _Scalar()
        case "function_expression" if node["value"] == "starts_with":
            for child in children:
                if not is_text(_infer(child, kind)):
                    raise PathError("starts_with compares text")
            return _Scalar()
        case "multi_select_list":
            first, *_ = [_infer(child, kind) for child in children]
            return _ListOf(first)
        case other:
            raise PathError(f"{other} is not used in the catalogue")


def _member(kind: Type, name: str) -> Type:
    if isinstance(kind, StructureShape):
        if name in kind.members:
            return kind.members[name]
        raise PathError(f"{kind.name} has no member {name}")
    if isinstance(kind, MapShape):
        return kind.value
    raise PathError(f"{name}: {_describe(kind)} has no members")


def _element(kind: Type) -> Type:
    if isinstance(kind, _ListOf):
        return kind.item
    if isinstance(kind, ListShape):
        return kind.member
    raise PathError(f"{_describe(kind)} is no list")


def _describe(kind: Type) -> str:
    return kind.name if isinstance(kind, Shape) else "a literal" if isinstance(kind, _Scalar) else "a list"
