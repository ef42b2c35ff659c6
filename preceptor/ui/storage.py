"""Files on a disk: whole or not there. Static files as they are served: hashed names, compressed, and the stylesheet in one piece."""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("ui/preceptor.css",)
_IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\);\n?')


class WholeFileStorage(FileSystemStorage):
    """A file stands under its name only when all of it is written: what a full disk or a killed process left half done is never taken for it."""

    def _save(self, name: str, content: "File[Any]") -> str:
        saving: Any = super()
        part = str(PurePosixPath(name).with_name(f".{secrets.token_hex(8)}.part"))
        try:
            saving._save(part, content)
            os.replace(self.path(part), self.path(name))
        except BaseException:
            self.delete(part)
            raise
        return name


class ShellStaticFilesStorage(WholeFileStorage, CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Writes the parts of `ui/preceptor.css` into it at collectstatic, so that a visitor fetches one file instead of twenty.

    The parts are read from their source, never from an earlier result, so a changed part is never served stale.
    """

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Bundles first, then hashes and compresses as before."""
        bundled = {} if dry_run else {name: (self, name) for name in BUNDLES if name in paths}
        for name in bundled:
            self._write_bundle(name, paths)
        hashing: Any = super()
        yield from hashing.post_process({**paths, **bundled}, dry_run, **options)

    def _write_bundle(self, name: str, paths: dict[str, Any]) -> None:
        folder = name.rpartition("/")[0]
        text = _IMPORT.sub(lambda match: _source(f"{folder}/{match[1]}", paths), _source(name, paths))
        self.delete(name)
        self.save(name, ContentFile(text.encode()))


def _source(name: str, paths: dict[str, Any]) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())
