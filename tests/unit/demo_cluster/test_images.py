"""How the images are built."""

from __future__ import annotations

import datetime
import io
import json
import tarfile
from pathlib import Path

import pytest

from demo.cluster import archives
from demo.cluster.base_image import base_key, debian_mirror
from demo.cluster.config import PAUSE_IMAGE
from demo.cluster.errors import ClusterError
from demo.cluster.images import build_environment, content_tag, storage_driver


class TestTag:
    INPUTS = {"Dockerfile": b"FROM x", "operator/a.py": b"a = 1"}  # noqa: RUF012 - a constant of the tests

    def test_the_same_tree_has_the_same_tag(self) -> None:
        assert content_tag("w1", self.INPUTS) == content_tag("w1", dict(reversed(self.INPUTS.items())))

    @pytest.mark.parametrize(
        ("base", "inputs"),
        [
            ("w2", INPUTS),
            ("w1", {**INPUTS, "operator/a.py": b"a = 2"}),
            ("w1", {**INPUTS, "operator/b.py": b""}),
        ],
        ids=["base", "content", "new file"],
    )
    def test_any_change_gives_another_tag(self, base: str, inputs: dict[str, bytes]) -> None:
        assert content_tag(base, inputs) != content_tag("w1", self.INPUTS)


class TestBuildEnvironment:
    def test_nothing_configured_passes_nothing(self) -> None:
        assert build_environment({"HOME": "/root", "AWS_SECRET_ACCESS_KEY": "x"}, []) == ({}, None)

    def test_pip_conf_names_the_index(self) -> None:
        variables, authority = build_environment({}, ["[global]\nindex-url = https://pypi.example/simple\n"])
        assert variables == {"PIP_INDEX_URL": "https://pypi.example/simple"}
        assert authority is None

    def test_the_environment_wins_over_pip_conf(self) -> None:
        environ = {"PIP_INDEX_URL": "https://b.example"}
        variables, _ = build_environment(environ, ["[global]\nindex-url = https://a.example\n"])
        assert variables["PIP_INDEX_URL"] == "https://b.example"

    def test_the_more_specific_file_wins(self) -> None:
        files = ["[global]\nindex-url = https://a.example\n", "[global]\nindex-url = https://b.example/%20x\n"]
        assert build_environment({}, files)[0]["PIP_INDEX_URL"] == "https://b.example/%20x"

    def test_a_ca_file_is_mounted_under_a_name_of_our_own(self) -> None:
        variables, authority = build_environment({"SSL_CERT_FILE": "/etc/corporate.crt"}, [])
        assert authority == Path("/etc/corporate.crt")
        assert variables == {"PIP_CERT": "/run/build-ca.crt"}


class TestBase:
    def test_a_base_lasts_a_week(self) -> None:
        monday, sunday = datetime.date(2026, 11, 23), datetime.date(2026, 11, 29)
        assert base_key(monday) == base_key(sunday) == "bookworm-2026w48"
        assert base_key(sunday + datetime.timedelta(days=1)) != base_key(sunday)

    def test_the_machines_own_mirror_is_used(self) -> None:
        listing = "http://mirror.example/debian-security Debian\nhttp://mirror.example/debian Debian\n"
        assert debian_mirror(listing) == ["http://mirror.example/debian"]

    @pytest.mark.parametrize("listing", ["", "http://mirror.example/ubuntu Ubuntu\n"])
    def test_without_one_debootstrap_chooses(self, listing: str) -> None:
        assert debian_mirror(listing) == []


@pytest.mark.parametrize(("filesystem", "driver"), [("ext2/ext3", "overlay"), ("xfs", "overlay"), ("overlayfs", "vfs")])
def test_overlay_is_not_stacked_on_overlay(filesystem: str, driver: str) -> None:
    assert storage_driver(filesystem) == driver


def test_the_pause_archive_is_one_executable_layer() -> None:
    with tarfile.open(fileobj=io.BytesIO(archives.render(b"program", "amd64"))) as tar:
        members = {member.name: tar.extractfile(member) for member in tar}
        content = {name: file.read() for name, file in members.items() if file is not None}
    (manifest,) = json.loads(content["manifest.json"])
    assert manifest["RepoTags"] == [PAUSE_IMAGE]
    configuration = json.loads(content[manifest["Config"]])
    assert configuration["config"]["Entrypoint"] == ["/pause"]
    (layer,) = manifest["Layers"]
    with tarfile.open(fileobj=io.BytesIO(content[layer])) as tar:
        program = tar.getmember("pause")
    assert (program.size, program.mode) == (7, 0o755)


def test_an_archive_tells_the_names_of_its_images(tmp_path: Path) -> None:
    archive = tmp_path / "pause.tar"
    archive.write_bytes(archives.render(b"program", "amd64"))
    assert archives.archive_names(archive) == {PAUSE_IMAGE}


@pytest.mark.parametrize("content", [None, b"", b"not a tar"], ids=["missing", "empty", "garbage"])
def test_a_file_that_is_no_archive_is_named(tmp_path: Path, content: bytes | None) -> None:
    archive = tmp_path / "broken.tar"
    if content is not None:
        archive.write_bytes(content)
    with pytest.raises(ClusterError, match=r"broken\.tar: not a docker-archive"):
        archives.archive_names(archive)
