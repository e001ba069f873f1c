"""Starting without TensorFlow.

Rasa imports TensorFlow, scikit-learn and more wherever it starts, even for a model that uses none of it: 10 seconds
and 350 MB for nothing. When the model needs none of them, empty stand-ins are put in their place before Rasa is
imported. Their names can be subclassed and called at import time; nothing of them is ever run.
"""

import importlib.abc
import importlib.machinery
import sys
import types
from typing import Any, FrozenSet, Iterable, Optional, Sequence

HEAVY = frozenset(
    {
        "tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "matplotlib", "sklearn",
        "transformers", "spacy", "boto3", "botocore", "questionary", "prompt_toolkit", "slack_sdk", "telebot",
        "aiogram", "mattermostwrapper", "webexteamssdk", "twilio", "fbmessenger", "rocketchat_API", "pymongo",
        "redis", "psycopg2", "confluent_kafka", "aio_pika",
    }
)  # fmt: skip
"""Packages that Rasa imports at the top of its modules and that a light model never calls."""


class _Anything(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(name)


def _stand_in(name: str) -> Any:
    def call(self: Any, *args: Any, **_: Any) -> Any:
        # as a decorator it must hand back what it decorates
        return args[0] if args and callable(args[0]) else self

    body = {"__init__": lambda self, *args, **kwargs: None, "__call__": call}
    return _Anything(name, (), body)


class _Package(types.ModuleType):
    __path__: Sequence[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = type(name, (Exception,), {}) if name.endswith(("Error", "Exception")) else _stand_in(name)
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names: FrozenSet[str]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname.partition(".")[0] in self._names:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Package(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def leave_out_heavy_packages(*, needed: Iterable[str] = ()) -> None:
    """Put the stand-ins in place, but for what is ``needed``. To be called before Rasa is imported."""
    sys.meta_path.insert(0, _Finder(HEAVY.difference(needed)))
