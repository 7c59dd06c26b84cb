"""What a register is declared by: its article, its form, what a line needs, and the columns that forms share."""

from dataclasses import dataclass
from datetime import date

from service.statute.citations import Citation, cite
from service.statute.numbers import IN_FORCE


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form: where its value comes from, and its heading in Japanese and English."""

    source: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Register:
    """A register from a day on. `needs` are the columns without which no line is entered.

    `operator_columns` are the sources in an operator's order, where it differs.
    """

    kind: str
    ja: str
    en: str
    basis: Citation
    form: int | None
    needs: tuple[str, ...]
    verbs: tuple[str, ...]
    columns: tuple[Column, ...]
    operator_columns: tuple[str, ...] = ()
    since: date = IN_FORCE

    def columns_of(self, organization_kind: str) -> tuple[Column, ...]:
        """Return the columns in the order of an organization's form."""
        if organization_kind != "operator" or not self.operator_columns:
            return self.columns
        by_source = {column.source: column for column in self.columns}
        return tuple(by_source[source] for source in self.operator_columns)


def n8(article: str) -> Citation:
    """Return an article of NPSC Rule 8/2025."""
    return cite(f"NPSC Rule 8/2025 {article}")


SERIAL = Column("serial", "番号", "No.")
DESIGNATION = Column("designation", "指定の整理番号", "Designation no.")
TITLE = Column("title", "件名", "Title")
REGISTRATION = Column("registration", "登録番号", "Registration no.")
STRUCK = Column("struck_on", "抹消日", "Struck")
PERSON = Column("person", "氏名", "Name")
DAY = Column("begun_on", "年月日", "Date")
PAPER = Column("paper", "文書番号", "Document no.")
