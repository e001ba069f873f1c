"""Runs the model's graph straight through: the scheduler that Rasa uses takes longer than our components."""

from typing import Any, Dict, List, Optional, Tuple

from rasa.engine.runner.dask import DaskGraphRunner

Plan = List[Tuple[str, List[str]]]
"""Nodes in an order in which they can run, each with the names of its inputs."""


class StraightGraphRunner(DaskGraphRunner):
    """The same nodes in the same order of need, one after the other."""

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        """Run what the targets need. ``inputs`` are outputs that are given instead of computed."""
        wanted = tuple(targets or self._graph_schema.target_names)
        done: Dict[str, Tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._plan(wanted):
            # an input that nobody gave is handed on as its name: the node says what is missing
            done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        return {name: done[name][1] for name in wanted}

    def _plan(self, targets: Tuple[str, ...]) -> Plan:
        plans: Dict[Tuple[str, ...], Plan] = self.__dict__.setdefault("_plans", {})
        if targets not in plans:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            plan: Plan = []
            ready = set()

            def add(name: str) -> None:
                if name in ready or name not in nodes:
                    return
                ready.add(name)
                needs = list(nodes[name].needs.values())
                for need in needs:
                    add(need)
                plan.append((name, needs))

            for target in targets:
                add(target)
            plans[targets] = plan
        return plans[targets]
