"""Damaged files of every agency: read, or refused as a problem; never anything else."""

from contextlib import suppress
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.errors import Refused
from hub.strictjson import loads
from hub.translate.registry import Translator
from hub.trust.jose import parse_detached
from hub.trust.tokens import parse_assertion
from tests.hostile.mutating import TOKENS, Sample, damaged, read, retyped, samples

SHORT = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@cache
def translator() -> Translator:
    return Translator.load()


@cache
def known() -> tuple[Sample, ...]:
    return tuple(samples(translator()))


def test_every_way_of_writing_is_among_the_samples():
    media = {sample.media.partition(";")[0] for sample in known()}
    assert media >= {
        "application/json", "application/xml", "application/x-www-form-urlencoded", "application/zip",
        "application/vnd.dbf", "text/csv",
    }  # fmt: skip


@SHORT
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject):
    sample = data.draw(st.sampled_from(known()))
    change = retyped if "json" in sample.media and data.draw(st.booleans()) else damaged
    body = data.draw(change(sample.body))
    with suppress(Refused):
        read(translator(), sample, body)


@SHORT
@given(st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)), max_size=12))
def test_json_is_read_or_refused(parts: list[bytes]):
    with suppress(Refused):
        loads(b"".join(parts))


@SHORT
@given(st.text(st.characters(max_codepoint=0x2FF), max_size=200), st.integers(0, 3))
def test_tokens_are_read_or_refused(text: str, dots: int):
    for token in (text, f"e30{'.' * dots}{text}", f"{text}.e30.{text}"):
        for reader in (parse_detached, parse_assertion):
            with suppress(Refused):
                reader(token)
