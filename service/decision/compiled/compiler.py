"""From the typed tree of a policy set to Python: one function that reads facts, and one for each action.

Cedar's authorization semantics: https://docs.cedarpolicy.com/auth/authorization.html. A policy whose evaluation fails is
skipped and reported; any forbid that applies decides, else any permit; all that decide are named. The tree is cedarpy's
(`PolicySet.to_pst`), which is read from the text by the Rust engine itself.
"""

import ast
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from cedarpy import pst

from service.decision.compiled.expressions import TOLD, Path, Translator, refuse
from service.decision.compiled.schema import Type, context_type, is_held
from service.decision.compiled.values import FIRST_MS, LAST_MS, LEAST, MOST, present, whole, within
from service.decision.engine import ACTION, INFORMATION, PERSON, Question, Verdict

Values = tuple[Any, ...]


class Reading(msgspec.Struct, frozen=True):
    """What policies need of one channel: its values in their places, and the instants at which a comparison with now flips."""

    values: Values
    flips: list[int]
    """In order."""

    def flip_behind(self, now_ms: int) -> int | None:
        """Return the first instant behind now at which any comparison flips, or None."""
        place = bisect_right(self.flips, now_ms)
        return self.flips[place] if place < len(self.flips) else None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A policy set as Python. Policies are bits, in the order of their names here."""

    names: tuple[str, ...]
    """What the engine calls the policies."""
    read_values: Callable[[Mapping[str, Any]], tuple[Values, list[int]] | None]
    decide: Mapping[str, Callable[[Values, int, str, bool, str, str], tuple[int, int, int]]]
    """For each action, from what was read to the bits of the forbids and permits that apply, and of those that failed."""
    source: str

    def read(self, channel: Mapping[str, Any]) -> Reading | None:
        """Return what a channel says, or None where it is not as the schema states: the engine is asked then."""
        try:
            found = self.read_values(channel)
        except KeyError:
            # What the schema says is always there, is not.
            return None
        if found is None:
            return None
        found[1].sort()
        return Reading(*found)

    def ask(self, reading: Reading, question: Question) -> Verdict:
        """Return the verdict in the form of the engine's, for comparing the two."""
        decide = self.decide[question.action]
        given = (question.now_ms, question.asked, question.standing, question.person, question.information)
        forbids, permits, failed = decide(reading.values, *given)
        return Verdict(permits != 0 and forbids == 0, frozenset(self.named(forbids or permits)), failed != 0)

    def named(self, bits: int) -> Iterator[str]:
        """Yield the names of policies that these bits stand for."""
        return (name for place, name in enumerate(self.names) if bits >> place & 1)


def compile_policies(tree: pst.PolicySet, schema: str, groups: Mapping[str, tuple[str, ...]]) -> Compiled:
    """Return a policy set as Python; `groups` are those that each action is in. Raises UnsupportedError, naming the policy."""
    if tree.templates or tree.template_links:
        refuse("templates")
    context = context_type(schema)
    names = tuple(tree.static_policies)
    paths: dict[Path, str] = {}
    flips: set[tuple[Path, int]] = set()
    constants: dict[str, Any] = {}
    bodies: dict[str, str] = {}
    for action in groups:
        translator = Translator(context, action, groups, paths, constants, flips)
        # Forbids first, as the engine has them.
        order = sorted(names, key=lambda name: tree.static_policies[name].effect != "forbid")
        bodies[action] = "".join(_policy(translator, tree.static_policies[name], 1 << names.index(name)) for name in order)
    order_of_values = sorted(paths)
    unpacked = "".join(f"{paths[path]}, " for path in order_of_values)
    source = _reading(context, paths, flips, order_of_values)
    # Most actions are judged by the same policies, and share one function.
    functions = {body: f"decide{place}" for place, body in enumerate(dict.fromkeys(bodies.values()))}
    for body, function in functions.items():
        source += f"def {function}(values, now, asked, standing, person, information):\n"
        source += (f"    {unpacked}= values\n" if unpacked else "") + f"    f = p = e = 0\n{body}    return f, p, e\n"
    space = _run(source, constants)
    return Compiled(names, space["read"], {action: space[functions[body]] for action, body in bodies.items()}, source)


def _run(source: str, constants: Mapping[str, Any]) -> dict[str, Any]:
    space: dict[str, Any] = {**constants, "present": present, "within": within, "whole": whole, "STR": {str}}
    try:
        exec(compile(ast.parse(source), "<policies>", "exec"), space)  # noqa: S102 - the text is made here, of numbered names and quoted constants
    except (SyntaxError, RecursionError, MemoryError) as error:
        refuse(f"policies nested too deep for Python: {error}")
    return space


