"""Which places there are in the laws that this service carries: articles, their paragraphs, and how many items each has.

From the texts in force on 2026-06-14. A citation of a place that is not here is a slip of whoever wrote it.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

Article = tuple[int, ...]
"""By paragraph how many numbered items it has; an article without numbered paragraphs has one."""

ACT: Mapping[int, Article] = MappingProxyType(
    {
        1: (0,),
        2: (6, 3, 0, 4),
        3: (0, 2, 0),
        4: (0, 0, 0, 5, 0, 0, 0),
        5: (0, 0, 0),
        6: (0, 0, 0),
        7: (0, 0, 0),
        8: (0,),
        9: (4, 0),
        10: (0, 0, 6, 0, 0, 0, 0),
        11: (7, 0, 0, 0),
        12: (3, 7, 3, 0, 0, 0, 0, 0),
        13: (0, 0, 0, 0),
        14: (0, 0, 0),
        15: (3, 0),
        16: (0, 0),
        17: (0,),
        18: (0, 0, 0, 0),
        19: (0,),
        20: (0,),
        21: (0,),
        22: (0, 0),
        23: (0, 0, 0, 0, 0),
        24: (0, 0, 0),
        25: (0, 0),
        26: (0,),
        27: (0, 0),
        28: (0, 0),
    }
)
ORDER: Mapping[int, Article] = MappingProxyType(
    {
        1: (0,),
        2: (4,),
        3: (6,),
        4: (3,),
        5: (0,),
        6: (0,),
        7: (3, 3),
        8: (2,),
        9: (0,),
        10: (3, 3),
        11: (12, 0, 0),
        12: (4, 0),
        13: (0,),
        14: (4,),
        15: (10,),
        16: (2, 0),
        17: (5,),
        18: (5,),
        19: (0, 0),
        20: (0,),
        21: (0,),
        22: (0,),
    }
)
_NPSC_PARAGRAPHS = (
    *(2, 1, 4, 2, 3, 2, 4, 6, 2, 2, 2, 3, 2, 2, 2, 5, 4, 1, 2, 3, 4, 1, 4, 4, 1),
    *(1, 2, 2, 3, 1, 1, 2, 1, 4, 3, 2, 2, 5, 4, 2, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1),
)
_NPSC_ITEMS = {8: {1: 3}, 15: {1: 3}, 16: {1: 3}, 20: {1: 4}, 26: {1: 2}, 40: {1: 3}, 41: {1: 2, 2: 2}}
NPSC_RULE: Mapping[int, Article] = MappingProxyType(
    {
        article: tuple(_NPSC_ITEMS.get(article, {}).get(paragraph, 0) for paragraph in range(1, paragraphs + 1))
        for article, paragraphs in enumerate(_NPSC_PARAGRAPHS, 1)
    }
)
PLACES: Mapping[str, Mapping[int, Article]] = MappingProxyType({"Act": ACT, "Order": ORDER, "NPSC Rule 8/2025": NPSC_RULE})


def is_place(law: str, article: int, paragraph: int | None, item: int | None) -> bool:
    """Say whether a law has such a place; of a law whose places are not kept here every one is believed."""
    articles = PLACES.get(law)
    if articles is None:
        return True
    paragraphs = articles.get(article)
    if paragraphs is None or not 1 <= (paragraph or 1) <= len(paragraphs):
        return False
    return item is None or 1 <= item <= paragraphs[(paragraph or 1) - 1]


def paragraphs_of(law: str) -> Iterator[tuple[int, int | None]]:
    """Yield every article with each of its paragraphs, None where it has no numbered ones."""
    for article, paragraphs in PLACES[law].items():
        if len(paragraphs) == 1:
            yield article, None
        else:
            yield from ((article, paragraph) for paragraph in range(1, len(paragraphs) + 1))
