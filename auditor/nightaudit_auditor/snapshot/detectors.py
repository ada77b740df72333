"""Patterns of secrets: which kind of secret a value is, judged by the value and the name it goes by."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping

AWS_ACCESS_KEY = "aws-access-key"
GENERIC = "generic-secret"

# The forms are those that the issuers document: AWS (IAM identifiers), GitHub, Slack, Stripe, Google and npm token formats.
# The texts are others' and may be made to be slow: every repetition has a bound, and what may be long starts in one place only.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("private-key", re.compile(r"-----BEGIN (?:[A-Z0-9]{1,16} ){0,4}PRIVATE KEY(?: BLOCK)?-----")),
    ("github-token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})")),
    ("slack-token", re.compile(r"\bxox[abeoprs](?:\.xox[abp])?-[A-Za-z0-9-]{10}|\bxapp-\d-[A-Za-z0-9-]{10}")),
    (
        "slack-webhook",
        re.compile(r"https://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20}"),
    ),
    ("stripe-key", re.compile(r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16}|\bwhsec_[A-Za-z0-9]{24}")),
    ("google-api-key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    ("google-oauth-secret", re.compile(r"\bGOCSPX-[A-Za-z0-9_-]{28}")),
    ("npm-token", re.compile(r"\bnpm_[A-Za-z0-9]{36}")),
    (
        "jwt",
        re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,8192}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{16}"),
    ),
    (
        "password-in-url",
        re.compile(r"(?<=[a-z0-9+.-])://[^\s:/@?#]{0,1024}:(?!\$|<|\*|\{\{)[^\s:/@?#]{3,4096}@[^\s/]"),
    ),
)
_ACCESS_KEY_ID = re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])")
_SECRET_ACCESS_KEY = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_SECRET_KEY_NAME = re.compile(r"secret_?(?:access_?)?key|aws_?secret", re.IGNORECASE)
_SECRETISH_NAME = re.compile(
    r"passw(?:or)?d|passphrase|(?:^|_|-)(?:pass|pwd|token|secret|auth)(?:$|_|-)|secret|api_?-?key|access_?-?token|auth_?-?token"
    r"|private_?-?key|client_?-?secret|credential|signing_?-?key|encryption_?-?key",
    re.IGNORECASE,
)
# A name such as SECRET_ARN or TOKEN_URL says where the secret is kept, not what it is.
_POINTER_NAME = re.compile(
    r"(?:arn|url|uri|path|file|name|id|endpoint|host|region|ttl|expiry|timeout|enabled|type)s?$", re.IGNORECASE
)
_POINTER_VALUE = re.compile(
    r"arn:aws|https?://|ssm:|secretsmanager:|\{\{resolve:|\$\{|/[\w./-]{1,4096}$|true$|false$|\d{1,4096}$",
    re.IGNORECASE,
)


_PAIRS = {
    "value": ("name", "key"), "Value": ("Name", "Key"), "OutputValue": ("OutputKey",), "ParameterValue": ("ParameterKey",),
}  # fmt: skip
"""In AWS's lists of names and values: what the value's member is called, and the name's."""


def pair_name(pair: Mapping[str, object], value: str) -> str:
    """What the member `value` of a pair goes by; "" if it is no such pair."""
    return next((found for name in _PAIRS.get(value, ()) if isinstance(found := pair.get(name), str)), "")


def with_key_id(texts: Mapping[str, str]) -> dict[str, str]:
    """The first AWS access key id in `texts`, by the name of its text: of siblings, `detect` needs to know no more."""
    found = ((name, _key_id(text)) for name, text in texts.items())
    return next(({name: key_id} for name, key_id in found if key_id), {})


def _key_id(text: str) -> str:
    # Nearly no text has one, and looking for four letters costs a tenth of the pattern.
    found = _ACCESS_KEY_ID.search(text) if "AKIA" in text or "ASIA" in text else None
    return found.group() if found else ""


def entropy(text: str) -> float:
    """Shannon entropy in bits per character; 0 for the empty text."""
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values()) if total else 0.0


def detect(name: str, value: str, siblings: Mapping[str, str] | None = None) -> str:
    """The name of the detector that matches `value`, which goes by `name` beside `siblings`; "" if none does.

    A 40-character AWS secret access key has no form of its own: it counts if its name says so, or if an access key id
    stands in the same text or in a sibling.
    """
    for detector, pattern in _FORMS:
        if pattern.search(value):
            return detector
    if _is_aws_pair(name, value, siblings or {}):
        return AWS_ACCESS_KEY
    return GENERIC if _is_generic(name, value) else ""


def _is_aws_pair(name: str, value: str, siblings: Mapping[str, str]) -> bool:
    if _key_id(value):
        return True
    secret = _SECRET_ACCESS_KEY.search(value)
    if secret is None or entropy(secret.group()) < 4.0:
        return False
    return bool(_SECRET_KEY_NAME.search(name)) or any(map(_key_id, siblings.values()))


def _is_generic(name: str, value: str) -> bool:
    if not _SECRETISH_NAME.search(name) or _POINTER_NAME.search(name) or _POINTER_VALUE.match(value):
        return False
    return len(value) >= 8 and entropy(value) >= 2.5
