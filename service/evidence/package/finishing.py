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


def finish(work: Path, target: Path) -> None:
    """Put the package of a work folder in its place: a ZIP where the name ends so, else a folder. Raises OSError."""
    if target.suffix.lower() == ".zip":
        whole = work / "package.zip"
        zip_folder(work / FILES, whole)
        whole.replace(target)
    else:
        (work / FILES).rename(target)
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
