"""Stylesheet, fonts and script: in one piece, of our own, and within the page's weight."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command

from preceptor.ui import storage

UI = Path(__file__).parents[2] / "preceptor" / "ui"
STATIC = UI / "static" / "ui"


def test_every_part_of_the_stylesheet_is_named_once():
    apart = {"preceptor", "operators"}  # the whole, and what only operators' pages load
    named = re.findall(r'@import url\("([\w-]+)\.css"\);', (STATIC / "preceptor.css").read_text())
    assert sorted(named) == sorted(path.stem for path in STATIC.glob("*.css") if path.stem not in apart)


def test_the_stylesheet_is_served_in_one_piece(settings, tmp_path):
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    for name in re.findall(r"fonts/([\w-]+\.woff2)", (STATIC / "tokens.css").read_text()):
        (fonts / name).write_bytes(b"")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [("fonts", fonts)]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "preceptor.ui.storage.ShellStaticFilesStorage"}}
    finders.get_finder.cache_clear()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    finders.get_finder.cache_clear()
    [served] = (tmp_path / "static" / "ui").glob("preceptor.*.css")
    css = served.read_text()
    assert "@import" not in css and ".masthead" in css and "@layer print" in css
    assert re.search(r"url\([\"']?\.\./fonts/plex-sans\.[0-9a-f]{12}\.woff2", css)
    assert len(css) < 120_000
    assert storage.BUNDLES == ("ui/preceptor.css",)


def test_templates_and_styles_hold_to_the_content_security_policy():
    for path in UI.rglob("*.html"):
        if "mail" in path.parts:
            continue
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|https?://", text), path
    for path in STATIC.glob("*.css"):
        assert not re.search(r"https?://|data:", path.read_text()), path


def test_no_file_is_too_long():
    for path in [*UI.rglob("*.py"), *UI.rglob("*.css"), *UI.rglob("*.html"), *UI.rglob("*.js")]:
        assert len(path.read_text().splitlines()) <= 400, path
