"""Lists of the United Nations, the European Union and the United Kingdom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ParsedList, ReadOptions


def read(name: str, path: Path, text: str = "") -> ParsedList:
    if text:
        path.write_text(text, encoding="utf-8")
    return FORMATS[name].read(path, ReadOptions())


UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z">
  <INDIVIDUALS><INDIVIDUAL>
    <DATAID>1</DATAID><FIRST_NAME>MAX</FIRST_NAME><SECOND_NAME>MUSTERMANN</SECOND_NAME>
    <THIRD_NAME>AL-EXAMPLE</THIRD_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>
    <REFERENCE_NUMBER>CDi.901</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON>
    <NAME_ORIGINAL_SCRIPT>ماكس</NAME_ORIGINAL_SCRIPT><COMMENTS1>A comment.</COMMENTS1>
    <NATIONALITY><VALUE>Democratic Republic of the Congo</VALUE></NATIONALITY>
    <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Max Muster; Maks Muster</ALIAS_NAME>
      </INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Abu Max</ALIAS_NAME></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Maxim</ALIAS_NAME>
      <NOTE>previously listed as</NOTE></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_ADDRESS><STREET>5 Example Road</STREET><CITY>Goma</CITY>
      <COUNTRY>Democratic Republic of the Congo</COUNTRY></INDIVIDUAL_ADDRESS>
    <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1973</FROM_YEAR>
      <TO_YEAR>1974</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
    <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1965-12-28</DATE>
      </INDIVIDUAL_DATE_OF_BIRTH>
    <INDIVIDUAL_PLACE_OF_BIRTH><COUNTRY>Rwanda</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
    <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>
      <NUMBER>Libyan passport No. 513519 (expired 2016)</NUMBER></INDIVIDUAL_DOCUMENT>
  </INDIVIDUAL></INDIVIDUALS>
  <ENTITIES><ENTITY>
    <DATAID>2</DATAID><FIRST_NAME>EXAMPLE AIRLINES (EA) ; EXAMPLE CARGO</FIRST_NAME>
    <REFERENCE_NUMBER>CDe.902</REFERENCE_NUMBER><LISTED_ON>2007-03-29</LISTED_ON>
    <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Old Airlines</ALIAS_NAME></ENTITY_ALIAS>
    <ENTITY_ADDRESS><COUNTRY>Uganda</COUNTRY></ENTITY_ADDRESS>
  </ENTITY></ENTITIES>
</CONSOLIDATED_LIST>
"""


def test_the_un_list(tmp_path: Path) -> None:
    parsed = read("un-sc", tmp_path / "un.xml", UN)
    assert parsed.stated_date == date(2026, 2, 27)
    person, entity = parsed.parties
    assert (person.record_id, person.kind) == ("CDi.901", "person")
    assert person.names == (
        ("MAX MUSTERMANN AL-EXAMPLE", "primary"),
        ("ماكس", "original_script"),
        ("Max Muster", "alias"),
        ("Maks Muster", "alias"),
        ("Abu Max", "weak_alias"),
        ("Maxim", "former"),
    )
    assert person.birth_dates == ("1973", "1974", "1965-12-28")
    assert person.identifiers == (("passport", "513519"),)
    assert person.countries == ("CD", "RW")
    assert person.addresses == ("5 Example Road, Goma, Democratic Republic of the Congo",)
    assert person.listed_from == date(2012, 12, 31)
    assert entity.kind == "organization"
    assert ("EXAMPLE CARGO", "alias") in entity.names
    assert ("Old Airlines", "former") in entity.names
    assert (entity.countries, entity.addresses) == (("UG",), ())


