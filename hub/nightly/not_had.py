"""Why a list that the hub fetches could not be had: a code and its words. Names no place and no key. Pure."""

import errno
from collections.abc import Mapping
from typing import Final, Literal

from hub.exchange.push_address import Forbidden

Why = Literal[
    "place-not-allowed",
    "no-file",
    "not-a-file",
    "no-access",
    "too-large",
    "no-connection",
    "too-slow",
    "certificate",
    "http-status",
    "no-common-protocol",
    "host-key",
    "own-key",
    "login",
    "no-digest",
    "digest",
]
WORDS: Final[Mapping[Why, tuple[str, str]]] = {
    "place-not-allowed": ("设置不允许到该处取", "the settings do not allow that place"),
    "no-file": ("该处没有文件", "no file is there"),
    "not-a-file": ("不是普通文件", "not a plain file"),
    "no-access": ("无权读取", "it may not be read"),
    "too-large": ("超过清单上限", "larger than a list may be"),
    "no-connection": ("连不上,或中途断开", "no connection, or it broke off"),
    "too-slow": ("超时", "it took too long"),
    "certificate": ("证书不可信", "the certificate is not trusted"),
    "http-status": ("服务器未给出文件", "the server did not give the file"),
    "no-common-protocol": ("与服务器没有共同的协议或密钥类型", "no protocol or type of key in common"),
    "host-key": ("服务器密钥与配置不符", "the server has another key than configured"),
    "own-key": ("平台自己的密钥缺失或不可用", "the hub's own key is missing or unusable"),
    "login": ("服务器不认平台的密钥", "the server does not let the hub in"),
    "no-digest": ("旁边没有可用的 .sha256", "no usable .sha256 lies beside it"),
    "digest": ("与 .sha256 不符", "not what its .sha256 says"),
}
"""Code → Chinese, English."""


class NotHad(Exception):
    """A list could not be had. `told`: numbers that say more, as `status`."""

    def __init__(self, why: Why, **told: int) -> None:
        super().__init__(why)
        self.why: Why = why
        self.told = told


def of_system(error: OSError, otherwise: Why) -> NotHad:
    """What an error of the system comes to; `otherwise` if it says nothing of its own."""
    match error:
        case Forbidden():
            return NotHad("place-not-allowed")
        case TimeoutError():
            return NotHad("too-slow")
        case FileNotFoundError() | NotADirectoryError():
            return NotHad("no-file")
        case PermissionError():
            return NotHad("no-access")
        case _:
            return NotHad("not-a-file" if error.errno == errno.ELOOP else otherwise)
