"""Reading the data files that people edit by hand, with errors that say where to look."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml


class BadData(ValueError):
    """A data file cannot be used. The message names the file and what is wrong, in plain words."""


# libyaml reads ten times faster, which every start of a process feels; it is not in every build of PyYAML
if TYPE_CHECKING:
    from yaml import SafeLoader as _Base
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """The safe loader, without silently taking the last of two equal keys. Yes and no are words, as in YAML 1.2."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
            continue
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.MarkedYAMLError(problem=f"{key!r} is there twice", problem_mark=key_node.start_mark)
        seen.add(key)
    # merged-in keys (<<) come after the check: a mapping may well replace some of those
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """What the file holds. Raises ``BadData`` when it is missing, is not UTF-8 or is not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 -- a safe loader
    except FileNotFoundError:
        raise BadData(f"{path} is missing") from None
    except UnicodeDecodeError:
        raise BadData(f"{path}: it is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1})" if mark else ""
        raise BadData(f"{path}{where}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise BadData(f"{path}: {error}") from None