JOURNAL_HEADER = (
    "celex,recordId,programKey,annex,measure,startDate,reason,schema,name,alias,weakAlias,"
    "previousName,country,nationality,jurisdiction,birthDate,birthPlace,passportNumber,"
    "registrationNumber,kppCode,imoNumber,flag,address,notes\n"
)
JOURNAL = JOURNAL_HEADER + (
    "32099R0001,1,EU-RUS,IV,Export control,24.2.2022,A reason.,LegalEntity,Example Plant JSC,"
    '"Акционерное Общество «Пример» (АО «Пример»); Primer Works, Primer Factory",,Old Plant,,,,,,,'
    '7701234567 (Tax ID/INN),770401001,,,"5 Example St, Moscow, 125009, Russian Federation; '
    'Russian Federation",\n'
    '32099R0001,,EU-RUS,IV,Export control,21 Oct. 2023,,Person,Max MUSTERMANN,,Maxi,,,"Syrian, '
    'Russian",,circa 1963,"Damascus, Syria","(a) A123456 (Iran); (b) B654321",,,,,,\n'
    "32099R0001,1,EU-RUS,XLII,Transportation restrictions,25.6.2024,,Vessel,Sea Example,,,Lady R,"
    ",,,,,,,,9074729,Gabon,,\n"
    "32099R0001,2,EU-RUS,XLVII.A,Transportation restrictions,,,Asset,Port Example,,,,,,,,,,,,,,,\n"
    "32099R0001,2,EU-RUS,XLII,Transportation restrictions,someday,,Vessel,No Number,,,,,,,,,,,,"
    "Does not exist,,,\n"
)


def test_annexes_of_the_official_journal(tmp_path: Path) -> None:
    parsed = read("eu-journal", tmp_path / "32099R0001.csv", JOURNAL)
    plant, person, vessel, other = parsed.parties
    assert {p.list for p in parsed.parties} == {"eu-journal/32099R0001"}
    assert [p.record_id for p in parsed.parties] == [
        "IV/1",
        "IV/Max MUSTERMANN",
        "XLII/1",
        "XLII/2",
    ]
    assert plant.names == (
        ("Example Plant JSC", "primary"),
        ("Акционерное Общество «Пример»", "original_script"),
        ("АО «Пример»", "original_script"),
        ("Primer Works", "alias"),
        ("Primer Factory", "alias"),
        ("Old Plant", "former"),
    )
    assert plant.kind == "organization"
    assert plant.measure == "Export control"
    assert plant.identifiers == (("tax", "7701234567"),)
    assert plant.addresses == ("5 Example St, Moscow, 125009, Russian Federation",)
    assert plant.countries == ("RU",)
    assert plant.listed_from == date(2022, 2, 24)
    assert person.listed_from == date(2023, 10, 21)
    assert person.countries == ("SY", "RU", "IR")
    assert person.birth_dates == ("1963",)
    assert person.identifiers == (("passport", "A123456"), ("passport", "B654321"))
    assert ("Maxi", "weak_alias") in person.names
    assert (vessel.imo, vessel.countries) == ("9074729", ("GA",))
    assert other.imo is None


def test_faults_of_the_journal_name_their_table_and_row(tmp_path: Path) -> None:
    faults = read("eu-journal", tmp_path / "32099R0001.csv", JOURNAL).faults
    for said in (
        "32099R0001.csv: an asset and no party, left out (1): row 5 'Port Example'",
        "32099R0001.csv: no number in the annex, its name taken instead (1): row 3",
        "32099R0001.csv: date not understood, left out (1): row 6 'someday'",
        "32099R0001.csv: no IMO number where one should be, left out (1): row 6 'Does not exist'",
    ):
        assert said in faults


def test_a_folder_of_regulations_with_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "32099R0001.csv").write_text(JOURNAL, encoding="utf-8")
    (tmp_path / "32099R0002.csv").write_text(JOURNAL_HEADER, encoding="utf-8")
    parsed = read("eu-journal", tmp_path)
    assert len(parsed.parties) == 4
    assert parsed.faults[-1] == "tables that hold no entry (1): 32099R0002.csv"


