"""Rulings as documents (裁定书): whether a file may pass as a court's sealed ruling.

The check itself runs in processes of its own (`hub.trust.ruling_worker`), because a hostile PDF must cost
neither the API's time nor its memory. Keys, certificates and instants are arguments; no database here.
"""

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE, Process
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from hub.confined import command
from hub.errors import Fault, Refused, Unavailable

MAX_RULING: Final = 16 * 1024 * 1024
"""Bytes a ruling may have: as a package with embedded documents (contract 2)."""
POINTER: Final = "/document"
NOT_VERIFIED: Final = "签章未在本平台校验 · the seal was not verified here"
SECONDS: Final = 10
"""Of the processor, for one document."""
PATIENCE: Final = 120
"""Seconds after which a worker that has not answered, its start included, is taken for dead."""
_WORKER: Final = "hub.trust.ruling_worker"

RULES: Final[Mapping[str, tuple[str, str]]] = {
    "unsigned": ("文书没有电子签章", "the document carries no signature"),
    "too-large": ("文书超过 16 MiB", "the document exceeds 16 MiB"),
    "not-a-ruling-file": ("文书既非 PDF 也非 OFD", "the document is neither a PDF nor an OFD"),
    "unreadable": ("文书不能按严格规则读取", "the document cannot be read by the strict rules"),
    "encrypted": ("文书已加密", "the document is encrypted"),
    "limits": ("校验超出时间或内存限制", "the check exceeded its time or memory"),
    "too-many-objects": ("文书对象过多或嵌套过深", "too many or too deeply nested objects"),
    "page-tree": ("页面树异常或页数过多", "the page tree is damaged or too large"),
    "signature-not-in-form": ("签名不在表单域中", "a signature outside the form"),
    "signature-count": ("应当有且只有一个签名", "there must be exactly one signature"),
    "signature-type": ("签名类型不受支持", "the type of signature is not accepted"),
    "signature-format": ("签名数据结构不合规", "the signature's structure is not accepted"),
    "signature": ("签名验证不通过", "the signature does not verify"),
    "coverage": ("签名未覆盖整个文件", "the signature does not cover the entire file"),
    "modified-after": ("签名后文件被修改", "the file was modified after signing"),
    "permissions": ("存在其他权限签名", "another permission signature is present"),
    "form-fields": ("存在签名以外的表单内容", "the form holds more than the signature"),
    "form-xfa": ("含有 XFA 表单", "an XFA form is present"),
    "script": ("含有脚本", "a script is present"),
    "action": ("含有启动、提交或外部跳转动作", "an action that launches, submits or leaves is present"),
    "active-content": ("含有多媒体或附件批注", "multimedia or an attachment is present"),
    "embedded-file": ("含有嵌入文件", "an embedded file is present"),
    "outside-content": ("引用文件以外的内容", "content outside the file is referred to"),
    "weak-digest": ("摘要算法弱于 SHA-256", "the digest is weaker than SHA-256"),
    "weak-key": ("密钥强度不足", "the key is too weak"),
    "certificate-not-of-this-court": (
        "签名证书未登记为该法院的证书",
        "the certificate is not registered for this court",
    ),
    "certificate-not-valid-then": ("证书当时不在有效期内", "the certificate was not valid then"),
    "document-used-before": ("该文书已使用过", "the document was used before"),
}
"""Rule of a `ruling-unsigned` or `ruling-invalid` fault → its text in Chinese and English."""


@dataclass(frozen=True, slots=True)
class CourtCertificate:
    """A certificate registered for a court: DER bytes, the span of registration, revocation."""

    der: bytes
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        """Whether the registry vouches for it at that instant."""
        revoked = self.revoked_at is not None and self.revoked_at <= at
        return self.valid_from <= at <= self.valid_to and not revoked


@dataclass(frozen=True, slots=True)
class Verdict:
    """An accepted ruling.

    `digest` (`sha-256:…`) is what may be used only once: over the signed bytes of a PDF, because the rest
    can be varied without the court's key; over the file of an OFD. `verified` is False for an OFD, whose
    SM2 seal cannot be checked here: `label` then says so and is shown wherever the ruling is.
    """

    form: Literal["pdf", "ofd"]
    digest: str
    verified: bool
    label: str | None
    certificate: str | None
    signed_at: datetime | None


