"""Which bucket of S3 answers to a name of DNS, and whose a bucket of that name can be. Pure."""

from __future__ import annotations

import re
from typing import Final

_HOST: Final = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3(?:-website)?(?:[.-](?:dualstack\.)?(?:[a-z]{2}-[a-z0-9-]+-\d|external-1))?"
    r"\.amazonaws\.com(?:\.cn)?"
)
_WEBSITE: Final = re.compile(r"s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?")
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
_GOVERNMENT: Final = re.compile(r"[.-]us-gov-[a-z]+-\d\.amazonaws\.com$")
_ACCOUNT_REGIONAL: Final = re.compile(r"-\d{12}-[a-z]{2}-[a-z0-9-]+-\d-an")
_RESERVED: Final = re.compile(
    r"(?:xn--|sthree-|amzn-s3-demo-).*|.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)|\d{1,3}(?:\.\d{1,3}){3}"
)
"""What S3 gives no bucket: the names of access points, among others, to which distributions lead like to buckets."""


def bucket_of(host: str) -> str:
    """The bucket that a host name of S3 (REST or website endpoint, any region) serves; empty for another host."""
    found = _HOST.fullmatch(_domain(host))
    return found["bucket"] if found else ""


def bucket_behind(name: str, host: str) -> str:
    """The bucket from which S3 answers who asks for `name` and is led to `host`; empty if `host` is none of S3's.

    What was asked for decides, not what it leads to (Amazon S3 User Guide, "Virtual hosting of general purpose buckets").
    """
    if not bucket_of(host) and not _WEBSITE.fullmatch(_domain(host)):
        return ""
    return bucket_of(name) or _domain(name)


def partition_of(host: str) -> str:
    """The partition in which a host of S3 stands: each has buckets of its own."""
    if _domain(host).endswith(".cn"):
        return "aws-cn"
    return "aws-us-gov" if _GOVERNMENT.search(_domain(host)) else "aws"


def is_free_to_all(bucket: str) -> bool:
    """Whether anybody may create a bucket of that name, if there is none: it keeps to S3's rules for names, and lies in no account
    regional namespace, where only that account can (Amazon S3 User Guide, "General purpose bucket naming rules" and "Namespaces
    for general purpose buckets")."""
    reserved = _ACCOUNT_REGIONAL.search(bucket) is not None and bucket.endswith("-an")
    return not reserved and _NAME.fullmatch(bucket) is not None and _RESERVED.fullmatch(bucket) is None


def _domain(name: str) -> str:
    return name.rstrip(".").lower()
