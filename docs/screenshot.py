"""Keep the first screen of a report as docs/images/report.png: `python docs/screenshot.py plans/NAME/report.html`.

Needs Chromium, and playwright from the extra `test`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

TARGET = Path(__file__).parent / "images" / "report.png"
SCREEN = {"width": 1440, "height": 900}


def main(report: str) -> None:
    """Open the report without a network, and keep what is seen first."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        page = browser.new_context(viewport=SCREEN, offline=True).new_page()
        page.goto(Path(report).resolve().as_uri())
        page.locator(".plot .js-line").first.wait_for()
        TARGET.parent.mkdir(exist_ok=True)
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
