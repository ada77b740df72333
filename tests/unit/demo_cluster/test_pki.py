"""The certificates of an instance."""

from __future__ import annotations

import ipaddress
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from demo.cluster.pki import Authority, Pair


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def read(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate.read_bytes())


def test_kubernetes_reads_the_user_from_the_common_name_and_groups_from_organizations(authority: Authority) -> None:
    subject = read(authority.issue("kubelet", user="system:node:demo", groups=["system:nodes"])).subject
    assert [attribute.value for attribute in subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [
        "system:node:demo"
    ]
    organizations = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert [attribute.value for attribute in organizations] == ["system:nodes"]


def test_a_certificate_is_signed_by_its_authority(authority: Authority) -> None:
    ca = x509.load_pem_x509_certificate(authority.certificate.read_bytes())
    read(authority.issue("admin", user="admin")).verify_directly_issued_by(ca)


def test_a_client_certificate_cannot_serve(authority: Authority) -> None:
    usage = read(authority.issue("admin", user="admin")).extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert list(usage.value) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_a_server_certificate_names_hosts_and_addresses(authority: Authority) -> None:
    certificate = read(authority.issue("api", user="api", names=["kubernetes.default", "10.201.0.2"]))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["kubernetes.default"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("10.201.0.2")]


def test_private_keys_are_readable_by_their_owner_only(authority: Authority) -> None:
    pair = authority.issue("admin", user="admin")
    for key in (pair.key, authority.key_only("service-accounts")):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
