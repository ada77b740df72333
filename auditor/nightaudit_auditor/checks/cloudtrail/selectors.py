"""What a trail's event selectors let it record (CloudTrail User Guide, "Logging management events")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_READ: Final = frozenset({"read"})
_WRITE: Final = frozenset({"write"})
_BOTH: Final = _READ | _WRITE


def records_all_management_events(answer: Mapping[str, Any]) -> bool:
    """Whether all management events, reading and writing ones of every service, are recorded.

    Several selectors add up. A trail without any selector records all management events, which is CloudTrail's default.
    Raises ValueError for a selector that cannot be understood.
    """
    advanced = answer.get("AdvancedEventSelectors") or []
    classic = answer.get("EventSelectors") or []
    if not advanced and not classic:
        return True
    recorded = frozenset[str]().union(*map(_classic, classic), *map(_advanced, advanced))
    return recorded == _BOTH


def _classic(selector: Mapping[str, Any]) -> frozenset[str]:
    if not selector.get("IncludeManagementEvents", True) or selector.get("ExcludeManagementEventSources"):
        return frozenset()
    kind = selector.get("ReadWriteType", "All")
    try:
        return {"All": _BOTH, "ReadOnly": _READ, "WriteOnly": _WRITE}[kind]
    except KeyError:
        raise ValueError(f"ReadWriteType is {kind!r}: expected All, ReadOnly or WriteOnly") from None


def _advanced(selector: Mapping[str, Any]) -> frozenset[str]:
    fields = {found["Field"]: found for found in selector.get("FieldSelectors", [])}
    if (fields.get("eventCategory") or {}).get("Equals") != ["Management"]:
        return frozenset()
    if fields.keys() - {"eventCategory", "readOnly"}:
        return frozenset()  # any further field (eventSource, eventName …) leaves something out
    read_only = fields.get("readOnly")
    if read_only is None:
        return _BOTH
    match read_only.get("Equals"):
        case ["true"]:
            return _READ
        case ["false"]:
            return _WRITE
        case other:
            raise ValueError(f"readOnly equals {other!r}: expected true or false")
