"""The two locks: the same versions, each with its hash, and no address but the public index's."""

import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
UV_LOCK = (ROOT / "uv.lock").read_text(encoding="utf-8")
REQUIREMENTS = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_uv_lock_names_the_public_index_alone() -> None:
    hosts = {urlsplit(address).hostname for address in re.findall(r"https?://[^\"]+", UV_LOCK)}
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    assert not re.search(r"file://|path = ", UV_LOCK)


def test_requirements_lock_names_no_address() -> None:
    assert not re.search(r"://|^-", REQUIREMENTS, re.MULTILINE)


def test_both_locks_name_the_same_versions_with_hashes() -> None:
    locked = {(package["name"], package["version"]) for package in tomllib.loads(UV_LOCK)["package"] if "registry" in package["source"]}
    listed = set(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", REQUIREMENTS, re.MULTILINE))
    assert listed == locked
    assert len(re.findall(r"^[a-z0-9._-]+==[^\n]*\\\n    --hash=sha256:", REQUIREMENTS, re.MULTILINE)) == len(listed)


def test_the_engine_of_record_is_pinned_exactly() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "cedarpy==4.12.2" in project["dependencies"]
