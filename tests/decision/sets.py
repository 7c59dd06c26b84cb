"""Small policy sets of every construct that is compiled, over a schema of their own."""

from random import Random
from typing import Any

from service.decision.policyset import GROUPS, PolicySet
from service.statute.policies import PolicyTexts

WITH = "appliesTo { principal: [Person], resource: [Information], context: Facts }"
ACTIONS = "".join(
    f"  action {name}{' in ' + str(list(groups)).replace(chr(39), '') if groups else ''} {WITH};\n" for name, groups in GROUPS.items()
)
SCHEMA = f"""
namespace Sekisho {{
  entity Person;
  entity Information;
  type Facts = {{
    now: datetime, asked: String, standing: Bool,
    yes: Bool, text: String, long: Long, set: Set<String>, longs: Set<Long>, begun_at: datetime,
    record?: {{ text: String, long: Long, ended_at?: datetime, flag?: Bool, set: Set<String>, inner?: {{ long: Long, text?: String }} }},
    maybe?: Long, word?: String, ended_at?: datetime, words?: Set<String>,
  }};
{ACTIONS}}}
"""
NOTES = '@reason("r{0}") @rank("{0}") @citation("Act 11(1)") @ja("い") @en("a")'


def texts(*policies: str, schema: str = SCHEMA) -> PolicyTexts:
    """Return the texts of a set; each policy is annotated here, its head and clauses are given."""
    noted = [f'@id("p{number}") {NOTES.format(number)} {policy};' for number, policy in enumerate(policies)]
    return PolicyTexts(schema, {"act/all.cedar": "\n".join(noted)})


def when(condition: str, effect: str = "permit") -> str:
    """Return a policy without a scope."""
    return f"{effect} (principal, action, resource) when {{ {condition} }}"


