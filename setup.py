"""What pyproject.toml cannot say: the sample and the server's settings, beside the packages, go into the wheel."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

BESIDE = ("nvl.toml", "gunicorn.conf.py")  # found by commands.beside


class Build(build_py):
    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for name in BESIDE:
                shutil.copy(name, Path(self.build_lib, "commands"))


setup(cmdclass={"build_py": Build})
