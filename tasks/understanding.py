"""Rows of one channel understood: its own columns, its usual urgency, and the units named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.channels import IntakeChannel
from models.intake_rows import IncomingRow, IntakeReport, Rejected
from models.registry import Directory
from tasks.reading.channel_columns import FIELD_ZH, OWN
from tasks.reading.incoming import understand
from tasks.reading.rows import RawRow, Table
from tasks.reading.words import line, whole

_MIDNIGHT = " 00:00:00"
"""What a workbook's date has behind it as a text."""
_BARE = frozenset({*OWN, "unit"})
"""Fields that are no part of a row as others know it."""


@dataclass
class Understanding:
    """How rows of a channel are understood; counts what they lack (see ``IntakeReport``)."""

    channel: IntakeChannel
    directory: Directory
    unreported: int = 0
    unknown_units: int = 0

    def rows(self, table: Table) -> Iterator[IncomingRow | Rejected]:
        """Give the rows of a table, one by one."""
        for raw in table.rows:
            row = self._row(raw, table.headers)
            if isinstance(row, IncomingRow) and self.channel.expects_reporter:
                self.unreported += not (row.reporter or row.phone)
            yield row

    def tell(self, report: IntakeReport) -> IntakeReport:
        """Note the counts in the report of the same rows."""
        report.unreported, report.unknown_units = self.unreported, self.unknown_units
        return report

    def _row(self, raw: RawRow, headers: Mapping[str, str]) -> IncomingRow | Rejected:
        if _BARE.isdisjoint(raw.fields):
            return self._usual(raw, understand(raw, headers))
        common = {field: text for field, text in raw.fields.items() if field not in _BARE}
        row = self._usual(raw, understand(raw._replace(fields=common), headers))
        return self._with_own(raw, row, headers) if isinstance(row, IncomingRow) else row

    def _usual(self, raw: RawRow, row: IncomingRow | Rejected) -> IncomingRow | Rejected:
        """Give a row that says nothing of its urgency the channel's."""
        usual = self.channel.default_urgency
        if isinstance(row, Rejected) or row.urgency == usual or line(raw.fields.get("urgency", "")):
            return row
        return row._replace(urgency=usual)

    def _with_own(self, raw: RawRow, row: IncomingRow, headers: Mapping[str, str]) -> IncomingRow:
        """Take the channel's own columns into the text, and find the unit named."""
        said = {field: whole(text) for field, text in raw.fields.items() if field in _BARE}
        wanted = line(said.pop("unit", ""))
        named = self._unit(wanted)
        if wanted and not named:
            self.unknown_units += 1
            said["unit"] = wanted
        told = (
            f"{headers.get(field, FIELD_ZH[field])}：{text.removesuffix(_MIDNIGHT)}"
            for field, text in said.items()
            if text
        )
        body = "\n".join(filter(None, (row.body, *told)))
        return row._replace(body=body, named_unit=named)

    def _unit(self, wanted: str) -> str:
        """Give the code of a unit by code, name or alias; nothing for unknown and doubtful ones."""
        known = self.directory
        code = wanted if wanted in known.names else known.aliases.get(wanted, "")
        return "" if code in known.doubtful else code
