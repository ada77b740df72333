"""What of an interface the Internet can name."""

from __future__ import annotations

from nightaudit_auditor.aws.network import interface, is_load_balancer, is_managed


def test_addresses_come_from_associations_and_global_ipv6() -> None:
    found = interface(
        {
            "NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "InterfaceType": "interface",
            "Groups": [{"GroupId": "sg-2"}, {"GroupId": "sg-1"}],
            "PrivateIpAddress": "10.0.0.5",
            "Association": {"PublicIp": "52.1.2.3"},
            "PrivateIpAddresses": [
                {"PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": "52.1.2.3"}},
                {"PrivateIpAddress": "10.0.0.6", "Association": {"PublicIp": "52.1.2.4"}},
            ],
            "Ipv6Addresses": [{"Ipv6Address": "2a05:d014::1"}, {"Ipv6Address": "fd00::1"}],
        }
    )  # fmt: skip
    assert found.public_ipv4 == ("52.1.2.3", "52.1.2.4")
    assert found.ipv6 == ("2a05:d014::1",)
    assert found.vpc_addresses == ("10.0.0.5", "10.0.0.6", "2a05:d014::1", "fd00::1")
    assert found.groups == ("sg-1", "sg-2")


def test_a_carrier_address_is_not_on_the_internet() -> None:
    found = interface({"NetworkInterfaceId": "eni-1", "Association": {"CarrierIp": "155.146.1.2"}})
    assert found.addresses("ipv4") == ()


def test_a_delegated_prefix_is_an_address_of_its_network() -> None:
    prefixes = [{"Ipv6Prefix": "2a05:d014:0:1::/80"}, {"Ipv6Prefix": "fd00:0:0:1::/80"}]
    found = interface({"NetworkInterfaceId": "eni-1", "Ipv6Prefixes": prefixes})
    assert found.ipv6 == ("2a05:d014:0:1::/80",)
    assert found.vpc_addresses == ("2a05:d014:0:1::", "fd00:0:0:1::")


def test_what_aws_runs_is_told_by_type_requester_or_description() -> None:
    assert is_managed({"InterfaceType": "natGateway"})
    assert is_managed({"InterfaceType": "quicksight"})
    assert is_managed({"InterfaceType": "interface", "RequesterId": "amazon-redshift"})
    assert is_managed({"InterfaceType": "interface", "Description": "DMSNetworkInterface"})
    assert is_managed({"InterfaceType": "interface", "Description": "ELB net/web/1"})
    assert not is_managed({"InterfaceType": "interface", "RequesterId": "578734482556", "Description": "arn:aws:ecs:x"})


def test_load_balancers_are_told_by_type_or_by_description() -> None:
    assert is_load_balancer({"InterfaceType": "network_load_balancer"})
    assert is_load_balancer({"InterfaceType": "interface", "Description": "ELB app/web/50dc6c495c0c9188"})
    assert not is_load_balancer({"InterfaceType": "interface", "Description": "the ELB team's host"})
