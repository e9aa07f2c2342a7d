"""The page is built the same wherever it is built, and again only when it has to be."""

import gzip
import hashlib
import shutil
from pathlib import Path

import pytest
from tests.scripts import load_script

ROOT = Path(__file__).parents[2]
build_web = load_script("tools/build_web.py")


def copy_sources(folder: Path) -> Path:
    words = folder / "src" / "roomkey" / "keys"
    words.mkdir(parents=True)
    shutil.copy(ROOT / "src" / "roomkey" / "keys" / "eff_large_wordlist.txt", words)
    ignored = shutil.ignore_patterns("node_modules", "tests")
    shutil.copytree(ROOT / "web", folder / "web", ignore=ignored)
    (folder / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    return folder / "web"


def test_two_builds_in_two_folders_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    built = []
    for name in ("one", "another/deeper"):
        build_web.build(copy_sources(tmp_path / name), tmp_path / name / "page")
        built.append(tmp_path / name / "page")
    sums = [(page / "SHA256SUMS").read_text() for page in built]
    assert sums[0] == sums[1]
    listed = dict(reversed(line.split("  ")) for line in sums[0].splitlines())
    found = {p.relative_to(built[0]).as_posix(): p for p in built[0].rglob("*") if p.is_file()}
    packed = {name for name in found if name.endswith(".gz")}
    assert set(listed) == set(found) - packed - {"SHA256SUMS"}
    assert list(listed) == sorted(listed)
    assert "index.html" in listed
    for name, digest in listed.items():
        assert hashlib.sha256(found[name].read_bytes()).hexdigest() == digest
    assert "index.html.gz" in packed
    for name in packed:
        plain = found[name.removesuffix(".gz")].read_bytes()
        assert gzip.decompress(found[name].read_bytes()) == plain
        assert found[name].stat().st_size < len(plain)
        assert (built[1] / name).read_bytes() == found[name].read_bytes()


def test_the_page_is_built_again_only_when_a_source_has_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources, page = copy_sources(tmp_path), tmp_path / "page"
    build_web.build(sources, page)
    assert "Building the page" in capsys.readouterr().err
    build_web.build(sources, page)
    assert capsys.readouterr().err == ""
    index = sources / "index.html"
    index.write_text(index.read_text().replace("<title>", "<title>New "))
    build_web.build(sources, page)
    assert "Building the page" in capsys.readouterr().err
    assert "<title>New " in (page / "index.html").read_text()


def test_a_build_that_fails_leaves_the_page_there_was(tmp_path: Path) -> None:
    sources, page = copy_sources(tmp_path), tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("before")
    (sources / "index.html").write_text('<script type="module" src="/src/nowhere.ts"></script>')
    with pytest.raises(build_web.BuildFailed):
        build_web.build(sources, page)
    assert (page / "index.html").read_text() == "before"
    assert [entry.name for entry in tmp_path.glob(".web-*")] == []


def test_packages_that_are_only_linked_to_are_never_replaced(tmp_path: Path) -> None:
    sources, elsewhere = copy_sources(tmp_path), tmp_path / "elsewhere"
    (elsewhere / "package").mkdir(parents=True)
    (sources / "node_modules").unlink()
    (sources / "node_modules").symlink_to(elsewhere)
    with pytest.raises(build_web.BuildFailed, match="node_modules is a link"):
        build_web.build(sources, tmp_path / "page")
    assert (elsewhere / "package").is_dir()
    assert not (tmp_path / "page").exists()


def test_without_node_the_failure_says_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(build_web.BuildFailed, match="Node 20"):
        build_web.build(copy_sources(tmp_path), tmp_path / "page")