class Grammar:
    """Makes typed expressions by chance; what may be absent is mostly guarded, and the rest the engine's validator sorts out."""

    def __init__(self, seed: int) -> None:
        """Begin."""
        self.random = Random(seed)

    def pick(self, *choices: Any) -> Any:
        """Return one of these, calling it if it can be called."""
        one = self.random.choice(choices)
        return one() if callable(one) else one

    def policies(self) -> list[str]:
        """Return the heads and clauses of some policies."""
        return [self._policy() for _ in range(self.random.randrange(1, 5))]

    def _policy(self) -> str:
        scope = self.pick(
            "principal",
            "principal",
            'principal == Sekisho::Person::"one"',
            "principal is Sekisho::Person",
            'principal in Sekisho::Person::"another"',
        )
        action = self.pick(
            "action",
            'action in Sekisho::Action::"handling"',
            'action == Sekisho::Action::"read"',
            'action in [Sekisho::Action::"ending", Sekisho::Action::"list"]',
        )
        resource = self.pick("resource", "resource", 'resource is Sekisho::Information in Sekisho::Information::"one"')
        clauses = " ".join(
            f"{self.pick('when', 'when', 'unless')} {{ {self.flag(self.random.randrange(1, 4))} }}"
            for _ in range(self.random.randrange(1, 3))
        )
        return f"{self.pick('permit', 'permit', 'forbid')} ({scope}, {action}, {resource}) {clauses}"

    def flag(self, depth: int) -> str:
        """Return an expression of type Bool."""
        if depth <= 0:
            return self.pick(
                "context.yes", "context.standing", "true", "false", "!context.yes", "context has maybe", "context has record.inner"
            )
        deeper = depth - 1
        return self.pick(
            lambda: f"({self.flag(deeper)} && {self.flag(deeper)})",
            lambda: f"({self.flag(deeper)} || {self.flag(deeper)})",
            lambda: f"(if {self.flag(deeper)} then {self.flag(deeper)} else {self.flag(deeper)})",
            lambda: f"!({self.flag(deeper)})",
            lambda: f"({self.long(deeper)} {self.compared()} {self.long(deeper)})",
            lambda: f"({self.instant(deeper)} {self.compared()} {self.instant(deeper)})",
            lambda: f"({self.duration(deeper)} {self.compared()} {self.duration(deeper)})",
            lambda: f"({self.text()} {self.pick('==', '!=')} {self.text()})",
            lambda: f'({self.text()} like "{self.pick("*", "a*", "*e", "o*e", "*n*t*", "one", "", "***")}")',
            lambda: f"{self.set()}.{self.pick('containsAll', 'containsAny')}({self.set()})",
            lambda: f"({self.set()} == {self.set()})",
            lambda: f"{self.set()}.contains({self.text()})",
            lambda: f"{self.set()}.isEmpty()",
            lambda: f"context.longs.contains({self.long(deeper)})",
            lambda: f"(context has maybe && context.maybe {self.compared()} {self.long(deeper)})",
            lambda: f"(context has ended_at && {self.instant(deeper)} {self.compared()} context.ended_at)",
            lambda: f"(context has record.ended_at && context.now {self.compared()} context.record.ended_at && {self.flag(deeper)})",
            lambda: f"(context has record.inner.text && context.record.inner.text == {self.text()})",
            lambda: "(context has record && context.record has flag && context.record.flag)",
            lambda: f"(context has record && context.record.long {self.compared()} {self.long(deeper)})",
            lambda: f"(context has words && context.words.containsAny({self.set()}))",
            'principal in [Sekisho::Person::"one", Sekisho::Person::"another"]',
            'resource in [Sekisho::Information::"one", Sekisho::Information::"read"]',
            lambda: f'(principal {self.pick("==", "!=")} Sekisho::Person::"{self.pick("one", "")}")',
            lambda: f'(action {self.pick("in", "==")} Sekisho::Action::"{self.pick("handling", "ending", "read")}")',
            lambda: "(principal is Sekisho::Person)",
        )

    def compared(self) -> str:
        """Return a comparison."""
        return self.pick("<", "<=", ">", ">=", "==", "!=")

    def long(self, depth: int) -> str:
        """Return an expression of type Long."""
        if depth <= 0:
            return self.pick("context.long", "context.long", "0", "1", "-1", "5", "9223372036854775807", "-9223372036854775808")
        deeper = depth - 1
        return self.pick(
            lambda: self.long(0),
            lambda: f"({self.long(deeper)} {self.pick('+', '-', '*')} {self.long(deeper)})",
            lambda: f"-({self.long(deeper)})",
            lambda: f"{self.duration(deeper)}.{self.pick('toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays')}()",
            lambda: f"(if {self.flag(deeper)} then {self.long(deeper)} else {self.long(deeper)})",
        )

    def instant(self, depth: int) -> str:
        """Return an expression of type datetime."""
        if depth <= 0:
            return self.pick(
                "context.now",
                "context.begun_at",
                'datetime("2026-09-21T16:53:20Z")',
                'datetime("2026-09-22T01:53:20.001+0900")',
                'datetime("1969-12-31T23:59:59.999Z")',
            )
        return self.pick(lambda: self.instant(0), lambda: f"{self.instant(depth - 1)}.offset({self.duration(depth - 1)})")

    def duration(self, depth: int) -> str:
        """Return an expression of type duration."""
        literal = self.pick("1d", "-1d", "90m", "1h30s", "-1ms", "106751991167d", "0s", "1d2h3m4s5ms")
        if depth <= 0:
            return f'duration("{literal}")'
        return self.pick(f'duration("{literal}")', lambda: f"{self.instant(depth - 1)}.durationSince({self.instant(depth - 1)})")

    def text(self) -> str:
        """Return an expression of type String."""
        return self.pick("context.text", "context.asked", '"one"', '"another"', '""', '"read"', '"a\\"b\\u{3042}\\n"')

    def set(self) -> str:
        """Return an expression of type Set<String>."""
        return self.pick("context.set", "context.set", '["one"]', '["one", "read", "one"]', '[context.text, "another"]')


def chance_set(seed: int) -> PolicySet | None:
    """Return a set made by chance, or None where the engine refuses it."""
    try:
        return PolicySet.load(texts(*Grammar(seed).policies()))
    except ValueError:
        return None
