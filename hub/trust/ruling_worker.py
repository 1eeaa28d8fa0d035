"""The process that looks at rulings: reads a document, forks, checks it in a child with limits, answers.

Started by `hub.trust.rulings` with an empty environment. The parent loads the PDF library once (it takes most
of a second) and never parses anything itself; each document meets a fresh child with little time, little
memory, no file to write and no process to start. A child that dies, of its limits for one, is a refusal; one
that got no processor in `WAIT` times its limit says nothing of the document, and the answer is `busy`.

Frames, both ways: a JSON object on one line; a request's (`at`, `certificates`, `seconds`, `size`) is
followed by `size` bytes of document.
"""

import asyncio
import gc
import json
import os
import resource
import select
import signal
import sys
import zipfile
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO

import pyhanko.pdf_utils.filters  # noqa: F401  loaded late by the library: here once, not in every child

from hub.confined import confine
from hub.trust.ruling_content import Rejected
from hub.trust.ruling_pdf import Unsigned, check

MEMORY = 512 * 1024 * 1024
WAIT = 30
ANSWER_LIMIT = 4096
ZIP_MAGIC = b"PK\x03\x04"


def main() -> None:
    """Serves until standard input ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()  # what is loaded now stays shared between the children
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline():
        request = json.loads(line)
        document = source.read(request["size"])
        sink.write(_in_child(request, document) + b"\n")
        sink.flush()


def _in_child(request: dict[str, object], document: bytes) -> bytes:
    """The child's answer; `limits` when it died without one, `busy` when it has not come to one."""
    seconds = int(str(request["seconds"]))
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            confine(seconds, MEMORY)
            os.write(theirs, json.dumps(_verdict(request, document)).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    try:
        answered, _, _ = select.select([ours], [], [], seconds * WAIT)
        answer = os.read(ours, ANSWER_LIMIT) if answered else b'{"busy": true}'
    finally:
        os.close(ours)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return answer or json.dumps({"refused": "limits"}).encode()


def _verdict(request: dict[str, object], document: bytes) -> dict[str, object]:
    certificates = [b64decode(c) for c in _texts(request["certificates"])]
    at = datetime.fromisoformat(str(request["at"]))
    try:
        if document.startswith(ZIP_MAGIC):
            return _ofd(document)
        digest, fingerprint, claimed = asyncio.run(check(document, certificates, at))
    except Unsigned:
        return {"unsigned": True}
    except Rejected as e:
        return {"refused": e.rule}
    except Exception:  # noqa: BLE001  any exception over a hostile file is a refusal, by the rule
        return {"refused": "unreadable"}
    return {
        "form": "pdf",
        "digest": digest,
        "certificate": fingerprint,
        "signed_at": claimed.isoformat() if claimed else None,
    }


def _texts(value: object) -> Sequence[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _ofd(document: bytes) -> dict[str, object]:
    """Whether it is an OFD (GB/T 33190): a zip with OFD.xml at its root. Its seal is not looked at."""
    with zipfile.ZipFile(BytesIO(document)) as package:
        if "OFD.xml" not in package.namelist():
            raise Rejected("not-a-ruling-file")
    return {"form": "ofd", "digest": sha256(document).hexdigest()}


if __name__ == "__main__":
    main()
