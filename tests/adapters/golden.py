"""Makes the golden files of an adapter anew: `python -m tests.adapters.golden police`.

A golden file is read by a person before it is committed; the suite only says whether it still holds.
"""

import json
import sys
from pathlib import Path

from hub.port import Direction
from hub.translate.conformance import load_folder
from hub.translate.conformance_examples import as_golden, examples, read
from hub.translate.registry import Translator

ADAPTERS = Path(__file__).parents[2] / "adapters"


def main(name: str) -> None:
    agency = load_folder(ADAPTERS / name)
    translator = Translator([agency])
    for example in examples(ADAPTERS / name):
        example.golden.parent.mkdir(exist_ok=True)
        if example.direction is Direction.WRITE:
            golden = json.loads(example.golden.read_text(encoding="utf-8"))
            written = translator.write(agency.name, golden["format"], example.kind, golden["document"])
            example.path.write_bytes(written.body)
            golden["dropped"] = sorted(written.dropped)
        else:
            body = example.path.read_bytes()
            golden = as_golden(read(translator, agency.name, example, body))
        text = json.dumps(golden, ensure_ascii=False, indent=1)
        example.golden.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
