"""The verifier as a program of its own: `python3 verify.pyz PACKAGE`, with the standard library and `cryptography` alone."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from service.evidence.package.opening import PackageError
from service.evidence.package.remembered import Remembered, StateError, default_state
from service.evidence.package.telling import as_json, as_text
from service.evidence.package.verifying import Asked, Report, verify_package
from service.evidence.package.words import Language
from service.tlog.notes import NoteError, Verifier
from service.tlog.trust import PolicyError, parse_trust

INTACT, WRONG, UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify a package as the arguments say and print the report; return 0 intact, 1 something is wrong, 2 it cannot be read."""
    asked = _parser().parse_args(arguments)
    language = asked.language or terminal_language()
    try:
        report = verify(
            asked.package,
            keys=asked.key,
            state=None if asked.no_state else asked.state or default_state(),
            evidence=asked.evidence,
            jobs=asked.jobs,
            progress=_bar(language),
        )
    except (PackageError, StateError, NoteError, PolicyError, OSError) as broken:
        message = "読み取れません" if language == "ja" else "cannot be read"
        sys.stderr.write(f"{asked.package}: {message}: {broken}\n")
        return UNREADABLE
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a terminal that lacks Japanese still shows the rest
    shown = json.dumps(as_json(report), ensure_ascii=False, indent=2) if asked.json else as_text(report, language)
    sys.stdout.write(f"{shown}\n")
    return INTACT if report.intact else WRONG


def verify(
    package: Path,
    *,
    keys: Sequence[str],
    state: Path | None,
    evidence: Path | None,
    jobs: int | None,
    progress: Callable[[str, int, int], None],
) -> Report:
    """Return the report on a package, and remember what was accepted. `keys` are vkeys, or files that hold one or a policy.

    Raises PackageError, StateError, NoteError, PolicyError or OSError where something cannot be read.
    """
    trusted = [vkey for one in keys for vkey in trusted_keys(one)]
    remembered = None if state is None else Remembered.read(state)
    folder = evidence or (None if state is None else state.parent)
    asked = Asked(trusted, remembered, folder, jobs or os.cpu_count() or 1, progress)
    return verify_package(package, asked)


def trusted_keys(told: str) -> list[str]:
    """Return the vkeys of a word: itself, or what a file holds, one a line or as a policy. Raises NoteError, PolicyError, OSError."""
    if "+" in told and not Path(told).exists():
        return [_vkey(told)]
    text = Path(told).read_text(encoding="utf-8")
    if any(line.startswith(("log ", "quorum ")) for line in text.splitlines()):
        return [one.vkey for one in parse_trust(text).logs]
    return [_vkey(line) for line in text.splitlines() if line.strip()]


def terminal_language() -> Language:
    """Return ja where the terminal's locale is Japanese, en otherwise."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "ja" if next((name for name in names if name), "").startswith("ja") else "en"


def _vkey(told: str) -> str:
    Verifier.parse(told)
    return told.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verify.pyz", description="Check an evidence package. 証拠パッケージを検証します。")
    parser.add_argument("package", type=Path, help="the folder or ZIP. パッケージのフォルダー又は ZIP。")
    parser.add_argument("--key", action="append", default=[], help="a key (vkey) that you trust, or a file with it. 信頼する鍵。")
    parser.add_argument("--language", choices=("ja", "en"), help="of the report. 報告の言語。")
    parser.add_argument("--json", action="store_true", help="print the report as JSON. 報告を JSON で出力。")
    parser.add_argument("--state", type=Path, help="where the last state of each log is remembered. 前回の状態を記憶するファイル。")
    parser.add_argument("--no-state", action="store_true", help="compare with nothing, remember nothing. 前回と比べず記憶もしない。")
    parser.add_argument("--evidence", type=Path, help="folder for the two notes of a fork. 枝分かれの証拠を残すフォルダー。")
    parser.add_argument("--jobs", type=int, help="processes; default: one for each core. 並列に動かすプロセスの数。")
    return parser


def _bar(language: Language) -> Callable[[str, int, int], None]:
    """Return what shows progress on a terminal's standard error."""
    if not sys.stderr.isatty():
        return lambda _step, _done, _whole: None
    names = {"leaves": ("記録とハッシュ", "entries and hashes"), "beside": ("抽出・開示・判定", "filter, disclosures, decisions")}

    def show(step: str, done: int, whole: int) -> None:
        word = names[step][0 if language == "ja" else 1]
        sys.stderr.write(f"\r{word}: {done:,} / {whole:,}\x1b[K" + ("\r\x1b[K" if done >= whole else ""))
        sys.stderr.flush()

    return show
