"""The training examples with their entities marked, in Rasa's own format, for pipelines that learn entities.

``python -m turnbot.marking --data data --out nlu.json``
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

from turnbot import checks, learning, sources
from turnbot.finder import Finder
from turnbot.meaning import Meaning
from turnbot.normal import Normaliser


def marked(data: Path) -> Dict[str, Any]:
    """All examples as ``rasa_nlu_data``, with what our finder finds in them."""
    found = checks.examples(sources.load(path) for path in checks.example_files(data / "nlu"))
    every = [text for texts in found.values() for text in texts]
    reader, finder = Normaliser(learning.known_spellings(data, every)), Finder(learning.finder_content(data, every))
    meaning = Meaning(sources.meant(data))
    examples = []
    for intent, texts in found.items():
        for text in texts:
            read = reader.words(text)
            entities = [
                {"start": f.start, "end": f.end, "value": f.value, "entity": f.type}
                for f in finder.find(text, read)
                if meaning.is_meant(f.type, f.value, intent, read)
            ]
            examples.append({"text": text, "intent": intent, "entities": entities})
    return {"rasa_nlu_data": {"common_examples": examples}}


def main(arguments: Optional[List[str]] = None) -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(prog="turnbot.marking", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    given.out.write_text(json.dumps(marked(given.data), ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
