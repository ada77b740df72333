"""Lists of services that moto lacks, and that nobody in the demo uses: AWS would answer with nothing."""

from __future__ import annotations

from demo.aws.errors import Protocol
from demo.aws.moto_app import Answer
from demo.aws.request import Asked

_NOTHING = frozenset({
    ("cloudsearch", "DescribeDomains"),
    ("iam", "ListServiceSpecificCredentials"),
    ("lightsail", "GetInstances"),
    ("lightsail", "GetLoadBalancers"),
    ("redshift-serverless", "ListWorkgroups"),
    ("globalaccelerator", "ListAccelerators"),
})  # fmt: skip


def nothing(ask: Asked) -> Answer | None:
    """The empty list in the service's protocol; None for what moto is to answer."""
    if (ask.service, ask.operation) not in _NOTHING:
        return None
    if ask.protocol is Protocol.JSON:
        return Answer(200, (("Content-Type", "application/x-amz-json-1.1"),), b"{}")
    body = f"<{ask.operation}Response><{ask.operation}Result/></{ask.operation}Response>"
    return Answer(200, (("Content-Type", "text/xml"),), body.encode())
