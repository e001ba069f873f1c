"""Looking over the files that people edit by hand: can the parts that use them read them, and is any out of date?"""

from collections.abc import Callable, Iterator
from pathlib import Path

from casework.guard import Guard
from casework.language import Languages
from casework.safeguarding import Rules
from casework.voice import Voice
from onward.sample import read_sample
from onward.understand import topics
from prospectus.vocabulary import Vocabulary

READERS: tuple[tuple[str, Callable[[Path], object]], ...] = (
    ("texts", Voice.load),
    ("safeguarding rules", Rules.load),
    ("guard", Guard.load),
    ("languages", Languages.load),
    ("subjects and places", Vocabulary.load),
    ("topics", topics),
    ("sample area", read_sample),
)


def examine(data_dir: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """For each kind of file: its name, what is wrong with it, and what should be looked at."""
    for name, read in READERS:
        try:
            read(data_dir)
        except Exception as error:
            # every reader's own error names the file and the place; any other kind is a fault worth its name
            words = str(error).strip() if isinstance(error, ValueError) or str(data_dir) in str(error) else ""
            yield name, [words or f"cannot be read ({type(error).__name__})"], []
        else:
            yield name, [], []