FSF_XML = """<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-08-05T16:47:04.449+02:00">
  <sanctionEntity designationDetails="" euReferenceNumber="EU.901.1" logicalId="13">
    <remark>UNSC listed.</remark>
    <regulation regulationType="amendment" publicationDate="2018-02-16" programme="SYR"/>
    <subjectType code="person" classificationCode="P"/>
    <nameAlias firstName="Max" lastName="Mustermann" wholeName="Max Mustermann" strong="true">
      <regulationSummary regulationType="amendment" publicationDate="2012-01-24"/></nameAlias>
    <nameAlias wholeName="ماكس" strong="true"/><nameAlias wholeName="Maxi" strong="false"/>
    <citizenship countryIso2Code="SY" countryDescription="SYRIA"/>
    <birthdate circa="false" birthdate="1960-04-10" year="1960" countryIso2Code="00"
      countryDescription="UNKNOWN"/>
    <birthdate circa="true" yearRangeFrom="1961" yearRangeTo="1962" countryIso2Code="LB"/>
    <birthdate year="1963" monthOfYear="3" countryIso2Code="00"/>
    <address street="5 Example Road" city="Damascus" countryIso2Code="SY" countryDescription="SYRIA"/>
    <address countryIso2Code="00" countryDescription="UNKNOWN"/>
    <identification number="A123456" identificationTypeCode="passport"
      identificationTypeDescription="National passport" countryIso2Code="SY"/>
  </sanctionEntity>
  <sanctionEntity designationDate="2022-02-24" logicalId="14">
    <subjectType code="enterprise" classificationCode="E"/>
    <nameAlias firstName="" lastName="" wholeName="Example Holding"/>
  </sanctionEntity>
</export>
"""
FSF_CSV = (
    "fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_DesignationDate;"
    "Entity_Remark;Entity_SubjectType;Entity_SubjectType_ClassificationCode;"
    "Entity_Regulation_PublicationDate;Entity_Regulation_Programme;NameAlias_WholeName;"
    "NameAlias_Regulation_PublicationDate;Address_Street;Address_City;Address_CountryIso2Code;"
    "Address_CountryDescription;BirthDate_BirthDate;BirthDate_Year;BirthDate_YearRangeFrom;"
    "BirthDate_YearRangeTo;Identification_Number;Identification_TypeCode;"
    "Identification_TypeDescription;Citizenship_CountryIso2Code\n"
    "05/08/2026;13;EU.901.1;;UNSC listed.;P;person;2018-02-16;SYR;Max Mustermann;2012-01-24;;;;;;;;;;;;\n"
    "05/08/2026;13;EU.901.1;;UNSC listed.;P;person;2018-02-16;SYR;ماكس;;;;;;;;;;;;;\n"
    "05/08/2026;13;EU.901.1;;UNSC listed.;P;person;2018-02-16;SYR;;;5 Example Road;Damascus;SY;SYRIA;;;;;;;;\n"
    "05/08/2026;13;EU.901.1;;UNSC listed.;P;person;2018-02-16;SYR;;;;;;;1960-04-10;;;;;;;\n"
    "05/08/2026;13;EU.901.1;;UNSC listed.;P;person;2018-02-16;SYR;;;;;;;;;1961;1962;A123456;passport;National passport;SY\n"
    "05/08/2026;14;;24/02/2022;;E;enterprise;;;Example Holding;;;;;;;;;;;;;\n"
)


@pytest.mark.parametrize(("file", "text"), [("fsf.xml", FSF_XML), ("fsf.csv", FSF_CSV)])
def test_the_eu_financial_sanctions_list(tmp_path: Path, file: str, text: str) -> None:
    parsed = read("eu-fsf", tmp_path / file, text)
    assert parsed.stated_date == date(2026, 8, 5)
    person, holding = parsed.parties
    assert (person.record_id, person.kind, person.list) == ("EU.901.1", "person", "eu-fsf")
    assert person.names[0] == ("Max Mustermann", "primary")
    assert ("ماكس", "original_script") in person.names
    assert {"1960-04-10", "1961", "1962"} <= set(person.birth_dates)
    assert "SY" in person.countries
    assert person.addresses == ("5 Example Road, Damascus, SYRIA",)
    assert person.identifiers == (("passport", "A123456"),)
    assert person.programs == ("SYR",)
    assert person.remarks == "UNSC listed."
    assert person.listed_from == date(2012, 1, 24)
    assert (holding.record_id, holding.kind) == ("14", "organization")
    assert holding.listed_from == date(2022, 2, 24)


def test_low_quality_names_of_the_eu_are_weak(tmp_path: Path) -> None:
    person = read("eu-fsf", tmp_path / "fsf.xml", FSF_XML).parties[0]
    assert ("Maxi", "weak_alias") in person.names
    assert "1963-03" in person.birth_dates


