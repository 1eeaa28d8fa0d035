"""Tables as files: CSV for spreadsheets, Parquet for programs, and `datapackage.json`, which describes them.

Data Package 2.0 (datapackage.org). The same tables give the same bytes. In CSV a text that a spreadsheet
would take for a formula gets an apostrophe in front; Parquet has it as it is.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from hub.nightly.extracts.columns import Column, Value
from hub.nightly.extracts.tables import Table
from schemas import codes

CHARSET: Final = "gb18030"
GUARD: Final = "'"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@")
"""What a spreadsheet may begin a formula with, full-width signs included (OWASP, CSV injection)."""

_ARROW: Final[Mapping[str, pa.DataType]] = {
    "string": pa.string(),
    "datetime": pa.string(),  # as RFC 3339 says it: value and offset, nothing converted
    "date": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}
_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"


def guarded(text: str) -> str:
    """A text as a spreadsheet may open it: never the beginning of a formula."""
    return GUARD + text if text.lstrip(" ").startswith(_FORMULA) else text


def as_csv(table: Table) -> bytes:
    """GB18030, comma, every cell quoted that needs it, lines ended as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return out.getvalue().encode(CHARSET)


def as_parquet(table: Table) -> bytes:
    """Typed columns, compressed; titles as field metadata."""
    fields = [pa.field(c.name, _ARROW[c.type], metadata={"title": c.title}) for c in table.columns]
    values = [pa.array([row[n] for row in table.rows], type=field.type) for n, field in enumerate(fields)]
    out = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(values, schema=pa.schema(fields)), out, compression="zstd")
    return bytes(out.getvalue().to_pybytes())


def data_files(tables: Sequence[Table]) -> dict[str, bytes]:
    """The files of the tables, by name."""
    files: dict[str, bytes] = {}
    for table in tables:
        files[f"data/{table.name}.csv"] = as_csv(table)
        files[f"data/{table.name}.parquet"] = as_parquet(table)
    return files


def descriptor(about: Mapping[str, Any], tables: Sequence[Table], files: Mapping[str, bytes]) -> bytes:
    """`datapackage.json`: what the package is, and each file with size, digest, encoding and columns."""
    resources = [
        _resource(table, f"data/{table.name}.{form}", files[f"data/{table.name}.{form}"])
        for table in tables
        for form in ("csv", "parquet")
    ]
    told = {"$schema": _PROFILE, **about, "resources": resources}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"


def _resource(table: Table, path: str, content: bytes) -> dict[str, Any]:
    form = path.rpartition(".")[2]
    told: dict[str, Any] = {
        "name": f"{table.name}-{form}",
        "path": path,
        "title": table.title,
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "format": form,
    }
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if form == "parquet":
        return told | {"mediatype": "application/vnd.apache.parquet", "schema": schema}
    dialect = {
        "delimiter": ",",
        "lineTerminator": "\r\n",
        "quoteChar": '"',
        "doubleQuote": True,
        "header": True,
    }
    told |= {"type": "table", "mediatype": "text/csv", "encoding": CHARSET, "dialect": dialect}
    return told | {"formulaGuard": GUARD, "schema": schema}


def _field(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "type": column.type, "title": column.title}
    # A field may take codes of several lists: their names stand one behind the other.
    named = {code: zh for name in column.codes.split() for code, zh in codes(name).items()}
    if named:
        told["categories"] = [{"value": code, "label": zh} for code, zh in named.items()]
    return told


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else str(value)
