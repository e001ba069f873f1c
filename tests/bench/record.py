"""A caseload in, and the monthly return out, at the size of a large county. Prints JSON; exits 1 where it is too slow.

Each part runs in a process of its own, so that its memory is its own: the most of it beside what a hundredth of the
rows takes tells whether memory grows with the record.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import SQLModel, col

import prospectus.tables  # noqa: F401
from casework.clock import FixedClock
from casework.db import open_engine, writing
from casework.destinations.facts import Fact, to_row
from casework.importing.importer import Options, import_caseload
from casework.returns import monthly
from casework.tables import Adviser, School, YoungPerson
from tests.bench.caseload import write

DATA = Path(__file__).resolve().parents[2] / "data"
NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)
MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
IMPORT_SECONDS, RETURN_SECONDS = 180.0, 60.0
"""For 100,000; other sizes in proportion."""
MEMORY_GROWTH_MB = 60
"""Most that a hundred times the rows may add."""


def prepare(folder: Path, rows: int) -> None:
    """An empty record, a file of this many rows, and data files of a service that has said who it is."""
    engine = open_engine(f"sqlite:///{folder / 'record.db'}")
    SQLModel.metadata.create_all(engine)
    with writing(engine) as session:
        session.add(Adviser(ref="A1", name="Ann Ames", email="ann@onward.example"))
        session.add(School(ref="S1", name="Harbour School", town="Margate"))
    engine.dispose()
    write(folder / "caseload.csv", rows)
    for name in ("returns", "plans"):
        shutil.copytree(DATA / name, folder / "data" / name)
    for name in ("nccis.yml", "guarantee.yml"):
        shutil.copy(DATA / name, folder / "data")
    path = folder / "data" / "returns" / "monthly.yml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("database_id: null ", 'database_id: "444" ').replace("la_code: null ", 'la_code: "886" ')
    path.write_text(text, encoding="utf-8")


TOLD = (("applied", date(2026, 3, 1)), ("offered", date(2026, 3, 9)))


def add_plans(engine: Engine) -> int:
    """What a register has of everybody: they applied, and every other one has an offer. Answers how many rows."""
    with writing(engine) as session:
        ids = list(session.execute(select(col(YoungPerson.id))).scalars())
        count = 0
        for start in range(0, len(ids), 2_000):
            rows = [
                to_row(Fact(stage, "school", MARCH, route="college", subject="plumbing", on_date=day), id_)
                for id_ in ids[start : start + 2_000]
                for stage, day in TOLD[: 1 + id_ % 2]
            ]
            session.add_all(rows)
            session.flush()
            session.expunge_all()
            count += len(rows)
    return count


def _offers(path: Path) -> int:
    """How many offers under the September Guarantee a return tells of; read line by line."""
    with path.open(encoding="utf-8") as file:
        return sum("<GuaranteeStatus>" in line for line in file)


def run_part(part: str, folder: Path) -> dict[str, Any]:
    """One part, in this process: seconds, megabytes, and what came of it."""
    engine = open_engine(f"sqlite:///{folder / 'record.db'}")
    started = time.perf_counter()
    came: dict[str, Any]
    if part == "return":
        made = monthly.make(
            engine, folder / "data", "2026-11", now=NOW,
            options=monthly.Options(out=folder / "return.xml", leave_out=True),
        )  # fmt: skip
        came = {"records": made.records, "left_out": made.left_out, "written": made.path is not None,
                "shape": len(made.shape), "offers": _offers(folder / "return.xml")}  # fmt: skip
    elif part == "plans":
        came = {"rows": add_plans(engine)}
    else:
        clock = FixedClock(NOW)
        options = Options(dry_run=part == "dry_run")
        report = import_caseload(engine, folder / "data", folder / "caseload.csv", clock=clock, options=options)
        told = report.as_json()
        came = {name: told[name] for name in ("rows", "added", "updated", "unchanged", "refused", "to_look_at")}
    seconds = time.perf_counter() - started
    used = time.process_time()
    engine.dispose()
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **came,
    }


def measure(rows: int) -> dict[str, dict[str, Any]]:
    """Every part with a record of its own."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="onward-bench-") as name:
        folder = Path(name)
        prepare(folder, rows)
        for part, label in (("dry_run", "dry_run"), ("import", "import"), ("import", "again"), ("plans", "plans"),
                            ("return", "return")):  # fmt: skip
            command = [sys.executable, "-m", "tests.bench.record", "--part", part, "--folder", str(folder)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            if part != "plans":
                found[label] = json.loads(done.stdout)
    return found


def main() -> int:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--part", choices=["dry_run", "import", "plans", "return"])
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.part:
        print(json.dumps(run_part(asked.part, asked.folder)))
        return 0
    small, large = measure(max(1_000, asked.rows // 100)), measure(asked.rows)
    share = asked.rows / 100_000
    grew = {part: large[part]["memory_mb"] - small[part]["memory_mb"] for part in large}
    well = {
        "import in time": large["import"]["seconds"] <= IMPORT_SECONDS * share,
        "return in time": large["return"]["seconds"] <= RETURN_SECONDS * share,
        "everything was read": large["import"]["added"] == asked.rows,
        "reading it again changed nothing": large["again"]["unchanged"] == asked.rows,
        "the return tells of offers": large["return"]["offers"] > 0,
        "the return is in its shape": large["return"]["written"] and large["return"]["shape"] == 0,
        "memory is flat": max(grew.values()) <= MEMORY_GROWTH_MB,
    }
    print(json.dumps({"rows": asked.rows, "parts": large, "memory_growth_mb": grew, "well": well}, indent=2))
    return 0 if all(well.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
