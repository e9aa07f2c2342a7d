"""Builds the browser client into the wheel; an editable install builds it when it is served."""

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageBuildHook(BuildHookInterface):
    """Called by hatchling before it collects the wheel's files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the page, unless the package is installed in place."""
        if version == "editable":
            return
        path = Path(self.root) / "tools" / "build_web.py"
        spec = importlib.util.spec_from_file_location("build_web", path)
        if spec is None or spec.loader is None:
            raise FileNotFoundError(path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.build()
