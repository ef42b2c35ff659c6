"""A file in our storage is whole, or it is not there."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from preceptor.ui.storage import ShellStaticFilesStorage, WholeFileStorage


class HalfAFile(ContentFile):  # type: ignore[type-arg]
    """The disk is full after its first bytes."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def storage(tmp_path: Path) -> WholeFileStorage:
    return WholeFileStorage(location=tmp_path)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["lecture.webm", "content/4c/lecture.webm"])
def test_what_did_not_fit_is_not_there_and_fits_later(storage: WholeFileStorage, tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match="No space left"):
        storage.save(name, HalfAFile(b"whole"))
    assert not storage.exists(name)
    assert files_in(tmp_path) == []
    assert storage.save(name, ContentFile(b"whole")) == name
    assert (tmp_path / name).read_bytes() == b"whole"
    assert files_in(tmp_path) == [name]


def test_a_process_that_dies_over_a_file_leaves_no_half_one_under_its_name(
    storage: WholeFileStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "delete", lambda name: None)  # killed: nobody tidies up
    with pytest.raises(OSError, match="No space left"):
        storage.save("lecture.webm", HalfAFile(b"whole"))
    assert not storage.exists("lecture.webm")
    assert len(files_in(tmp_path)) == 1, "what was half written has another name"


def test_the_house_keeps_its_files_in_it() -> None:
    assert isinstance(storages["default"], WholeFileStorage)
    assert issubclass(ShellStaticFilesStorage, WholeFileStorage)
