"""Make the pictures of docs/report.md: a real run against the demo target, its report in Chromium.

    python scripts/report_screenshots.py                  run for a minute, then take the pictures
    python scripts/report_screenshots.py summary.json     take them of a run that was exported before

Needs the test group (`scripts/install.py test`) and Debian's chromium (`scripts/install_system.py test`).
Look at the pictures before committing them: a busy machine makes the run suspect.
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from loadr_report import read_summary, render_html, write_text
from loadr_testing.demo_target import DemoTargetProcess

ROOT: Final = Path(__file__).resolve().parent.parent
PLAN: Final = ROOT / "scripts" / "report_screenshots.yaml"
IMAGES: Final = ROOT / "docs" / "images"
CHROMIUM: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")

_TO_WEBP: Final = """async ([png, quality]) => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: the window's size in CSS pixels, its colours, and the section that it begins with."""

    name: str
    width: int
    height: int
    scheme: str = "light"
    scale: float = 1.0
    section: str | None = None


SHOTS: Final = (
    Shot("report-light", 1280, 1370),
    Shot("report-dark", 1280, 1370, scheme="dark", section="distribution"),
    Shot("report-phone", 390, 844, scale=1.5),
)


def main(arguments: Sequence[str]) -> int:
    """Make the pictures; the exit code."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is missing: python scripts/install_system.py test", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(arguments[0]) if arguments else run_plan(Path(folder))
        page = Path(folder) / "report.html"
        write_text(render_html(read_summary(exported)), page)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
            for shot in SHOTS:
                target = IMAGES / f"{shot.name}.webp"
                target.write_bytes(take(browser, page, shot))
                print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB")
            browser.close()
    return 0


def run_plan(folder: Path) -> Path:
    """Run the plan against a demo target of its own; the exported summary.

    Raises:
        CalledProcessError: it ended otherwise than with failed thresholds, which the plan has on purpose.
    """
    exported = folder / "summary.json"
    command = [
        sys.executable,
        "-m",
        "loadr_cli",
        "run",
        str(PLAN),
        "--seed",
        "7",
        "--summary-export",
        str(exported),
    ]
    with DemoTargetProcess() as target:
        code = subprocess.run(command, env={**os.environ, "TARGET": target.url}, check=False).returncode
    if code not in (0, 99):
        raise subprocess.CalledProcessError(code, command)
    return exported


def take(browser: Browser, report: Path, shot: Shot) -> bytes:
    """A picture as WebP."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        device_scale_factor=shot.scale,
    )
    page = context.new_page()
    page.goto(report.resolve().as_uri())
    if shot.section:
        page.locator(f"#{shot.section}").evaluate("section => section.scrollIntoView()")
    png = base64.b64encode(page.screenshot()).decode()
    blank = context.new_page()
    webp: str = blank.evaluate(_TO_WEBP, [png, 0.9])
    context.close()
    return base64.b64decode(webp)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
