"""Lists of services that moto lacks, and that nobody in the demo uses: AWS would answer with nothing.

Access Analyzer is the exception: every account has its analyzer.
"""

from __future__ import annotations

from demo.aws.errors import Protocol
from demo.aws.moto_app import Answer
from demo.aws.request import Asked

_NOTHING = frozenset({
    ("cloudsearch", "DescribeDomains"),
    ("iam", "ListOrganizationsFeatures"),
    ("iam", "ListServiceSpecificCredentials"),
    ("lightsail", "GetInstances"),
    ("lightsail", "GetLoadBalancers"),
    ("redshift-serverless", "ListWorkgroups"),
    ("rolesanywhere", "ListProfiles"),
    ("rolesanywhere", "ListTrustAnchors"),
    ("globalaccelerator", "ListAccelerators"),
})  # fmt: skip

_ANALYZERS = b"""{"analyzers": [{"arn": "arn:aws:access-analyzer:::analyzer/access", "name": "access", "type": "ACCOUNT",
  "createdAt": "2026-01-01T00:00:00Z", "status": "ACTIVE"}]}"""
"""Each account has one for access from outside, in each region."""


def nothing(ask: Asked) -> Answer | None:
    """The answer in the service's protocol; None for what moto is to answer."""
    if (ask.service, ask.operation) == ("access-analyzer", "ListAnalyzers"):
        return Answer(200, (("Content-Type", "application/json"),), _ANALYZERS)
    if (ask.service, ask.operation) not in _NOTHING:
        return None
    if ask.protocol in (Protocol.JSON, Protocol.REST_JSON):
        return Answer(200, (("Content-Type", "application/x-amz-json-1.1"),), b"{}")
    body = f"<{ask.operation}Response><{ask.operation}Result/></{ask.operation}Response>"
    return Answer(200, (("Content-Type", "text/xml"),), body.encode())
