from typing import get_args
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hub.evidence import entries
from hub.exchange import proofs

Texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.sampled_from(get_args(entries.EventType)),
    st.uuids(),
    st.uuids(),
    Texts,
    st.none() | st.binary(min_size=32, max_size=32),
)
def test_an_event_is_digested_as_the_evidence_room_says(
    of: entries.EventType, message: UUID, delivery: UUID, unit: str, claims: bytes | None
) -> None:
    statement = entries.event_statement(of, str(message), str(delivery), unit, claims)
    event = proofs.Event(of, message, delivery, unit, claims)
    assert proofs.content(event) == entries.statement_digest(statement)
