"""`make sbom`: writes the list, checked against its schema, and says what is known of what is in it.

    python -m deploy.sbom OUT.json [ADVISORIES.zip]

The same locks give the same bytes: the list has no time, and its number follows from its content.
"""

import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from deploy.sbom.advisories import affecting
from deploy.sbom.licences import known
from deploy.sbom.locked import LOCKS, Pinned, licences, packages

ROOT: Final = Path(__file__).parents[2]
_UNKNOWN: Final = (
    "已知漏洞未核对:离线无法得知;请在联网处取 OSV 的 PyPI 公告包,再 make sbom ADVISORIES=FILE.zip · known "
    "weaknesses not looked at: offline nothing is known of them. Fetch OSV's advisories for PyPI elsewhere"
)


def bom(found: list[Pinned], said: Mapping[str, str]) -> Bom:
    """The list of these packages; `said` are their licences where they are known."""
    told = "\n".join(f"{p.name} {p.version} {' '.join(p.hashes)}" for p in found)
    number = UUID(bytes=sha256(told.encode()).digest()[:16], version=4)
    hub = Component(name="liantiao", type=ComponentType.APPLICATION, bom_ref="liantiao")
    made = Bom(
        components=[_component(p, said.get(p.name)) for p in found],
        serial_number=number,
        metadata=BomMetaData(component=hub),
    )
    made.metadata.timestamp = None  # the specification lets it be left out
    made.register_dependency(hub, made.components)
    return made


def _component(pinned: Pinned, licence: str | None) -> Component:
    purl = PackageURL("pypi", name=pinned.name, version=pinned.version)
    return Component(
        name=pinned.name,
        version=pinned.version,
        purl=purl,
        bom_ref=purl.to_string(),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in pinned.hashes],
        licenses=[DisjunctiveLicense(name=licence)] if licence else None,
        properties=[Property(name="liantiao:lock", value=lock) for lock in pinned.locks],
    )


def main(out: Path, advisories: Path | None = None) -> int:
    """Write the list; 1: an advisory speaks of something in it."""
    found = packages(ROOT / "requirements")
    said = known(found, licences(ROOT.glob(".venv/lib/python3*/site-packages")))
    text = JsonV1Dot6(bom(found, said)).output_as_string(indent=2)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise ValueError(f"{out}: {wrong}")
    out.write_text(text + "\n", "utf-8")
    sys.stdout.write(f"{out}: {len(found)} 件 components ({', '.join(LOCKS)})\n")
    if advisories is None:
        sys.stdout.write(f"{_UNKNOWN}\n")
        return 0
    read, speaking = affecting(advisories, found)
    for one in speaking:
        sys.stdout.write(f"✗ {one.id} {one.name} {one.version} → {' '.join(one.fixed) or '—'}\n")
    sys.stdout.write(f"{read} 份公告 advisories, {len(speaking)} 条涉及 speak of what is locked\n")
    return 1 if speaking else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
