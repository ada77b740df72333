"""Files into documents: YAML (many in a file), JSON, gzipped JSON; what is unreadable is named by file, document and line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nightaudit_auditor.manifests.problems import ManifestError, Problem

SUFFIXES = (".yaml", ".yml", ".json", ".json.gz")

_LARGEST = 1_000_000


@dataclass(frozen=True)
class Document:
    """One object of a file: `source` says where it came from (`exceptions.yaml, document 2 (line 14)`)."""

    source: str
    body: dict[str, Any]


def read_documents(path: Path) -> list[Document]:
    """The objects in a file, in order: a `List` (as kubectl prints it) or a JSON list is its items, an empty document none.

    Raises ManifestError when the file cannot be read or parsed, or holds something other than objects.
    """
    if not path.name.endswith(SUFFIXES):
        raise _error(path, f"is not a manifest: its name must end with one of {', '.join(SUFFIXES)}")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _error(path, "does not exist") from None
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror}") from error
    if path.name.endswith(".gz"):
        content = _unzipped(path, content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error(path, f"is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    found = _yaml(path, text) if path.suffix in {".yaml", ".yml"} else _json(path, text)
    return [document for source, value in found for document in _objects(source, value)]


def _objects(source: str, value: object) -> Iterator[Document]:
    if value is None:
        return
    if isinstance(value, dict) and str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list):
        value = value["items"]
    if isinstance(value, dict):
        yield Document(source, value)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if not isinstance(item, dict):
                raise ManifestError(
                    [Problem("", "must be an object with apiVersion and kind", f"{source}, item {number}")]
                )
            yield Document(f"{source}, item {number}", item)
    else:
        raise ManifestError([Problem("", "must be an object with apiVersion, kind, metadata and spec", source)])


def _unzipped(path: Path, content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except EOFError:
        raise _error(path, "is cut short: the gzip data ends too early") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _error(path, f"is not gzip data, or damaged: {error}") from error


def _json(path: Path, text: str) -> Iterator[tuple[str, object]]:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                raise _error(path, f"has the key {key!r} twice in one object")
            found[key] = value
        return found

    try:
        yield str(path), json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise _error(path, f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError:
        raise _error(path, "is nested too deeply") from None


def _yaml(path: Path, text: str) -> Iterator[tuple[str, object]]:
    loader = _Loader(text)
    number = 0
    try:
        while loader.check_node():
            number += 1
            node: Any = loader.get_node()
            source = f"{path}, document {number} (line {node.start_mark.line + 1})"
            if _size(node, {}) > _LARGEST:
                raise _error(
                    path, f"document {number} is too large, or refers to itself, when its aliases are written out"
                )
            yield source, _as_json(path, number, loader.construct_document(node))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise _error(path, f"document {number or 1} is not YAML: {error.problem or error.context}{where}") from error
    except yaml.YAMLError as error:
        raise _error(path, f"is not YAML: {str(error).splitlines()[0]}") from error
    except RecursionError:
        raise _error(path, "is nested too deeply") from None
    finally:
        loader.dispose()


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes there are once aliases are written out; a node that contains itself counts as too many."""
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = _LARGEST + 1
    children = node.value if isinstance(node, yaml.CollectionNode) else ()
    inner = (part for child in children for part in (child if isinstance(child, tuple) else (child,)))
    known[id(node)] = 1 + sum(_size(part, known) for part in inner)
    return known[id(node)]


def _as_json(path: Path, number: int, value: object) -> object:
    """What kubectl sends for the YAML: keys are strings, and there is nothing that JSON has not."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise _error(path, f"document {number} has a value that JSON has not: {error}") from error


class _Loader(yaml.CSafeLoader):
    """YAML as kubectl reads it: a time stays text, and a key may not be given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value!r} is given twice", key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _error(path: Path, message: str) -> ManifestError:
    return ManifestError([Problem("", message, str(path))])
