"""The details of what changed, grouped by check: as messages of a thread, or as one file when they are many. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.notify.slack.blocks import KINDS, MARKS, rank, section
from nightaudit_auditor.notify.slack.escape import code, pieces, prose, short
from nightaudit_auditor.notify.slack.limits import BLOCKS, MESSAGE_CHARACTERS, SECTION_CHARACTERS, Block, size
from nightaudit_auditor.report.visible import visible, when

_HEADING = 300
_REMEDIATION = 400
_PIECE = 1400
"""Characters of one line of details: two of them fit into a section."""


@dataclass(frozen=True)
class Group:
    """The changes of one check in one run. `run` is empty for the run that speaks."""

    check: str
    title: str
    severity: str
    remediation: str
    changes: tuple[Change, ...]
    run: str = ""
    time: str = ""


@dataclass(frozen=True)
class Message:
    """One message of a thread, and the changes that are told completely once it is delivered."""

    text: str
    blocks: list[Block]
    told: tuple[Change, ...]


@dataclass(frozen=True)
class _Section:
    """One section of a group; `begins` if it opens with the group's heading."""

    text: str
    heading: str
    told: tuple[Change, ...] = ()
    begins: bool = False

    @property
    def size(self) -> int:
        return size([section(self.text)])


def groups(owed: Sequence[Change], added: Sequence[Change], remediation: Mapping[str, str]) -> list[Group]:
    """What earlier runs still owe first, run by run in their order; within a run worst first, then by check."""
    keyed: dict[tuple[bool, str, str, int, str], list[Change]] = {}
    for late, changes in ((True, owed), (False, added)):
        for change in changes:
            key = (not late, change.time, change.run, rank(change.severity), change.check)
            keyed.setdefault(key, []).append(change)
    order = list(KINDS)
    return [
        Group(
            check=check,
            title=keyed[key][0].title,
            severity=keyed[key][0].severity,
            remediation=remediation.get(check, ""),
            changes=tuple(sorted(keyed[key], key=lambda change: (order.index(change.kind), *_place(change)))),
            run="" if current else run,
            time="" if current else time,
        )
        for key in sorted(keyed)
        for current, time, run, _, check in [key]
    ]


def messages(details: Sequence[Group]) -> list[Message]:
    """The thread: every change in exactly one place, cut across sections and messages where it must be.

    A group that runs over into another message repeats its heading there.
    """
    done: list[Message] = []
    page: list[_Section] = []
    room = 0
    for part in (part for group in details for part in _sections(group)):
        if page and (len(page) + 1 >= BLOCKS or part.size > room):
            done.append(_message(page))
            page = []
        if not page:
            room = MESSAGE_CHARACTERS
            if not part.begins:
                again = _Section(f"{part.heading}\n(continued)", part.heading)
                page.append(again)
                room -= again.size
        page.append(part)
        room -= part.size
    return [*done, _message(page)] if page else done


def listing(details: Sequence[Group]) -> str:
    """The same as a plain text file."""
    return "".join(_listing(details))


def _listing(details: Sequence[Group]) -> Iterator[str]:
    for group in details:
        late = f" (found by run {group.run} at {group.time})" if group.run else ""
        yield f"{group.severity}  {group.check}: {visible(group.title)}{late}\n"
        if group.remediation:
            yield f"    Remediation: {visible(group.remediation)}\n"
        for change in group.changes:
            place = "  ".join(visible(part) for part in _place(change) if part)
            yield f"  - {KINDS[change.kind].upper()}  {place}\n    {visible(change.detail)}\n"
        yield "\n"


def _place(change: Change) -> tuple[str, str, str]:
    """(account, region, resource) as people name them."""
    account = f"{change.account.name} ({change.account.id})" if change.account.name else change.account.id
    return account, change.region, change.resource.arn or change.resource.name


def _heading(group: Group) -> str:
    late = (
        f"\nFound by run {short(group.run, _HEADING, as_code=True)} at {short(when(group.time), 40)}"
        if group.run
        else ""
    )
    what = f"\n_What to do:_ {short(group.remediation, _REMEDIATION)}" if group.remediation else ""
    mark = MARKS.get(group.severity, "⚪")
    return f"{mark} *{short(group.severity, 40)}*  {short(group.check, _HEADING, as_code=True)}  {short(group.title, _HEADING)}{late}{what}"


def _sections(group: Group) -> Iterator[_Section]:
    heading = _heading(group)
    text, told, begins = heading, list[Change](), True
    for change in group.changes:
        for line, last in _lines(change):
            if len(text) + 1 + len(line) > SECTION_CHARACTERS:
                yield _Section(text, heading, tuple(told), begins)
                text, told, begins = line, [], False
            else:
                text = f"{text}\n{line}"
            if last:
                told.append(change)
    yield _Section(text, heading, tuple(told), begins)


def _message(page: Sequence[_Section]) -> Message:
    told = tuple(change for part in page for change in part.told)
    return Message(f"Night Audit: details of {len(told)} changes", [section(part.text) for part in page], told)


def _lines(change: Change) -> Iterator[tuple[str, bool]]:
    """The change as lines of mrkdwn, and whether a line is its last."""
    account, region, resource = _place(change)
    where = "  ".join(part for part in (prose(account), prose(region)) if part)
    whole = f"• *{KINDS[change.kind]}*  {code(resource)}  {where}\n\u2003{prose(change.detail)}"
    if len(whole) <= _PIECE:
        yield whole, True
        return
    parts = [f"• *{KINDS[change.kind]}*"]
    parts += pieces(resource, _PIECE, as_code=True)
    parts += pieces(f"{account}  {region}", _PIECE)
    parts += pieces(change.detail, _PIECE)
    for number, part in enumerate(parts, start=1):
        yield part, number == len(parts)
