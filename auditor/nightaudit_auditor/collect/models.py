"""botocore as a library of models: one model, serializer and parser per service, for all regions and accounts."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec
from botocore.exceptions import UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel
from botocore.parsers import ResponseParser, ResponseParserFactory
from botocore.serialize import Serializer, create_serializer
from botocore.utils import parse_timestamp

_WHERE_S3_IS = {"s3control"}
"""The data forgets it in newer regions; it is S3's own control plane (Amazon S3 endpoints and quotas, AWS General Reference)."""
_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(?:Z|\+00:?00)")


def timestamp(value: str | float) -> str:
    """Any timestamp that AWS sends (ISO 8601, RFC 822, seconds since the epoch) as RFC 3339 in UTC.

    Raises ValueError if it is none, and OverflowError, OSError or RuntimeError if it is a moment that no calendar has.
    """
    if isinstance(value, str) and (found := _ISO.fullmatch(value)):
        fraction = (found[2] or "").rstrip("0").rstrip(".")
        return f"{found[1]}{fraction}Z"
    moment = datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else parse_timestamp(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    text = moment.astimezone(UTC).isoformat()
    head, dot, fraction = text.removesuffix("+00:00").partition(".")
    return f"{head}{dot}{fraction.rstrip('0')}Z"


@dataclass(frozen=True)
class Service:
    """A service's model with what writes requests and reads answers.

    Answers have boto3's shape, except that timestamps are RFC 3339 strings and blobs stay base64 text, as JSON needs it.
    """

    model: ServiceModel
    serializer: Serializer
    parser: ResponseParser
    paginators: Mapping[str, Mapping[str, Any]]

    def operation(self, name: str) -> OperationModel:
        """The operation of that name in AWS's spelling. Raises KeyError if the service has none."""
        try:
            return self.model.operation_model(name)
        except OperationNotFoundError:
            raise KeyError(name) from None


class _Reader(JSONFileLoader):
    """Reads botocore's data files, megabytes of them, in half the time and into half the memory of its own reader."""

    def load_file(self, file_path: str) -> Any:
        """The content of `file_path` plus `.json` or `.json.gz`; None if there is neither."""
        for suffix, read in ((".json", Path.read_bytes), (".json.gz", _read_compressed)):
            path = Path(file_path + suffix)
            if path.is_file():
                data = msgspec.json.decode(read(path))
                if path.name.startswith("service-2."):
                    _drop_documentation(data)
                return data
        return None


def _read_compressed(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def _drop_documentation(model: Mapping[str, Any]) -> None:
    """A quarter of a model in memory is HTML for people, which nothing here shows."""
    shapes = model.get("shapes", {}).values()
    members = (member for shape in shapes for member in shape.get("members", {}).values())
    for described in (*model.get("operations", {}).values(), *shapes, *members):
        described.pop("documentation", None)


class Models:
    """Loads each service once. `loader` is the botocore session's, so that its data path is honoured."""

    def __init__(self, loader: Loader) -> None:
        loader.file_loader = _Reader()
        self.loader = loader
        self._services: dict[str, Service] = {}
        self._lacking: dict[tuple[str, str], bool] = {}

    def service(self, name: str) -> Service:
        """Raises KeyError if botocore knows no such service."""
        if name not in self._services:
            self._services[name] = self._load(name)
        return self._services[name]

    def _load(self, name: str) -> Service:
        try:
            model = ServiceModel(self.loader.load_service_model(name, "service-2"), name)
        except UnknownServiceError as error:
            raise KeyError(name) from error
        factory = ResponseParserFactory()
        factory.set_parser_defaults(timestamp_parser=timestamp, blob_parser=_keep)
        protocol = model.resolved_protocol
        paginators: Mapping[str, Mapping[str, Any]] = {}
        if name in self.loader.list_available_services("paginators-1"):
            paginators = self.loader.load_service_model(name, "paginators-1")["pagination"]
        # Without validation the factory returns the bare serializer; the catalogue was validated when it was loaded.
        serializer = cast("Serializer", create_serializer(protocol, include_validation=False))
        return Service(model, serializer, factory.create_parser(protocol), paginators)

    @cached_property
    def _partitions(self) -> list[dict[str, Any]]:
        return list(self.loader.load_data("endpoints")["partitions"])

    def partition_of(self, region: str) -> str:
        """The partition that a region's name belongs to; `aws` for a name that fits none."""
        for partition in self._partitions:
            if region in partition["regions"] or re.match(partition["regionRegex"], region):
                return str(partition["partition"])
        return "aws"

    def places(self, service: str) -> bool:
        """Whether the data says where the service is at all; some newer services it does not list."""
        prefix = self.service(service).model.endpoint_prefix
        return any(prefix in partition["services"] for partition in self._partitions)

    def lacks(self, service: str, region: str) -> bool:
        """Whether the data says that a known region does not have a service.

        Regions unknown to the data may have all, and services that it lists nowhere may be anywhere.
        """
        if (service, region) not in self._lacking:
            self._lacking[service, region] = self._lacks(service, region)
        return self._lacking[service, region]

    def _lacks(self, service: str, region: str) -> bool:
        prefix = self.service("s3" if service in _WHERE_S3_IS else service).model.endpoint_prefix
        if not self.places(service):
            return False
        for partition in self._partitions:
            if region in partition["regions"]:
                known = partition["services"].get(prefix)
                return known is None or (known.get("isRegionalized", True) and region not in known.get("endpoints", {}))
        return False


def _keep(value: str) -> str:
    return value