class RulingChecker:
    """Worker processes that check rulings, started when first needed; close it with the process."""

    def __init__(self, workers: int = 2, seconds: int = SECONDS) -> None:
        self._idle: asyncio.Queue[Process | None] = asyncio.Queue()
        for _ in range(workers):
            self._idle.put_nowait(None)
        self._workers = workers
        self._seconds = seconds
        self._patience = PATIENCE

    async def check_ruling(
        self, document: bytes, certificates: Sequence[CourtCertificate], at: datetime
    ) -> Verdict:
        """The verdict on a document that claims to be a ruling of the court with these certificates.

        `at` is the instant of receipt. Raises Refused `ruling-unsigned`, or `ruling-invalid` naming the
        rule (`RULES`) at `/document`; Unavailable when no worker can be had, or none in time.
        """
        if len(document) > MAX_RULING:
            raise Refused("ruling-invalid", Fault("too-large", POINTER))
        answer = await self._ask(
            {
                "at": at.isoformat(),
                "certificates": [b64encode(c.der).decode() for c in certificates if c.in_force(at)],
                "seconds": self._seconds,
                "size": len(document),
            },
            document,
        )
        return _verdict(answer)

    async def close(self) -> None:
        """Ends the workers; checks that run are waited for."""
        for _ in range(self._workers):
            await _end(await self._idle.get())

    async def _ask(self, request: Mapping[str, object], document: bytes) -> Mapping[str, object]:
        """The answer of an idle worker; asked once more if that one turns out to have died meanwhile."""
        try:
            return await self._ask_one(request, document)
        except (OSError, EOFError, ValueError):
            pass
        try:
            return await self._ask_one(request, document)
        except (OSError, EOFError, ValueError) as e:
            raise Unavailable("rulings") from e

    async def _ask_one(self, request: Mapping[str, object], document: bytes) -> Mapping[str, object]:
        worker = await self._idle.get()
        healthy = None
        try:
            if worker is None or worker.returncode is not None:
                worker = await _start()
            answer = await asyncio.wait_for(_exchange(worker, request, document), self._patience)
            healthy = worker
        except TimeoutError as e:
            raise Unavailable("rulings") from e  # a machine that is busy says nothing of the document
        finally:
            # Whoever was interrupted in the middle of a frame is of no more use.
            self._idle.put_nowait(healthy)
            if healthy is None:
                await _end(worker)
        return answer


async def _start() -> Process:
    return await asyncio.create_subprocess_exec(
        *command(_WORKER), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/"
    )


async def _exchange(worker: Process, request: Mapping[str, object], document: bytes) -> Mapping[str, object]:
    if worker.stdin is None or worker.stdout is None:
        raise EOFError
    worker.stdin.write(json.dumps(request).encode() + b"\n" + document)
    await worker.stdin.drain()
    answer: Mapping[str, object] = json.loads(await worker.stdout.readline())
    return answer


async def _end(worker: Process | None) -> None:
    if worker is None:
        return
    if worker.returncode is None:
        worker.kill()
    await worker.communicate()


def _verdict(answer: Mapping[str, object]) -> Verdict:
    if answer.get("busy"):
        raise Unavailable("rulings")
    if answer.get("unsigned"):
        raise Refused("ruling-unsigned", Fault("unsigned", POINTER))
    form = answer.get("form")
    if form == "ofd":
        return Verdict("ofd", f"sha-256:{answer['digest']}", False, NOT_VERIFIED, None, None)
    if form == "pdf":
        at = answer["signed_at"]
        claimed = datetime.fromisoformat(str(at)) if at else None
        return Verdict("pdf", f"sha-256:{answer['digest']}", True, None, str(answer["certificate"]), claimed)
    raise Refused("ruling-invalid", Fault(str(answer.get("refused", "limits")), POINTER))
