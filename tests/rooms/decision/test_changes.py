"""What one set changes of another, told so that nobody need read Cedar, and nothing of the law changes unseen."""

import pytest

from service.decision.change_words import DIFFERS, EFFECTS, SORTS
from service.decision.changes import Changes, changes_between
from service.statute.policies import PolicyTexts, read_policies
from tests.builders.policies import COPIES, with_files, with_house

SHIPPED = read_policies()
ARTICLE = "act/article-11.cedar"


def told(changes: Changes) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.sort, one.id, one.differs) for one in changes.policies]


def of_article_11(old: str, new: str) -> PolicyTexts:
    text = SHIPPED.files[ARTICLE]
    assert old in text
    return with_files({ARTICLE: text.replace(old, new, 1)})


def test_a_house_rule_that_is_added_is_told_with_its_sentence_and_citation_and_nothing_of_the_law_changes() -> None:
    found = changes_between(SHIPPED, with_house(COPIES))
    assert told(found) == [("added", "house-copies", ())]
    (one,) = found.policies
    assert (one.effect, one.citations, one.en) == ("forbid", ("Act 5(1)",), "No copies are made on these premises.")
    assert not found.of_law
    assert not found.schema


def test_a_rule_of_the_law_that_is_emptied_stands_first_and_is_marked() -> None:
    article = SHIPPED.files[ARTICLE]
    emptied = article.replace('context has assessment && context.assessment.outcome == "negative" }', "false }", 1)
    assert emptied != article
    found = changes_between(SHIPPED, with_files({ARTICLE: emptied, "house/copies.cedar": COPIES}))
    assert told(found) == [("changed", "act-11-1-negative", ("condition",)), ("added", "house-copies", ())]
    assert found.of_law
    assert "+ when { false }" in found.policies[0].lines
    assert any(line.startswith("- when {") for line in found.policies[0].lines)


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        ('@rank("51")', '@rank("99")', ("rank",)),
        ('@concerns("person")', '@concerns("information")', ("concerns",)),
        ("The newest assessment that counts was negative.", "All is well.", ("en",)),
        ('context.assessment.outcome == "negative"', 'context.assessment.outcome == "none"', ("condition",)),
        ('@id("act-11-1-none")', '@id("act-11-1-none")\n@moon("full")', ("annotations",)),
    ],
)
def test_whatever_differs_of_a_policy_is_named(old: str, new: str, differs: tuple[str, ...]) -> None:
    found = changes_between(SHIPPED, of_article_11(old, new))
    assert [one.differs for one in found.policies] == [differs]
    assert found.of_law


def test_a_policy_that_is_left_out_is_told_with_what_it_said() -> None:
    article = SHIPPED.files[ARTICLE]
    start = article.index('@id("act-11-2-doubt")')
    found = changes_between(SHIPPED, with_files({ARTICLE: article[:start]}))
    assert told(found) == [("removed", "act-11-2-doubt", ())]
    assert found.policies[0].citations == ("Act 11(2)",)
    assert found.of_law


def test_a_policy_that_moves_from_the_law_to_the_house_is_told() -> None:
    article = SHIPPED.files[ARTICLE]
    start = article.index('@id("act-11-2-doubt")')
    found = changes_between(SHIPPED, with_files({ARTICLE: article[:start], "house/doubt.cedar": article[start:]}))
    assert told(found) == [("changed", "act-11-2-doubt", ("file",))]
    assert found.of_law, "what leaves the law's files changes the law's files"


def test_a_forbid_that_becomes_a_permit_is_told_as_such() -> None:
    found = changes_between(
        SHIPPED,
        of_article_11('forbid (principal, action in Sekisho::Action::"handling", resource)', "permit (principal, action, resource)"),
    )
    assert found.policies[0].differs == ("effect", "condition")


def test_comments_and_layout_alone_are_no_change_of_a_policy_and_are_named_all_the_same() -> None:
    found = changes_between(SHIPPED, of_article_11("// Article 11: who may handle.", "// Article 11:\n\n// who may handle."))
    assert (told(found), found.reworded) == ([], (ARTICLE,))
    assert found.against != found.digest
    assert changes_between(SHIPPED, SHIPPED).policies == ()


def test_a_schema_that_changes_is_of_the_law_and_shown_line_by_line() -> None:
    found = changes_between(SHIPPED, PolicyTexts(SHIPPED.schema.replace("head?: String,", "head: String,"), SHIPPED.files))
    assert found.of_law
    assert found.schema
    assert [line.split() for line in found.schema_lines] == [["-", "head?:", "String,"], ["+", "head:", "String,"]]


def test_a_set_that_cannot_be_read_is_compared_as_texts() -> None:
    found = changes_between(SHIPPED, with_files({ARTICLE: "permit("}))
    assert {one.sort for one in found.policies} == {"removed"}
    assert found.of_law


def test_two_policies_under_one_id_hide_nothing() -> None:
    found = changes_between(SHIPPED, with_house(COPIES.replace("house-copies", "act-3-unknown")))
    assert any(one.sort == "added" and one.file == "house/copies.cedar" for one in found.policies)


def test_everything_that_can_be_told_has_its_words_in_both_languages() -> None:
    for table in (SORTS, EFFECTS, DIFFERS):
        assert all(ja and en and ja != en for ja, en in table.values())
    assert set(SORTS) == {"added", "removed", "changed"}
    assert {"condition", "effect", "file", "annotations", "rank", "reason", "citation", "decision", "concerns", "ja", "en"} == set(DIFFERS)
