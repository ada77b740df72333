"""The control groups of an instance."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.cluster.cgroups import make_cgroups, remove_cgroups


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    """A tree with one folder per controller, as a machine with version 1 has it."""
    for controller in ("cpuset", "memory"):
        (tmp_path / controller).mkdir()
        (tmp_path / controller / "cgroup.procs").touch()
    (tmp_path / "cpuset" / "cpuset.cpus").write_text("0-1\n")
    (tmp_path / "cpuset" / "cpuset.mems").write_text("0\n")
    (tmp_path / "cpu").symlink_to(tmp_path / "memory")
    return tmp_path


@pytest.fixture
def version_2(tmp_path: Path) -> Path:
    """One tree for all controllers, as a machine with version 2 has it."""
    (tmp_path / "cgroup.controllers").write_text("cpu memory\n")
    (tmp_path / "init.scope").mkdir()
    return tmp_path


class TestMaking:
    def test_version_1_has_a_group_in_every_controller(self, version_1: Path) -> None:
        make_cgroups("nightaudit-0", version_1)
        assert (version_1 / "memory" / "nightaudit-0").is_dir()
        assert (version_1 / "cpuset" / "nightaudit-0").is_dir()

    def test_a_cpuset_is_told_its_processors_and_memory_nodes(self, version_1: Path) -> None:
        make_cgroups("nightaudit-0", version_1)
        group = version_1 / "cpuset" / "nightaudit-0"
        assert (group / "cpuset.cpus").read_text() == "0-1\n"
        assert (group / "cpuset.mems").read_text() == "0\n"

    def test_version_2_has_one_group(self, version_2: Path) -> None:
        make_cgroups("nightaudit-0", version_2)
        assert sorted(folder.name for folder in version_2.iterdir() if folder.is_dir()) == [
            "init.scope",
            "nightaudit-0",
        ]

    def test_a_group_that_is_there_is_kept(self, version_2: Path) -> None:
        for _ in range(2):
            make_cgroups("nightaudit-0", version_2)
        assert (version_2 / "nightaudit-0").is_dir()


class TestRemoving:
    def test_the_instances_own_groups_go_and_those_of_others_stay(self, version_1: Path) -> None:
        for container in ("mine", "other"):
            (version_1 / "memory" / "k8s.io" / container / "nested").mkdir(parents=True)
        (version_1 / "memory" / "nightaudit-0").mkdir()

        assert remove_cgroups("nightaudit-0", ["mine"], version_1)

        assert not (version_1 / "memory" / "nightaudit-0").exists()
        assert [folder.name for folder in (version_1 / "memory" / "k8s.io").iterdir()] == ["other"]

    def test_version_2_keeps_containers_in_its_one_tree(self, version_2: Path) -> None:
        (version_2 / "k8s.io" / "mine").mkdir(parents=True)
        assert remove_cgroups("nightaudit-0", ["mine"], version_2)
        assert not (version_2 / "k8s.io" / "mine").exists()

    def test_a_group_in_use_is_reported(self, version_2: Path) -> None:
        # A folder that rmdir refuses stands for a group that still has a process.
        (version_2 / "nightaudit-0").mkdir()
        (version_2 / "nightaudit-0" / "busy").touch()
        assert not remove_cgroups("nightaudit-0", [], version_2)

    def test_nothing_to_remove_is_success(self, version_2: Path) -> None:
        assert remove_cgroups("nightaudit-0", ["gone"], version_2)
