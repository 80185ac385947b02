"""What notebooks look like: runs cells in JupyterLab, in a headless Chromium, and takes pictures of them.

    python -m venv /tmp/lab && /tmp/lab/bin/pip install jupyterlab selenium && /tmp/lab/bin/pip install -e .
    apt-get install chromium chromium-driver        # as root on Debian
    /tmp/lab/bin/python tests/notebook/look.py NOTEBOOK.ipynb FOLDER

The notebook is opened and run as a person would, with «Run All Cells»; FOLDER gets a picture every few seconds and one of
the end. No test: a person looks at them.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1100,2300",
)  # fmt: skip
SECONDS = 90.0


def main(notebook: Path, pictures: Path) -> None:
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(notebook, folder)
        port = free_port()
        url = f"http://127.0.0.1:{port}/lab/tree/{notebook.name}?reset"
        words = [
            "--no-browser",
            f"--port={port}",
            "--IdentityProvider.token=",
            "--ServerApp.password=",
            "--allow-root",
            "--expose-app-in-browser",
        ]
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *words], cwd=folder, stderr=subprocess.DEVNULL)
        browser = open_browser(Path(folder) / "profile")
        try:
            wait_for_server(port)
            browser.get(url)
            run_all(browser, pictures)
        finally:
            browser.quit()
            server.terminate()
            server.wait(20)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def open_browser(profile: Path) -> Any:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def wait_for_server(port: int) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api"):
                return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError("Jupyter does not answer")


def run_all(browser: Any, pictures: Path) -> None:
    """Run all cells, and take a picture until none is at work."""
    end = time.monotonic() + SECONDS
    while not browser.find_elements(By.CSS_SELECTOR, ".jp-Notebook .jp-CodeCell .cm-content"):
        assert time.monotonic() < end, "the notebook is not shown"
        time.sleep(0.3)
    while not browser.find_elements(By.CSS_SELECTOR, ".jp-Notebook-ExecutionIndicator[data-status=idle]"):
        assert time.monotonic() < end, "the kernel is not ready"
        time.sleep(0.3)
    time.sleep(2)
    for button in browser.find_elements(By.CSS_SELECTOR, ".jp-Dialog-button.jp-mod-accept"):
        button.click()  # which kernel: the one it has
        time.sleep(2)
    browser.execute_script("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    for number in range(100):
        time.sleep(1.5)
        browser.save_screenshot(str(pictures / f"{number:02}.png"))
        idle = browser.find_elements(By.CSS_SELECTOR, ".jp-Notebook-ExecutionIndicator[data-status=idle]")
        if (idle and number) or time.monotonic() > end:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
