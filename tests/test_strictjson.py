"""The strict reader against a corpus of bad documents, and its quick path against an exact oracle."""

import json
from contextlib import suppress

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.errors import Refused
from hub.strictjson import MAX_DEPTH, MAX_INTEGER, MAX_VALUES, Json, load_object, loads

SYNTAX = {
    "empty": b"",
    "space only": b" \n",
    "two values": b"1 2",
    "trailing comma in array": b"[1,]",
    "double comma": b"[1,,2]",
    "leading comma": b"[,1]",
    "comma after close": b"[1],",
    "missing comma": b"[1 2]",
    "missing value": b'{"a":}',
    "missing colon": b'{"a" 1}',
    "double colon": b'{"a"::1}',
    "colon in array": b'["a":1]',
    "trailing comma in object": b'{"a":1,}',
    "lone comma in object": b"{,}",
    "unquoted name": b"{a:1}",
    "single quotes": b"{'a':1}",
    "name that is a number": b'{1:"a"}',
    "unclosed array": b"[1",
    "unclosed object": b'{"a":1',
    "unclosed string": b'"abc',
    "close without open": b"1]",
    "wrong close": b'{"a":1]',
    "extra close": b"[]]",
    "extra brace": b'{"a":true}}',
    "line comment": b"1 // a",
    "block comment": b"/* a */ 1",
    "hash comment": b"# a\n1",
    "leading zero": b"[012]",
    "leading zeros negative": b"[-01]",
    "plus sign": b"[+1]",
    "lone minus": b"[-]",
    "double minus": b"[--1]",
    "no integer part": b"[.5]",
    "negative without integer part": b"[-.5]",
    "no fraction digits": b"[1.]",
    "fraction without digits before exponent": b"[1.e3]",
    "no exponent digits": b"[1e]",
    "exponent sign only": b"[1e+]",
    "hexadecimal": b"[0x1F]",
    "underscore": b"[1_000]",
    "full-width digit": "[１]".encode(),
    "number with letters": b"[1a]",
    "capital true": b"[True]",
    "cut literal": b"[nul]",
    "literal with more": b"[truey]",
    "undefined": b"[undefined]",
    "unknown escape": b'["\\x41"]',
    "escaped line end": b'["a\\\nb"]',
    "short unicode escape": b'["\\u12"]',
    "unicode escape without digits": b'["\\uqqqq"]',
    "capital unicode escape": b'["\\U0041"]',
    "backslash at the end": b'["\\',
    "raw tab in string": b'["\t"]',
    "raw newline in string": b'["a\nb"]',
    "raw NUL in string": b'["a\x00b"]',
    "NUL between values": b"[1,\x002]",
    "form feed as space": b"[\x0c1]",
    "no-break space as space": b"[\xc2\xa01]",
    "byte after value": b"1\x00",
    "concatenated objects": b"{}{}",
    "string as JSON lines": b'"a"\n"b"',
    "ellipsis": b"[1, ...]",
    "template": b'{"a": {{b}}}',
}
ENCODING = {
    "BOM": b"\xef\xbb\xbf{}",
    "UTF-16 with BOM": '{"a":1}'.encode("utf-16"),
    "invalid byte": b'["\xff"]',
    "cut sequence": b'["\xe6\xb5"]',
    "lone continuation": b'["\x80"]',
    "overlong slash": b'["\xc0\xaf"]',
    "overlong NUL": b'["\xc0\x80"]',
    "encoded surrogate": b'["\xed\xa0\x80"]',
    "beyond Unicode": b'["\xf4\x90\x80\x80"]',
    "GBK text": '{"姓名":"郑测一"}'.encode("gbk"),
}
REFUSED = {
    "NaN": (b"[NaN]", "number"),
    "-NaN": (b"[-NaN]", "syntax"),
    "Infinity": (b'{"a":Infinity}', "number"),
    "-Infinity": (b"[-Infinity]", "number"),
    "number beyond double": (b"[1e400]", "number"),
    "2^53": (b"[9007199254740992]", "number"),
    "-2^53": (b"[-9007199254740992]", "number"),
    "u64": (b'{"a":18446744073709551615}', "number"),
    "u64 + 1": (b'{"a":18446744073709551616}', "number"),
    "i64 - 1": (b"[-9223372036854775809]", "number"),
    "10^40 in digits": (b"1" + b"0" * 40, "number"),
    "5000 digits": (b"[" + b"9" * 5000 + b"]", "number"),
    "lone high surrogate": (b'["\\ud800"]', "surrogate"),
    "lone low surrogate": (b'["\\udc00"]', "surrogate"),
    "surrogates swapped": (b'["\\udc00\\ud800"]', "surrogate"),
    "surrogate in a name": (b'{"\\ud800":1}', "surrogate"),
    "escaped NUL": (b'["\\u0000"]', "nul"),
    "escaped NUL in a name": (b'{"a\\u0000b":1}', "nul"),
    "duplicate": (b'{"a":1,"a":1}', "duplicate-key"),
    "duplicate apart": (b'{"a":1,"b":{"a":2},"a":3}', "duplicate-key"),
    "duplicate by escape": (b'{"a":1,"\\u0061":2}', "duplicate-key"),
    "duplicate empty name": (b'{"":1,"":2}', "duplicate-key"),
    "duplicate deep": (b'[[{"x":[{"k":1,"k":2}]}]]', "duplicate-key"),
    "duplicate with quote marks to make up": (b'{"k":1,"k":2,"q":"\\u0022\\u0022"}', "duplicate-key"),
    "duplicate with escaped quotes": (b'{"k":"\\"","k":"\\"\\"","q":"\\""}', "duplicate-key"),
    "duplicate hiding nesting": (b'{"a":' + b"[" * 80 + b"]" * 80 + b',"a":1}', "depth"),
    "duplicate spaced": (b'{"a" \n: 1 , "a"\t:2}', "duplicate-key"),
    "depth": (b"[" * 65 + b"]" * 65, "depth"),
    "depth of objects": (b'{"a":' * 65 + b"1" + b"}" * 65, "depth"),
    "depth unclosed": (b"[" * 100_000, "depth"),
    "depth unclosed objects": (b'{"a":' * 100_000, "depth"),
    "too many values": (b"[" + b"1," * MAX_VALUES + b"1]", "count"),
}


