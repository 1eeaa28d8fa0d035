"""What an adapter declares and what its examples show."""

import ast
from pathlib import Path

import pytest

import schemas
from hub.port import Agency
from hub.translate import conformance, conformance_examples
from hub.translate.registry import Translator

STRUCTURE = (
    ast.Lambda,
    ast.If,
    ast.IfExp,
    ast.For,
    ast.While,
    ast.comprehension,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
)


def test_every_listed_field_is_accounted_for_and_formats_are_disjoint(agency: Agency, folder: Path) -> None:
    assert conformance.faults(agency, folder) == ()


def test_examples_are_golden_valid_and_come_back(agency: Agency, folder: Path) -> None:
    assert conformance_examples.faults(agency, folder, schemas.faults) == ()


def test_kinds_and_code_lists_are_those_of_the_shared_form(agency: Agency) -> None:
    assert {m.kind for fmt in agency.formats for m in fmt.maps} <= {*schemas.KINDS, ""}


def test_an_adapter_imports_the_port_and_its_own_folder_only(folder: Path) -> None:
    for path in folder.glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                ours = name.split(".")[0] in ("hub", "adapters", "schemas", "tests")
                assert not ours or name == "hub.port" or name.startswith(f"adapters.{folder.name}"), (
                    path,
                    name,
                )


def test_maps_are_data(folder: Path) -> None:
    """Only codec and split modules hold functions; no lambda, expression or condition anywhere else."""
    for path in folder.glob("**/*.py"):
        if path.stem.startswith(("codecs", "split")):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [node for node in ast.walk(tree) if isinstance(node, STRUCTURE)]
        assert not found, f"{path.name}:{getattr(found[0], 'lineno', 0)}"


def test_the_folder_explains_itself(folder: Path, agency: Agency) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    for fmt in agency.formats:
        assert fmt.name in text, f"README.md does not mention {fmt.name}"


def test_the_registry_finds_every_folder(folder: Path) -> None:
    assert folder.name in Translator.load().agencies


@pytest.mark.parametrize("label", ["", "a folder"])
def test_a_folder_without_an_agency_is_refused(tmp_path: Path, label: str) -> None:
    empty = tmp_path / f"none{label.replace(' ', '_')}"
    empty.mkdir()
    with pytest.raises(conformance.Misconfigured):
        conformance.load_folder(empty)
