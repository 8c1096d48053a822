#!/usr/bin/env python3
"""Browser files of other projects, copied into static/vendor/ with their checksums.

deploy/vendor.py           fetch with npm and write static/vendor/manifest.json
deploy/vendor.py --check   compare what stands there with the manifest; no network
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = TARGET / "manifest.json"
# npm package → version, and {file in the package: file in static/vendor/}
WANTED = {
    "bootstrap": (
        "5.3.9",
        {
            "dist/css/bootstrap.min.css": "bootstrap.min.css",
            "dist/css/bootstrap.min.css.map": "bootstrap.min.css.map",
        },
    ),
    "@fontsource-variable/inter": (
        "5.3.0",
        {"files/inter-latin-wght-normal.woff2": "inter.woff2"},
    ),
    # For PDFs, which need TrueType files of one weight each (registration/documents/fonts.py).
    "@expo-google-fonts/inter": (
        "0.4.2",
        {
            "400Regular/Inter_400Regular.ttf": "inter-400.ttf",
            "600SemiBold/Inter_600SemiBold.ttf": "inter-600.ttf",
        },
    ),
    "@event-calendar/build": (
        "5.10.1",
        {
            "dist/event-calendar.min.js": "event-calendar.min.js",
            "dist/event-calendar.min.js.map": "event-calendar.min.js.map",
            "dist/event-calendar.min.css": "event-calendar.min.css",
        },
    ),
    "barcode-detector": ("3.2.2", {"dist/iife/ponyfill.js": "barcode-detector.js"}),
    "idb": ("8.0.4", {"build/umd.js": "idb.js"}),
    "zxing-wasm": ("3.1.3", {"dist/reader/zxing_reader.wasm": "zxing_reader.wasm"}),
}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch():
    TARGET.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{name}@{version}" for name, (version, _) in WANTED.items()]
        subprocess.run(
            ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *names],
            cwd=folder,
            check=True,
        )
        for name, (version, files) in WANTED.items():
            package = Path(folder, "node_modules", name)
            about = json.loads((package / "package.json").read_text())
            if about["version"] != version:
                sys.exit(f"{name}: wanted {version}, npm brought {about['version']}")
            for source, target in files.items():
                shutil.copyfile(package / source, TARGET / target)
                rows.append(
                    {
                        "file": target,
                        "package": name,
                        "version": version,
                        "licence": about["license"],
                        "sha256": sha256(TARGET / target),
                    }
                )
    MANIFEST.write_text(json.dumps(rows, indent=2) + "\n")


def check():
    rows = json.loads(MANIFEST.read_text())
    wrong = [
        row["file"]
        for row in rows
        if not (TARGET / row["file"]).exists() or sha256(TARGET / row["file"]) != row["sha256"]
    ]
    known = {row["file"] for row in rows} | {MANIFEST.name}
    wrong += [path.name for path in TARGET.iterdir() if path.name not in known]
    if wrong:
        sys.exit(f"static/vendor/ differs from its manifest: {', '.join(sorted(wrong))}")


if __name__ == "__main__":
    check() if "--check" in sys.argv else fetch()
