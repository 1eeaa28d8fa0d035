"""Intake of a mediation platform (API page 73407): a request with claims, cause and defendants.

The API page lists its parameters without a word on what lies inside `defendant`.
"""

from typing import Final

from adapters.court.codecs_platform import DEFENDANTS, FILE_FIELDS, PLATFORM_FILE
from hub.port import (
    Const,
    Direction,
    Drop,
    Each,
    Field,
    FieldList,
    Format,
    Ident,
    JsonKeys,
    Map,
    Moment,
    Role,
    Text,
    When,
)

_PAGES: Final = (
    "alibaba.tekilik.assist.insert… (73407), savemediaterecord (70853), mediation.result.push (73730)"
)
_INNER: Final = "number of the platform's own tables"
_MAPPED: Final = frozenset(
    {
        "mediation_case_number",
        "idempotent_id",
        "accuser_claim_fact",
        "investigation_start_time",
        "suit_request",
        "investigation_file[].resource_id",
        "investigation_file[].file_name",
        "investigation_file[].file_size",
        "case_cause",
        "defendant[]",
        "case_id",
        "entrust_id",
    }
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.READ,
    (
        Ident(("idempotent_id",), "platform_idempotent", Role.OWN),
        Ident(("mediation_case_number",), "pre_case_no", Role.CASE),
        Field("investigation_start_time", "business_time", Moment(When.EPOCH_MS)),
        Field("suit_request", "claims", Text(4000)),
        Field("accuser_claim_fact", "facts", Text(10_000)),
        Field("case_cause", "cause", Text(120)),
        Field("defendant", "parties", DEFENDANTS),
        Each("investigation_file", "attachments", (Field(FILE_FIELDS, ".", PLATFORM_FILE),)),
        Drop("case_id", _INNER),
        Drop("entrust_id", _INNER),
        Const("action", "register"),
        Const("origin", "application", "completeness"),
    ),
)

PLATFORM_ASSIST: Final = Format(
    name="platform_assist",
    zh="网上调解平台协助登记",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"mediation_case_number", "idempotent_id", "suit_request"})),
    maps=(_DISPUTE,),
    fields=(
        FieldList(
            "platform_alibaba_mediation.csv",
            (_PAGES,),
            "",
            _MAPPED,
        ),
    ),
)
