"""A namespace on the real API server with the CRDs in place, and a client that asks it without storing anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config

from demo.cluster import Cluster

REPOSITORY = Path(__file__).parents[3]
NAMESPACE = "admission"

Ask = Callable[..., str]


@pytest.fixture(scope="session")
def namespace(api_server: Cluster) -> str:
    """A namespace that admits restricted pods only, beside the established CRDs."""
    for path in sorted((REPOSITORY / "crds").glob("*.yaml")):
        api_server.kubectl("apply", "--server-side", "--force-conflicts", "-f", str(path))
        api_server.kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", str(path))
    labels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted"}
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}
    api_server.kubectl("apply", "--server-side", "-f", "-", input=json.dumps(manifest))
    return NAMESPACE


@pytest.fixture(scope="session")
def ask(api_server: Cluster, namespace: str) -> Ask:
    """Ask whether an object of the API would be admitted, unknown fields refused: the server's refusal, empty if none."""
    api = client.CustomObjectsApi(config.new_client_from_config(str(api_server.kubeconfig)))

    def asked(body: dict[str, Any], namespace: str = namespace) -> str:
        group, version = body["apiVersion"].split("/")
        plural = f"{body['kind'].lower()}s"
        try:
            api.create_namespaced_custom_object(
                group, version, namespace, plural, body, dry_run="All", field_validation="Strict"
            )
        except client.ApiException as refusal:
            return str(json.loads(refusal.body)["message"])
        return ""

    return asked
