"""A real Chromium, from Debian, that opens reports as files."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from loadr_report import render_html, write_text

# As root and without a display, as in a container.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


@pytest.fixture(scope="module")
def chromium():
    path = shutil.which("chromium")
    assert path, "chromium is missing: python scripts/install_system.py test (Debian package chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


class OpenedReport:
    """A report in a window of its own, and what the browser said and asked for meanwhile."""

    def __init__(self, context, file):
        self.url = file.resolve().as_uri()
        self.page = context.new_page()
        self.said = []
        self.requested = []
        self.dialogs = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.goto(self.url)

    def drawn(self, chart):
        """How many pixels of a chart's canvas are not empty."""
        return self._pixels(chart, "data.filter((value, index) => index % 4 === 3 && value > 0).length")

    def colours(self, chart):
        """The colours on a chart's canvas that are not blended."""
        colours = (
            "[...new Set(Array.from({length: data.length / 4}, (_, place) => data.slice(place * 4, place * 4 + 4))"
            ".filter((pixel) => pixel[3] === 255).map((pixel) => pixel.join()))]"
        )
        return set(self._pixels(chart, colours))

    def _pixels(self, chart, of_data):
        """What an expression makes of a copy of a canvas: reading one itself slows it down, and Chromium says so."""
        return self.page.locator(f"[data-chart={chart}] canvas").evaluate(
            "canvas => { const copy = new OffscreenCanvas(canvas.width, canvas.height);"
            "const context = copy.getContext('2d', { willReadFrequently: true });"
            "context.drawImage(canvas, 0, 0);"
            "const { data } = context.getImageData(0, 0, copy.width, copy.height);"
            f"return {of_data}; }}"
        )

    def column(self, label, place):
        """The texts of a column of a table."""
        return self.page.locator(f"[aria-label='{label}'] tbody tr td:nth-child({place})").all_inner_texts()


@pytest.fixture
def open_report(chromium, tmp_path):
    """Opens a summary's report; keyword arguments are those of a browser's context."""
    contexts = []

    def open_it(summary, **options):
        file = tmp_path / "report.html"
        write_text(render_html(summary), file)
        contexts.append(chromium.new_context(**options))
        return OpenedReport(contexts[-1], file)

    yield open_it
    for context in contexts:
        context.close()
