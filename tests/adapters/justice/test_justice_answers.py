"""锡盟 register and answers: what is handed over, yes and no, a visit; what a form cannot say is named."""

import pytest

import schemas
from tests.adapters.justice.justice_files import Json, document, example, only, read, rule, written

REGISTER = example("15_register_referred")
YES = example("16_answer_yes")


def body(form: Json, **changes: object) -> Json:
    told = form["body"]
    assert isinstance(told, dict)
    return form | {"body": told | changes}


@pytest.mark.parametrize(
    ("source", "track"),
    [
        ("公安机关移交", "police_people"),
        ("公安机关委托移送", "police_people"),
        ("当事人申请", "self_accepted"),
        ("调委会主动调解", "self_accepted"),
        ("审判机关委托", None),
        ("其他平台", None),
        ("", None),
    ],
)
def test_only_a_source_that_says_it_is_a_track(source: str, track: str | None) -> None:
    record = only(read("referral", body(REGISTER, caseSource=source)))
    assert record.document is not None
    assert record.document.get("track") == track
    missing = ("", "required") in schemas.faults("referral", record.document)
    assert missing == (track is None)
    assert [f.native for f in record.findings if f.code == "lossy"] == (
        ["/body/caseSource"] if source and track is None else []
    )
    made, _ = written("xlgl_register", "referral", record.document, "xlgl_register")
    back = made["body"]
    assert isinstance(back, dict)
    assert back["caseSource"] == source


def test_a_register_comes_back_whole() -> None:
    told = document("referral", REGISTER)
    made, dropped = written("xlgl_register", "referral", told, "xlgl_register")
    assert dropped == ["/business_time"]  # that of the signature: the register is not dated
    sent, back = REGISTER["body"], made["body"]
    assert isinstance(sent, dict)
    assert isinstance(back, dict)
    assert {name: back[name] for name in sent if sent[name]} == {k: v for k, v in sent.items() if v}


def test_a_third_party_does_not_fit_and_is_named() -> None:
    parties = [
        {"ref": f"p{n}", "kind": "person", "role": role, "name": name}
        for n, (role, name) in enumerate(
            [("side_a", "郑测一"), ("side_b", "冯测二"), ("third", "余测三")], start=1
        )
    ]
    told = {"track": "prefiling_delegated", "facts_found": "堵塞排水沟", "parties": parties}
    made, dropped = written("xlgl_register", "referral", told)
    back = made["body"]
    assert isinstance(back, dict)
    assert (back["accuserName"], back["defendantName"]) == ("郑测一", "冯测二")
    assert back["caseSource"] == "审判机关委托"
    assert "余测三" not in str(made)
    assert {"/parties/2/name", "/track"} <= set(dropped)


@pytest.mark.parametrize(
    ("flag", "answer"), [("yes", "accepted"), ("no", "declined"), ("同意", "accepted"), (" no ", "declined")]
)
def test_yes_takes_on_what_was_handed_over(flag: str, answer: str) -> None:
    told = document("referral_answer", body(YES, act={"procInsId": "p1", "flag": flag, "comment": "测"}))
    assert (told["answer"], told["reason"]) == (answer, "测")


@pytest.mark.parametrize("flag", ["1", "0", "200", "好"])
def test_success_in_other_systems_is_no_answer_here(flag: str) -> None:
    told = body(YES, act={"procInsId": "p1", "flag": flag, "comment": "测"})
    assert rule("referral_answer", told) == [("code", "/body/act/flag")]


def test_its_workflow_number_names_the_case() -> None:
    record = only(read("referral_answer", YES))
    assert [(n.system, n.normal) for n in record.case] == [("proc_inst", "P-20210418-7")]


@pytest.mark.parametrize(
    ("decision", "flag"),
    [("accepted", "yes"), ("not_accepted", "no"), ("supplement", ""), ("review_extended", "")],
)
def test_a_decision_of_the_court_is_yes_or_no_or_words(decision: str, flag: str) -> None:
    number = {"system": "case_no", "value": "(2021)渝0199民特12号"}
    told = {"decision": decision, "reason": "请补交身份证明", "case_number": number}
    made, dropped = written("xlgl_answer", "confirmation_answer", told)
    back = made["body"]
    assert isinstance(back, dict)
    assert (back["act"]["flag"], back["act"]["comment"]) == (flag, "请补交身份证明")
    assert made["status"] == "0"
    assert "/case_number/value" in dropped
    assert ("/decision" in dropped) == (flag == "")


def test_an_answer_is_no_register_and_a_register_no_answer() -> None:
    assert rule("dispute", YES) == [("kind-not-in-format", None)]
    assert rule("referral_answer", REGISTER) == [("kind-not-in-format", None)]


def test_a_visit_is_told_in_the_agreements_form() -> None:
    told = document("performance", example("04_visit"))
    assert told["event"] == "visit"
    assert told["visit"] == {
        "cause": "例行回访",
        "on": "2021-04-25",
        "situation": "排水沟已疏通,补偿已付清。",
    }
    assert schemas.faults("performance", told) == ()
