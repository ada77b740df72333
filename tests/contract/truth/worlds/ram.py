"""Resource Access Manager: with whom resources are shared. moto says of nobody that he is external, and drops the organization."""

from __future__ import annotations

from demo.aws import facts
from tests.contract.truth.place import Place

CHECK = "RAM_SHARE_EXTERNAL"


def plant(at: Place) -> None:
    """A stranger beside a sister, and a stranger's role; twins stay in the organization, or go to a vendor that is known."""
    role = f"arn:aws:iam::{facts.STRANGER}:role/contractor"
    at.finds(CHECK, _share(at, "nets-to-stranger", at.twins.id, facts.STRANGER), discriminator=facts.STRANGER)
    at.finds(CHECK, _share(at, "nets-to-role", role), discriminator=role)
    at.passes(
        CHECK,
        _share(at, "nets-to-sister", at.twins.id, f"arn:aws:iam::{at.twins.id}:role/builds"),
        _share(at, "nets-to-vendor", facts.VENDOR),
    )


def _share(at: Place, name: str, *principals: str) -> str:
    made = at.client("ram").create_resource_share(name=name, principals=list(principals), allowExternalPrincipals=True)
    return str(made["resourceShare"]["resourceShareArn"])
