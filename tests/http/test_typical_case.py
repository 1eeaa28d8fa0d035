"""A typical case that still gives somebody away is noted for who signs it off; no value is repeated."""

from hub.client.agent import Agent
from tests.http.saying import COMMITTEE, document, say


async def test_what_a_text_gives_away_is_a_finding(justice: Agent):
    told = document(title="相邻排水纠纷", text="双方住测试路1号,电话10000000001,车牌渝A12345。")
    accepted = await say(justice, COMMITTEE, "typical_case", told, "mediation")
    found = [(f["pointer"], f["detail"]) for f in accepted.findings if f["code"] == "masking"]
    assert found == [("/text", "phone"), ("/text", "address"), ("/text", "plate")]
    assert all(f["basis"] for f in accepted.findings if f["code"] == "masking")
    assert "10000000001" not in str(accepted.findings)
    clean = document(title="相邻排水纠纷", text="两户相邻,经调解达成协议。")
    again = await say(justice, COMMITTEE, "typical_case", clean, "mediation")
    assert "masking" not in {f["code"] for f in again.findings}
