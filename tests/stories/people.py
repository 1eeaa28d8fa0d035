"""Who is who in the stories: units, the systems that speak for them, the parties by their names there."""

from typing import Any

HEAD = "code,name,agency,tier,division,parent,valid_from,valid_to,type,host"
COURT, COURT2, TRIBUNAL = "500199", "500198", "50019901"
BUREAU, STATION, STATION2 = "500199000000", "500199520000", "500199530000"
JUSTICE, OFFICE = "5001990000", "5001990100"
COMMITTEE, COMMITTEE2, VILLAGE, ROOM = "3105", "3106", "3107", "3108"
DISTRICT, CENTRE = "5001999000", "5001999100"
UNITS = f"""{HEAD}
{COURT},重庆市示例区人民法院,court,district,500199,,2010-01-01,,court,
{COURT2},重庆市示例二区人民法院,court,district,500198,,2010-01-01,,court,
{TRIBUNAL},示例人民法庭,court,town,500199,{COURT},2010-01-01,,tribunal,
{BUREAU},示例区公安分局,police,district,500199,,2010-01-01,,police_bureau,
{STATION},测试镇派出所,police,town,500199,{BUREAU},2010-01-01,,station,
{STATION2},测试街道派出所,police,town,500199,{BUREAU},2010-01-01,,station,
{JUSTICE},示例区司法局,justice,district,500199,,2010-01-01,,justice_bureau,
{OFFICE},测试镇司法所,justice,town,500199,{JUSTICE},2010-01-01,,judicial_office,
{COMMITTEE},测试镇人民调解委员会,justice,town,500199,{OFFICE},2010-01-01,,committee,
{COMMITTEE2},测试行业人民调解委员会,justice,town,500199,{OFFICE},2010-01-01,,committee,
{VILLAGE},一号村人民调解委员会,justice,town,500199,{OFFICE},2010-01-01,,committee,
{ROOM},驻测试镇派出所调解室,justice,town,500199,{COMMITTEE},2010-01-01,,room,{STATION}
{DISTRICT},示例区平安办,justice,district,500199,,2010-01-01,,other,
{CENTRE},测试镇综治中心,justice,town,500199,{DISTRICT},2010-01-01,,other,
"""
SYSTEMS = {
    "court-sys": ("court", (COURT, COURT2, TRIBUNAL)),
    "police-sys": ("police", (BUREAU, STATION, STATION2)),
    "justice-sys": ("justice", (JUSTICE, OFFICE, COMMITTEE, COMMITTEE2, VILLAGE, ROOM, DISTRICT, CENTRE)),
}

NAMED = {
    "派出所": STATION, "甲派出所": STATION, "乙派出所": STATION2, "调解室": ROOM, "甲调解室": ROOM,
    "乙行业调委会": COMMITTEE2, "乙调委会": COMMITTEE2, "调委会": COMMITTEE, "村调委会": VILLAGE,
    "统景镇调委会": COMMITTEE, "司法所": OFFICE, "法庭": TRIBUNAL, "法院": COURT, "北碚法院": COURT,
    "渝北法院": COURT2, "综治中心": CENTRE, "综治中心代": CENTRE, "上级": DISTRICT, "法庭/调委会": COMMITTEE,
}  # fmt: skip
"""What the stories call the units. Receipts of `法庭/调委会` are the committee's here."""

REFS = {"郑": "p1", "冯": "p2", "余": "p3"}
PARTIES: list[dict[str, Any]] = [
    {"ref": "p1", "kind": "person", "role": "side_a", "name": "郑测一", "id_number": "500000196803059010"},
    {"ref": "p2", "kind": "person", "role": "side_b", "name": "冯测二", "id_number": "500000197511209026"},
    {"ref": "p3", "kind": "person", "role": "side_b", "name": "余测三", "id_number": "500000490712905"},
]


def parties(n: int = 2) -> list[dict[str, Any]]:
    """The first n; the third of them takes no service by electronic means."""
    return [
        {**party, "service_address": {"e_service": True, "e_kind": "sms", "e_address": "10000000001"}}
        if party["ref"] != "p3"
        else {**party, "service_address": {"e_service": False}}
        for party in PARTIES[:n]
    ]
