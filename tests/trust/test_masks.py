"""Masks: enough to recognise, too little to identify; what they do not understand is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.trust.masks import DROP, MASKS, mask_address, mask_date, mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (mask_name, "郑测一", "郑**"),
        (mask_name, "测一", "测*"),
        (mask_name, "欧阳测一", "欧阳**"),
        (mask_name, "欧阳", "欧*"),
        (mask_name, "阿卜杜·测一", "阿****"),
        (mask_name, "重庆测试物业有限公司", "重****"),
        (mask_number, "500000196803059010", "500000********9010"),
        (mask_number, "500000490712905", "500000*****2905"),
        (mask_number, "E00000001", "*******01"),
        (mask_number, "12", "****"),
        (mask_phone, "10000000001", "100****0001"),
        (mask_phone, "023-00000001", "**********01"),
        (mask_phone, ["10000000001", "10000000002"], ["100****0001", "100****0002"]),
        (mask_address, "重庆市渝中区测试路1号", "重庆市渝中区***"),
        (mask_address, "四川省成都市武侯区测试路", "四川省成都市武侯区***"),
        (mask_address, "酉阳土家族苗族自治县测试镇", "酉阳土家族苗族自治县***"),
        (mask_address, "测试小区3号", "***"),
        (mask_address, "郑测一家住渝中区", "***"),
        (
            mask_address,
            [
                {
                    "kind": "home",
                    "text": "重庆市渝北区测试路",
                    "division": "500112",
                    "grid": "7",
                    "longitude": 106.5,
                }
            ],
            [{"kind": "home", "division": "500112", "text": "重庆市渝北区***"}],
        ),
        (mask_address, {"division": "500112"}, {"division": "500112", "text": "***"}),
        (mask_date, "1968-03-05", "1968"),
        (
            mask_date,
            {"value": "1968-03-05", "precision": "day", "raw": "x"},
            {"value": "1968", "precision": "year"},
        ),
        (mask_date, {"precision": "unknown", "raw": "1968"}, DROP),
    ],
)
def test_masks(mask, value, masked):
    assert mask(value) == masked


@pytest.mark.parametrize("mask", set(MASKS.values()))
@pytest.mark.parametrize("value", [None, 5, 1.5, True, ""])
def test_what_a_mask_does_not_understand_is_dropped(mask, value):
    assert mask(value) is DROP


@given(st.sampled_from(sorted(MASKS)), st.text(min_size=1, max_size=30))
def test_masking_twice_is_masking_once(name, value):
    once = MASKS[name](value)
    if once is not DROP:
        assert MASKS[name](once) == once
