"""Where a call goes and how it is signed: botocore's endpoint rules, resolved once per service, region and bucket."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import msgspec
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.exceptions import BotoCoreError
from botocore.handlers import customize_endpoint_resolver_builtins
from botocore.hooks import HierarchicalEmitter
from botocore.model import OperationModel
from botocore.regions import EndpointResolverBuiltins as Builtin
from botocore.regions import EndpointRulesetResolver
from botocore.session import Session
from botocore.utils import ensure_boolean

from nightaudit_auditor.collect.models import Models

Traits = tuple[tuple[str, str], ...]
_MOST = 8192
"""Endpoints that are remembered: those of all services and regions, and of thousands of buckets."""


class EndpointError(Exception):
    """The endpoint rules have no place to send the call to, or want a signature that is not spoken here."""


class Endpoint(msgspec.Struct, frozen=True):
    """A base URL, the headers that the rules want, and the names to sign with."""

    url: str
    headers: dict[str, str]
    signing_name: str
    signing_region: str


class Endpoints:
    """Honours what the session is configured with: endpoint URLs (per service too), FIPS, dual stack, S3 addressing."""

    def __init__(self, session: Session, models: Models) -> None:
        self._session = session
        self._models = models
        self._resolvers: dict[str, EndpointRulesetResolver] = {}
        self._own: dict[str, str | None] = {}
        self._cache: dict[tuple[str, str, Traits], Endpoint] = {}
        self._traits: dict[tuple[str, str], tuple[Traits, tuple[str, ...]]] = {}

    def resolve(self, service: str, operation: OperationModel, region: str, parameters: Mapping[str, Any]) -> Endpoint:
        """Raises EndpointError with the rules' own explanation."""
        # The rules cost a millisecond: they are asked once for all operations that look the same to them.
        if (service, operation.name) not in self._traits:
            self._traits[service, operation.name] = _traits(service, operation)
        traits, members = self._traits[service, operation.name]
        key = (service, region, (*traits, *((name, str(parameters.get(name, ""))) for name in members)))
        if key not in self._cache:
            if len(self._cache) >= _MOST:
                # Buckets and tables have endpoints of their own, and an organization has any number of them.
                self._cache.clear()
            self._cache[key] = self._resolve(service, operation, region, parameters)
        return self._cache[key]

    def _resolve(self, service: str, operation: OperationModel, region: str, parameters: Mapping[str, Any]) -> Endpoint:
        if service not in self._resolvers:
            self._resolvers[service] = self._resolver(service)
        resolver = self._resolvers[service]
        try:
            found = resolver.construct_endpoint(operation, dict(parameters), {"region": region})
        except BotoCoreError as error:
            raise EndpointError(str(error)) from error
        model = self._models.service(service).model
        name, signing_region = model.signing_name, region
        schemes = (found.properties or {}).get("authSchemes")
        if schemes:
            try:
                kind, context = resolver.auth_schemes_to_signing_ctx(schemes)
            except BotoCoreError as error:
                raise EndpointError(str(error)) from error
            if kind not in {"v4", "s3v4"}:
                raise EndpointError(f"{service} in {region} wants signature {kind}")
            name = context.get("signing_name", name)
            signing_region = context.get("region", region)
        return Endpoint(
            self._bare(service, found.url.rstrip("/")),
            dict(cast("Mapping[str, str]", found.headers)),
            name,
            signing_region,
        )

    def _bare(self, service: str, url: str) -> str:
        # The rules put a bucket or an account id before the host; an address or localhost can carry none.
        configured = self._configured(service)
        if configured is None or not _is_address(configured):
            return url
        own, ruled = urlsplit(configured), urlsplit(url)
        return urlunsplit((ruled.scheme, own.netloc, ruled.path, ruled.query, ""))

    def _resolver(self, service: str) -> EndpointRulesetResolver:
        model = self._models.service(service).model
        emitter = HierarchicalEmitter()
        hook = f"before-endpoint-resolution.{model.service_id.hyphenize()}"
        if service == "s3":
            emitter.register(hook, customize_endpoint_resolver_builtins)
        emitter.register(hook, _set_region)
        return EndpointRulesetResolver(
            endpoint_ruleset_data=self._models.loader.load_service_model(service, "endpoint-rule-set-1"),
            partition_data=self._models.loader.load_data("partitions"),
            service_model=model,
            builtins=cast("Builtin", self._builtins(service)),  # the stubs mistake the mapping for its key
            client_context={},
            event_emitter=emitter,
        )

    def _builtins(self, service: str) -> dict[Builtin, Any]:
        configured = self._configured(service)
        s3 = self._session.get_config_variable("s3") or {}
        style = s3.get("addressing_style")
        return {
            # The rules refuse an own endpoint together with a variant.
            Builtin.AWS_USE_FIPS: configured is None and self._flag("use_fips_endpoint"),
            Builtin.AWS_USE_DUALSTACK: configured is None and self._flag("use_dualstack_endpoint"),
            Builtin.AWS_STS_USE_GLOBAL_ENDPOINT: False,
            Builtin.AWS_S3_USE_GLOBAL_ENDPOINT: False,
            Builtin.AWS_S3_ACCELERATE: False,
            Builtin.AWS_S3_FORCE_PATH_STYLE: style != "virtual" if configured else style == "path",
            Builtin.AWS_S3_USE_ARN_REGION: True,
            Builtin.AWS_S3CONTROL_USE_ARN_REGION: False,
            Builtin.AWS_S3_DISABLE_MRAP: False,
            Builtin.AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: True,
            Builtin.SDK_ENDPOINT: configured,
        }

    def is_configured(self, service: str) -> bool:
        """Whether the session says where the service is, so that AWS's own hosts are not asked."""
        return self._configured(service) is not None

    def _configured(self, service: str) -> str | None:
        if service not in self._own:
            self._own[service] = self._look_up(service)
        return self._own[service]

    def _look_up(self, service: str) -> str | None:
        if self._session.get_config_variable("ignore_configured_endpoint_urls"):
            return None
        url = ConfiguredEndpointProvider(
            full_config=self._session.full_config, scoped_config=self._session.get_scoped_config(), client_name=service
        ).provide()
        if not url:
            return None
        parts = urlsplit(str(url))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise EndpointError(
                f"the endpoint configured for {service} is no URL: {url!r} must begin with https:// or http://"
            )
        return str(url)

    def _flag(self, name: str) -> bool:
        return bool(ensure_boolean(self._session.get_config_variable(name) or False))


def _traits(service: str, operation: OperationModel) -> tuple[Traits, tuple[str, ...]]:
    """What the rules may ask of an operation: fixed traits, and the parameters whose values they read."""
    fixed = [(trait.name, str(trait.value)) for trait in operation.static_context_parameters]
    # Bucket locations are asked by path whatever the rules say, and paths into parameters differ from call to call.
    if operation.operation_context_parameters or (service == "s3" and operation.name == "GetBucketLocation"):
        fixed.append(("operation", operation.name))
    return tuple(fixed), tuple(trait.member_name for trait in operation.context_parameters)


def _is_address(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or bool(ip_address(host))
    except ValueError:
        return False


def _set_region(builtins: dict[Builtin, Any], context: Mapping[str, Any], **_: object) -> None:
    builtins[Builtin.AWS_REGION] = context["region"]
