"""What a single fault says, Chinese and English: by its rule, never by its value.

Rules come from the readers, the schemas, the guards of the machine tables and the court's seal check;
guards and seal rules have their texts elsewhere, everything else is here.
"""

import re
from functools import cache
from typing import Final

from hub.api.guard_texts import ENGLISH
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
    "typ": ("typ 不符", "typ is not the expected one"),
    "b64": ("b64 须为 false", "b64 must be false"),
    "crit": ('crit 须为 ["b64"]', 'crit must be ["b64"]'),
    "uuid": ("应为 UUID", "must be a UUID"),
    "files": ("应为至多 {0} 个文件的列表", "must be a list of at most {0} files"),
    "files-ref": ("文件的 ref 重复", "a ref stands for two files"),
    "parts": ("令牌不是三段", "the token does not have three parts"),
    "header": ("令牌头不符", "the token's header is not accepted"),
    "kid": ("令牌头缺少 kid", "the token's header names no key"),
    "life": ("令牌有效期过长或为负", "the token lives too long, or not at all"),
    "exp": ("令牌已过期或缺少 exp", "the token has expired, or has no exp"),
    "nbf": ("令牌尚未生效", "the token is not valid yet"),
    "iss": ("iss 不符", "iss is not the expected one"),
    "sub": ("sub 与 iss 不一致", "sub differs from iss"),
    "revoked": ("令牌已撤销", "the token is revoked"),
    "bearer-missing": ("缺少访问令牌", "the bearer token is missing"),
    "cnf": ("令牌的绑定方式未知", "the token is bound in a way that is not known"),
    "token-bound": (
        "令牌绑定于密钥,须以 DPoP 方式并附证明出示",
        "the token is bound to a key: present it as DPoP, with a proof",
    ),
    "bound-dpop": ("本系统的令牌须绑定于密钥(DPoP)", "the system's tokens must be bound to a key (DPoP)"),
    "bound-mtls": (
        "本系统的令牌须绑定于客户端证书",
        "the system's tokens must be bound to its client certificate",
    ),
    "certificate-form": ("客户端证书无法读取", "the client certificate cannot be read"),
    "certificate-other": (
        "未出示令牌所绑定的客户端证书",
        "the client certificate that the token is bound to was not presented",
    ),
    "dpop-missing": ("缺少 DPoP 证明", "the DPoP proof is missing"),
    "dpop-twice": ("DPoP 证明多于一个", "there is more than one DPoP proof"),
    "dpop-form": ("DPoP 证明的格式或 typ 不符", "the form or typ of the DPoP proof is not accepted"),
    "dpop-key": (
        "DPoP 证明中的公钥或算法不符",
        "the public key or algorithm in the DPoP proof is not accepted",
    ),
    "dpop-signature": ("DPoP 证明的签名验证不通过", "the signature of the DPoP proof does not verify"),
    "dpop-htm": (
        "DPoP 证明的 htm 不是本请求的方法",
        "htm of the DPoP proof is not the method of the request",
    ),
    "dpop-htu": (
        "DPoP 证明的 htu 不是本请求的地址",
        "htu of the DPoP proof is not the address of the request",
    ),
    "dpop-iat": ("DPoP 证明的签发时间超出允许范围", "iat of the DPoP proof is outside the window"),
    "dpop-jti": ("DPoP 证明缺少 jti", "the DPoP proof has no jti"),
    "dpop-ath": ("DPoP 证明不是为此令牌而作", "the DPoP proof was not made for this token"),
    "dpop-jkt": ("DPoP 证明的密钥不是令牌所绑定的", "the DPoP proof is by another key than the token's"),
    "dpop-unbound": (
        "令牌未绑定密钥,须以 Bearer 方式出示",
        "the token is bound to no key: present it as Bearer",
    ),
    "dpop-scheme": ("以 Bearer 方式出示令牌时不得附 DPoP 证明", "a bearer token comes without a DPoP proof"),
    "dpop-used": ("DPoP 证明已使用过", "the DPoP proof was used before"),
    "client-unknown": ("接入系统未登记或已停用", "the system is not registered, or disabled"),
    "client-not-issuer": ("令牌与签名不属于同一系统", "token and signature are of different systems"),
    "scope-missing": ("缺少权限 {0}", "the scope {0} is missing"),
    "scope-not-held": ("本系统没有所请求的权限", "the system does not hold the scope asked for"),
    "unit-not-yours": ("该单位不属于本系统", "the unit is not one of the system's"),
    "unit-unknown": ("没有此单位", "there is no such unit"),
    "subsidy-dispute": (
        "不是本单位调解达成协议的纠纷",
        "no dispute that the unit's own mediation brought to an agreement",
    ),
    "subsidy-claimed": (
        "该纠纷已有补贴申报:一案一补",
        "a payment for the dispute is claimed already: one for each",
    ),
    "subsidy-answer": (
        "只有收到申报的单位可以就所报纠纷答复",
        "only a unit that was told of a claim answers it, for the disputes it names",
    ),
    "assessment-unknown": ("没有该人员该期间的考评结果", "there is no assessment of that number and period"),
    "appeal-unit": (
        "申诉须由被告知考评结果的单位提出",
        "an appeal is for a unit that was told of the result",
    ),
    "appeal-decision": (
        "只有上级单位可以处理待处理的申诉",
        "a unit above decides, and an appeal must be waiting",
    ),
    "fee-free": ("人民调解不收费(人民调解法4)", "people's mediation charges nothing"),
    "online-refused": (
        "有当事人不同意在线调解(在线调解规则4):可改为现场或混合方式",
        "a party will not be mediated online: on site or mixed is open",
    ),
    "kind-unknown": ("没有此类消息", "there is no such kind"),
    "kind-unit-type": ("该类单位不得发送此类消息", "units of this type may not send the kind"),
    "case-placed": ("该办理已有审查法院,或已不在待决定状态", "the case has its court, or is past that"),
    "purpose": ("此类消息不得用于该用途", "the kind may not be sent for this purpose"),
    "jti-reused": ("该编号已用于其他内容", "the jti was used for other content"),
    # bodies
    "media-type": ("不接受此内容类型", "the media type is not accepted"),
    "syntax": ("语法错误", "the syntax is broken"),
    "nul": ("含有 NUL 字符", "there is a NUL character"),
    "count": ("值过多,至多 {0} 个", "too many values, at most {0}"),
    "number": ("数值超出 ±{0}", "the number is beyond ±{0}"),
    "form": (
        "表单须只有参数 {0},且为百分号编码",
        "the form must have the one parameter {0}, percent-encoded",
    ),
    "heading": ("表头为空、重复或列数过多", "the heading is empty, repeats a name or has too many columns"),
    "columns": ("应有 {0} 列,实有 {1} 列", "{0} columns were expected, {1} are there"),
    "records": ("记录过多,至多 {0} 条", "too many records, at most {0}"),
    "no-records": ("文件中没有记录", "the file holds no record"),
    "xml-forbidden": ("不得含有 DTD、实体或处理指令", "no DTD, entities or processing instructions"),
    "stray": (
        "元素之外的文字或属性过多,至多 {0} 处",
        "too much text or too many attributes in no element, at most {0}",
    ),
    "long-text": (
        "文本过长,超过 {0} 字的只能是 Base64 文件",
        "too long a text: beyond {0} letters only a file in Base64",
    ),
    "long-name": ("元素名或命名空间过长", "the name of an element or a namespace is too long"),
    "attributes": ("元素属性过多,至多 {0} 个", "too many attributes, at most {0}"),
    "comment-in-text": ("文字中不得夹有注释", "a comment stands within text"),
    "duplicate-element": ("不应重复的元素出现两次", "an element that cannot repeat is there twice"),
    "content-encoding": ("不得使用 Content-Encoding", "Content-Encoding is not accepted"),
    "size": ("超过上限 {0}", "larger than {0}"),
    # archives
    "archive-syntax": ("压缩包残缺或不合规", "the archive is damaged or not a plain ZIP"),
    "archive-encrypted": ("压缩包已加密", "the archive is encrypted"),
    "archive-method": ("压缩方式不受支持", "the way of packing is not accepted"),
    "archive-name": ("压缩包内文件名不合规或重复", "a name in the archive is not accepted, or there twice"),
    "archive-nested": ("压缩包内还有压缩包", "there is an archive in the archive"),
    "archive-entries": ("压缩包内文件过多,至多 {0} 个", "too many files in the archive, at most {0}"),
    "archive-unpacked": ("解压后超过 {0} 字节", "unpacks to more than {0} bytes"),
    "archive-ratio": ("压缩比超过 {0}", "packed more than {0} to one"),
    # tables that are no text
    "dbf-header": ("DBF 表头不合规", "the header of the DBF table is not accepted"),
    "dbf-length": ("DBF 表头所述长度与文件不符", "the lengths in the DBF header do not fit the file"),
    "dbf-type": ("DBF 列的类型不受支持", "the type of a DBF column is not accepted"),
    "dbf-encrypted": ("DBF 表已加密", "the DBF table is encrypted"),
    "dbf-memo": ("备注字段的文字在另一文件中,未随表送来", "the text is in a memo file that was not sent"),
    "book-form": ("不是 XLSX 工作簿", "not an XLSX workbook"),
    "book-encrypted": ("工作簿已加密,或为旧版 XLS", "the workbook is encrypted, or an old XLS"),
    "book-macros": ("工作簿含有宏", "the workbook holds macros"),
    "book-outside": (
        "工作簿引用其他文件、数据连接或嵌入对象",
        "the workbook refers to other files, data connections or embedded objects",
    ),
    "book-sheets": ("工作表过多,至多 {0} 张", "too many sheets, at most {0}"),
    "book-size": ("工作表超过 {0} 行或 {1} 列", "the sheet has more than {0} rows or {1} columns"),
    "book-merges": ("合并单元格过多", "too many merged cells"),
    "book-cells": ("单元格位置错误或重复", "the place of a cell is wrong, or there twice"),
    "book-limits": ("读取工作簿超出时间或内存限制", "reading the workbook exceeded its time or memory"),
    "cell-error": ("单元格显示的是错误值", "the cell shows an error"),
    "cell-formula": ("公式没有计算结果", "the formula has no computed value"),
    "digits-lost": (
        "号码以数字格式保存,15 位以后的数字已丢失,请改为文本格式后重新填写",
        "stored as a number, its digits after the 15th are lost: enter it again as text",
    ),
    "second-value": ("同一件的多行在此列内容不一", "the rows of one record say two things in this column"),
    "covered-value": ("合并单元格下还有看不见的内容", "the merged cell hides another content"),
    "record-start": ("此行不属于上一件,也没有自己的名称", "the row is of no record above and names none"),
    # files
    "content-range": (
        "Content-Range 与内容或已收长度不符",
        "Content-Range does not fit what is sent or stored",
    ),
    "digest": ("内容与地址中的摘要不符", "the content does not have the digest of the address"),
    "rate-limit": ("每秒请求不得超过 {0} 个", "at most {0} requests a second"),
    "bodies-at-a-time": (
        "大于 {1} 字节的报文同时不得超过 {0} 件",
        "at most {0} messages of more than {1} bytes at a time",
    ),
    "uploads-at-a-time": ("同时上传不得超过 {0} 个", "at most {0} uploads at a time"),
    "encoding": ("编码不符", "the encoding does not fit"),
    "duplicate-key": ("有重复的键", "a key is there twice"),
    "depth": ("嵌套过深", "nested too deeply"),
    "no-format": ("不符合任何已登记格式", "fits no registered format"),
    "two-formats": ("同时符合两种格式", "fits two formats"),
    "kind-not-in-format": ("格式 {0} 不承载此类消息", "the format {0} does not carry this kind"),
    "unknown-field": ("字段不在该格式的字段表中", "the field is not in the format's field list"),
    "code": ("代码不在该系统的代码表中", "the code is not in the system's list"),
    "code-twice": (
        "该代码在代码表中出现两次,含义不定",
        "the list has this code twice: nobody knows which is meant",
    ),
    "other-kind": ("内容属于另一类消息", "what it says belongs to another kind of message"),
    "outcomes": ("结果自相矛盾,不予猜测", "two outcomes are told that exclude each other: none is guessed"),
    "integer": ("应为整数", "must be a whole number"),
    "decimal": ("应为十进制数", "must be a decimal number"),
    "limit": ("文字超过该字段的长度", "the text is longer than the field"),
    "base64": ("不是规范的 Base64", "not Base64"),
    "content": ("缺少文件内容", "the file has no content"),
    "package-record": (
        "压缩包内应有一个记录文件(XML),多个时须与包同名",
        "the package must hold one record (XML), of several the one that bears its name",
    ),
    "answer-not-ok": ("应答码表示查询失败", "the answer says that the query failed"),
    "count-of-records": (
        "文件自述的条数与实有 {0} 条不符",
        "the file says another number of records than the {0} that are there",
    ),
    "undecided": ("尚无结论,待有结论再发送", "nothing is decided yet: send it when it is"),
    "not-written": ("该格式只读,不由中枢写出", "the format is only read, never written"),
    # shared form
    "required": ("缺少必需的内容", "a required member is missing"),
    "additionalProperties": ("有多余的内容", "a member is not known"),
    "type": ("类型不符", "of the wrong type"),
    "enum": ("不在代码表中", "not in the code list"),
    "anyOf": ("不符合任何一种允许的写法", "fits none of the forms allowed"),
    "minimum": ("小于下限", "below the minimum"),
    "maximum": ("大于上限", "above the maximum"),
    "maxProperties": ("成员过多", "too many members"),
    "const": ("值不符", "not the expected value"),
    "pattern": ("格式不符", "does not match the pattern"),
    "format": ("格式不符", "does not have the format"),
    "maxLength": ("文字过长", "the text is too long"),
    "minLength": ("文字过短", "the text is too short"),
    "maxItems": ("条目过多", "too many items"),
    "minItems": ("条目不足", "too few items"),
    # tasks
    "task-owner": (
        "没有责任单位以外、且不属其下级的单位可以验收",
        "no unit beside the owner, and none above it, knows of the task and could accept its result",
    ),
    "task-own": ("须由责任单位以外的单位验收", "another unit than the owner accepts the result"),
    # what goes to the public
    "typical-direct": (
        "第 {0} 段仍可指向具体的人({1}),须改写",
        "paragraph {0} leads to a person ({1}): rewrite it",
    ),
    "typical-hint": (
        "第 {0} 段的细节合起来可能被认出({1}):改写,或在 remaining_risk 说明",
        "details of paragraph {0} may together name somebody ({1}): rewrite, or say the remaining risk",
    ),
    "typical-excluded": (
        "未成年人、家庭暴力、婚姻家庭事项和司法确认文书不得作为典型案例公开",
        "minors, domestic violence, family matters and documents of confirmation are never published",
    ),
    "typical-unchecked": ("公开前的核对尚未作出", "a check that comes before publication is not made"),
    "typical-consent": ("没有当事人同意公开", "the parties' consent to publication is missing"),
    "typical-over": ("已发布或已撤回,不再审签", "published or taken back: no more signatures"),
    "two_signers": ("须由两个单位的两个人审签", "two persons of two units must sign"),
    # cases
    "unknown": ("不存在,或不属于您", "does not exist, or is not yours"),
    "case-unknown": ("没有可确定的办理", "no case can be named"),
    "several-cases": ("有多个可能的办理", "several cases are possible"),
    "several-disputes": ("编号指向多个纠纷", "the numbers name several disputes"),
    "contradiction": ("所指纠纷前后不一", "the named disputes differ"),
    "native-id-accepted": (
        "该编号的记录此后已被接收,不以旧内容修订",
        "the record of this number was accepted meanwhile: older content does not revise it",
    ),
    "no-such-step": ("当前状态不允许此步骤", "the state does not allow the step"),
    "blob-missing": ("文件未上传完整或不可用", "the file is not complete, or not yours"),
    "document-missing": ("缺少文书", "the document is missing"),
    "cursor": ("游标无效", "the cursor is not valid"),
    "report-form": (
        "报告没有此格式;PDF 需要中文字体(安装 fonts-noto-cjk 后重新生成)",
        "the report has no such form; the PDF needs a Chinese font: install fonts-noto-cjk, make it again",
    ),
    "sheet-too-long": (
        "期间内超过{0}件,请缩短期间分次制表",
        "more than {0} cases in the period: ask for shorter ones",
    ),
    "parameter": ("参数不符", "the parameter does not fit"),
    # administration
    "config-name": ("没有此项配置", "there is no configuration of this name"),
    "config-value": (
        "配置内容不符合该项的格式,见 docs/operations.md",
        "the value is not what this configuration holds, see docs/operations.md",
    ),
    "note": ("不是本日志检查点的签名文本", "not a signed note over a checkpoint of this log"),
    "witness": ("没有已配置见证方的有效共签", "no valid cosignature of a configured witness"),
    "legal-hold": ("依法留存中,不得销毁", "kept by a legal hold: not to be erased"),
    "second-approver": ("须由另一管理员批准", "another administrator must approve it"),
    "erasure-state": ("当前状态不允许此操作", "not possible in its present state"),
    "routing-rule": ("不是有效的路由规则", "not a routing rule"),
    "views-row": (
        "不是有效的视图行,或放宽了不得放宽的内容",
        "not a row of views, or one that shows what none may show",
    ),
    "format-option": ("须写作 kind=format", "must be written kind=format"),
    # keys of systems
    "jwk-count": ("密钥数量不符", "too few keys, or too many"),
    "jwk-kid": ("kid 缺失、重复或不合规", "kid is missing, repeated or not accepted"),
    "jwk-private": ("不得提交私钥", "a private key must not be sent"),
    "jwk-kty": ("密钥类型不受支持", "the type of key is not accepted"),
    "jwk-alg": ("密钥算法不受支持", "the key's algorithm is not accepted"),
    "jwk-use": ("密钥用途须为签名", "the key must be for signatures"),
    "jwk-key-ops": ("密钥操作须为验证", "the key's operation must be verify"),
    "jwk-point": ("不是该曲线上的有效点", "not a valid point of the curve"),
    # streams
    "text": ("应为不超过 {0} 字的文字", "must be a text of at most {0} characters"),
    "supplied": ("由本中枢给出,不得改动", "is supplied by the hub and cannot be changed"),
    "version": ("不提供此版本,可用 {0}", "this version is not offered; {0} is"),
    "push-address": ("不在管理员登记的推送地址之下", "does not lie under a registered push address"),
    "push-address-inner": ("内部地址或非加密地址未列入许可", "an inner or plain address that is not listed"),
    "stream-disabled": ("不得停用,只能暂停", "a stream can be paused, not disabled"),
    "stream-exists": ("本系统已有事件流", "the system has a stream already"),
    # discrepancies
    "host-key": (
        "sftp 来源须登记对方主机公钥,其他来源不得登记",
        "an sftp source needs the server's public host key, no other source may have one",
    ),
    "snapshot-source": (
        "须为含 {day} 或 {yyyymmdd} 的 file、https 或 sftp 地址",
        "must be a file, https or sftp address with {day} or {yyyymmdd}",
    ),
    "findings-changed": (
        "提议之后差异已变化,原提议不再适用;请就现有差异重新提议",
        "the findings changed since they were proposed: propose anew what is open now",
    ),
    "nothing-open": ("该批次没有待处理的差异", "nothing of the batch is open"),
    "stream-unknown": ("没有此事件流", "there is no such stream"),
    "no-poll-stream": ("没有轮询方式的事件流", "there is no stream to poll"),
}
_OTHER: Final = ("不符合规则 {rule}", "does not keep the rule {rule}")


def rule_text(fault: Fault, lang: Language) -> str:
    """One sentence for a fault."""
    pair = _TEXTS.get(fault.rule) or RULES.get(fault.rule) or REGISTER_RULES.get(fault.rule)
    if pair is None:
        guard = _guards().get(fault.rule)
        pair = (guard, ENGLISH[fault.rule]) if guard else _OTHER
    words = pair[0] if lang == "zh" else pair[1]
    named = words.replace("{rule}", fault.rule)
    return _PLACE.sub(lambda place: str(dict(enumerate(fault.args)).get(int(place[1]), "")), named).rstrip()


@cache
def _guards() -> dict[str, str]:
    """Guards of the tables, by id."""
    return {g.id: g.zh for m in load_tables().machines.values() for g in m.guards.values()}
