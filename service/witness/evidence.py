"""What a witness keeps when a log contradicts itself: both notes, and what they say in words."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from service.tlog.notes import Checkpoint
from service.witness.durable import PRIVATE_FOLDER, replace
from service.witness.keeping import EVIDENCE, KnownLog, Newest

MOST = 200
"""Refusals that are kept of a log: whoever repeats them shall not fill the disk. A proof of a fork is kept beyond that."""
FORK, UNPROVEN = "fork", "unproven"
WORDS = {
    FORK: (
        (
            "{origin} の鍵は、最初の {size} 件について異なる二つのルートに署名しました。台帳は書き換えられたか二つに分かれています。"
            "二つの署名付きチェックポイントは、誰に対してもそれだけで証拠になります。"
        ),
        (
            "The key of {origin} signed two different roots for its first {size} entries: the log was rewritten, or there are two of it. "
            "The two signed checkpoints prove it to anybody, by themselves."
        ),
    ),
    UNPROVEN: (
        (
            "{origin} は {size} 件のチェックポイントに署名しましたが、以前に連署した {before} 件の続きであることを証明できませんでした。"
            "二つのチェックポイントを台帳の運用者に示し、整合性の証明を求めてください。出せなければ、書き換えがあったということです。"
        ),
        (
            "{origin} signed a checkpoint of {size} entries and could not prove that it continues the {before} that were cosigned before. "
            "Show both checkpoints to whoever runs the log and ask for a consistency proof; if there is none, it was rewritten."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A checkpoint that was refused although the log signed it, beside the newest one that was cosigned."""

    sort: str
    newest: Newest
    note: str
    checkpoint: Checkpoint
    body: str

    def told(self, place: int) -> str:
        """Return what it means, in Japanese (0) or English (1)."""
        words = WORDS[self.sort][place]
        return words.format(origin=self.checkpoint.origin, size=self.checkpoint.size, before=self.newest.checkpoint.size)


def keep_evidence(log: KnownLog, found: Contradiction) -> Path | None:
    """Keep a contradiction once, and return its folder; None where too many are kept already. Raises OSError."""
    every = log.folder / EVIDENCE
    every.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    # By what was signed, not by its signatures: the same thing said again is kept once.
    both = sha256((found.newest.checkpoint.text() + found.checkpoint.text()).encode()).hexdigest()[:16]
    folder = every / f"{found.sort}-{found.checkpoint.size}-{both}"
    if (folder / "README.txt").exists():
        return folder
    if found.sort != FORK and sum(1 for _ in every.iterdir()) >= MOST:
        return None
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    replace(folder / "cosigned.note", found.newest.note)
    replace(folder / "submitted.note", found.note)
    replace(folder / "request.txt", found.body)
    replace(folder / "README.txt", "".join(f"{found.told(place)}\n" for place in (0, 1)))
    return folder


def kept_evidence(log: KnownLog) -> list[Path]:
    """Return the folders of all that is kept of a log."""
    every = log.folder / EVIDENCE
    return sorted(folder for folder in every.iterdir() if (folder / "README.txt").exists()) if every.exists() else []
