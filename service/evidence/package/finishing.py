"""A package that is whole appears under its name at once, as a folder or as a ZIP of the same files, the same bytes each time."""

import os
import shutil
import zipfile
from pathlib import Path

from service.evidence.package.manifest import NAME
from service.evidence.package.writing import FILES

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can tell: when a file was written says nothing, and would make every ZIP another."""
PIECE = 1 << 20
STORED = ("tile/0/", "wheels/", "verify.pyz")
"""What would not become smaller: hashes, and what is compressed already."""


def whole_of(work: Path, *, zipped: bool) -> Path:
    """Return the package of a work folder as it will appear: its folder, or a ZIP that is made of it. Raises OSError."""
    if not zipped:
        return work / FILES
    whole = work / "package.zip"
    zip_folder(work / FILES, whole)
    return whole


def appear(whole: Path, target: Path, *, work: Path) -> None:
    """Put a package under its name, at once, and remove what it was made in. Raises OSError."""
    whole.rename(target)
    shutil.rmtree(work)


def zip_folder(folder: Path, target: Path) -> None:
    """Write a folder as a ZIP64, the manifest first and the other files in the order of their paths."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with target.open("wb") as out:
        with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
            for path in sorted(paths, key=lambda one: (one != NAME, one)):
                member = zipfile.ZipInfo(path, BEGINNING)
                member.external_attr = 0o600 << 16
                member.compress_type = zipfile.ZIP_STORED if path.startswith(STORED) else zipfile.ZIP_DEFLATED
                with (folder / path).open("rb") as file, archive.open(member, "w", force_zip64=True) as packed:
                    shutil.copyfileobj(file, packed, PIECE)
        out.flush()
        os.fsync(out.fileno())
