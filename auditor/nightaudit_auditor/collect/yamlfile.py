"""YAML that remembers where everything stood, so that an error can name file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str | int, ...]
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CatalogueError(Exception):
    """The catalogue contradicts itself or botocore's models; the message begins with file and line."""


@dataclass(frozen=True)
class Document:
    """A parsed file: its plain data, and the text, in which the line of every place can be found."""

    file: Path
    data: Any
    text: str

    def error(self, path: Path_, message: str) -> CatalogueError:
        """An error about the value at `path` (keys and indices from the root)."""
        return CatalogueError(f"{self.file}:{self.line(path)}: {message}")

    def line(self, path: Path_) -> int:
        """The line (from 1) of the value at `path`, or of the last place on the way that exists."""
        node = yaml.compose(self.text, Loader=_Loader)
        for step in path:
            child = _child(node, step)
            if child is None:
                break
            node = child
        return int(node.start_mark.line) + 1 if node is not None else 1


def read(file: Path) -> Document:
    """Parse a file. Raises CatalogueError if it is no YAML or is empty."""
    text = file.read_text(encoding="utf-8")
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are the safe ones
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueError(f"{file}:{line}: not YAML: {error.problem}") from error
    if data is None:
        raise CatalogueError(f"{file}:1: is empty")
    return Document(file, data, text)


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
