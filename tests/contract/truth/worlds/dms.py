"""DMS: replication instances on the Internet."""

from __future__ import annotations

from tests.contract.truth.place import Place

CHECK = "DMS_PUBLIC"


def plant(at: Place) -> None:
    """A public one beside a private one."""
    at.finds(CHECK, _instance(at, "move-outside", public=True))
    at.passes(CHECK, _instance(at, "move-inside", public=False))


def _instance(at: Place, name: str, *, public: bool) -> str:
    made = at.client("dms").create_replication_instance(
        ReplicationInstanceIdentifier=name, ReplicationInstanceClass="dms.t3.micro", PubliclyAccessible=public
    )
    return str(made["ReplicationInstance"]["ReplicationInstanceArn"])
