"""CloudFormation templates, searched for secrets: by where each value stands, and what a comment holds by its form.

JSON, or YAML with the short forms of the intrinsic functions (CloudFormation User Guide, "Intrinsic function reference"). What
only stands for a value is none: a reference, a function's variable, a dynamic reference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from nightaudit_auditor.snapshot.detectors import detect, pair_name, with_key_id
from nightaudit_auditor.snapshot.scripts import Found, lines, scan
from nightaudit_auditor.snapshot.unpack import LIMIT, UnpackError

_DEPTH = 100
_LONGEST_KEY = 128  # characters of a key that are shown
_REFERENCES = frozenset({"Ref", "Fn::GetAtt", "Fn::ImportValue", "Fn::FindInMap", "Fn::GetAZs", "Condition"})
"""Whose arguments are names."""
_STANDS_FOR = re.compile(r"\$\{(?!!)[^{}$]{0,1024}\}|\{\{resolve:[^{}]{0,4096}\}\}")
_SSM_TYPE = "AWS::SSM::Parameter"

_Pairs = list[tuple[str, Any]]
_Path = tuple[str, ...]
_Seen = dict[int, Any]


class _Map:
    """A mapping with all its pairs: of two with the same key, neither is lost."""

    def __init__(self, pairs: _Pairs) -> None:
        self.pairs = pairs


class _Loader(yaml.CSafeLoader):
    """Every scalar as its text; `!Name value` as {"Fn::Name": value}."""


def _construct(loader: _Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [loader.construct_object(item, deep=True) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        pairs = [(loader.construct_object(k, deep=True), loader.construct_object(v, deep=True)) for k, v in node.value]
        return _Map([(key if isinstance(key, str) else "?", value) for key, value in pairs])
    raise yaml.YAMLError(f"a node of no kind: {node}")


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in _REFERENCES else f"Fn::{suffix}"
    return _Map([(name, _construct(loader, node))])


_Loader.yaml_constructors = {None: _construct}
_Loader.yaml_multi_constructors = {}
_Loader.add_multi_constructor("!", _function)


def secrets_in_template(text: str) -> tuple[Found, ...]:
    """The secrets in a template, each once, named by where they stand (`Resources.Db.Properties.MasterUserPassword`).

    Raises UnpackError if it is neither JSON nor YAML, too long, or nested too deeply.
    """
    if len(text) > LIMIT:
        raise UnpackError("too much")
    found = dict.fromkeys(_walk(_parsed(text), (), "", {}, {}))
    detectors = {one.detector for one in found}
    for line in lines(text):
        detector = detect("", line)
        if detector and detector not in detectors:
            detectors.add(detector)
            found[Found("", detector, line)] = None
    return tuple(found)


def _parsed(text: str) -> _Map:
    try:
        parsed = json.loads(text, object_pairs_hook=_Map)
    except RecursionError as error:
        raise UnpackError("nested too deeply") from error
    except ValueError:
        try:
            _refuse_depth(text)
            parsed = yaml.load(text, Loader=_Loader)  # noqa: S506 - it makes nothing but text, lists and pairs
        except (yaml.YAMLError, UnicodeError) as error:
            raise UnpackError("neither JSON nor YAML") from error
    if not isinstance(parsed, _Map):
        raise UnpackError("no template: it has no sections")
    return parsed


def _refuse_depth(text: str) -> None:
    """libyaml's composer recurses in C, where depth ends the process; its parser does not."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEPTH:
                raise UnpackError("nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _walk(node: Any, path: _Path, name: str, siblings: Mapping[str, str], seen: _Seen) -> Iterator[Found]:
    """`path` has the keys as they are shown; `name` is what a text goes by: the key that is no function's, or its pair's name."""
    if len(path) > _DEPTH:
        raise UnpackError("nested too deeply")
    if isinstance(node, _Map | list):
        if id(node) in seen:  # an alias of YAML: what it stands for has been searched
            return
        seen[id(node)] = node  # kept, so that no other gets its id
    if isinstance(node, _Map):
        yield from _members(node, path, name, seen)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(item, (*path, str(index)), name, {}, seen)
    elif isinstance(node, str):
        yield from _text(node, path, name, siblings, seen)


def _members(node: _Map, path: _Path, name: str, seen: _Seen) -> Iterator[Found]:
    texts = {key: value for key, value in node.pairs if isinstance(value, str)}
    beside = with_key_id(texts)
    for key, value in node.pairs:
        if key in _REFERENCES:
            continue
        own = name if key.startswith("Fn::") else pair_name(texts, key) or key
        if key == "Default" and path[:1] == ("Parameters",):
            if texts.get("Type", "").startswith(_SSM_TYPE):
                continue  # the name of a parameter of Systems Manager, not its value
            own = name
        yield from _walk(value, (*path, _shown(key)), own, beside, seen)


def _text(text: str, path: _Path, name: str, siblings: Mapping[str, str], seen: _Seen) -> Iterator[Found]:
    literal = _STANDS_FOR.sub("", text)
    if literal.lstrip().startswith("{"):
        try:
            inner = json.loads(literal, object_pairs_hook=_Map)
        except (ValueError, RecursionError):
            inner = None
        if isinstance(inner, _Map):
            yield from _walk(inner, path, name, {}, seen)
            return
    where = ".".join(path)
    if "\n" in text.strip():
        for one in scan(text):
            yield Found(f"{where}: {one.name}" if one.name else where, one.detector, one.value)
    elif detector := detect(name, literal, siblings):
        yield Found(where, detector, literal)


def _shown(key: str) -> str:
    """A key is stored: one that has itself the form of a secret is not."""
    return "*" if detect("", key) else key[:_LONGEST_KEY]
