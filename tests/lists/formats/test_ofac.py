"""OFAC's lists: legacy tables with and without a header, and the advanced standard."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from enduse.errors import InputError
from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ParsedList, ParsedParty, ReadOptions

NIL = "-0- "
SDN = f"""\
101,"EXAMPLE TRADING CO., LTD.",{NIL},NPWMD] [IFSR,{NIL},{NIL},{NIL},{NIL},{NIL},{NIL},{NIL},"a.k.a. 'ETC'; f.k.a. 'OLD EXAMPLE'; Tax ID No. 7701234567 (Russia); alt. Registration ID 1027700000001; Company Number IMO 5055293; Linked To: SOMEBODY."
102,"MUSTERMANN, Max",individual,SDGT,Director,{NIL},{NIL},{NIL},{NIL},{NIL},{NIL},"DOB 10 Dec 1948; alt. DOB circa 1950; POB Beirut, Lebanon; nationality Syria; Gender Male; Passport A123456 (Iraq) issued 01 Jan 2000 expires 31 Dec 2009; Digital Currency Address - XBT 1ExampleWallet7"
103,SEA EXAMPLE,vessel,IRAN,{NIL},T2EX4,Crude Oil Tanker,100,90,Korea, North,{NIL},Vessel Registration Identification IMO 9074729; MMSI 572469210
""".replace("Korea, North", '"Korea, North"')
ALT = f"""\
101,1,aka,EXAMPLE TRADE,{NIL}
101,2,fka,EXAMPLE IMPORT,{NIL}
999,3,aka,NOBODY,{NIL}
"""
ADD = f'102,1,"12 Example Street","Beirut","Lebanon",{NIL}\n103,2,{NIL},{NIL},{NIL},{NIL}\n'


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_bytes(text.encode())
    return tmp_path


def sdn(path: Path) -> ParsedList:
    return FORMATS["ofac-sdn"].read(path, ReadOptions())


def by_id(parsed: ParsedList) -> dict[str, ParsedParty]:
    return {party.record_id: party for party in parsed.parties}


def test_an_entity_with_its_names_and_numbers(tmp_path: Path) -> None:
    parsed = sdn(folder(tmp_path, sdn=SDN, alt=ALT, add=ADD))
    entity = by_id(parsed)["101"]
    assert entity.kind == "organization"
    assert entity.names == (
        ("EXAMPLE TRADING CO., LTD.", "primary"),
        ("ETC", "weak_alias"),
        ("OLD EXAMPLE", "former"),
        ("EXAMPLE TRADE", "alias"),
        ("EXAMPLE IMPORT", "former"),
    )
    assert entity.programs == ("NPWMD", "IFSR")
    assert entity.identifiers == (
        ("tax", "7701234567"),
        ("registration", "1027700000001"),
        ("imo_company", "5055293"),
    )
    assert entity.imo is None
    assert entity.countries == ("RU",)
    assert entity.measure == "Asset freeze"


def test_a_person_with_births_places_and_papers(tmp_path: Path) -> None:
    person = by_id(sdn(folder(tmp_path, sdn=SDN, alt=ALT, add=ADD)))["102"]
    assert person.kind == "person"
    assert person.birth_dates == ("1948-12-10", "1950")
    assert set(person.countries) == {"LB", "SY", "IQ"}
    assert person.addresses == ("12 Example Street, Beirut, Lebanon",)
    assert person.identifiers == (("passport", "A123456"), ("wallet", "1ExampleWallet7"))


def test_a_vessel_with_imo_flag_and_call_sign(tmp_path: Path) -> None:
    vessel = by_id(sdn(folder(tmp_path, sdn=SDN, alt=ALT, add=ADD)))["103"]
    assert (vessel.kind, vessel.imo, vessel.countries) == ("vessel", "9074729", ("KP",))
    assert ("call_sign", "T2EX4") in vessel.identifiers
    assert ("mmsi", "572469210") in vessel.identifiers
    assert vessel.addresses == ()


def test_rows_of_nobody_are_said(tmp_path: Path) -> None:
    faults = sdn(folder(tmp_path, sdn=SDN, alt=ALT, add=ADD)).faults
    assert any("alt.csv row 3 '999'" in fault for fault in faults)


def test_header_row_and_end_of_file_mark_are_no_parties(tmp_path: Path) -> None:
    header = "ID,Name,Type,Country,Title,Col_F,Col_G,Col_H,Col_I,Col_J,Col_K,Details\n"
    address = "ID,Col_B,Address,City,Country,\n" + ADD + "\x1a,,,,,\n"
    parsed = sdn(
        folder(tmp_path, sdn=header + SDN + "\x1a" + "," * 11 + "\r\n", sdn_address=address)
    )
    assert [p.record_id for p in parsed.parties] == ["101", "102", "103"]
    assert by_id(parsed)["101"].source_row == 2
    assert by_id(parsed)["102"].addresses


def test_a_lone_end_of_file_byte_is_no_row(tmp_path: Path) -> None:
    assert len(sdn(folder(tmp_path, sdn=SDN + "\x1a")).parties) == 3


def test_an_id_given_twice_keeps_both_and_shares_aliases(tmp_path: Path) -> None:
    again = SDN.splitlines()[1].replace("102", "101", 1) + "\n"
    parsed = sdn(folder(tmp_path, sdn=SDN + again, alt=ALT))
    same = [p for p in parsed.parties if p.record_id == "101"]
    assert len(same) == 2
    assert all(("EXAMPLE TRADE", "alias") in p.names for p in same)
    assert any("rows 1 and 4" in f and "101" in f for f in parsed.faults)


def test_remarks_go_on_in_the_table_of_comments(tmp_path: Path) -> None:
    files = {"sdn": SDN, "sdn_comments": '103,"; Former Vessel Flag Malta."\n'}
    assert by_id(sdn(folder(tmp_path, **files)))["103"].countries == ("KP", "MT")


def test_the_consolidated_list_has_files_of_its_own(tmp_path: Path) -> None:
    path = folder(tmp_path, cons_prim=SDN, cons_alt=ALT, cons_add=ADD)
    parsed = FORMATS["ofac-consolidated"].read(path, ReadOptions())
    assert {p.list for p in parsed.parties} == {"ofac-consolidated"}
    assert ("EXAMPLE TRADE", "alias") in by_id(parsed)["101"].names
    assert by_id(parsed)["101"].measure is None


def test_a_name_for_the_list_may_be_given(tmp_path: Path) -> None:
    options = ReadOptions(list_name="sdn-2022")
    parsed = FORMATS["ofac-sdn"].read(folder(tmp_path, sdn=SDN), options)
    assert {p.list for p in parsed.parties} == {"sdn-2022"}


def test_a_folder_without_the_table_of_parties(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds alt\.csv; expected sdn\.csv"):
        sdn(folder(tmp_path, alt=ALT))


def test_a_table_cut_in_the_middle_of_a_row(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cut off"):
        sdn(folder(tmp_path, sdn=SDN[: SDN.index("Crude Oil")]))


def test_a_row_without_a_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 4: 'nonsense'"):
        sdn(folder(tmp_path, sdn=SDN + "nonsense" + ",x" * 11 + "\n" + SDN))


def test_another_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"begins 'name,country'.*12 columns"):
        sdn(folder(tmp_path, sdn="name,country\nExample,RU\nOther,CN\n"))


NAMESPACE = (
    "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML"
)


def name_part(group: int, text: str, script: int = 215) -> str:
    value = f'<NamePartValue NamePartGroupID="{group}" ScriptID="{script}">{text}</NamePartValue>'
    return f"<DocumentedNamePart>{value}</DocumentedNamePart>"


ADVANCED = f"""<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="{NAMESPACE}" Version="3">
  <DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>8</Month><Day>7</Day></DateOfIssue>
  <ReferenceValueSets>
    <AliasTypeValues><AliasType ID="1400">A.K.A.</AliasType><AliasType ID="1401">F.K.A.</AliasType>
      <AliasType ID="1403">Name</AliasType></AliasTypeValues>
    <CountryValues><Country ID="11" ISO2="RU">Russia</Country><Country ID="12">Iraq</Country>
      </CountryValues>
    <DetailReferenceValues><DetailReference ID="70">Tug</DetailReference></DetailReferenceValues>
    <FeatureTypeValues><FeatureType ID="1">Vessel Call Sign</FeatureType>
      <FeatureType ID="2">VESSEL TYPE</FeatureType><FeatureType ID="3">Vessel Flag</FeatureType>
      <FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="9">Place of Birth</FeatureType>
      <FeatureType ID="10">Nationality Country</FeatureType>
      <FeatureType ID="25">Location</FeatureType><FeatureType ID="26">Title</FeatureType>
      <FeatureType ID="344">Digital Currency Address - XBT</FeatureType></FeatureTypeValues>
    <IDRegDocTypeValues><IDRegDocType ID="1571">Passport</IDRegDocType>
      <IDRegDocType ID="1626">Vessel Registration Identification</IDRegDocType></IDRegDocTypeValues>
    <LocPartTypeValues><LocPartType ID="1">Unknown</LocPartType>
      <LocPartType ID="1451">ADDRESS1</LocPartType><LocPartType ID="1454">CITY</LocPartType>
      </LocPartTypeValues>
    <NamePartTypeValues><NamePartType ID="1520">Last Name</NamePartType>
      <NamePartType ID="1521">First Name</NamePartType></NamePartTypeValues>
    <PartySubTypeValues><PartySubType ID="1" PartyTypeID="4">Vessel</PartySubType>
      <PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType>
      <PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType></PartySubTypeValues>
    <PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType>
      <PartyType ID="4">Transport</PartyType></PartyTypeValues>
    <SanctionsTypeValues><SanctionsType ID="1">Program</SanctionsType>
      <SanctionsType ID="1705">Block</SanctionsType></SanctionsTypeValues>
    <ScriptValues><Script ID="160">Arabic</Script><Script ID="215">Latin</Script></ScriptValues>
  </ReferenceValueSets>
  <Locations>
    <Location ID="25"><LocationPart LocPartTypeID="1"><LocationPartValue Primary="true">
      <Value>Iraq</Value></LocationPartValue></LocationPart></Location>
    <Location ID="26"><LocationCountry CountryID="11"/>
      <LocationPart LocPartTypeID="1454"><LocationPartValue Primary="false"><Value>Москва</Value>
        </LocationPartValue><LocationPartValue Primary="true"><Value>Moscow</Value>
        </LocationPartValue></LocationPart>
      <LocationPart LocPartTypeID="1451"><LocationPartValue Primary="true">
        <Value>5 Example St</Value></LocationPartValue></LocationPart></Location>
  </Locations>
  <IDRegDocuments>
    <IDRegDocument ID="2" IDRegDocTypeID="1571" IdentityID="501" IssuedBy-CountryID="12">
      <IDRegistrationNo>X0407082</IDRegistrationNo></IDRegDocument>
    <IDRegDocument ID="9" IDRegDocTypeID="1626" IdentityID="502">
      <IDRegistrationNo>IMO 9074729</IDRegistrationNo></IDRegDocument>
  </IDRegDocuments>
  <DistinctParties>
    <DistinctParty FixedRef="201"><Comment/><Profile ID="9201" PartySubTypeID="4">
      <Identity ID="501" FixedRef="201" Primary="true" False="false">
        <Alias AliasTypeID="1400" Primary="false" LowQuality="true"><DocumentedName ID="2">
          {name_part(73, "Abu Example")}</DocumentedName></Alias>
        <Alias AliasTypeID="1403" Primary="true" LowQuality="false">
          <DocumentedName ID="1">{name_part(71, "EXAMPLE")}{name_part(72, "Ali")}</DocumentedName>
          <DocumentedName ID="3">{name_part(71, "مثال", 160)}{name_part(72, "علي", 160)}
          </DocumentedName></Alias>
        <Alias AliasTypeID="1401" Primary="false" LowQuality="false"><DocumentedName ID="4">
          {name_part(71, "BEISPIEL")}{name_part(72, "Ali")}</DocumentedName></Alias>
        <NamePartGroups><MasterNamePartGroup><NamePartGroup ID="71" NamePartTypeID="1520"/>
          </MasterNamePartGroup><MasterNamePartGroup><NamePartGroup ID="72" NamePartTypeID="1521"/>
          </MasterNamePartGroup></NamePartGroups>
      </Identity>
      <Feature ID="1" FeatureTypeID="8"><FeatureVersion ID="1"><DatePeriod CalendarTypeID="1">
        <Start><From><Year>1948</Year><Month>12</Month><Day>10</Day></From></Start>
        <End><To><Year>1948</Year><Month>12</Month><Day>10</Day></To></End></DatePeriod>
        </FeatureVersion></Feature>
      <Feature ID="2" FeatureTypeID="8"><FeatureVersion ID="2"><DatePeriod CalendarTypeID="1">
        <Start Approximate="true"><From><Year>1951</Year><Month>1</Month><Day>1</Day></From></Start>
        <End Approximate="true"><To><Year>1951</Year><Month>12</Month><Day>31</Day></To></End>
        </DatePeriod></FeatureVersion></Feature>
      <Feature ID="3" FeatureTypeID="10"><FeatureVersion ID="3"><VersionDetail DetailTypeID="1433"/>
        <VersionLocation LocationID="25"/></FeatureVersion></Feature>
      <Feature ID="4" FeatureTypeID="26"><FeatureVersion ID="4"><Comment/>
        <VersionDetail DetailTypeID="1432">Director</VersionDetail></FeatureVersion></Feature>
      <Feature ID="5" FeatureTypeID="344"><FeatureVersion ID="5">
        <VersionDetail DetailTypeID="1432">1ExampleWallet7</VersionDetail></FeatureVersion></Feature>
    </Profile></DistinctParty>
    <DistinctParty FixedRef="202"><Profile ID="9202" PartySubTypeID="1">
      <Identity ID="502" Primary="true"><Alias AliasTypeID="1403" Primary="true" LowQuality="false">
        <DocumentedName ID="5">{name_part(74, "SEA EXAMPLE")}</DocumentedName></Alias></Identity>
      <Feature ID="6" FeatureTypeID="1"><FeatureVersion ID="6"><VersionDetail DetailTypeID="1432">
        T2EX4</VersionDetail></FeatureVersion></Feature>
      <Feature ID="7" FeatureTypeID="3"><FeatureVersion ID="7"><VersionDetail DetailTypeID="1432">
        Russia</VersionDetail></FeatureVersion></Feature>
      <Feature ID="8" FeatureTypeID="2"><FeatureVersion ID="8">
        <VersionDetail DetailTypeID="1431" DetailReferenceID="70"/></FeatureVersion></Feature>
      <Feature ID="9" FeatureTypeID="25"><FeatureVersion ID="9"><VersionLocation LocationID="26"/>
        </FeatureVersion></Feature>
    </Profile></DistinctParty>
    <DistinctParty FixedRef="203"><Profile ID="9203" PartySubTypeID="3">
      <Identity ID="503" Primary="true"><Alias AliasTypeID="1403" Primary="true" LowQuality="false">
        <DocumentedName ID="6">{name_part(75, "EXAMPLE HOLDING")}</DocumentedName></Alias></Identity>
    </Profile></DistinctParty>
  </DistinctParties>
  <ProfileRelationships><ProfileRelationship ID="1" From-ProfileID="9201" To-ProfileID="9203"/>
    </ProfileRelationships>
  <SanctionsEntries>
    <SanctionsEntry ID="1" ProfileID="9201" ListID="1550">
      <EntryEvent ID="1" EntryEventTypeID="1" LegalBasisID="1"><Comment/>
        <Date CalendarTypeID="1"><Year>2001</Year><Month>12</Month><Day>4</Day></Date></EntryEvent>
      <SanctionsMeasure ID="1" SanctionsTypeID="1705"/>
      <SanctionsMeasure ID="2" SanctionsTypeID="1"><Comment>SDGT</Comment></SanctionsMeasure>
    </SanctionsEntry>
    <SanctionsEntry ID="2" ProfileID="8888" ListID="1550"/>
  </SanctionsEntries>
</Sanctions>
"""


@pytest.fixture
def advanced(tmp_path: Path) -> ParsedList:
    path = tmp_path / "SDN_ADVANCED.XML"
    path.write_text(ADVANCED, encoding="utf-8")
    return sdn(path)


def test_the_advanced_standard_dates_its_issue_and_its_listings(advanced: ParsedList) -> None:
    assert advanced.stated_date == date(2026, 8, 7)
    person = by_id(advanced)["201"]
    assert person.listed_from == date(2001, 12, 4)
    assert (person.programs, person.measure) == (("SDGT",), "Asset freeze")
    assert any("entry 2" in fault for fault in advanced.faults)


def test_names_of_the_advanced_standard(advanced: ParsedList) -> None:
    assert by_id(advanced)["201"].names == (
        ("EXAMPLE, Ali", "primary"),
        ("Abu Example", "weak_alias"),
        ("مثال علي", "original_script"),
        ("BEISPIEL, Ali", "former"),
    )


def test_features_and_documents_of_the_advanced_standard(advanced: ParsedList) -> None:
    person, vessel = by_id(advanced)["201"], by_id(advanced)["202"]
    assert person.birth_dates == ("1948-12-10", "1951")
    assert person.countries == ("IQ",)
    assert person.identifiers == (("passport", "X0407082"), ("wallet", "1ExampleWallet7"))
    assert person.remarks == "Title Director"
    assert (vessel.kind, vessel.imo, vessel.countries) == ("vessel", "9074729", ("RU",))
    assert vessel.addresses == ("5 Example St, Moscow, Russia",)
    assert by_id(advanced)["203"].kind == "organization"


def test_the_older_namespace_is_read_too(tmp_path: Path, advanced: ParsedList) -> None:
    path = tmp_path / "old.xml"
    path.write_text(ADVANCED.replace(NAMESPACE, "http://www.un.org/sanctions/1.0"), "utf-8")
    assert sdn(path).parties == advanced.parties


def test_a_folder_with_the_advanced_file_only(tmp_path: Path, advanced: ParsedList) -> None:
    assert sdn(tmp_path).parties == advanced.parties
