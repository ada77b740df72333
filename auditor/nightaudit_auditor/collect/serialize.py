"""An operation and its parameters as an HTTP request, before it is signed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from botocore.awsrequest import prepare_request_dict
from botocore.handlers import remove_accid_host_prefix_from_model, remove_bucket_from_url_paths_from_model
from botocore.model import OperationModel

from nightaudit_auditor.collect.models import Service


def serialize(
    service: Service, op: OperationModel, parameters: dict[str, Any], base: str
) -> tuple[str, str, dict[str, str], bytes]:
    """Method, URL below `base`, headers and body."""
    # The endpoint rules put bucket and account into the host; botocore's clients take them out of the model likewise.
    if service.model.service_name == "s3":
        remove_bucket_from_url_paths_from_model(parameters, op, {})
    elif service.model.service_name == "s3control":
        remove_accid_host_prefix_from_model(parameters, op, {})
    request: dict[str, Any] = dict(service.serializer.serialize_to_request(parameters, op))
    prepare_request_dict(request, endpoint_url=base)
    body = request["body"]
    if isinstance(body, dict):
        body = urlencode(list(body.items()), doseq=True)
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    headers = {str(key): value if isinstance(value, str) else str(value) for key, value in request["headers"].items()}
    if service.model.service_name == "glacier":  # it refuses who does not say which version of it he speaks
        headers["x-amz-glacier-version"] = str(service.model.api_version)
    return str(request["method"]), str(request["url"]), headers, content
