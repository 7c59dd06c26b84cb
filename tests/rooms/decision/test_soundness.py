"""What may come into force: the engine's tree is judged, never the text, so nothing hides in how a policy is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.decision.annotations import PolicyError
from service.decision.judge import judge
from service.decision.policyset import KEPT, PolicySet
from service.decision.soundness import LARGEST_SET, Problem, problems_of, require_fit, unfit
from service.statute.policies import PolicyTexts, from_bundle, read_bundle, read_policies
from tests.builders.policies import COPIES, with_files, with_house
from tests.builders.questions import legal_questions

HEAD = COPIES[: COPIES.index("forbid (")]
SHIPPED = read_policies()


def told(texts: PolicyTexts) -> list[str]:
    return [str(one) for one in (*problems_of(texts), *unfit(texts))]


def test_the_shipped_set_and_one_with_a_house_rule_are_sound_and_fit() -> None:
    assert told(SHIPPED) == []
    assert told(with_house(COPIES)) == []
    require_fit(with_house(COPIES))


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "permit (principal, action, resource);",
        HEAD.replace("\n", " ") + "permit (principal, action, resource);",
        HEAD + "// forbid only\n\t permit(principal,action,resource);",
        "// harmless\n" + HEAD + "// a comment on the line before\npermit // and one behind\n(principal, action, resource);",
        HEAD + 'permit (principal, action, resource) when { "forbid" == "forbid" };',
        HEAD + "permit(principal,\naction,\nresource)\nwhen { context.person_known };",
        COPIES + "\n" + HEAD.replace("house-copies", "house-x") + "permit(principal, action, resource);",
        HEAD.replace("No copies", "forbid (principal); No copies") + "permit (principal, action, resource);",
    ],
    ids=["plain", "behind its annotations", "tabs", "between comments", "strings", "lines", "second of two", "a forbid in a sentence"],
)
def test_a_permit_in_a_house_file_is_found_however_it_is_written(text: str) -> None:
    texts = with_house(text)
    assert any("a house policy may only forbid" in one for one in told(texts))
    with pytest.raises(PolicyError, match=r"house/copies.cedar.*may only forbid"):
        PolicySet.load(texts)


@pytest.mark.parametrize(
    "text",
    [
        "// permit (principal, action, resource);\n" + COPIES,
        COPIES.replace("No copies", "permit (principal, action, resource); No copies"),
        COPIES.replace("resource);", 'resource) when { context.asked == "permit" };'),
    ],
    ids=["in a comment", "in a sentence", "in a string"],
)
def test_the_word_permit_where_it_permits_nothing_is_no_permit(text: str) -> None:
    assert told(with_house(text)) == []


@pytest.mark.parametrize("slot", ["principal == ?principal, action, resource", "principal, action, resource in ?resource"])
@pytest.mark.parametrize("effect", ["permit", "forbid"])
def test_a_template_is_refused_whatever_it_does(effect: str, slot: str) -> None:
    with pytest.raises(PolicyError, match="templates"):
        PolicySet.load(with_house(f"{HEAD}{effect} ({slot});"))


def test_no_policy_begins_in_one_file_and_ends_in_the_next() -> None:
    split = with_files({"house/a.cedar": HEAD, "order/a.cedar": "permit (principal, action, resource);"})
    with pytest.raises(PolicyError, match=r"house/a.cedar: cannot be read"):
        PolicySet.load(split)


@pytest.mark.parametrize(
    "condition",
    [
        'context.now > datetime("2026-12-01")',
        'context.now > datetime(// of Japan\n"2026-12-01")',
        "context.now.toDate() == context.now",
        'context.now // at midnight\n. toTime() < duration("1h")',
        '{at: datetime("2026-12-01")}.at < context.now',
    ],
)
def test_days_of_utc_are_found_in_the_tree(condition: str) -> None:
    texts = with_house(COPIES.replace("resource);", f"resource) when {{ {condition} }};"))
    with pytest.raises(PolicyError, match="days are counted in Japan"):
        PolicySet.load(texts)


def test_now_in_a_record_is_not_taken_for_a_plain_comparison() -> None:
    plain = COPIES.replace("resource);", "resource) when { context has doubt && context.now < context.doubt.notified_at };")
    hidden = COPIES.replace("resource);", 'resource) when { {t: context.now}.t < datetime("2030-01-01T00:00:00Z") };')
    assert PolicySet.load(with_house(plain)).now_is_only_compared
    assert not PolicySet.load(with_house(hidden)).now_is_only_compared


def test_an_id_that_stands_in_two_files_is_named_with_both() -> None:
    with pytest.raises(PolicyError, match=r"house/b.cedar: two policies have the id 'house-copies', here and in house/a.cedar"):
        PolicySet.load(with_files({"house/a.cedar": COPIES, "house/b.cedar": COPIES}))
    with pytest.raises(PolicyError, match=r"house/copies.cedar: two policies have the id 'act-3-unknown'"):
        PolicySet.load(with_house(COPIES.replace("house-copies", "act-3-unknown")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (COPIES.replace('"80"', '"79"'), "the @rank of a house policy is 80 or more"),
        (COPIES.replace('"80"', '"-80"'), "the @rank of a house policy is 80 or more"),
        (COPIES.replace('"organization"', '"information"'), "the @concerns of a house policy"),
        (COPIES.replace('@concerns("organization")\n', ""), "the @concerns of a house policy"),
        ('@decision("not_controlled")\n' + COPIES, "a house policy has no @decision"),
        (COPIES.replace("house_no_copies", "designation_ended"), "its @reason is one of the law's"),
        (COPIES.replace("house_no_copies", "複製"), "a @reason is of small letters"),
        (COPIES.replace("house-copies", "hоuse-copies"), "an @id is of small letters"),
        (COPIES.replace('@citation("Act 5(1)")\n', ""), "the annotation 'citation' is missing"),
        (COPIES.replace("Act 5(1)", "Act 99(1)"), "is no place in that law"),
        (COPIES.replace("resource);", "resource) when { context.moon == 3 };"), "attribute `moon`"),
        (COPIES.replace("resource);", 'resource) when { context.head == "x" };'), "'house-copies': "),
        ("// ends here\u2028forbid nothing\n" + COPIES, "line 1: characters that nobody sees: U+2028"),
        ("// \u202eevil\n" + COPIES, "U+202E"),
        ("// harmless\r" + COPIES, "U+000D"),
        (COPIES.replace("house-", "house\u200b-"), "U+200B"),
    ],
)
def test_what_a_house_rule_may_not_say_is_told_with_its_file(text: str, said: str) -> None:
    found = told(with_house(text))
    assert any(said in one for one in found), found
    assert all(one.startswith("house/copies.cedar: ") for one in found)
    with pytest.raises(PolicyError):
        require_fit(with_house(text))


def test_lines_that_end_as_windows_ends_them_are_no_hidden_characters() -> None:
    assert told(with_house(COPIES.replace("\n", "\r\n"))) == []


@pytest.mark.parametrize("path", [path for path in SHIPPED.files if path.startswith(("act/", "order/"))])
def test_a_set_without_one_of_the_law_s_files_or_with_an_empty_one_is_refused(path: str) -> None:
    for text in (None, "// nothing\n"):
        assert any(one.startswith(f"{path}: the policies of the law are missing") for one in told(with_files({path: text})))


@pytest.mark.parametrize(
    "path", ["House/x.cedar", "house/../act/x.cedar", "act\\x.cedar", "x.cedar", "act/x.cedar\n", "/act/x.cedar", "act/a/b.cedar"]
)
def test_a_file_in_an_odd_place_is_refused(path: str) -> None:
    assert any("files lie in act/, order/ or house/" in one for one in told(with_files({path: COPIES})))


def test_a_set_that_is_too_large_is_refused_and_nothing_more_is_read_of_it() -> None:
    found = unfit(with_house(COPIES + "// " + "x" * LARGEST_SET))
    assert [one.file for one in found] == ["*"]


def test_a_draft_must_be_valid_for_the_facts_that_this_version_makes() -> None:
    schema = SHIPPED.schema.replace("person_known: Bool,", "person_known: Bool,\n    moon: Long,")
    files = {**SHIPPED.files, "house/moon.cedar": COPIES.replace("resource);", "resource) when { context.moon == 3 };")}
    texts = PolicyTexts(schema, files)
    assert problems_of(texts) == []
    assert [one.file for one in unfit(texts)] == ["house/moon.cedar"]


def test_problems_are_told_in_both_languages() -> None:
    found = [one for text in ("permit(", HEAD + "permit (principal, action, resource);") for one in problems_of(with_house(text))]
    assert found
    assert all(isinstance(one, Problem) and one.ja and one.en and one.ja != one.en for one in found)


def test_a_bundle_is_read_only_as_it_is_written() -> None:
    bundle = with_house(COPIES).bundle()
    assert read_bundle(bundle).bundle() == bundle
    twice = bundle[:-1] + ',"schema":"entity X;"}'
    for other in (bundle + " ", twice, bundle.replace('":"', '": "', 1), "[]", "{}", '{"files":{"a":1},"schema":""}', "[" * 9_999):
        with pytest.raises(ValueError, match="not a set as"):
            read_bundle(other)


def test_a_set_that_was_once_in_force_is_loaded_though_it_would_not_come_into_force_today() -> None:
    older = with_house(COPIES.replace('"80"', '"70"'))
    assert unfit(older)
    assert PolicySet.load(from_bundle(older.bundle())).digest == older.digest


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=' \t\n;{}()"\\/permitforbid@', max_size=40))
def test_no_text_before_a_permit_lets_it_pass(before: str) -> None:
    texts = with_house(before + HEAD + "permit (principal, action, resource);")
    found = problems_of(texts)
    # Either it cannot be read, or what was read is judged; what the engine takes for a comment permits nothing.
    if not found:
        loaded = PolicySet.load(texts)
        assert all(policy.effect == "forbid" for policy in loaded.policies.values() if policy.id.startswith("house"))


def test_whatever_a_house_rule_says_nobody_is_permitted_more() -> None:
    """A rule that forbids nothing leaves every answer; one that forbids all permits nothing."""
    quiet = PolicySet.load(with_house(COPIES.replace("resource);", 'resource) when { context.asked == "" };')))
    closed = PolicySet.load(with_house(COPIES.replace('== Sekisho::Action::"make"', "")))
    for one in legal_questions()[::40]:
        again = judge(quiet, one.facts, action=one.action, now_ms=one.now_ms)
        assert (again.decision, again.reason, again.api) == (one.answer.decision, one.answer.reason, one.answer.api)
        assert not judge(closed, one.facts, action=one.action, now_ms=one.now_ms).api


def test_what_was_loaded_is_kept_for_the_next_who_asks_until_others_were_asked_for_since() -> None:
    shipped = PolicySet.load()
    for number in range(KEPT - 1):
        PolicySet.load(with_house(f"{COPIES}// {number}\n"))
    assert PolicySet.load() is shipped
    PolicySet.load(with_house(f"{COPIES}// one more\n"))
    assert PolicySet.load() is shipped, "it was asked for since the others were"
    for number in range(KEPT):
        PolicySet.load(with_house(f"{COPIES}// {number}\n"))
    assert PolicySet.load() is not shipped
    assert PolicySet.load().policies == shipped.policies


def test_a_set_that_is_refused_is_refused_again() -> None:
    unsound = with_house("permit (principal, action, resource);")
    for _ in range(2):
        with pytest.raises(PolicyError, match="house"):
            PolicySet.load(unsound)
