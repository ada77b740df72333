"""ACM: certificates that run out. moto's have no RenewalSummary: a renewal that failed cannot be shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from demo.aws import facts
from tests.contract.truth.place import Place

CHECK = "ACM_CERT_EXPIRING"


def plant(at: Place) -> None:
    """A certificate is in use if a load balancer has it; moto knows that of classic ones alone."""
    in_a_week, in_13_days, in_15_days = (_imported(at, f"in-{days}.example.com", days) for days in (7, 13, 15))
    unused = _imported(at, "unused.example.com", 7)
    issued = at.client("acm").request_certificate(DomainName="issued.example.com", ValidationMethod="DNS")
    for number, arn in enumerate((in_a_week, in_13_days, in_15_days, issued["CertificateArn"])):
        _use(at, f"certified-{number}", arn)
    at.finds(CHECK, in_a_week, in_13_days)
    at.passes(CHECK, in_15_days, unused, issued["CertificateArn"])


def _imported(at: Place, name: str, days: int) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=-1))
        .sign(key, hashes.SHA256())
    )
    made = at.client("acm").import_certificate(
        Certificate=certificate.public_bytes(Encoding.PEM),
        PrivateKey=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    return str(made["CertificateArn"])


def _use(at: Place, name: str, certificate: str) -> None:
    listener = {
        "Protocol": "HTTPS", "LoadBalancerPort": 443, "InstanceProtocol": "HTTP", "InstancePort": 80,
        "SSLCertificateId": certificate,
    }  # fmt: skip
    at.client("elb").create_load_balancer(
        LoadBalancerName=name, Listeners=[listener], AvailabilityZones=[f"{facts.HOME_REGION}a"], Scheme="internal"
    )
