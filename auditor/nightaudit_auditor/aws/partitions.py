"""AWS's partitions: separate clouds whose ARNs, endpoints and accounts do not mix.

The figures are those of the AWS General Reference ("AWS service endpoints") and of botocore's partitions.json (1.43).
"""

from __future__ import annotations

_BY_REGION_PREFIX = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("eusc-", "aws-eusc"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-iso-", "aws-iso"),
)
_DNS_SUFFIX = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}


def partition_of_region(region: str) -> str:
    """The partition that a region belongs to; what is not known to be elsewhere is `aws`."""
    return next((partition for prefix, partition in _BY_REGION_PREFIX if region.startswith(prefix)), "aws")


def dns_suffix(partition: str) -> str:
    """The domain of a partition's endpoints, e.g. `amazonaws.com.cn`; unknown partitions get the commercial one."""
    return _DNS_SUFFIX.get(partition, _DNS_SUFFIX["aws"])
