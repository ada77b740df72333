"""Which build of the programs is used."""

from __future__ import annotations

import re

import pytest

from demo.cluster.binaries import cache_key, module_version, version_flags
from demo.cluster.errors import ClusterError
from demo.cluster.paths import SOURCES

GO_MOD = """module example.dev/kube

require (
	k8s.io/kubectl v0.35.4
	k8s.io/kubernetes v1.35.4
)
"""


class TestCacheKey:
    INPUTS = (("go.mod", b"module x"), ("go.sum", b"sum"))

    def test_the_order_of_the_inputs_does_not_matter(self) -> None:
        assert cache_key("go1.26", self.INPUTS) == cache_key("go1.26", reversed(self.INPUTS))

    @pytest.mark.parametrize(
        "other",
        [
            ("go1.27", INPUTS),
            ("go1.26", (("go.mod", b"module y"), ("go.sum", b"sum"))),
            ("go1.26", (("go.mod", b"module x"), ("go.sum2", b"sum"))),
            ("go1.26", (("go.mod", b"module xgo.sum"), ("", b"sum"))),
        ],
        ids=["Go release", "content", "name", "boundary"],
    )
    def test_any_change_gives_another_build(self, other: tuple[str, tuple[tuple[str, bytes], ...]]) -> None:
        assert cache_key(*other) != cache_key("go1.26", self.INPUTS)


class TestVersions:
    def test_the_version_comes_from_the_module_file(self) -> None:
        assert module_version(GO_MOD, "k8s.io/kubernetes") == "v1.35.4"

    def test_a_module_that_is_not_required_is_an_error(self) -> None:
        with pytest.raises(ClusterError, match=r"requires no helm\.sh"):
            module_version(GO_MOD, "helm.sh/helm/v3")

    def test_programs_are_told_the_version_that_they_are(self) -> None:
        flags = version_flags("v1.35.4")
        assert "version.gitVersion=v1.35.4" in flags
        assert "version.gitMajor=1 " in flags
        assert "version.gitMinor=35 " in flags


def test_every_staging_module_has_the_release_of_kubernetes() -> None:
    text = (SOURCES / "kube" / "go.mod").read_text()
    minor_patch = module_version(text, "k8s.io/kubernetes").removeprefix("v1.")
    replaced = re.findall(r"^\s*(k8s\.io/\S+) => k8s\.io/\S+ (\S+)$", text, re.MULTILINE)
    assert len(replaced) == 31
    assert {version for _, version in replaced} == {f"v0.{minor_patch}"}
