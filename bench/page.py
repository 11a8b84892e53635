"""How soon the web page shows an answer, and what it weighs: `python bench/page.py`.

Each load is cold: a browser context that has nothing in its cache, the server being warm.  Measured by the browser's
own clock, from the start of the navigation until the first statement of the answer is painted: of a permanent link, and
of a question that is typed and asked, from the press of the key.  Writes bench/results/page.json.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from tools.serving import index_twice, serving

LOADS = 20
QUESTION = "What are the side effects of cabozantinib?"
SWITCHES = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update"
# The time at which the frame after the one with the first statement begins: by then that one has been painted.
_WATCH = """
window.shown = new Promise((resolve) => {
  const look = () => document.querySelector(".statement")
    ? requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))
    : requestAnimationFrame(look);
  look();
});
addEventListener("keydown", () => (window.pressed ??= performance.now()), true);
"""


def measure(browser: Browser, url: str) -> tuple[float, float, int]:
    """Milliseconds to the answer of a link and to one that is asked for, and the bytes of the page's files."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(_WATCH)
    page = context.new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda r: sizes.update({r.url: r.sizes()["responseBodySize"]}))
    page.goto(f"{url}#q={quote(QUESTION)}")
    linked = float(page.evaluate("window.shown"))
    page.wait_for_load_state("networkidle")
    weight = sum(size for address, size in sizes.items() if "/v1/" not in address)
    context.close()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(_WATCH)
    page = context.new_page()
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.get_by_label("Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    asked = float(page.evaluate("window.shown.then((shown) => shown - window.pressed)"))
    context.close()
    return linked, asked, weight


def main() -> None:
    """Measure, and write the result."""
    chromium = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index = index_twice(Path(folder))
        arguments = [f"--{switch}" for switch in SWITCHES.split()]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        with serving("--index", index, "--rate", "0", "--patience", "60") as url:
            measure(browser, url)
            rows = [measure(browser, url) for _ in range(LOADS)]
        browser.close()
    linked, asked, weights = zip(*rows, strict=True)
    result = {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "loads": LOADS,
        "page_bytes": max(weights),
        "first_answer_of_a_cold_link_ms": _spread(linked),
        "answer_after_the_key_ms": _spread(asked),
    }
    target = Path(__file__).parent / "results" / "page.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(target.read_text(encoding="utf-8"))


def _spread(values: tuple[float, ...]) -> dict[str, int]:
    cuts = statistics.quantiles(values, n=20)
    return {"p50": round(statistics.median(values)), "p95": round(cuts[-1]), "max": round(max(values))}


if __name__ == "__main__":
    main()
