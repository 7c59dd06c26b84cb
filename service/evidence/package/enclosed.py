"""What travels along: how to check, the program that checks, and the policy engine where it is at hand."""

from hashlib import sha256
from pathlib import Path

from service.evidence.package.folder import Folder
from service.evidence.package.manifest import is_path
from service.evidence.package.order import Order
from service.tlog.trust import parse_trust

TEXTS = Path(__file__).parent / "texts"
VERIFIER = "verify.pyz"


def enclose(order: Order, folder: Folder, verifier: bytes) -> None:
    """Put the texts, the program and the wheel into a package."""
    words = {
        "origin": order.origin,
        "start": str(order.start),
        "last_entry": str(max(order.start, order.end - 1)),
        "size": str(order.size),
        "vkey": parse_trust(order.policy).logs[-1].vkey,
        "verifier": sha256(verifier).hexdigest(),
    }
    for language in ("en", "ja"):
        name = f"VERIFY.{language}.md"
        text = (TEXTS / name).read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace("{" + word + "}", value)
        folder.put(name, [text.encode()])
    folder.put(VERIFIER, [verifier])
    if order.wheel is not None:
        wheel = Path(order.wheel)
        folder.put(f"wheels/{wheel.name}", [wheel.read_bytes()])


def require_wheel(wheel: Path) -> Path:
    """Return the file of a wheel that may travel along, made absolute. Raises ValueError, OSError."""
    if wheel.suffix != ".whl" or not is_path(wheel.name) or not wheel.is_file():
        message = f"{wheel} is no wheel"
        raise ValueError(message)
    return wheel.resolve()
