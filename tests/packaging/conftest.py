"""The wheel, built from a copy of this tree and installed where nothing of the checkout is in sight."""

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", "instance", "build", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis"
)


@dataclass(frozen=True)
class Installed:
    home: Path  # an empty folder to type commands in
    programs: Path
    modules: Path

    def types(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.programs / "astreinte", *words], cwd=self.home, env=self.told(**environment), text=True,
            capture_output=True, timeout=90, check=False,
        )  # fmt: skip

    def starts(self, *words: str, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [self.programs / "astreinte", *words], cwd=self.home, env=self.told(**environment), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def told(self, **environment: str) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.programs.parent), "LANG": "C.UTF-8"} | environment


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As somebody's checkout is: with voices and a database in it."""
    copy = tmp_path_factory.mktemp("checkout") / "tree"
    shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
    for kept in ("recordings/audio/2026/RE1.wav", "instance/astreinte.db", ".env"):
        (copy / kept).parent.mkdir(parents=True, exist_ok=True)
        (copy / kept).write_text("what somebody said")
    return copy


@pytest.fixture(scope="session")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    _pip("wheel", str(tree), "--no-deps", "--no-build-isolation", "--wheel-dir", str(out))
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture
def installed(installation: tuple[Path, Path], tmp_path: Path) -> Installed:
    return Installed(tmp_path, *installation)


@pytest.fixture(scope="session")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A new environment, with what it depends on lent by this one: no network, and seconds."""
    venv = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    programs, paths = venv / "bin", {"base": str(venv), "platbase": str(venv)}
    modules = Path(sysconfig.get_path("purelib", "venv", paths))
    _pip("--python", str(programs / "python"), "install", "--no-deps", str(wheel))
    # A line that names a folder lends what is in it; the checkout's own link there is not followed.
    (modules / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs, modules


def _pip(*words: str) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, *words], check=True, capture_output=True, timeout=240)
