"""Roles, what keeps them apart, and how many people a site has: the one table of separation.

A role is granted by two people, for a reach and for days; the table is applied when a role is granted and again when it
is used, because a role that is held by a post may come to somebody by a change of posts.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

Role = Literal[
    "hr_officer",
    "assessment_officer",
    "information_manager",
    "custodian",
    "approver",
    "complaint_officer",
    "auditor",
    "administrator",
]
Profile = Literal["standard", "small"]

ROLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "hr_officer": ("人事担当者", "HR officer"),
        "assessment_officer": ("適性評価実施担当者", "Assessment officer"),
        "information_manager": ("情報管理者", "Information manager"),
        "custodian": ("保全責任者", "Custodian"),
        "approver": ("決裁者", "Approver"),
        "complaint_officer": ("苦情処理担当者", "Complaint officer"),
        "auditor": ("監査担当者", "Auditor"),
        "administrator": ("システム管理者", "Administrator"),
    }
)
"""Each role with its Japanese and English name."""

ORGAN_ONLY = frozenset({"assessment_officer"})
"""Roles that exist at an organ's seat alone: the steps of Act 12 and 13 are the organ's."""

PROFILES: tuple[Profile, ...] = ("standard", "small")

_TOGETHER: Mapping[Profile, frozenset[frozenset[str]]] = MappingProxyType(
    {
        "standard": frozenset(),
        "small": frozenset(
            {
                frozenset({"hr_officer", "information_manager"}),
                frozenset({"hr_officer", "custodian"}),
                frozenset({"information_manager", "custodian"}),
                frozenset({"auditor", "administrator"}),
            }
        ),
    }
)
"""The pairs of roles that one person may hold. Three people run a small site: officer, approver, auditor."""


def separated(first: str, second: str, *, profile: Profile) -> bool:
    """Say whether one person may not hold both roles."""
    return first != second and frozenset({first, second}) not in _TOGETHER[profile]


def in_the_way(role: str, held: Collection[str], *, profile: Profile) -> str | None:
    """Return a held role that keeps somebody from holding or using `role`, or None."""
    return next((other for other in sorted(held) if separated(role, other, profile=profile)), None)


def name_of(role: str, language: str) -> str:
    """Return a role's name in Japanese (`ja`) or English."""
    ja, en = ROLES[role]
    return ja if language == "ja" else en
