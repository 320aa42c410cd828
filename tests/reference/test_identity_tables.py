"""Tables typed from ITU and ISO facts, held against the two published copies and against each other."""

import csv
import io
import re
from itertools import pairwise

import pytest
from sets import pack

from hanbada.reference.call_signs_itu import _TABLE, administration, call_sign_country, call_sign_fits
from hanbada.reference.countries_iso3166 import COUNTRIES, country
from hanbada.reference.imo import imo_valid
from hanbada.reference.mid_itu import MID_COUNTRY, PLACES
from hanbada.reference.mmsi import flag_of, is_gear_name, mid_of, mmsi_class
from hanbada.reference.ship_types_m1371_5 import NAV_STATUS, SHIP_CLASSES, ship_class, ship_type_name

LONG_NAMES = {
    "Adelie Land": "TF", "Alaska": "US", "Anilles, Bonaire, Sint Eustatius and Saba": "CW", "Ascension Island": "SH",
    "Azores": "PT", "Crozet Archipelago": "TF", "Gabonese Republic": "GA", "Guiana": "GF", "Kerguelen Islands": "TF",
    "Kyrgyz Republic": "KG", "Lao People's Democratic Republic": "LA", "Libya": "LY", "Madeira": "PT",
    "Pitcairn Island": "PN", "Republic of Türkiye": "TR", "Saint Paul and Amsterdam Islands": "TF",
    "Sint Maarten": "CW", "The Former Yugoslav Republic of Macedonia": "MK",
    "Democratic People's Republic of Korea": "KP", "Democratic Republic of the Congo": "CD",
}  # fmt: skip
"""ITU names that no ISO spelling covers; the six islands of MID 306 are one register to us, Curaçao's."""

EXPLAINED = {
    374: "allotted to Panama after the libais copy was made",
    471: "allotted to the United Arab Emirates after the libais copy was made",
    550: "allotted to Timor-Leste after the libais copy was made",
}
"""MIDs of ours that one of the copies lacks, and why."""


def itu_code(name: str) -> str | None:
    """ISO code of an ITU name such as "United Kingdom ... - Anguilla" or "Anguilla - United Kingdom ..."."""
    parts = [re.sub(r"\s*\(.*?\)", "", part).strip() for part in name.split(" - ")]
    states = {"united kingdom of great britain and northern ireland", "france", "netherlands", "denmark", "portugal",
              "united states of america", "australia", "new zealand", "china"}  # fmt: skip
    place = next((part for part in parts if part.casefold() not in states), parts[0])
    return LONG_NAMES.get(place) or country(place) or country(place.replace("Great Britain and Northern Ireland", ""))


def copies() -> dict[str, dict[int, str]]:
    newer = pack("registry-mid-itu", "MaritimeIdentificationDigits.csv").read_text("utf-8-sig")
    older = pack("registry-mid-itu", "mid_libais.csv").read_text("utf-8-sig")
    return {
        "newer": {int(row["MID"]): row["Allocated_to"] for row in csv.DictReader(io.StringIO(newer))},
        "older": {int(row["prefix"]): row["country"] for row in csv.DictReader(io.StringIO(older))},
    }


@pytest.mark.pack
@pytest.mark.parametrize("copy", ["newer", "older"])
def test_every_mid_of_a_published_copy_is_ours_with_the_same_country(copy: str) -> None:
    listed = copies()[copy]
    special = {"United Kingdom of Great Britain and Northern Ireland": "GB", "China": "CN"}
    for mid, name in listed.items():
        expected = special.get(re.sub(r"\s*\(.*?\)", "", name).strip()) or itu_code(name)
        assert MID_COUNTRY[mid] == expected, (mid, name)
    missing = MID_COUNTRY.keys() - listed.keys()
    assert missing == (set() if copy == "newer" else set(EXPLAINED))


@pytest.mark.pack
def test_ship_types_mean_what_the_published_copy_says() -> None:
    text = pack("registry-mid-itu", "AIS_ship_types_atlantes.csv").read_text("utf-8-sig")
    categories = {
        "Cargo": "cargo", "Tanker": "tanker", "Passenger": "passenger", "High_Speed": "high-speed", "WIG": "high-speed",
        "Fishing": "fishing", "Sailing": "pleasure", "Pleasure": "pleasure", "Other": "other", "Unknown": "other",
    }  # fmt: skip
    for row in csv.DictReader(io.StringIO(text)):
        code = int(row["num"])
        if code > 99:
            continue  # the copy goes on to private codes; the Recommendation ends at 99
        expected = categories.get(row["category_desc"], "tug or special")
        if code == 53:
            expected = "tug or special"  # the copy calls port tenders passenger vessels
        assert SHIP_CLASSES[ship_class(code)] == expected, row


def test_every_type_code_has_a_name_and_a_class() -> None:
    assert [ship_class(code) for code in range(256)]
    assert ship_type_name(0) == "Not available"
    assert ship_type_name(79) == "Cargo, no additional information"
    assert ship_type_name(200) == "Reserved"
    assert ship_class(None) == ship_class(0) == 7
    assert set(NAV_STATUS) == set(range(16))


