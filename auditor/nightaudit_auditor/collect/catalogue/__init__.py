"""What is collected: one YAML file per service, checked against botocore's models when it is loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel, Shape, StructureShape
from botocore.validate import validate_parameters

from nightaudit_auditor.collect.entries import Catalogue, Entry, ServiceFile, Source
from nightaudit_auditor.collect.models import Models, Service
from nightaudit_auditor.collect.shapes import PathError, follow, infer, is_list, is_text, item_type
from nightaudit_auditor.collect.yamlfile import CatalogueError, Document, Path_, read
from nightaudit_auditor.snapshot import EXAMINED, marked

__all__ = ["CatalogueError", "load_catalogue", "read_catalogue"]

FOLDER = Path(__file__).parent
_ACTION = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+")
_WHERE = re.compile(r" - at `\$(.*)`$")
_EXAMPLE = "x" * 64
# Started first because the longest chains of dependent calls hang on them.
_FIRST = ("sts", "iam", "s3", "organizations", "kms", "lambda")


def load_catalogue(models: Models, folder: Path = FOLDER) -> Catalogue:
    """All `*.yaml` of the folder. Raises CatalogueError with file and line for whatever botocore's models contradict."""
    catalogue, places = _read(folder)
    for entry in catalogue.entries.values():
        document, index = places[entry.id]
        _Check(document, ("operations", index), entry, catalogue, models).run()
    return catalogue


def read_catalogue(folder: Path = FOLDER) -> Catalogue:
    """The same without a look at botocore's models, for those who only read snapshots. Raises CatalogueError."""
    return _read(folder)[0]


@cache
def _read(folder: Path) -> tuple[Catalogue, dict[str, tuple[Document, int]]]:
    files = [(document, _convert(document)) for document in map(read, sorted(folder.glob("*.yaml")))]
    if not files:
        raise CatalogueError(f"{folder}:1: holds no catalogue")
    files.sort(
        key=lambda pair: (_FIRST.index(pair[1].service) if pair[1].service in _FIRST else len(_FIRST), pair[1].service)
    )
    entries: dict[str, Entry] = {}
    places: dict[str, tuple[Document, int]] = {}
    for document, file in files:
        for index, entry in enumerate(file.operations):
            complete = _qualify(entry, file.service)
            if complete.id in entries:
                raise document.error(("operations", index, "name"), f"{complete.id} is there twice")
            entries[complete.id] = complete
            places[complete.id] = (document, index)
    return Catalogue(entries=entries, homes={file.service: file.home for _, file in files}), places


def _convert(document: Document) -> ServiceFile:
    try:
        return msgspec.convert(document.data, ServiceFile)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        path: Path_ = ()
        if where is not None:
            path = tuple(int(step) if step.isdigit() else step for step in re.findall(r"[\w-]+", where[1]))
        raise document.error(path, str(error)) from error


def _qualify(entry: Entry, service: str) -> Entry:
    sources = tuple(
        msgspec.structs.replace(
            source, operation=source.operation if "." in source.operation else f"{service}.{source.operation}"
        )
        for source in entry.for_each
    )
    return msgspec.structs.replace(entry, service=service, for_each=sources)


