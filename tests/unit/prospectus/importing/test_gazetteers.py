"""Gazetteers: our own columns, the Ordnance Survey's and the postcode directory's, and the national grid."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.db import reading
from prospectus.importing.gazetteer import GazetteerReport, import_gazetteer
from prospectus.importing.osgb import to_wgs84
from prospectus.tables import CatalogueVersion, GazetteerPlace
from prospectus.vocabulary import Vocabulary

TODAY = date(2026, 11, 23)
SAMPLE = Path(__file__).resolve().parents[4] / "data" / "sample" / "gazetteer.csv"


class Taking:
    def __init__(self, engine: Engine, folder: Path, vocabulary: Vocabulary) -> None:
        self.engine, self.folder, self.vocabulary = engine, folder, vocabulary

    def __call__(self, content: str | Path, source: str | None = "test") -> GazetteerReport:
        path = content if isinstance(content, Path) else self.folder / "places.csv"
        if isinstance(content, str):
            path.write_text(content, "utf-8")
        return import_gazetteer(self.engine, path, self.vocabulary, source=source, today=TODAY)

    def places(self) -> dict[str, GazetteerPlace]:
        with reading(self.engine) as session:
            return {place.key: place for place in session.exec(select(GazetteerPlace))}


@pytest.fixture
def take(engine: Engine, tmp_path: Path, vocabulary: Vocabulary) -> Taking:
    return Taking(engine, tmp_path, vocabulary)


def test_the_sample_gazetteer_holds_the_towns_of_the_vocabulary(take: Taking, vocabulary: Vocabulary) -> None:
    report = take(SAMPLE)
    assert (report.places_refused, report.places_skipped) == (0, 0)
    places = take.places()
    for key, place in vocabulary.places.items():
        if len(place.points) == 1 and not place.everywhere and key in places:
            assert (places[key].name, places[key].latitude) == (place.name, place.points[0][0])
    assert len([place for place in places.values() if place.kind == "town"]) > 70
    assert places["ct9"].kind == "outcode"
    again = take(SAMPLE)
    assert (again.places_taken, again.places_changed, again.places_removed) == (0, 0, 0)


def test_columns_of_our_own(take: Taking) -> None:
    report = take(
        "name,kind,latitude,longitude,other names,outcodes\nSeabrook,village,51.1,1.1,Sea Brook; Brook,XX1 XX2\n"
    )
    assert (report.places_taken, report.source) == (3, "test")
    seabrook = take.places()["seabrook"]
    assert (seabrook.name, seabrook.kind, seabrook.names) == ("Seabrook", "village", ["Sea Brook", "Brook"])
    assert (seabrook.latitude, seabrook.longitude, seabrook.checked_on) == (51.1, 1.1, TODAY)
    assert take.places()["xx2"].name == "XX2"


def test_a_place_that_is_gone_goes_and_one_that_moved_moves(take: Taking) -> None:
    take("name,latitude,longitude\nA,51.1,1.1\nB,51.2,1.2\n")
    other = take("name,latitude,longitude\nC,51.3,1.3\n", source="other")
    assert other.places_removed == 0
    report = take("name,latitude,longitude\nA,51.15,1.1\n")
    assert (report.places_changed, report.places_removed) == (1, 1)
    assert sorted(take.places()) == ["a", "c"]
    assert take.places()["a"].latitude == 51.15


def test_the_catalogue_is_marked_as_changed(take: Taking) -> None:
    take("name,latitude,longitude\nA,51.1,1.1\n")
    with reading(take.engine) as session:
        first = session.get(CatalogueVersion, 1)
    take("name,latitude,longitude\nA,51.1,1.2\n")
    with reading(take.engine) as session:
        second = session.get(CatalogueVersion, 1)
    assert (first and first.token) != (second and second.token)


def test_the_ordnance_surveys_open_names(take: Taking) -> None:
    def row(name: str, kind: str, east: str, north: str, name2: str = "") -> str:
        cells = [""] * 34
        cells[0], cells[2], cells[4], cells[6], cells[7], cells[8], cells[9] = (
            "osgb4000000074558011", name, name2, "populatedPlace", kind, east, north)  # fmt: skip
        return ",".join(cells)

    rows = [
        row("Meads", "Suburban Area", "560312", "97870"), row("Caister", "Town", "651409.903", "313177.270", "Caistor"),
        row("High Street", "Named Road", "560312", "97870"), row("BN20 7AA", "Postcode", "560000", "98000"),
        row("BN20 7AB", "Postcode", "560200", "98000"),
    ]  # fmt: skip
    report = take("\n".join(rows))
    assert (report.places_taken, report.places_skipped, report.places_refused) == (3, 1, 0)
    caister = take.places()["caister"]
    assert (caister.latitude, caister.longitude, caister.names) == (52.657979, 1.716052, ["Caistor"])
    assert take.places()["bn20"].kind == "outcode"


def test_the_postcode_directory_becomes_outward_codes(take: Taking) -> None:
    report = take(
        'pcd,pcd2,pcds,dointr,doterm,lat,long\n"CT9 1AA","","CT9 1AA","198001","",51.38,1.38\n'
        '"CT9 1AB","","CT9 1AB","198001","",51.40,1.40\n"CT9 1AC","","CT9 1AC","198001","199906",10,10\n'
        '"CT9 1AD","","CT9 1AD","198001","",99.999999,0.000000\n'
    )
    assert (report.places_taken, report.places_skipped, report.places_refused) == (1, 1, 1)
    place = take.places()["ct9"]
    assert (place.kind, place.name, round(place.latitude, 4), round(place.longitude, 4)) == (
        "outcode",
        "CT9",
        51.39,
        1.39,
    )


def test_two_places_with_one_name_have_two_keys(take: Taking) -> None:
    report = take("name,latitude,longitude\nNewport,51.58,-2.99\nNewport,52.77,-2.38\nNewport,52.77,-2.38\n")
    assert (report.places_taken, report.places_refused) == (2, 1)
    assert len(take.places()) == 2


@pytest.mark.parametrize("content", ["name,latitude\nA,51\n", "a,b\n1,2\n", "", "name,latitude,longitude\nA,91,1\n"])
def test_what_is_no_gazetteer_changes_nothing(take: Taking, content: str) -> None:
    take("name,latitude,longitude\nA,51.1,1.1\n")
    report = take(content)
    assert not report.done
    assert list(take.places()) == ["a"]


def test_the_national_grid() -> None:
    # the worked example of the Ordnance Survey's guide, and Greenwich
    assert to_wgs84(651409.903, 313177.270) == (52.657979, 1.716052)
    latitude, longitude = to_wgs84(538890, 177320)
    assert abs(latitude - 51.4778) < 0.0005
    assert abs(longitude) < 0.0025
    with pytest.raises(ValueError, match="grid"):
        to_wgs84(-1, 0)
