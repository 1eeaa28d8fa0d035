"""Exchange packages made from the example: another ruling inside, other names, other files beside."""

import base64
import io
import zipfile

from tests.adapters.court.case_files import EXAMPLES, xml

(SAMPLE,) = EXAMPLES.glob("06_*.zip")
NAME = SAMPLE.name.removeprefix("06_")
GUID, MD5 = NAME.removesuffix(".zip").split("_")[-2:]
RECORD = NAME.removesuffix(f"_{MD5}.zip") + ".xml"
RULING = "民事裁定书.pdf"
ZIP = "application/zip"
DOSSIER = "05_ruling_dossier_gbk.xml"


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files:
            package.writestr(name, content)
    return out.getvalue()


def record(inside: bytes | None, case_no: str | None = None, name: str = RULING) -> bytes:
    """The dossier's XML with the ruling inside, or named only."""
    content = None if inside is None else base64.encodebytes(inside).decode()
    changes: dict[str, str | None] = {"文件信息/R:0/文件标识": content, "文件信息/R:0/文件名称": name}
    if case_no:
        serial = "".join(filter(str.isdecimal, case_no))[-6:]
        changes |= {"案号": case_no, "案件标识": f"500199026{serial:0>6}"}
    return xml(DOSSIER, changes)


def package(
    inside: bytes | None, beside: bytes | None, *, case_no: str | None = None, named: str = RECORD
) -> bytes:
    """A package with a ruling in the record, beside it, or both."""
    loose = () if beside is None else ((RULING, beside),)
    return zipped((named, record(inside, case_no)), *loose)


def called(guid: str = GUID, md5: str = MD5) -> str:
    return f"1608_1608A_5001_500199_{guid}_{md5}.zip"
