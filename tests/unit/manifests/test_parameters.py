"""What the CRD says of the fields that checks honour: meaning, type, bounds and default."""

from __future__ import annotations

import pytest

from nightaudit_auditor.manifests.parameters import Parameter, parameter


@pytest.mark.parametrize(
    ("path", "form", "default"),
    [
        ("checks.parameters.rootUsedDays", "integer, 1 to 3650", "7"),
        ("trust.knownVendors", "boolean", "true"),
        ("expect.knownCIDRs", "list of cidr, at most 500", ""),
        ("expect.admins", "list of string, at most 200", ""),
    ],
)
def test_a_field_is_what_the_crd_says(path: str, form: str, default: str) -> None:
    found = parameter(path)
    assert (found.path, found.form, found.default) == (path, form, default)


def test_the_default_is_told_once() -> None:
    words = "A use of the root user within so many days is reported."
    assert parameter("checks.parameters.rootUsedDays") == Parameter(
        "checks.parameters.rootUsedDays", "integer, 1 to 3650", "7", words
    )


@pytest.mark.parametrize("path", ["checks.parameters.rootUsed", "expect.admins.each", ""])
def test_a_field_that_the_crd_does_not_have_is_refused(path: str) -> None:
    with pytest.raises(KeyError):
        parameter(path)
