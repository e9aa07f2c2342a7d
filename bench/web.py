"""How long the browser client's group protocol takes in Chromium, beside ts-mls in the same run.

python bench/web.py [--suite 3] [--shapes grown,added] [--sizes 2,10,100,500,1000]
                    [--ts-mls-up-to 500]

`grown` groups are as rooms are: their members joined one by one. `added` ones are the worst: all
were added at once. The columns are those of bench/mls.py.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

WEB = Path(__file__).parents[1] / "web"
OPERATIONS = ("join", "process", "update", "follow", "encrypt", "decrypt")
TARGETS = {(500, "join"): 350.0, (500, "encrypt"): 1.0, (500, "decrypt"): 1.0}
"""Milliseconds at most, by size and operation, in groups that grew."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGE = """<!doctype html><link rel="icon" href="data:,"><script>
const rows = [];
const worker = new Worker("/mls_worker.js", { type: "module" });
worker.onmessage = ({ data }) => rows.push(data);
worker.onerror = ({ message }) => rows.push({ error: message });
</script>"""

Row = dict[str, Any]


class Handler(SimpleHTTPRequestHandler):
    """Serves files to a page whose clock is as fine as browsers allow."""

    def end_headers(self) -> None:
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


def rows(options: Row) -> Iterator[Row]:
    """Run the bench in Chromium; gives each row as soon as it is there."""
    program = os.environ.get("ROOMKEY_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        build = ["node_modules/.bin/rolldown", "bench/mls_worker.ts", "--dir", folder]
        build += ["--format", "esm", "--platform", "browser", "--minify", "--log-level", "warn"]
        subprocess.run(build, cwd=WEB, check=True, stdout=subprocess.DEVNULL)
        (Path(folder) / "index.html").write_text(PAGE)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.evaluate("(options) => worker.postMessage(options)", options)
        while True:
            page.wait_for_function("rows.length > 0", timeout=0)
            row = page.evaluate("rows.shift()")
            if row == "done":
                break
            if "error" in row:
                raise RuntimeError(row["error"])
            yield row
        browser.close()
        server.shutdown()


def line(head: str, name: str, numbers: list[float], places: int = 2) -> str:
    """Lay out a row of the table; `head` says which group it is of."""
    return f"{head:>14} {name:>8}" + "".join(f"{number:10.{places}f}" for number in numbers)


def main() -> None:
    """Print a line for each group, and what became of the targets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--suite", type=partial(int, base=0), default=3)
    parser.add_argument("--shapes", default="grown,added")
    parser.add_argument("--sizes", default="2,10,100,500,1000")
    parser.add_argument("--ts-mls-up-to", type=int, default=500)
    options = parser.parse_args()
    wish = {
        "suite": options.suite,
        "shapes": options.shapes.split(","),
        "sizes": [int(size) for size in options.sizes.split(",")],
        "tsMlsUpTo": options.ts_mls_up_to,
    }
    print(f"suite {options.suite:#06x} in Chromium, milliseconds")
    print(f"{'members':>14} {'':>8}" + "".join(f"{name:>10}" for name in OPERATIONS))
    verdicts = []
    for row in rows(wish):
        ours = [row["roomkey"][name] for name in OPERATIONS]
        head = f"{row['members']} {row['shape']}"
        print(line(head, "roomkey", ours), flush=True)
        if row.get("tsMls"):
            theirs = [row["tsMls"][name] for name in OPERATIONS]
            print(line("", "ts-mls", theirs))
            ratios = [other / mine for other, mine in zip(theirs, ours, strict=True)]
            print(line("", "x", ratios, 1), flush=True)
        for (size, name), most in TARGETS.items():
            if row["shape"] == "grown" and size == row["members"]:
                taken = row["roomkey"][name]
                verdict = "met" if taken < most else "MISSED"
                verdicts.append(f"{name} at {size}: {taken:.2f} ms of {most:g} ms, {verdict}")
    print(*verdicts, sep="\n")


if __name__ == "__main__":
    main()
