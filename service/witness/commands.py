"""The witness's commands: `sekisho witness …`, or `python -m service.witness …` on a machine that has no more than this."""

import argparse
import ipaddress
import os
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from service.witness.acts import attest, recover
from service.witness.answering import LARGEST_BODY, add_checkpoint
from service.witness.evidence import kept_evidence
from service.witness.keeping import KnownLog, Witness, WitnessError
from service.witness.serving import WitnessServer

HOST, PORT = "127.0.0.1", 8744
REFUSED = 1
Say = Callable[[str], None]


def default_folder() -> Path:
    """Return where a witness is kept unless told otherwise: with the user's own files."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "sekisho-witness"


def run(arguments: Sequence[str], *, clock: Callable[[], datetime], program: str = "sekisho witness") -> int:
    """Run one command and return its exit code: 0 done, 1 refused. Raises WitnessError, ValueError, OSError."""
    given = _parser(program).parse_args(arguments)

    def seconds() -> int:
        return int(clock().timestamp())

    folder: Path = given.folder
    if given.command == "init":
        witness = Witness.begin(folder, name=given.name)
        _say("この証人の検証鍵(台帳の運用者と検証者に渡す) / The key of this witness, for the log's operator and for verifiers:")
        _say(witness.cosigner.vkey)
        return 0
    witness = Witness.open(folder)
    match given.command:
        case "add-log":
            log = witness.add_log(given.vkey)
            _say(f"{log.origin}: {len(log.vkeys)} 本の鍵を信頼 / {len(log.vkeys)} keys trusted")
        case "show":
            return _show(witness)
        case "serve":
            _serve(witness, given, seconds)
        case "cosign":
            return _cosign(witness, given.file, given.out, at=seconds())
        case "recover":
            newest = recover(witness, _read(given.file))
            size = newest.checkpoint.size
            _say(f"{newest.checkpoint.origin}: {size} 件まで連署済みとして復元 / taken as cosigned up to {size} entries")
        case _:
            return _attest(witness, given, at=seconds())
    return 0


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description="Watch that a log only grows, and sign for it, on a machine of one's own.")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where this witness keeps its key and what it cosigned")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("init", help="make a witness with a key of its own, and print that key")
    one.add_argument("name", help="its name, like a web address without https://")
    one = commands.add_parser("add-log", help="trust a log by its verifier key; again for the key that follows it")
    one.add_argument("vkey", help="the log's verifier key, handed over by another way than the log itself")
    commands.add_parser("show", help="print the key, the logs, what was cosigned, and the evidence that is kept")
    one = commands.add_parser("serve", help="answer to the log's service over HTTP until stopped")
    one.add_argument("--host", default=HOST, help="the address to listen on; this machine alone unless told otherwise")
    one.add_argument("--port", type=int, default=PORT)
    one.add_argument("--tls-cert", type=Path, help="a certificate in PEM form, where others than this machine shall reach it")
    one.add_argument("--tls-key", type=Path)
    one = commands.add_parser("cosign", help="cosign a file that came on paper or a stick, for a site without a network")
    one.add_argument("file", type=Path, help="what `sekisho ledger submission` wrote")
    one.add_argument("--out", type=Path, help="where the signature lines go; default: printed")
    one = commands.add_parser("recover", help="bring back what was cosigned, from the newest checkpoint that bears our cosignature")
    one.add_argument("file", type=Path)
    one = commands.add_parser("attest-loss", help="sign that a log lost entries, with the newest checkpoint; it is never cosigned again")
    one.add_argument("origin", help="the log's name")
    one.add_argument("--out", type=Path, help="where the statement goes; default: printed")
    one.add_argument("--yes", action="store_true", help="I have seen why, and this log shall never be cosigned again")
    return parser


def _serve(witness: Witness, given: argparse.Namespace, seconds: Callable[[], int]) -> None:
    tls = None
    if given.tls_cert is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        tls.load_cert_chain(given.tls_cert, given.tls_key)
    elif not _is_loopback(given.host):
        message = f"others can reach {given.host}: give --tls-cert and --tls-key, or listen on {HOST} behind a proxy or a tunnel"
        raise WitnessError(message)
    _show(witness)
    turn = threading.Lock()

    def tell(line: str) -> None:
        with turn:
            _say(f"{datetime.fromtimestamp(seconds(), UTC).isoformat()} {line}", to=sys.stderr)

    with WitnessServer((given.host, given.port), witness, clock=seconds, tell=tell, tls=tls) as server:
        address = f"{'http' if tls is None else 'https'}://{given.host}:{server.server_address[1]}"
        tell(f"{witness.cosigner.name} は {address} で待っています / is served at {address}")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            tell("止めました / stopped")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _show(witness: Witness) -> int:
    """Print all that a holder wants to see; end with 1 where something needs them."""
    code = 0
    _say(f"証人 / witness: {witness.cosigner.vkey}")
    for log in witness.logs():
        lines, sound = _shown(log)
        code = code if sound else REFUSED
        for line in lines:
            _say(line)
    return code


def _shown(log: KnownLog) -> tuple[list[str], bool]:
    try:
        newest = log.newest()
    except WitnessError as lost:
        return [f"{log.origin}: {lost}"], False
    if newest is None:
        lines = [f"{log.origin}: まだ連署していません / nothing cosigned yet"]
    else:
        at = datetime.fromtimestamp(newest.at, UTC).isoformat()
        size = newest.checkpoint.size
        lines = [f"{log.origin}: {size} 件まで連署、最後は {at} / cosigned up to {size} entries, last at {at}"]
    if log.is_closed:
        lines.append("  滅失を証明済み、以後は連署しません / a loss was attested; nothing more is cosigned")
    found = kept_evidence(log)
    for folder in found:
        lines.append(f"  証拠 / evidence: {folder}")
        lines += [f"    {line}" for line in (folder / "README.txt").read_text(encoding="utf-8").splitlines()]
    return lines, not found


def _cosign(witness: Witness, file: Path, out: Path | None, *, at: int) -> int:
    with file.open("rb") as opened:
        body = opened.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        message = f"{file} is too large for a checkpoint and its proof"
        raise WitnessError(message)
    answer = add_checkpoint(witness, body, at=at)
    _say(answer.told, to=sys.stderr)
    if answer.status != 200:  # noqa: PLR2004 - the protocol's own numbers
        return REFUSED
    _give(answer.body, out)
    return 0


def _attest(witness: Witness, given: argparse.Namespace, *, at: int) -> int:
    if not given.yes:
        words = f"{given.origin} は以後連署されません。理由を確認したら --yes を / is never cosigned again: say --yes if you know why"
        _say(words, to=sys.stderr)
        return REFUSED
    _give(attest(witness, given.origin, at=at), given.out)
    return 0


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        return opened.read(LARGEST_BODY).decode()


def _give(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        out.write_bytes(text.encode())


def _say(line: str, *, to: TextIO | None = None) -> None:
    stream = to or sys.stdout
    stream.write(f"{line}\n")
    stream.flush()