def _rule(body: bytes) -> str:
    with pytest.raises(Refused) as caught:
        loads(body)
    assert caught.value.code == "malformed"
    (fault,) = caught.value.faults
    return fault.rule


@pytest.mark.parametrize("body", SYNTAX.values(), ids=SYNTAX.keys())
def test_bad_syntax_is_refused(body):
    assert _rule(body) == "syntax"


@pytest.mark.parametrize("body", ENCODING.values(), ids=ENCODING.keys())
def test_only_utf8_without_bom(body):
    assert _rule(body) == "encoding"


@pytest.mark.parametrize(("body", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_what_readers_disagree_on_is_refused(body, rule):
    assert _rule(body) == rule


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b' {"a" : [1, -0.5, 1e3, true, "\\u6d4b\\ud83d\\ude00"]}\r\n', {"a": [1, -0.5, 1e3, True, "测😀"]}),
        (str(MAX_INTEGER).encode(), MAX_INTEGER),
        (str(-MAX_INTEGER).encode(), -MAX_INTEGER),
        (b'{"typ":"liantiao-message+jws"}', {"typ": "liantiao-message+jws"}),
        (
            b'["500000196803059010", "n 12345678901234567890"]',
            ["500000196803059010", "n 12345678901234567890"],
        ),
        (b'{"a":"\\"a\\":1","b":{"a":"\\u0022"}}', {"a": '"a":1', "b": {"a": '"'}}),
        (b"[1e+300, 0.1]", [1e300, 0.1]),
        (b'["\x7f"]', ["\x7f"]),
    ],
)
def test_good_documents_are_read(body, value):
    assert loads(body) == value


