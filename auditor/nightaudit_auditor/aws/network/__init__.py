"""Network reachability: what on the Internet may open a connection to an interface, computed from describe answers."""

from nightaudit_auditor.aws.network.accelerators import ACCELERATOR_OPERATIONS, accelerated_reach
from nightaudit_auditor.aws.network.answers import NETWORK_OPERATIONS, Extent, RegionAnswers, region_answers
from nightaudit_auditor.aws.network.balancers import Listener, balancer_reach, listener, target_reach, united
from nightaudit_auditor.aws.network.interfaces import Interface, interface, is_load_balancer, is_managed
from nightaudit_auditor.aws.network.intervals import EMPTY, Intervals
from nightaudit_auditor.aws.network.reach import Exposure, Network, Reach, internet_ports, network_of

__all__ = [
    "ACCELERATOR_OPERATIONS",
    "EMPTY",
    "NETWORK_OPERATIONS",
    "Exposure",
    "Extent",
    "Interface",
    "Intervals",
    "Listener",
    "Network",
    "Reach",
    "RegionAnswers",
    "accelerated_reach",
    "balancer_reach",
    "interface",
    "internet_ports",
    "is_load_balancer",
    "is_managed",
    "listener",
    "network_of",
    "region_answers",
    "target_reach",
    "united",
]
