"""The island's pure parts are tested here without Rasa: they only need to be found."""

import sys
from pathlib import Path

BOT = Path(__file__).parents[3] / "bot"
if str(BOT) not in sys.path:
    sys.path.append(str(BOT))
