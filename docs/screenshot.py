"""Keep what a page shows first as a picture in docs/images.

`python docs/screenshot.py plans/NAME/report.html` keeps report.png, `python docs/screenshot.py slide.html` slide.png.
Needs Chromium, and playwright from the extra `test`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

IMAGES = Path(__file__).parent / "images"
SCREEN = ViewportSize(width=1440, height=900)
DRAWN = ".js-line, .bars .point"  # a lane on the map, or a bar


def main(file: Path) -> None:
    """Open the page without a network, and keep what is seen first."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        page = browser.new_context(viewport=SCREEN, offline=True).new_page()
        page.goto(file.resolve().as_uri())
        page.locator(DRAWN).first.wait_for()
        IMAGES.mkdir(exist_ok=True)
        page.screenshot(path=IMAGES / f"{file.stem}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
