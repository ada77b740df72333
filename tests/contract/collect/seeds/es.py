"""OpenSearch: a domain."""

from __future__ import annotations

from tests.contract.collect.aws import client, document


def seed() -> None:
    client("es").create_elasticsearch_domain(
        DomainName="logs",
        ElasticsearchVersion="7.10",
        AccessPolicies=document(Principal="*", Action="es:*", Resource="*"),
    )
