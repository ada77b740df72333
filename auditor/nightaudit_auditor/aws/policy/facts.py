"""What is known of a request before it is made: its context keys, each with all that it may be.

A key has alternatives, each of them either None (the key is missing) or the values it has. A value is a pattern, so that `*`
stands for whatever the caller chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Alternatives = tuple[tuple[str, ...] | None, ...]

MISSING: Alternatives = (None,)
FREE: Alternatives = (None, ("*",))
"""The caller chooses the value, or leaves the key out."""


@dataclass(frozen=True)
class Facts:
    """What is known of a request's context. Keys are in lower case; a key that is not listed has the `default`.

    `prefixes` holds facts of whole families of keys (`aws:principaltag/`).
    """

    known: Mapping[str, Alternatives]
    default: Alternatives = FREE
    prefixes: Mapping[str, Alternatives] = field(default_factory=dict)

    def of(self, key: str) -> Alternatives:
        """The alternatives of one key."""
        if key in self.known:
            return self.known[key]
        return next((a for prefix, a in self.prefixes.items() if key.startswith(prefix)), self.default)

    def but(self, **known: Alternatives) -> Facts:
        """These facts with some keys changed; `__` in a name stands for `:`."""
        changed = {key.replace("__", ":"): value for key, value in known.items()}
        return Facts({**self.known, **changed}, self.default, self.prefixes)
