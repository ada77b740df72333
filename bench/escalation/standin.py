"""`python -m bench.escalation.standin PORT`: the demo's AWS, with the permissions boundaries of users, which moto forgets."""

from __future__ import annotations

import sys
from typing import Any

from aiohttp import web

from demo.aws.server import application


def main() -> None:
    """Serve until the process is told to end."""
    app = application(None)
    _remember_boundaries()
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None, shutdown_timeout=1)


def _remember_boundaries() -> None:
    """IAM API, CreateUser: PermissionsBoundary; GetAccountAuthorizationDetails shows it as UserDetail.PermissionsBoundary."""
    from moto.iam.models import User  # noqa: PLC0415 - the application sets moto's environment first
    from moto.iam.responses import IamResponse  # noqa: PLC0415

    as_moto_creates = IamResponse.create_user

    def create(self: Any) -> Any:
        answer = as_moto_creates(self)
        user = self.backend.get_user(self._get_param("UserName"))
        user.boundary_arn = self._get_param("PermissionsBoundary")
        return answer

    def boundary(self: Any) -> dict[str, str] | None:
        arn = getattr(self, "boundary_arn", None)
        return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None

    for owner, name, corrected in (
        (IamResponse, "create_user", create),
        (User, "permissions_boundary", property(boundary)),
    ):
        setattr(owner, name, corrected)


if __name__ == "__main__":
    main()
