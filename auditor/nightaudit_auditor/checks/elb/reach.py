"""What the Internet may open to a listener of a load balancer: by the balancer's own addresses, and by accelerators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nightaudit_auditor.aws.network import (
    Intervals,
    Listener,
    Network,
    Reach,
    accelerated_reach,
    balancer_reach,
    listener,
    united,
)
from nightaudit_auditor.aws.network.balancers import interfaces, limited
from nightaudit_auditor.checks.elb.kinds import is_classic
from nightaudit_auditor.checks.registry import Resource
from nightaudit_auditor.snapshot import AccountData


def entrance(resource: Resource, item: Mapping[str, Any]) -> Listener:
    """The port and protocols of an item of `kinds.listeners`. Raises ValueError for a protocol that is not known."""
    return listener(int(item["LoadBalancerPort" if is_classic(resource) else "Port"]), str(item["Protocol"]))


def listener_reach(data: AccountData, network: Network, resource: Resource, entered: Listener) -> Reach:
    """What the network of the load balancer, or an accelerator before it, lets through to the listener's port."""
    by_accelerator = (accelerated_reach(data, network, resource.arn, one) for one in interfaces(resource.data))
    port = Intervals(((entered.port, entered.port),))
    accelerated = limited(united(by_accelerator), dict.fromkeys(entered.protocols, port))
    return united((balancer_reach(network, resource.data, [entered]), accelerated))
