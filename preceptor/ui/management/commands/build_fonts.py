"""Makes the web fonts from the installed font packages: Latin only, woff2, once."""

import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

LATIN = (
    [(0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1CE), (0x218, 0x21B)]
    + [(0x2BB, 0x2BC), (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0x300, 0x304), (0x308, 0x309), (0x323, 0x323), (0x391, 0x3C9), (0x1E80, 0x1E9E)]
    + [(0x1EA0, 0x1EF9), (0x2010, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030), (0x2032, 0x2033)]
    + [(0x2039, 0x203A), (0x2044, 0x2044), (0x2070, 0x209C), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2120, 0x2122), (0x2190, 0x2193)]
    + [(0x2212, 0x2215), (0x221E, 0x221E), (0x2248, 0x2248), (0x2260, 0x2265)]
)
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "lnum", "pnum", "tnum", "sups", "subs", "zero", "frac"]

SERIF, SANS, MONO = (Path(str(files(package))) for package in ("fontpkg_source_serif_4", "fontpkg_ibm_plex_sans", "fontpkg_ibm_plex_mono"))

# What the stylesheet uses: file name -> (source file, the part of each variation axis that is kept).
SOURCES: dict[str, tuple[Path, dict[str, tuple[float, float] | float]]] = {
    "source-serif-4.woff2": (
        SERIF / "files" / "SourceSerif4[opsz,wght].ttf",
        {"wght": (400, 700), "opsz": (8, 60)},
    ),
    "source-serif-4-italic.woff2": (
        SERIF / "files" / "SourceSerif4-Italic[opsz,wght].ttf",
        {"wght": (400, 700), "opsz": 14},
    ),
    "plex-sans.woff2": (SANS / "files" / "IBMPlexSans[wdth,wght].ttf", {"wght": (400, 700), "wdth": 100}),
    "plex-sans-italic.woff2": (
        SANS / "files" / "IBMPlexSans-Italic[wdth,wght].ttf",
        {"wght": (400, 700), "wdth": 100},
    ),
    "plex-mono-500.woff2": (MONO / "files" / "IBMPlexMono-Medium.ttf", {}),
}
PACKAGES = ("fontpkg-source-serif-4", "fontpkg-ibm-plex-sans", "fontpkg-ibm-plex-mono", "fonttools")


class Command(BaseCommand):
    """Writes into `--to` (default: settings.FONTS_DIR) and leaves alone what is up to date; about ten seconds the first time."""

    help = "Makes the web fonts from the installed font packages."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=None, help="the folder to write to (default: settings.FONTS_DIR)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["to"] or Path(settings.FONTS_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        stamp = folder / "made.json"
        recipe = fingerprint()
        if stamp.exists() and json.loads(stamp.read_text()) == recipe and all((folder / name).exists() for name in SOURCES):
            self.stdout.write("Fonts are up to date.")
            return
        with ProcessPoolExecutor() as pool:
            for job in [pool.submit(write_font, source, axes, folder / name) for name, (source, axes) in SOURCES.items()]:
                job.result()
        write_licenses(folder / "LICENSES.txt")
        stamp.write_text(json.dumps(recipe))
        total = sum((folder / name).stat().st_size for name in SOURCES)
        self.stdout.write(f"Made {len(SOURCES)} fonts, {total // 1024} KB, in {folder}.")


def fingerprint() -> dict[str, str]:
    """What the result depends on: a new package, subsetter or recipe makes the fonts anew."""
    recipe = repr((LATIN, FEATURES, {name: (source.name, axes) for name, (source, axes) in SOURCES.items()}))
    return {**{package: version(package) for package in PACKAGES}, "recipe": hashlib.sha256(recipe.encode()).hexdigest()}


def write_font(source: Path, axes: dict[str, tuple[float, float] | float], target: Path) -> None:
    """Cuts one font to the Latin characters and the axes that the stylesheet uses."""
    # Slow imports, wanted only when fonts are made.
    ttlib, subset, instancer = (import_module(f"fontTools.{name}") for name in ("ttLib", "subset", "varLib.instancer"))
    font = ttlib.TTFont(source)
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.drop_tables += ["meta"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in LATIN for code in range(first, last + 1)])
    subsetter.subset(font)
    if axes:
        font = instancer.instantiateVariableFont(font, axes)
    font.flavor = "woff2"
    font.save(target)


def write_licenses(target: Path) -> None:
    """The fonts' licenses go where the fonts go."""
    roots = (SERIF, SANS, MONO)
    target.write_text("\n\n".join(f"{root.name}\n\n{(root / 'LICENSE').read_text()}" for root in roots))