def test_deepest_allowed_document_is_read():
    assert loads(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert loads(b"[" + b"[[1]]," * 100 + b"1]")


def test_many_values_are_read():
    assert len(loads(b"[" + b"1," * (MAX_VALUES - 2) + b"1]")) == MAX_VALUES - 1


def test_size_is_a_matter_of_the_caller():
    with pytest.raises(Refused) as caught:
        loads(b"[1,2,3]", max_bytes=6)
    assert caught.value.code == "too-large"
    assert loads(b"[1,2,3]", max_bytes=7) == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a":{"b":[0,{"c":1,"c":2}]}}', "/a/b/1/c"),
        (b'{"a":[0,9007199254740992]}', "/a/1"),
        # a name that could be a person's data ends the pointer
        ('{"郑测一":{"c":1,"c":2}}'.encode(), ""),
        (b'{"a":{"500000196803059010":1,"500000196803059010":2}}', "/a"),
    ],
)
def test_pointer_names_the_place_and_never_a_value(body, pointer):
    with pytest.raises(Refused) as caught:
        loads(body)
    assert caught.value.faults[0].pointer == pointer


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"1", b"null"])
def test_an_object_is_an_object(body):
    with pytest.raises(Refused) as caught:
        load_object(body)
    assert caught.value.faults[0].rule == "type"


_NAMES = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"a\\""', '"a\\u0022"', '""', '"测"', '"e+"', '":"'])
_SCALARS = st.one_of(
    _NAMES,
    st.sampled_from(['"\\u0000"', '"\\ud800"', '"x\\\\"', "NaN", "1e400", "1e19", "12e+3", "true", "null"]),
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from([2**53 - 1, 2**53, -(2**53), 10**18, 10**19, 2**64]).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text(max_size=6).map(json.dumps),
)
_SPACE = st.sampled_from(["", " ", "\n"])


def _arrays(inner):
    return st.lists(inner, max_size=4).map(lambda items: "[" + ",".join(items) + "]")


def _objects(inner):
    members = st.tuples(_NAMES, _SPACE, inner).map(lambda m: f"{m[0]}{m[1]}:{m[2]}")
    return st.lists(members, max_size=4).map(lambda items: "{" + ",".join(items) + "}")


_TEXTS = st.recursive(_SCALARS, lambda inner: st.one_of(_arrays(inner), _objects(inner)), max_leaves=12)


class _NoError(Exception):
    pass


def _oracle(text: str) -> Json:
    """An independent reading: the standard library with every rule spelled out. Raises _NoError."""

    def pairs(members):
        if len({name for name, _ in members}) != len(members):
            raise _NoError
        return dict(members)

    def refuse(_text):
        raise _NoError

    def integer(digits):
        if abs(int(digits)) > MAX_INTEGER:
            raise _NoError
        return int(digits)

    value = json.loads(text, object_pairs_hook=pairs, parse_constant=refuse, parse_int=integer)
    again = json.dumps(value, ensure_ascii=False)
    try:
        again.encode()
    except UnicodeEncodeError as e:
        raise _NoError from e
    if "\\u0000" in again.replace("\\\\", "") or "Infinity" in again:
        raise _NoError
    return value


@settings(max_examples=600, deadline=None)
@given(_TEXTS)
@example('{"k":1,"k":2,"q":"\\u0022\\u0022"}')
def test_the_quick_path_agrees_with_an_exact_reading(text):
    try:
        expected = _oracle(text)
    except _NoError:
        with pytest.raises(Refused):
            loads(text.encode())
    else:
        assert loads(text.encode()) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5), lambda v: st.lists(v) | st.dictionaries(st.text(), v)
    )
)
def test_what_orjson_writes_is_read(value):
    try:
        body = orjson.dumps(value)
    except orjson.JSONEncodeError:
        return
    if "\\u0000" not in body.decode().replace("\\\\", ""):
        assert loads(body) == value


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body):
    with suppress(Refused):
        loads(body)
