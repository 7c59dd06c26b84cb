"""What was measured, as a page and a picture: docs/performance.md, its Japanese twin, and docs/performance.svg."""

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.japanese import japanese
from benchmarks.machine import Machine
from benchmarks.sections import Depth, Figure
from service import clock
from service.statute.periods import legal_day

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
WIDTH, HEIGHT, LEFT, TOP = 640, 260, 70, 30


def write_report(figures: Sequence[Figure], here: Machine, depth: Depth) -> None:
    """Renew the measured part of both pages, and the picture of growth."""
    on = legal_day(clock.now())
    for name, words in (("performance.md", EN), ("performance.ja.md", JA)):
        path = DOCS / name
        before, _begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
        _old, _end, after = rest.partition(END)
        path.write_text(f"{before}{BEGIN}\n{_measured(figures, here, depth, on, words)}\n{END}{after}", encoding="utf-8")
    points = next((figure.points for figure in figures if figure.points), ())
    if points:
        (DOCS / "performance.svg").write_text(picture(points), encoding="utf-8")


EN = {
    "head": "| what | measured | floor | goal | |\n|---|---|---|---|---|",
    "at": "Measured on {on}: {cores} cores ({processor}, {system}), {memory:.0f} GiB, one 4 KiB page on disk in {fsync:.0f} µs (median); "
    "{rounds} rounds of {seconds:g} s, medians.",
    "versions": "Versions: {versions}.",
    "picture": "![p50 of an audited check by people and documents](performance.svg)",
}
JA = {
    "head": "| 項目 | 実測 | 下限 | 目標 | |\n|---|---|---|---|---|",
    "at": "計測日 {on}。{cores} コア（{processor}、{system}）、メモリ {memory:.0f} GiB、"
    "4 KiB の書き込みがディスクに届くまで {fsync:.0f} µs（中央値）。"
    "{rounds} 回、各 {seconds:g} 秒、値は中央値。",
    "versions": "版: {versions}。",
    "picture": "![利用者数と文書数ごとの判定時間](performance.svg)",
}


def _measured(figures: Sequence[Figure], here: Machine, depth: Depth, on: date, words: dict[str, str]) -> str:
    told = words["at"].format(
        on=on.isoformat(),
        cores=here.cores,
        processor=here.processor,
        system=here.system,
        memory=here.memory_gib,
        fsync=here.fsync_us,
        rounds=depth.rounds,
        seconds=depth.seconds,
    )
    versions = words["versions"].format(versions=", ".join(f"{name} {one}" for name, one in here.versions))
    shown = ["", words["picture"]] if any(figure.points for figure in figures) else []
    return "\n".join([told, versions, "", words["head"], *(_row(figure, words is JA) for figure in figures), *shown])


def _row(figure: Figure, in_japanese: bool) -> str:
    floor, goal = ("" if one is None else f"{one:,g}" for one in (figure.floor, figure.goal))
    name, detail = (japanese(told) if in_japanese else told for told in (figure.name, figure.detail))
    return f"| {name} | {figure.shown} | {floor} | {goal} | {detail} |"


def picture(points: Sequence[tuple[float, float]]) -> str:
    """Return how long a check takes against how many people and documents there are, as SVG; the number of people is logarithmic."""
    most = max(value for _size, value in points) * 1.25
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])
    inner, tall = WIDTH - LEFT - 30, HEIGHT - TOP - 50
    placed = [
        (LEFT + (math.log10(size) - low) / ((high - low) or 1) * inner, TOP + tall * (1 - value / most), size, value)
        for size, value in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _size, _value in placed)
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#0017c1"/>'
        f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle">{value:.2f} ms</text>'
        f'<text x="{x:.1f}" y="{HEIGHT - 28}" text-anchor="middle">{size:,.0f}</text>'
        for x, y, size, value in placed
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="13" fill="#1a1a1c"><title>p50 of an audited check at one connection, by people and documents'
        " / 利用者数と文書数ごとの判定時間</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<line x1="{LEFT}" y1="{TOP + tall}" x2="{WIDTH - 30}" y2="{TOP + tall}" stroke="#767676"/>'
        f'<line x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{TOP + tall}" stroke="#767676"/>'
        f'<polyline points="{line}" fill="none" stroke="#0017c1" stroke-width="2"/>{marks}'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">people and documents / 利用者数・文書数</text>'
        f'<text x="{LEFT - 8}" y="{TOP + 5}" text-anchor="end">{most:.1f} ms</text>'
        f'<text x="{LEFT - 8}" y="{TOP + tall}" text-anchor="end">0</text>'
        "</svg>\n"
    )
