"""The floor only rises, however many write it at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from service.ledger.floor import Floor, keep_floor, read_floor


def test_many_writers_at_once_leave_the_highest_floor(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda size: keep_floor(tmp_path, Floor("test.example/log", size, "00")), [*range(60, 0, -1), *range(60)]))
    kept = read_floor(tmp_path)
    assert kept is not None
    assert kept.size == 60