UK_CSV = (
    "Report Date: 02-Oct-2026\n"
    "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,"
    "Name 5,Name type,Alias strength,Title,Name non-latin script,Regime Name,Designation Type,"
    "Designation source,Sanctions Imposed,Other Information,UK Statement of Reasons,"
    "Address Line 1,Address Line 6,Address Postal Code,Address Country,Date Designated,D.O.B,"
    "Nationality(/ies),National Identifier number,Passport number,Country of birth,"
    "Business registration number (s),IMO number,Current believed flag of ship\n"
    "16/04/2026,SYR9001,1,,MUSTERMANN,Max,Al,,,,Primary Name,,Dr,ماكس,The Syria Regulations,"
    "Individual,UK,Asset freeze|Travel Ban,,A reason.,5 Example Rd,Damascus,,Syria,29/06/2012,"
    "dd/mm/1945,Syria,,A123456,Lebanon,,,\n"
    "16/04/2026,SYR9001,1,,Muster,Max,,,,,Primary name variation,,,,The Syria Regulations,"
    "Individual,UK,Asset freeze|Travel Ban,,A reason.,5 Example Rd,Damascus,,Syria,29/06/2012,"
    "01/03/1946,Syria,,A123456,Lebanon,,,\n"
    "16/04/2026,SYR9001,1,,Abu Max,,,,,,Alias,Low quality a.k.a,,,The Syria Regulations,"
    "Individual,UK,Asset freeze|Travel Ban,,A reason.,,,,,29/06/2012,,,,,,,,\n"
    "31/07/2024,RUS9002,,,SEA EXAMPLE,,,,,,Primary name,,,,The Russia Regulations,Ship,UK,"
    "Prohibition of port entry,,,,,,,18/10/2024,,,,,,,IMO9074729,Gabon\n"
)
UK_XML = """<?xml version="1.0" encoding="utf-8"?>
<Designations><DateGenerated>02/10/2026</DateGenerated>
  <Designation>
    <DateDesignated>29/06/2012</DateDesignated><UniqueID>SYR9001</UniqueID>
    <Names>
      <Name><Name1>Max</Name1><Name2>Al</Name2><Name6>MUSTERMANN</Name6>
        <NameType>Primary Name</NameType></Name>
      <Name><Name1>Max</Name1><Name6>Muster</Name6><NameType>Primary name variation</NameType></Name>
      <Name><Name6>Abu Max</Name6><NameType>ALias</NameType>
        <AliasStrength>Low quality a.k.a</AliasStrength></Name>
    </Names>
    <NonLatinNames><NonLatinName><NameNonLatinScript>ماكس</NameNonLatinScript></NonLatinName>
      </NonLatinNames>
    <Titles><Title>Dr</Title></Titles><RegimeName>The Syria Regulations</RegimeName>
    <IndividualEntityShip>Individual</IndividualEntityShip>
    <SanctionsImposed>Asset freeze|Travel Ban</SanctionsImposed>
    <UKStatementofReasons>A reason.</UKStatementofReasons>
    <Addresses><Address><AddressLine1>5 Example Rd</AddressLine1>
      <AddressLine6>Damascus</AddressLine6><AddressCountry>Syria</AddressCountry></Address></Addresses>
    <IndividualDetails><Individual><DOBs><DOB>dd/mm/1945</DOB><DOB>01/03/1946</DOB></DOBs>
      <Nationalities><Nationality>Syria</Nationality></Nationalities>
      <PassportDetails><Passport><PassportNumber>A123456</PassportNumber></Passport></PassportDetails>
      <BirthDetails><Location><CountryOfBirth>Lebanon</CountryOfBirth></Location></BirthDetails>
    </Individual></IndividualDetails>
  </Designation>
  <Designation>
    <DateDesignated>18/10/2024</DateDesignated><UniqueID>RUS9002</UniqueID>
    <Names><Name><Name6>SEA EXAMPLE</Name6><NameType>Primary name</NameType></Name></Names>
    <RegimeName>The Russia Regulations</RegimeName>
    <IndividualEntityShip>Ship</IndividualEntityShip>
    <SanctionsImposed>Prohibition of port entry</SanctionsImposed>
    <ShipDetails><Ship><IMONumbers><IMONumber>IMO9074729</IMONumber></IMONumbers>
      <CurrentBelievedFlagOfShips><CurrentBelievedFlagOfShip>Gabon</CurrentBelievedFlagOfShip>
      </CurrentBelievedFlagOfShips></Ship></ShipDetails>
  </Designation>
</Designations>
"""


