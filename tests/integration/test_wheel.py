"""`pip install` of the wheel alone gives a relay that runs."""

import hashlib
import os
import signal
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The bin folder of an environment with only the wheel and what it depends on."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    pip = [tmp_path / "venv/bin/python", "-m", "pip", "install", "--quiet"]
    lock = ROOT / "requirements/run.txt"
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
    subprocess.run([*pip, "--no-deps", wheel], check=True)
    return tmp_path / "venv/bin"


def test_the_wheel_alone_starts_a_relay_that_answers(installed: Path, tmp_path: Path) -> None:
    relay = subprocess.Popen(
        [installed / "roomkey", "serve", "--port", "0", "--data", tmp_path / "data"],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert relay.stdout is not None
        address = next(
            word for line in relay.stdout for word in line.split() if word.startswith("http")
        )
        url = address.rstrip("/")
        with urllib.request.urlopen(f"{url}/healthz") as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"{url}/SHA256SUMS") as answer:
            sums = dict(reversed(line.split("  ")) for line in answer.read().decode().splitlines())
        assert "index.html" in sums
        for name, digest in sums.items():
            with urllib.request.urlopen(f"{url}/{name}") as answer:
                assert hashlib.sha256(answer.read()).hexdigest() == digest
    finally:
        relay.send_signal(signal.SIGTERM)
        assert relay.wait(30) == 0
