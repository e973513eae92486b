"""Copy from node_modules, and from django-htmx, exactly the browser files that pages use.

Run by `make assets` after `npm ci`. The copies are not kept in the repository. A style sheet brings the
fonts and pictures it names, and nothing else; source map comments are dropped, so that hashed static file
names need no map files.
"""

import re
import shutil
import sys
from importlib.util import find_spec
from os.path import relpath
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / "node_modules"
VENDOR = ROOT / "src" / "commonweal" / "web" / "static" / "vendor"

LETTERS = "@uswds/uswds/packages/uswds-core/src/assets/fonts/source-sans-pro"  # for files on paper
PAPER = [f"sourcesanspro-{style}-webfont.ttf" for style in ("regular", "bold", "italic", "bolditalic")]
# where it lands under vendor/ : where it comes from under node_modules/
FILES = {
    "uswds/css/uswds.min.css": "@uswds/uswds/dist/css/uswds.min.css",
    "uswds/js/uswds.min.js": "@uswds/uswds/dist/js/uswds.min.js",
    "uswds/js/uswds-init.min.js": "@uswds/uswds/dist/js/uswds-init.min.js",
    "uswds/img/sprite.svg": "@uswds/uswds/dist/img/sprite.svg",
    "maplibre/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre/maplibre-gl-shared.mjs": "maplibre-gl/dist/maplibre-gl-shared.mjs",
    "maplibre/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "dexie/dexie.mjs": "dexie/dist/modern/dexie.min.mjs",
    **{f"fonts/{name}": f"{LETTERS}/{name}" for name in PAPER},
    "fonts/DejaVuSans.ttf": "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",  # letters that the first lacks
    "fonts/DejaVuSans-Bold.ttf": "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
    "plot/d3.min.js": "d3/dist/d3.min.js",
    "plot/plot.umd.min.js": "@observablehq/plot/dist/plot.umd.min.js",
}
SOURCE_MAP = re.compile(rb"(//|/\*)# sourceMappingURL=[^\n]*")
STYLE_URL = re.compile(r"""url\(\s*["']?((?!data:)[^"')]+)""")


def named_files(sheet: Path) -> set[Path]:
    """Every file a style sheet refers to, as existing paths; a missing one is an error."""
    found = {
        (sheet.parent / url.split("?")[0].split("#")[0]).resolve()
        for url in STYLE_URL.findall(sheet.read_text("utf-8"))
        if not url.startswith("#")
    }
    if missing := sorted(str(path) for path in found if not path.is_file()):
        raise FileNotFoundError(f"{sheet} names files that the package lacks: {missing}")
    return found


def copy(source: Path, target: Path) -> None:
    """Copy one file, without its source map comment when it is text that may carry one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix in (".css", ".js", ".mjs"):
        target.write_bytes(SOURCE_MAP.sub(b"", source.read_bytes()))
    else:
        shutil.copyfile(source, target)


def htmx_file() -> Path:
    """The htmx that django-htmx ships, found without importing Django."""
    spec = find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("django_htmx is not installed: run `make setup`")
    return Path(spec.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


def main() -> int:
    """Rebuild the vendor folder; print what it holds."""
    if not NODE.is_dir():
        print(f"{NODE} is missing: run `make assets`, which installs the npm packages first", file=sys.stderr)
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, source in FILES.items():
        copy(NODE / source, VENDOR / target)
        if source.endswith(".css"):
            for path in named_files(NODE / source):
                copy(path, (VENDOR / target).parent / relpath(path, (NODE / source).parent))
    copy(htmx_file(), VENDOR / "htmx" / "htmx.min.js")
    files = [path for path in VENDOR.rglob("*") if path.is_file()]
    print(f"assets: {len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
