"""What can be wrong with a manifest, and the error that carries it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Problem:
    """One thing wrong: the field's path (`spec.accounts[0].roleARN`, empty for the document) and what it must be.

    `source` names the file and the document in it, where one is known.
    """

    path: str
    message: str
    source: str = ""

    def within(self, source: str) -> Problem:
        """The same problem, of a document that was read from `source`."""
        return replace(self, source=source)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.source, self.path, self.message) if part)


class ManifestError(Exception):
    """Manifests that cannot be used: bad configuration. `problems` has at least one; the text is one line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
