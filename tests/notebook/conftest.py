"""A real Jupyter kernel, started once for a module's tests; each runs cells in it and looks at what they show."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager


@dataclass
class Output:
    """What a cell showed, brought up to date as a notebook does it."""

    status: str = ""
    stdout: str = ""
    stderr: str = ""
    text: str = ""
    html: str = ""
    error: str = ""
    #: Each text that an output which changes in place has ever held.
    shown: list[str] = field(default_factory=list)


class Kernel:
    """A kernel with one cell at a time."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code: str, *, on_message: Callable[[Output], object] = lambda _: None, limit: float = 60) -> Output:
        """Run a cell, and call ``on_message`` after each thing that it shows."""
        output, sent = Output(), self.client.execute(code, store_history=True)
        while True:
            message = self.client.get_iopub_msg(timeout=limit)
            if message["parent_header"].get("msg_id") != sent:
                continue
            content, kind = message["content"], message["msg_type"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            _take(output, kind, content)
            on_message(output)
        while True:
            reply = self.client.get_shell_msg(timeout=limit)
            if reply["parent_header"].get("msg_id") == sent:
                output.status = reply["content"]["status"]
                return output

    def json(self, expression: str) -> Any:
        """The value of an expression in the kernel."""
        return json.loads(self.run(f"import json as _json; print(_json.dumps({expression}))").stdout)

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()


def _take(output: Output, kind: str, content: dict[str, Any]) -> None:
    if kind == "stream":
        name = content["name"]
        setattr(output, name, getattr(output, name) + content["text"])
    elif kind == "execute_result":
        output.text, output.html = content["data"].get("text/plain", ""), content["data"].get("text/html", "")
    elif kind in ("display_data", "update_display_data"):
        output.shown.append(content["data"].get("text/plain", ""))
    elif kind == "error":
        output.error = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content["traceback"]))


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel that has clustrix loaded, with a cluster on this machine."""
    folder = tmp_path_factory.mktemp("notebook")
    yield from started(folder, {"CLUSTRIX_CLUSTER_TYPE": "local", "CLUSTRIX_REMOTE_WORK_DIR": str(folder / "work")})


def started(folder: Path, variables: dict[str, str]) -> Iterator[Kernel]:
    (folder / "work").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLUSTRIX", "XDG", "PYTHON"))}
    homes = {name: str(folder / name.lower()) for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "IPYTHONDIR")}
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(
        cwd=str(folder),
        env={**kept, **homes, "CLUSTRIX_ENVIRONMENT": "none", **variables},
    )
    kernel = Kernel(manager)
    try:
        loaded = kernel.run("%load_ext clustrix")
        assert loaded.status == "ok", loaded.error
        yield kernel
    finally:
        kernel.client.stop_channels()
        manager.shutdown_kernel(now=True)
