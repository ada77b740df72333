"""What the operator knows of the cluster: the extracts, by kind and by the schedule that they belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, Generic, TypeVar

import msgspec

from nightaudit_operator.api import objects
from nightaudit_operator.api.objects import Key
from nightaudit_operator.cluster.intake import Object

T = TypeVar("T", bound=objects.Identity)


class Table(Generic[T]):
    """The objects of one kind, grouped by the name of their schedule (or by nothing)."""

    def __init__(self) -> None:
        self._objects: dict[Key, T] = {}
        self._groups: dict[Key, dict[str, T]] = {}

    def __len__(self) -> int:
        return len(self._objects)

    def __iter__(self) -> Iterator[T]:
        return iter(self._objects.values())

    def get(self, key: Key) -> T | None:
        return self._objects.get(key)

    def group(self, namespace: str, schedule: str) -> tuple[T, ...]:
        """The objects of this schedule, by name."""
        return tuple(item for _, item in sorted(self._groups.get(Key(namespace, schedule), {}).items()))

    def put(self, item: T) -> bool:
        """Remember the object, unless what is known is as new; whether anything changed."""
        known = self._objects.get(item.key)
        if known is not None and known.uid == item.uid and version(known) >= version(item):
            return False
        if known is not None:
            self.drop(known)
        self._objects[item.key] = item
        self._groups.setdefault(self._group_of(item), {})[item.name] = item
        return True

    def slim(self, item: T) -> None:
        """Replace what is known of this version by less."""
        self.drop(item)
        self._objects[item.key] = item
        self._groups.setdefault(self._group_of(item), {})[item.name] = item

    def drop(self, item: T) -> bool:
        """Forget the object; a namesake with another UID stays. Whether anything changed."""
        known = self._objects.get(item.key)
        if known is None or known.uid != item.uid:
            return False
        del self._objects[item.key]
        group = self._groups[self._group_of(known)]
        del group[known.name]
        if not group:
            del self._groups[self._group_of(known)]
        return True

    @staticmethod
    def _group_of(item: objects.Identity) -> Key:
        return Key(item.namespace, owner_name(item))


def version(item: objects.Identity) -> int:
    """Resource versions grow, and may be compared (Kubernetes API concepts, "Resource versions"; KEP-5504)."""
    return int(item.resource_version or 0)


def owner_name(item: objects.Identity) -> str:
    """The name of the schedule that the object belongs to; exceptions belong to their namespace."""
    match item:
        case objects.Run():
            return item.spec.schedule_name
        case objects.Job() | objects.Pod() | objects.ConfigMap():
            return item.schedule
        case objects.AuditException():
            return ""
        case _:
            return item.name


_PLURALS: Final[dict[type[objects.Identity], str]] = {
    objects.Schedule: "auditschedules",
    objects.AuditException: "auditexceptions",
    objects.Run: "auditruns",
    objects.CronJob: "cronjobs",
    objects.ConfigMap: "configmaps",
    objects.Job: "jobs",
    objects.Pod: "pods",
}


class Cache:
    """Fed by lists, by watches and by the answers to the operator's own writes; the newest version wins."""

    def __init__(self) -> None:
        self.schedules: Table[objects.Schedule] = Table()
        self.exceptions: Table[objects.AuditException] = Table()
        self.runs: Table[objects.Run] = Table()
        self.cron_jobs: Table[objects.CronJob] = Table()
        self.config_maps: Table[objects.ConfigMap] = Table()
        self.jobs: Table[objects.Job] = Table()
        self.pods: Table[objects.Pod] = Table()
        self._tables: dict[str, Table[Any]] = {
            "auditschedules": self.schedules,
            "auditexceptions": self.exceptions,
            "auditruns": self.runs,
            "cronjobs": self.cron_jobs,
            "configmaps": self.config_maps,
            "jobs": self.jobs,
            "pods": self.pods,
        }

    def get(self, plural: str, key: Key) -> Object | None:
        """What is known of an object."""
        return self._tables[plural].get(key)

    def put(self, item: Object) -> bool:
        """Remember an object; whether anything changed."""
        return self._tables[_PLURALS[type(item)]].put(item)

    def drop(self, item: Object) -> bool:
        """Forget an object; whether it was known."""
        return self._tables[_PLURALS[type(item)]].drop(item)

    def reconcile_list(self, plural: str, namespace: str, listed: Collection[Object], as_of: int) -> list[Object]:
        """Take over a complete list that was read at resource version `as_of`; what changed.

        A watch that was away for long is started again from a new list, and what was deleted meanwhile is never told: only
        a list shows it. What is newer than the list stays.
        """
        changed = [item for item in listed if self.put(item)]
        present = {item.name for item in listed}
        known = [item for item in self._tables[plural] if item.namespace == namespace and item.name not in present]
        gone = [item for item in known if version(item) <= as_of]
        return [*changed, *(item for item in gone if self.drop(item))]

    def children(self, namespace: str, schedule: str) -> objects.Children:
        """All that carries this schedule's name."""
        return objects.Children(
            cron_job=self.cron_jobs.get(Key(namespace, schedule)),
            config_maps=self.config_maps.group(namespace, schedule),
            jobs=self.jobs.group(namespace, schedule),
            pods=self.pods.group(namespace, schedule),
            runs=self.runs.group(namespace, schedule),
        )

    def forget_messages(self, pods: Iterable[objects.Pod]) -> None:
        """Drop termination messages that have been recorded: thousands of them are kept by as many finished Jobs."""
        for pod in pods:
            if pod.message:
                self.pods.slim(msgspec.structs.replace(pod, message=""))