class _Check:
    """The checks of one entry; each raises CatalogueError at the line that is wrong."""

    def __init__(self, document: Document, path: Path_, entry: Entry, catalogue: Catalogue, models: Models) -> None:
        self.document = document
        self.path = path
        self.entry = entry
        self.catalogue = catalogue
        self.models = models

    def fail(self, message: str, *path: str | int) -> CatalogueError:
        return self.document.error((*self.path, *path), f"{self.entry.id}: {message}")

    def run(self) -> None:
        service, operation = self._operation()
        self._home()
        self._constants(operation)
        self._parameters(self._begun(service))
        for index, source in enumerate(self.entry.for_each):
            self._source(index, source)
        self._lists()
        self._pages(service, operation)
        self._secrets(operation)
        self._counts(operation)
        self._codes_and_actions()

    def _operation(self) -> tuple[Service, OperationModel]:
        try:
            service = self.models.service(self.entry.service)
        except KeyError:
            raise self.document.error(("service",), f"botocore knows no service {self.entry.service}") from None
        try:
            return service, service.operation(self.entry.operation)
        except KeyError:
            raise self.fail(f"{self.entry.service} has no operation {self.entry.operation}", "operation") from None

    def _begun(self, service: Service) -> OperationModel:
        try:
            return service.operation(self.entry.begins)
        except KeyError:
            raise self.fail(f"{self.entry.service} has no operation {self.entry.begins}", "flow") from None

    def _home(self) -> None:
        if self.entry.scope == "global" and not self.catalogue.homes[self.entry.service]:
            raise self.document.error(
                ("service",), f"{self.entry.id} is global: say the service's `home` region by partition"
            )

    def _constants(self, operation: OperationModel) -> None:
        members, required = _input(operation)
        for name in self.entry.constants:
            if name not in members:
                raise self.fail(f"{operation.name} has no parameter {name}", "constants", name)
        if self.entry.flow:
            # What else it needs is the flow's to give.
            self._validate(operation, {**dict.fromkeys(required, _EXAMPLE), **self.entry.constants})

    def _validate(self, operation: OperationModel, given: dict[str, Any]) -> None:
        if operation.input_shape is not None:
            try:
                validate_parameters(given, operation.input_shape)
            except ParamValidationError as error:
                raise self.fail(" ".join(str(error).split()), "constants") from error

    def _parameters(self, operation: OperationModel) -> None:
        members, required = _input(operation)
        constants = {} if self.entry.flow else self.entry.constants
        for name in self.entry.lists:
            if name not in members or members[name].type_name != "list":
                raise self.fail(f"{operation.name} takes no list {name}", "lists")
        for index, source in enumerate(self.entry.for_each or (None,)):
            given: dict[str, Any] = dict(constants)
            for name in source.names if source else ():
                if name not in members:
                    raise self.fail(f"{operation.name} has no parameter {name}", "for_each", index, "parameters", name)
                example = 1 if name in self.entry.numbers else _EXAMPLE
                given[name] = [example] if name in self.entry.lists else example
            missing = [name for name in required if name not in given]
            if missing:
                raise self.fail(f"{operation.name} needs {', '.join(missing)}", "for_each", index)
            self._validate(operation, given)

    def _source(self, index: int, source: Source) -> None:
        at = ("for_each", index)
        parent = self.catalogue.entries.get(source.operation)
        if parent is None:
            raise self.fail(f"the catalogue has no operation {source.operation}", *at, "operation")
        if parent.flow:
            raise self.fail(f"{source.operation} is no plain operation: nothing can depend on it", *at, "operation")
        try:
            output = self.models.service(parent.service).operation(parent.operation).output_shape
        except KeyError:
            return  # the parent's own entry is wrong, and its check says so
        if output is None:
            raise self.fail(f"{source.operation} answers nothing", *at, "operation")
        try:
            item = item_type(infer(source.path, output))
        except PathError as error:
            raise self.fail(f"{source.path}: {error}", *at, "path") from error
        for name, expression in source.parameters.items():
            try:
                if not is_text(infer(expression, item)):
                    raise self.fail(f"{expression} is no string", *at, "parameters", name)
            except PathError as error:
                raise self.fail(f"{expression}: {error}", *at, "parameters", name) from error
        self._inherit_and_region(at, source, parent, item)

    def _lists(self) -> None:
        given = {name for source in self.entry.for_each for name in source.names}
        for kind, names in (("lists", self.entry.lists), ("numbers", self.entry.numbers)):
            for name in names:
                if name not in given:
                    raise self.fail(f"no for_each gives {name}", kind)
        for index, source in enumerate(self.entry.for_each):
            batched = len(source.parameters) == 1 and set(source.parameters) <= set(self.entry.lists)
            if source.batch < 1 or (source.batch > 1 and not batched):
                raise self.fail("batch needs one parameter, and that among `lists`", "for_each", index, "batch")
        if self.entry.cap < 0 or (self.entry.cap and not self.entry.for_each):
            raise self.fail("only an operation that depends on another can have a cap, from 1 on", "cap")
        if self.entry.unsigned and (self.entry.service, self.entry.operation) != ("s3", "HeadBucket"):
            raise self.fail("only HeadBucket of s3 can be asked unsigned", "unsigned")
        if self.entry.probe and (self.entry.for_each or self.entry.scope != "regional"):
            raise self.fail("only a regional operation that depends on no other can be a probe", "probe")

    def _inherit_and_region(self, at: tuple[str, int], source: Source, parent: Entry, item: Any) -> None:
        for name in source.inherit:
            if not all(name in above.names for above in parent.for_each) or not parent.for_each:
                raise self.fail(f"{source.operation} has no parameter {name} to inherit", *at, "inherit")
        for name, expression in (("region", source.region), ("owner", source.owner), ("host", source.host)):
            try:
                if expression and not is_text(infer(expression, item)):
                    raise self.fail(f"{expression} is no string", *at, name)
            except PathError as error:
                raise self.fail(f"{expression}: {error}", *at, name) from error
        if source.host and (len(source.names) != 1 or not source.parameters):
            raise self.fail("host needs one parameter, which becomes the name of a bucket", *at, "host")
        if source.region_as and (self.entry.scope, parent.scope) != ("global", "regional"):
            raise self.fail(
                "only a global operation that depends on a regional one can take its region", *at, "region_as"
            )
        if source.region or source.region_as:
            return
        if self.entry.scope == "bucket" and parent.scope != "bucket":
            raise self.fail("scope bucket needs the `region` of each item", *at)
        if self.entry.scope != parent.scope:
            raise self.fail(f"scope {self.entry.scope} cannot follow scope {parent.scope}", "scope")

    def _pages(self, service: Service, operation: OperationModel) -> None:
        pages = self.entry.pages
        if pages is None:
            return
        if operation.name in service.paginators:
            raise self.fail("botocore has a paginator for it: leave `pages` out", "pages")
        for shape, name in ((operation.input_shape, pages.input_token), (operation.output_shape, pages.output_token),
                            (operation.output_shape, pages.result_key),
                            *((operation.output_shape, name) for name in pages.kept)):  # fmt: skip
            if not isinstance(shape, StructureShape) or name not in shape.members:
                raise self.fail(f"{operation.name} has no {name}", "pages")

    def _secrets(self, operation: OperationModel) -> None:
        output = operation.output_shape
        if output is None:
            if self.entry.secrets:
                raise self.fail(f"{operation.name} answers nothing", "secrets")
            return
        for index, path in enumerate(self.entry.secrets):
            plain, mark = marked(path)
            if mark and mark not in EXAMINED:
                raise self.fail(f"{path!r}: behind a path may stand {', '.join(EXAMINED)}", "secrets", index)
            try:
                follow(plain, output)
            except PathError as error:
                raise self.fail(str(error), "secrets", index) from error

    def _counts(self, operation: OperationModel) -> None:
        output = operation.output_shape
        for kind, path in self.entry.counts.items():
            if output is None:
                raise self.fail(f"{operation.name} answers nothing", "counts", kind)
            try:
                counted = infer(path, output)
            except PathError as error:
                raise self.fail(f"{path}: {error}", "counts", kind) from error
            if not is_list(counted):
                raise self.fail(f"{path} is no list", "counts", kind)

    def _codes_and_actions(self) -> None:
        both = set(self.entry.absent) & set(self.entry.gone)
        if both:
            raise self.fail(f"{', '.join(sorted(both))} cannot mean both absent and gone", "gone")
        for index, action in enumerate(self.entry.actions):
            if not _ACTION.fullmatch(action):
                raise self.fail(f"{action} is no IAM action (service:Action)", "actions", index)


def _input(operation: OperationModel) -> tuple[Mapping[str, Shape], list[str]]:
    """The parameters of an operation, and those that it needs."""
    shape = operation.input_shape
    return (shape.members, shape.required_members) if isinstance(shape, StructureShape) else ({}, [])