def test_every_code_in_every_table_is_an_iso_code() -> None:
    codes = {entry.iso2 for entry in COUNTRIES}
    assert len(codes) == len(COUNTRIES) == 249
    assert set(MID_COUNTRY.values()) <= codes
    assert {code for _, _, code in _TABLE} <= codes
    assert set(PLACES) <= set(MID_COUNTRY)
    for entry in COUNTRIES:
        assert country(entry.iso3) == country(entry.name) == country(f"{entry.number:03d}") == entry.iso2


@pytest.mark.parametrize(
    ("mmsi", "kind", "flag"),
    [
        (440123456, "ship", "KR"),
        (613003889, "ship", "CM"),
        (677087200, "ship", "TZ"),
        (416001234, "ship", "TW"),
        (299000001, "ship", None),
        (44012345, "group", "KR"),
        (4400001, "coast", "KR"),
        (111440123, "sar_aircraft", "KR"),
        (824412345, "handheld", "NL"),
        (982471234, "craft", "IT"),
        (992471234, "aton", "IT"),
        (970123456, "sart", None),
        (972123456, "mob", None),
        (974123456, "epirb", None),
        (979123456, "amrd", None),
        (123456789, "unknown", None),
        (111111111, "unknown", None),
        (999999999, "unknown", None),
        (0, "unknown", None),
        (1053904160, "unknown", None),
        (-1, "unknown", None),
        (776000000, "unknown", None),
        (200999999, "unknown", None),
    ],
)
def test_an_mmsi_says_what_it_is_for_and_under_which_flag(mmsi: int, kind: str, flag: str | None) -> None:
    assert mmsi_class(mmsi) == kind
    assert flag_of(mmsi) == flag


def test_beacons_carry_no_flag_even_where_digits_look_like_one() -> None:
    assert mid_of(970440123) is None
    assert flag_of(972440123) is None


@pytest.mark.parametrize("number", [9329760, 8358427, 9074729, 1009613, 5383304])
def test_real_imo_numbers_pass(number: int) -> None:
    assert imo_valid(number)


@pytest.mark.parametrize("number", [9329761, 0, 1234567, 932976, 93297600, 2222227, 4999998, -9329760, None])
def test_other_numbers_do_not_pass_as_imo_numbers(number: int | None) -> None:
    assert not imo_valid(number)


@pytest.mark.pack
def test_imo_numbers_of_a_sanctions_list_pass() -> None:
    text = pack("registry-ofac-vessels", "ofac_sdn_vessels_2023.csv").read_text("utf-8-sig")
    numbers = [int(row["imo"]) for row in csv.DictReader(io.StringIO(text)) if row["imo"]]
    wrong = [number for number in numbers if not imo_valid(number)]
    assert len(numbers) == 676
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize(
    "name", ["HAI 5 77%", "BUOY 12", "BOUY", "NETMARK", "NET FISHING 3", "12-345", "3.7V", "AB@12V"]
)
def test_names_of_fishing_gear_are_known(name: str) -> None:
    assert is_gear_name(name)


@pytest.mark.parametrize(
    "name", ["DONGWON 101 HO", "LU RONG YUAN YU 101 HAO", "", "BUSAN 12", "NETTUNO", "100 PERCENT"]
)
def test_names_of_ships_are_not_gear(name: str) -> None:
    assert not is_gear_name(name)


@pytest.mark.parametrize(
    ("call_sign", "code"),
    [
        ("HLBT", "KR"), ("D7MA", "KR"), ("DSQK5", "KR"), ("6KCA", "KR"), ("HMYE", "KP"), ("P5AB", "KP"), ("JD1234", "JP"),
        ("BOAA", "CN"), ("VRAB7", "HK"), ("9V1234", "SG"), ("3FXY9", "PA"), ("5IM 596", "TZ"), ("A8AB2", "LR"),
        ("V7AB1", "MH"), ("C6XX9", "BS"), ("9HA2345", "MT"), ("SSAB", "EG"), ("SSZB", "SD"), ("3DAB", "SZ"), ("3DNB", "FJ"),
        ("WDA1234", "US"), ("G1ABC", "GB"), ("ZQAB", "GB"), ("Z3AB", "MK"), ("2ABC4", "GB"), ("4OAB", "ME"), ("QAAA", None),
        ("C7AB", None), ("4UAB", None), ("", None), ("A", None), ("한국", None), ("HLBT/MM", None), ("1ABC", None),
    ],
)  # fmt: skip
def test_a_call_sign_names_its_country(call_sign: str, code: str | None) -> None:
    assert call_sign_country(call_sign) == code


def test_series_do_not_overlap() -> None:
    assert all(end < start for (_, end, _), (start, _, _) in pairwise(_TABLE))


def test_territories_share_the_series_of_who_answers_for_them() -> None:
    assert call_sign_fits("BLHL", "TW") is True
    assert call_sign_fits("BLHL", "CN") is True
    assert call_sign_fits("ZCAB", "GI") is True
    assert call_sign_fits("5IM596", "CM") is False
    assert call_sign_fits("??", "KR") is None
    assert administration("FO") == "DK"


@pytest.mark.pack
def test_call_signs_of_real_ships_mostly_fit_the_flag_of_their_mmsi() -> None:
    text = pack("registry-ofac-vessels", "ofac_sdn_vessels_2023.csv").read_text("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["mmsi"] and row["call_sign"]]
    fits = [call_sign_fits(row["call_sign"], flag_of(int(row["mmsi"])) or "") for row in rows]
    assert len(rows) > 40
    assert sum(fit is True for fit in fits) > 0.6 * len(rows)
