"""What refusals say to a person, Chinese and English; chosen by `Accept-Language`. Data and a choice."""

import re
from typing import Final, Literal

from hub.errors import ProblemCode

Language = Literal["zh", "en"]
_QUALITY: Final = re.compile(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)")

TITLES: Final[dict[ProblemCode, tuple[str, str]]] = {
    "malformed": ("报文不可读", "The message cannot be read"),
    "token-invalid": ("访问令牌无效", "The access token is not valid"),
    "signature-invalid": ("签名无效", "The signature is not valid"),
    "stale": ("报文时间超出允许范围", "The message's time is outside the window"),
    "scope": ("没有此项权限", "The token does not carry this scope"),
    "unit-not-yours": ("不得代该单位发送", "The unit is not one of yours"),
    "kind-not-allowed": ("不得发送此类消息", "This kind may not be sent"),
    "unknown": ("不存在", "Not found"),
    "no-native-form": ("没有对应的本地格式", "There is no native form of this"),
    "jti-reused": ("消息编号已用于其他内容", "The jti was used for another message"),
    "illegal-step": ("当前状态不允许此步骤", "The case does not allow this step now"),
    "conflict": ("与现有内容冲突", "It conflicts with what exists"),
    "wrong-offset": ("续传位置不符", "The upload goes on elsewhere"),
    "too-large": ("内容过大", "Too large"),
    "media-type": ("不接受此内容类型", "The media type is not accepted"),
    "untranslatable": ("不符合任何已登记格式", "It fits none of the registered formats"),
    "schema": ("内容不符合共享格式", "It does not fit the shared form"),
    "rule": ("不构成此类消息", "It does not make a message of this kind"),
    "case-unknown": ("无法确定所指办理", "It does not say which case it means"),
    "blob-missing": ("所列文件未上传完整或不可用", "A named file is missing or not yours"),
    "digest-mismatch": ("文件摘要不符", "The digest does not match"),
    "ruling-unsigned": ("裁定文书未签章", "The ruling is not signed"),
    "ruling-invalid": ("裁定文书签章无效", "The ruling's signature is not valid"),
    "busy": ("请求过多", "Too many requests"),
    "unavailable": ("暂不可用", "Not available now"),
    "internal": ("内部错误", "Internal error"),
}

DETAILS: Final[dict[ProblemCode, tuple[str, str]]] = {
    "malformed": (
        "请检查 X-JWS-Signature 头(分离式 JWS)、编码与语法。",
        "Check the X-JWS-Signature header (a detached JWS), the encoding and the syntax.",
    ),
    "token-invalid": (
        "请到 /oauth/token 重新取得访问令牌。",
        "Get a new access token at /oauth/token.",
    ),
    "signature-invalid": (
        "请检查密钥编号、算法、aud、cty 与所签字节是否一致。",
        "Check kid, alg, aud, cty and that the signed bytes are the bytes sent.",
    ),
    "stale": ("iat 须在本中枢时间前后五分钟内。", "iat must be within five minutes of the hub's clock."),
    "scope": ("请申请所需的 scope。", "Ask for the scope when getting the token."),
    "unit-not-yours": (
        "只能以本系统登记的单位名义发送;上级不得代下级发送。",
        "Send only for units registered to your system; a superior does not send for a subordinate.",
    ),
    "kind-not-allowed": (
        "该单位类型或用途不得发送此类消息,见 /v1/schemas 与 /v1/machines。",
        "This type of unit, or this purpose, does not go with the kind; see /v1/schemas and /v1/machines.",
    ),
    "unknown": ("没有找到,或不属于您。", "It does not exist, or it is not yours."),
    "no-native-form": (
        "可改取共享格式 /v1/messages/{id}。",
        "Read the shared form at /v1/messages/{id} instead.",
    ),
    "jti-reused": ("更正后的内容请使用新的 jti。", "Use a new jti for other content."),
    "illegal-step": (
        "见本答复中的当前状态与允许的步骤。",
        "See the state and the allowed steps in this answer.",
    ),
    "conflict": ("请先读取现有内容。", "Read what exists first."),
    "wrong-offset": (
        "请用 HEAD 查询已收长度后续传。",
        "Ask with HEAD how much was received and go on there.",
    ),
    "too-large": ("请改用文件接口 /v1/blobs。", "Put large content to /v1/blobs."),
    "media-type": (
        "可用类型见 /v1/codes/media-types;不得使用 Content-Encoding。",
        "Accepted types are listed at /v1/codes/media-types; no Content-Encoding.",
    ),
    "untranslatable": (
        "请对照适配器说明核对根元素、表头或键名。",
        "Compare root element, header row or keys with the adapter's description.",
    ),
    "schema": (
        "见 errors 中的位置;格式见 /v1/schemas。",
        "See the places in errors; schemas at /v1/schemas.",
    ),
    "rule": ("见 errors 中的规则与依据。", "See the rule in errors."),
    "case-unknown": (
        "请在信封中给出 re 或 dispute,或使用本系统登记过的编号。",
        "Name re or dispute in the envelope, or use a number your system has registered.",
    ),
    "blob-missing": ("请先 PUT /v1/blobs 上传完整。", "Upload it completely to /v1/blobs first."),
    "digest-mismatch": ("请重新上传。", "Upload it again."),
    "ruling-unsigned": ("请提交加盖电子签章的文书。", "Send the document with its electronic seal."),
    "ruling-invalid": (
        "须为一份覆盖全文、此后未改动、由本院登记证书签署的 PDF。",
        "One signature over the whole PDF, unmodified since, by a registered certificate of the court.",
    ),
    "busy": ("请按 Retry-After 稍后再试。", "Try again after Retry-After."),
    "unavailable": ("请按 Retry-After 稍后再试。", "Try again after Retry-After."),
    "internal": (
        "已记录;请以 instance 编号联系管理员。",
        "It has been recorded; contact the operator with the instance.",
    ),
}


def language(accept: str | None) -> Language:
    """Chinese unless English is preferred to it (RFC 9110, 12.5.4: highest weight, first of equals)."""
    best: Language = "zh"
    most = 0.0
    for part in (accept or "").lower().split(","):
        tag, _, parameters = part.partition(";")
        named: Language = "en" if _is(tag, "en") else "zh"
        weight = _weight(parameters)
        if weight > most and (named == "en" or _is(tag, "zh") or tag.strip() == "*"):
            best, most = named, weight
    return best


def _is(tag: str, name: str) -> bool:
    return tag.strip().split("-", 1)[0] == name


def _weight(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    return float(found[1]) if found else 1.0


def text(pair: tuple[str, str], lang: Language) -> str:
    """One of the two."""
    return pair[0] if lang == "zh" else pair[1]