@pytest.mark.parametrize(("file", "text"), [("uk.csv", UK_CSV), ("uk.xml", UK_XML)])
def test_the_uk_list(tmp_path: Path, file: str, text: str) -> None:
    parsed = read("uk-sanctions", tmp_path / file, text)
    assert parsed.stated_date == date(2026, 10, 2)
    person, ship = parsed.parties
    assert (person.record_id, person.kind) == ("SYR9001", "person")
    assert person.names[0] == ("Max Al MUSTERMANN", "primary")
    assert set(person.names[1:]) == {
        ("ماكس", "original_script"),
        ("Max Muster", "alias"),
        ("Abu Max", "weak_alias"),
    }
    assert person.birth_dates == ("1945", "1946-03-01")
    assert person.countries == ("SY", "LB")
    assert person.addresses == ("5 Example Rd, Damascus, Syria",)
    assert person.identifiers == (("passport", "A123456"),)
    assert person.measure == "Asset freeze; Travel Ban"
    assert person.programs == ("The Syria Regulations",)
    assert person.listed_from == date(2012, 6, 29)
    assert (ship.kind, ship.imo, ship.countries) == ("vessel", "9074729", ("GA",))
    assert ship.listed_from == date(2024, 10, 18)


def test_the_uk_tables_collapse_what_they_repeat(tmp_path: Path) -> None:
    tables = {
        "subjects": "unique_id,subject_type,un_reference_number,date_designated\n"
        "SYR9001,individual,SYi.001,29/06/2012\nRUS9002,ship,,18/10/2024\n",
        "subject_names": "name_id,unique_id,name_type,alias_strength,full_name\n"
        "1,SYR9001,primary_variation,,Max Muster\n2,SYR9001,primary,,Max MUSTERMANN\n"
        "3,SYR9001,alias,low_quality_aka,Abu Max\n4,RUS9002,primary,,SEA EXAMPLE\n"
        "5,XXX0000,primary,,NOBODY\n",
        "subject_identifiers": "id,unique_id,raw_value,identifier_type\n"
        + "1,RUS9002,IMO9074729,imo\n2,RUS9002,9074729,imo\n" * 3,
        "subject_countries": "id,unique_id,raw_value,country_type,iso\n"
        + "1,SYR9001,Syria,nationality,SY\n2,SYR9001,Kosovo,birth,\n" * 2,
        "subject_dobs": "dob_id,unique_id,year,month,day\n1,SYR9001,1968,,\n2,SYR9001,1969,06,04\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    parsed = read("uk-sanctions", tmp_path)
    person, ship = parsed.parties
    assert person.name == "Max MUSTERMANN"
    assert ("Abu Max", "weak_alias") in person.names
    assert person.birth_dates == ("1968", "1969-06-04")
    assert person.countries == ("SY", "XK")
    assert person.listed_from == date(2012, 6, 29)
    assert (ship.imo, ship.identifiers) == ("9074729", (("imo", "9074729"),))
    assert any("subject_names.csv row 6 'XXX0000'" in fault for fault in parsed.faults)


def test_birth_dates_of_a_table_put_together_wrongly_are_left_out(tmp_path: Path) -> None:
    dates = "".join(f"{n},SYR9001,{1900 + n},,\n" for n in range(40)) + "40,SYR9002,1970,01,01\n"
    tables = {
        "subjects": "unique_id,subject_type,un_reference_number,date_designated\n"
        "SYR9001,individual,,29/06/2012\nSYR9002,individual,,29/06/2012\n",
        "subject_names": "name_id,unique_id,name_type,alias_strength,full_name\n"
        "1,SYR9001,primary,,Max MUSTERMANN\n2,SYR9002,primary,,Eva MUSTERFRAU\n",
        "subject_dobs": "dob_id,unique_id,year,month,day\n" + dates,
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    parsed = read("uk-sanctions", tmp_path)
    assert [person.birth_dates for person in parsed.parties] == [(), ()]
    assert any("gives one subject 40 birth dates" in fault for fault in parsed.faults)
