"""The trust graph in Graphviz's language (https://graphviz.org/doc/info/lang.html)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nightaudit_auditor.cli.console import printable

if TYPE_CHECKING:
    from nightaudit_auditor.views.trust import Trusted

_COLOURS = {
    "own": "black",
    "organization": "black",
    "trusted": "darkgreen",
    "vendor": "blue",
    "aws": "grey",
    "stranger": "red",
}
_UNCERTAIN = "orange"


def dot(rows: Iterable[Trusted], accounts: Iterable[str]) -> str:
    """The audited `accounts` as boxes, others as ellipses, and an arrow from whoever is let in to the account that lets it in,
    with the number of resources of a type. A dashed arrow leads from what could not be judged."""
    lines = _lines(tuple(rows), frozenset(accounts))
    return "\n".join(("digraph trust {", "  rankdir=LR;", *(f"  {line};" for line in lines), "}")) + "\n"


def _lines(rows: tuple[Trusted, ...], accounts: frozenset[str]) -> Iterator[str]:
    parties = {row.party: row for row in rows if row.party}
    for account in sorted(accounts):
        name = parties[account].name if account in parties else ""
        yield f"{_text(account)} [shape=box, label={_text(name, account)}]"
    for party, row in sorted(parties.items()):
        if party not in accounts:
            yield f"{_text(party)} [color={_colour(row)}, label={_text(row.name, party, row.relation)}]"
    letting = {(row.party, row.account, row.type, row.external_id, row.arn) for row in rows if row.party}
    for (party, account, type_, external_id), count in sorted(Counter(edge[:-1] for edge in letting).items()):
        asked = f"external id: {external_id}" if external_id and party not in accounts else ""
        label = _text(f"{count} {type_}", asked)
        yield f"{_text(party)} -> {_text(account)} [color={_colour(parties[party])}, label={label}]"
    for row in rows:
        if not row.party:
            note = _text(f"{row.relation}: {row.type} {row.resource} in {row.region}", row.detail)
            yield f"{note} [shape=note, color={_UNCERTAIN}]"
            yield f"{note} -> {_text(row.account)} [style=dashed, color={_UNCERTAIN}]"


def _colour(row: Trusted) -> str:
    return _COLOURS.get(row.relation, _UNCERTAIN)


def _text(*lines: str) -> str:
    """A string of the language, of the lines that are not empty: nothing in them is taken for an escape or the string's end."""
    escaped = (printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines if line)
    return '"' + "\\n".join(escaped) + '"'
