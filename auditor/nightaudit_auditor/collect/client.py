"""One call of an operation, with all its pages: the transport as the rest of the collector sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.entries import Pages
from nightaudit_auditor.collect.models import Models, Service
from nightaudit_auditor.collect.pace import Pace
from nightaudit_auditor.collect.pagination import Paginator, Tokens, paginator
from nightaudit_auditor.collect.reply import Meaning, Reply
from nightaudit_auditor.collect.request import Requests
from nightaudit_auditor.collect.retry import Patience
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import Wire
from nightaudit_auditor.snapshot import Outcome

_MOST_PAGES = 10_000
"""A list of so many pages has no end: with the fifty items of a small page it would be longer than any quota of AWS allows."""


class Client:
    """Asks AWS. One for the whole run: models, endpoints, connections and pace are shared by all accounts."""

    def __init__(
        self,
        models: Models,
        endpoints: Endpoints,
        wire: Wire,
        pace: Pace,
        *,
        in_flight: int,
        patience: Patience | None = None,
    ) -> None:
        self._models = models
        self._endpoints = endpoints
        self._wire = wire
        self.pace = pace
        self._requests = Requests(endpoints, wire, pace, in_flight=in_flight)
        self._patience = patience or Patience()
        self._patience_for_roles = self._patience.for_roles()
        self._paginators: dict[tuple[str, str], Paginator | None] = {}
        self._hosts: dict[tuple[str, str], bool] = {}

    async def call(
        self, target: Target, service: str, operation: str, region: str, parameters: Mapping[str, Any], meaning: Meaning,
        *, realm: str = "", urgency: int = 0,
    ) -> Reply:  # fmt: skip
        """All pages of one operation. Never raises for what AWS does.

        `operation` is in AWS's spelling, `region` is where to ask, `realm` what fails together (by default the region). Of the
        calls that wait for their turn, those with the greatest `urgency` are sent first.
        """
        model = self._models.service(service)
        op = model.operation(operation)
        pages = self._paginator(model, operation, meaning.pages)
        patience = self._patience_for_roles if operation == "AssumeRole" else self._patience
        health = target.realm(realm or region, patience)
        merged: dict[str, Any] = {}
        tokens: Tokens = ()
        seen: set[str] = set()
        number = 1
        while True:
            reply = await self._requests.ask(
                target, model, op, region, {**parameters, **dict(tokens)}, meaning, health, patience, urgency
            )
            if reply.outcome is not Outcome.OK or reply.answer is None or pages is None:
                return reply if number == 1 else _on_page(reply, number, merged)
            pages.merge(merged, reply.answer, first=number == 1)
            tokens = pages.next_tokens(reply.answer)
            if not tokens:
                if pages.is_cut(reply.answer):
                    message = f"page {number} says that there is more, and not where"
                    return Reply(Outcome.ERROR, merged, "PaginationCut", message)
                return Reply(Outcome.OK, merged)
            token = json.dumps(tokens, sort_keys=True, default=str)
            if token in seen:
                message = f"page {number} repeats a token: the pages go round in a circle"
                return Reply(Outcome.ERROR, merged, "PaginationLoop", message)
            if number >= _MOST_PAGES:
                message = f"after {number} pages there are still more: what was read of them is kept"
                return Reply(Outcome.ERROR, merged, "PaginationEndless", message)
            seen.add(token)
            number += 1

    def now(self) -> datetime:
        """The time by AWS's clock, once AWS has said that this machine's is wrong."""
        return self._requests.now()

    async def has_host(self, service: str, operation: str, region: str, parameters: Mapping[str, Any]) -> bool:
        """Whether AWS's name servers know a host of the service in a region. Where it is configured which host to ask, or a
        proxy looks names up, that cannot be seen: False."""
        if self._endpoints.is_configured(service):
            return False
        if (service, region) not in self._hosts:
            op = self._models.service(service).operation(operation)
            endpoint = self._endpoints.resolve(service, op, region, parameters)
            self._hosts[service, region] = await self._wire.exists(endpoint.url)
        return self._hosts[service, region]

    def _paginator(self, service: Service, operation: str, pages: Pages | None) -> Paginator | None:
        key = (service.model.service_name, operation)
        if key not in self._paginators:
            self._paginators[key] = paginator(service.paginators.get(operation), pages)
        return self._paginators[key]


def _on_page(reply: Reply, number: int, merged: dict[str, Any]) -> Reply:
    # An absent or vanished thing cannot have had a first page.
    outcome = Outcome.ERROR if reply.outcome in {Outcome.ABSENT, Outcome.GONE} else reply.outcome
    return Reply(outcome, merged, reply.code, f"page {number}: {reply.message}", reply.denied_by)