def _policy(translator: Translator, policy: pst.Template, bit: int) -> str:
    """Return the lines of one policy, or none where it never applies to the action."""
    name = policy.annotations.get("id", policy.id)
    try:
        if not _of_action(translator, policy.action):
            return ""
        tests = [*_scope(translator, "principal", policy.principal), *_scope(translator, "resource", policy.resource)]
        known: frozenset[Path] = frozenset()
        for clause in policy.clauses:
            code = translator.condition(clause.expr, known)
            if isinstance(clause, pst.When):
                tests.append(code.text)
                known |= code.present
            else:
                tests.append(f"not {code.text}")
    except ValueError as error:
        refuse(f"{name}: {error}")
    mark = "f" if policy.effect == "forbid" else "p"
    return (
        f"    try:\n        if {' and '.join(tests) or 'True'}:\n            {mark} |= {bit}\n    except Exception:\n        e |= {bit}\n"
    )


def _of_action(translator: Translator, scope: Any) -> bool:
    if isinstance(scope, pst.ScopeAny):
        return True
    entities = (scope.entity,) if isinstance(scope, pst.ActionEq) else scope.entities
    if any(str(one.type) != ACTION for one in entities):
        return False
    if isinstance(scope, pst.ActionEq):
        return bool(scope.entity.id == translator.action)
    return any(translator.is_in(translator.action, one.id) for one in entities)


def _scope(translator: Translator, name: Any, scope: Any) -> Iterator[str]:
    kind = PERSON if name == "principal" else INFORMATION
    if isinstance(scope, pst.ScopeAny):
        return
    if isinstance(scope, pst.ScopeIs | pst.ScopeIsIn):
        yield repr(str(scope.entity_type) == kind)
    if isinstance(scope, pst.ScopeEq | pst.ScopeIn | pst.ScopeIsIn):
        if not isinstance(scope.entity, pst.EntityUid):
            refuse("a slot of a template")
        yield translator.member(pst.Var(name), scope.entity)


def _reading(context: Type, paths: Mapping[Path, str], flips: set[tuple[Path, int]], order: list[Path]) -> str:
    """Return the function that reads a channel: every attribute that the schema declares is looked at, those needed are kept."""
    lines = ["def read(c0):", "    flips = []"]
    lines += [f"    {name} = None" for path, name in paths.items() if len(path) > 1]
    for name in context.attributes:
        if (name,) not in TOLD:
            lines += _attribute((name,), context, paths, flips, "    ")
    lines.append(f"    return ({''.join(f'{paths[path]}, ' for path in order)}), flips")
    return "\n".join(lines) + "\n"


def _attribute(
    path: Path, record: Type, paths: Mapping[Path, str], flips: set[tuple[Path, int]], pad: str, depth: int = 0
) -> Iterator[str]:
    """Yield the lines that read one attribute of the record `c{depth}` and return None where it is not of its type."""
    attribute, name, kept = record.attributes[path[-1]], f"n{depth}", paths.get(path)
    word = ascii(path[-1])
    if not attribute.optional and not is_held(path[-1], attribute.type):
        refuse(f"context.{'.'.join(path)}, a {attribute.type.kind} that no facts hold")
    misfit = _misfit(path[-1], attribute.type, name)
    if attribute.optional:
        yield f"{pad}{name} = c{depth}.get({word})"
        yield f"{pad}if {name} is None:"
        yield f"{pad}    {f'{kept} = None' if kept else 'pass'}"
        # What is there and holds nothing is not absent.
        yield f"{pad}    if {word} in c{depth}: return None"
        yield f"{pad}elif {misfit}: return None"
        yield f"{pad}else:"
    else:
        yield f"{pad}{name} = c{depth}[{word}]"
        yield f"{pad}if {misfit}: return None"
        pad = pad[4:]
    if kept:
        yield f"{pad}    {kept} = {f'frozenset({name})' if attribute.type.kind == 'set' else name}"
    for behind in sorted(late for at, late in flips if at == path):
        yield f"{pad}    flips.append({name}{' + 1' if behind else ''})"
    if attribute.type.kind == "record":
        yield f"{pad}    c{depth + 1} = {name}"
        for inner in attribute.type.attributes:
            yield from _attribute((*path, inner), attribute.type, paths, flips, pad + "    ", depth + 1)
    yield f"{pad}    pass"


def _misfit(name: str, of_type: Type, value: str) -> str:
    """Return the Python that tells whether a value is not of its type, as the engine would read it."""
    if not is_held(name, of_type):
        return "True"
    least, most = (FIRST_MS, LAST_MS) if of_type.kind == "datetime" else (LEAST, MOST)
    number = f"type({value}) is not int or not {least} <= {value} <= {most}"
    elements = f"STR.issuperset(map(type, {value}))"
    if of_type.element == Type("long"):
        elements = f"all(type(n) is int and {LEAST} <= n <= {MOST} for n in {value})"
    return {
        "bool": f"type({value}) is not bool",
        "string": f"type({value}) is not str",
        "long": number,
        "datetime": number,
        "record": f"type({value}) is not dict or '__extn' in {value} or '__entity' in {value}",
        "set": f"type({value}) is not list or not {elements}",
    }[of_type.kind]
