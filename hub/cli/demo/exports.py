"""What a receiver would have to type that the hub already holds: fields typed twice, over the stories.

Each delivery is fetched as a file of the receiver's own form, to be imported there. A field is typed twice
where that form has a place for it and the file leaves the place empty. What has no place there, or is a code
that the form's own list has no word for, nobody types.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import schemas
from hub.cli.demo.accounts import Ledger
from hub.cli.demo.checks import Check
from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.reading import Native
from hub.errors import Refused
from hub.translate.paths import get
from hub.translate.records import Origin
from hub.translate.registry import Translator

_AT_ONCE: Final = 8
_NO_FORM: Final = 406


@dataclass(slots=True)
class Tally:
    """Counts over all deliveries: fields that were delivered, typed twice; deliveries without an own form."""

    fields: int = 0
    twice: int = 0
    formless: int = 0


async def typed_twice(
    agents: Mapping[str, Agent], ledgers: Sequence[Ledger], agencies: Mapping[str, str], disputes: set[str]
) -> Check:
    """The invariant: none. Raises Problem for a delivery that cannot be read."""
    translator, tally = Translator.load(), Tally()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(system: str, message: Mapping[str, Any]) -> None:
        async with gate:
            await _count(translator, tally, agencies[system], agents[system], message)

    arrived = [
        one(ledger.system, message)
        for ledger in ledgers
        for message in ledger.messages.values()
        if message["role"] != "sender" and message["dispute"] in disputes
    ]
    await asyncio.gather(*arrived)
    return Check(
        "本部门表式可直接导入,重复录入的字段为零",
        "in the receiver's own form for import: no field is typed twice",
        tally.twice == 0 and tally.fields > 0,
        f"{tally.twice}/{tally.fields} (无本部门表式 no own form: {tally.formless})",
    )


async def _count(
    translator: Translator, tally: Tally, agency: str, agent: Agent, message: Mapping[str, Any]
) -> None:
    kind, document = str(message["kind"]), message["document"]
    form = translator.native_format_for(agency, kind)
    try:
        file = await agent.native(str(message["message"]))
    except Problem as problem:
        if problem.status != _NO_FORM:
            raise
        tally.formless += 1
        return
    tally.fields += sum(1 for _ in _leaves(document))
    if form is None or not file.dropped:
        return
    imported = _imported(translator, agency, kind, file)
    schema = schemas.kind_schema(kind)
    tally.twice += sum(
        translator.native_of(agency, form, kind, pointer, document) is not None
        and get(imported, pointer.removeprefix("/")) is None
        and not _is_code(schema, pointer)
        for pointer in file.dropped
    )


def _imported(translator: Translator, agency: str, kind: str, file: Native) -> object:
    """What the receiver's system reads in the file; a file it cannot read tells it nothing."""
    try:
        reading = translator.read(agency, file.content_type, file.body, Origin(kind, "", datetime.now(UTC)))
    except Refused:
        return None
    return reading.records[0].document


def _is_code(schema: Mapping[str, Any], pointer: str) -> bool:
    """Whether a member of the document itself is a code of ours."""
    field = schema["properties"].get(pointer.removeprefix("/"), {})
    named = str(field.get("$ref", "")).rpartition("/")[2]
    return "enum" in schema["$defs"].get(named, {})


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
