"""What comes with a form: its fields, and its files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

FORM_LIMIT, MOST_FIELDS = 65_536, 200
LONGER: Mapping[str, int] = {"/acts/activate_policies": 262_144, "/acts/set_witnesses": 65_536}
"""Forms in which a whole text is pasted, by the beginning of their path: as much as any request may hold."""
KILOBYTE, MEGABYTE = 1_024, 1_048_576


class FormTooLargeError(ValueError):
    """More came with a form than may come at once; `size` is how much may, with its unit."""

    def __init__(self, size: str) -> None:
        """Take how much may come."""
        super().__init__(f"form: at most {size} at once")
        self.size = size


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a form: what its sender calls it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What came with a form: its fields, and its files."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)


async def read_files(request: Request, *, megabytes: int) -> Form:
    """Return the fields and files of a form; none where it is no form. Raises FormTooLargeError."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Form(await read_form(request))
    fields: dict[str, list[str]] = {}
    files: dict[str, File] = {}
    try:
        async with request.form(max_files=4, max_fields=MOST_FIELDS, max_part_size=FORM_LIMIT) as sent:
            for name, value in sent.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read(megabytes * MEGABYTE + 1)
                    if len(content) > megabytes * MEGABYTE:
                        size = f"{megabytes} MB"
                        raise FormTooLargeError(size)
                    if value.filename:
                        files[name] = File(value.filename.replace("\x00", ""), content)
                else:
                    fields.setdefault(name, []).append(value.replace("\x00", ""))
    except MultiPartException:
        return Form()
    return Form(fields, files)


async def read_form(request: Request) -> Mapping[str, list[str]]:
    """Return the fields of a form, or none where it is no form. Raises FormTooLargeError."""
    body = b""
    limit = next((size for path, size in LONGER.items() if request.url.path.startswith(path)), FORM_LIMIT)
    async for part in request.stream():
        body += part
        if len(body) > limit:
            size = f"{limit // KILOBYTE} KB"
            raise FormTooLargeError(size)
    try:
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    # Nobody types a NUL, and no database takes one.
    return {name: [value.replace("\x00", "") for value in values] for name, values in form.items()}
