"""What a single fault says, Chinese and English: by its rule, never by its value.

Rules come from the readers, the schemas, the guards of the machine tables and the court's seal check;
guards and seal rules bring their own text, everything else is here.
"""

import re
from functools import cache
from typing import Final

from hub.api.texts import Language
from hub.errors import Fault
from hub.law.tables import load_tables
from hub.store.administration import RULES as REGISTER_RULES
from hub.trust.rulings import RULES

# Braces of other kinds stand for themselves: a text may show a member list.
_PLACE: Final = re.compile(r"\{(\d)\}")
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # envelope and token
    "signature-missing": ("缺少 X-JWS-Signature 头", "the X-JWS-Signature header is missing"),
    "signature-parts": ("签名头不是三段", "the signature header does not have three parts"),
    "signature-attached": ("签名须为分离式", "the signature must be detached"),
    "base64url": ("不是规范的 base64url", "not canonical base64url"),
    "remote-key": ("信封中不得携带或引用密钥", "the envelope may not carry or point to keys"),
    "aud": ("aud 不是本中枢", "aud is not this hub"),
    "cty": ("cty 与 Content-Type 不一致", "cty differs from Content-Type"),
    "key": ("密钥未登记或已撤销", "the key is not registered, or revoked"),
    "alg": ("算法与登记的密钥不符", "the algorithm is not that of the registered key"),
    "signature": ("签名验证不通过", "the signature does not verify"),
    "iat": ("签发时间超出允许范围", "iat is outside the window"),
    "bearer-missing": ("缺少访问令牌", "the bearer token is missing"),
    "dpop-not-offered": ("尚不支持 DPoP", "DPoP is not offered yet"),
    "client-unknown": ("接入系统未登记或已停用", "the system is not registered, or disabled"),
    "client-not-issuer": ("令牌与签名不属于同一系统", "token and signature are of different systems"),
    "scope-missing": ("缺少权限 {0}", "the scope {0} is missing"),
    "unit-not-yours": ("该单位不属于本系统", "the unit is not one of the system's"),
    "unit-unknown": ("没有此单位", "there is no such unit"),
    "kind-unknown": ("没有此类消息", "there is no such kind"),
    "kind-unit-type": ("该类单位不得发送此类消息", "units of this type may not send the kind"),
    "purpose": ("此类消息不得用于该用途", "the kind may not be sent for this purpose"),
    "jti-reused": ("该编号已用于其他内容", "the jti was used for other content"),
    # bodies
    "media-type": ("不接受此内容类型", "the media type is not accepted"),
    "content-encoding": ("不得使用 Content-Encoding", "Content-Encoding is not accepted"),
    "size": ("超过上限 {0}", "larger than {0}"),
    # files
    "content-range": (
        "Content-Range 与内容或已收长度不符",
        "Content-Range does not fit what is sent or stored",
    ),
    "digest": ("内容与地址中的摘要不符", "the content does not have the digest of the address"),
    "uploads-at-a-time": ("同时上传不得超过 {0} 个", "at most {0} uploads at a time"),
    "encoding": ("编码不符", "the encoding does not fit"),
    "duplicate-key": ("有重复的键", "a key is there twice"),
    "depth": ("嵌套过深", "nested too deeply"),
    "no-format": ("不符合任何已登记格式", "fits no registered format"),
    "two-formats": ("同时符合两种格式", "fits two formats"),
    "kind-not-in-format": ("格式 {0} 不承载此类消息", "the format {0} does not carry this kind"),
    "unknown-field": ("字段不在该格式的字段表中", "the field is not in the format's field list"),
    "code": ("代码不在该系统的代码表中", "the code is not in the system's list"),
    # shared form
    "required": ("缺少必需的内容", "a required member is missing"),
    "additionalProperties": ("有多余的内容", "a member is not known"),
    "type": ("类型不符", "of the wrong type"),
    "enum": ("不在代码表中", "not in the code list"),
    "const": ("值不符", "not the expected value"),
    "pattern": ("格式不符", "does not match the pattern"),
    "format": ("格式不符", "does not have the format"),
    "maxLength": ("文字过长", "the text is too long"),
    "maxItems": ("条目过多", "too many items"),
    "minItems": ("条目不足", "too few items"),
    # cases
    "unknown": ("不存在,或不属于您", "does not exist, or is not yours"),
    "case-unknown": ("没有可确定的办理", "no case can be named"),
    "several-cases": ("有多个可能的办理", "several cases are possible"),
    "several-disputes": ("编号指向多个纠纷", "the numbers name several disputes"),
    "contradiction": ("所指纠纷前后不一", "the named disputes differ"),
    "no-such-step": ("当前状态不允许此步骤", "the state does not allow the step"),
    "blob-missing": ("文件未上传完整或不可用", "the file is not complete, or not yours"),
    "document-missing": ("缺少文书", "the document is missing"),
    "cursor": ("游标无效", "the cursor is not valid"),
    # streams
    "text": ("应为不超过 {0} 字的文字", "must be a text of at most {0} characters"),
    "supplied": ("由本中枢给出,不得改动", "is supplied by the hub and cannot be changed"),
    "version": ("不提供此版本,可用 {0}", "this version is not offered; {0} is"),
    "push-address": ("不在管理员登记的推送地址之下", "does not lie under a registered push address"),
    "push-address-inner": ("内部地址或非加密地址未列入许可", "an inner or plain address that is not listed"),
    "stream-disabled": ("不得停用,只能暂停", "a stream can be paused, not disabled"),
    "stream-exists": ("本系统已有事件流", "the system has a stream already"),
    "stream-unknown": ("没有此事件流", "there is no such stream"),
    "no-poll-stream": ("没有轮询方式的事件流", "there is no stream to poll"),
}
_OTHER: Final = ("不符合规则 {rule}", "does not keep the rule {rule}")


def rule_text(fault: Fault, lang: Language) -> str:
    """One sentence for a fault."""
    pair = _TEXTS.get(fault.rule) or RULES.get(fault.rule) or REGISTER_RULES.get(fault.rule)
    if pair is None:
        guard = _guards().get(fault.rule)
        pair = (guard, f"rule {fault.rule}: {guard}") if guard else _OTHER
    words = pair[0] if lang == "zh" else pair[1]
    named = words.replace("{rule}", fault.rule)
    return _PLACE.sub(lambda place: str(dict(enumerate(fault.args)).get(int(place[1]), "")), named)


@cache
def _guards() -> dict[str, str]:
    """Guards of the tables, by id."""
    return {g.id: g.zh for m in load_tables().machines.values() for g in m.guards.values()}
