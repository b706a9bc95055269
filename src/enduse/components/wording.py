"""What stands in markings beside codes: measures, packages, interfaces, labels, countries."""

from __future__ import annotations

import re

_UNITS = (
    "V|VDC|VAC|MV|KV|A|MA|UA|MAH|AH|WH|W|MW|KW|HZ|KHZ|MHZ|GHZ|OHM|OHMS|KOHM|K|M|R|F|UF|MF|NF|PF|MKF|H|UH|"
    "MH|NH|B|KB|MB|GB|TB|BIT|BITS|KBIT|MBIT|GBIT|MBPS|GBPS|BPS|KSPS|MSPS|C|F|°C|MM|CM|M|KM|IN|INCH|"
    "G|KG|MG|N|NM|KGF|RPM|HP|CC|CM3|ML|L|S|MS|US|NS|SEC|MIN|HRS|DB|DBI|DBM|PPM|BAR|PSI|KPA|MPA|P|"
    "PIN|PINS|PCS|X|AXIS|CH|CHANNEL|CHANNELS|WAY|POLE|PHASE|CELL|S1P|BAUD|FPS|MP|MPX|"
    "В|МВ|КВ|А|МА|МАЧ|АГОД|ВТ|КВТ|ГЦ|КГЦ|МГЦ|ГГЦ|ОМ|КОМ|МОМ|МКФ|НФ|ПФ|МКГН|ММ|СМ|КГ|ГР|Г|С|МС|ШТ|"
    "ГБ|МБ|БИТ|БІТ"
)
MEASURE = re.compile(
    rf"[+\-±~]?\d+(?:[.,/xX×\-]\d+)*\s?(?:-)?(?:{_UNITS})(?:/(?:{_UNITS}))?[+\-]?"
    r"|\d+[KMRUP]\d+"
    r"|\d+[XХ×]\d+(?:[XХ×]\d+)*(?:MM|CM)?"
    r"|\d+(?:[.,]\d+)?%"
)
"""A quantity with its unit."""

UNIT = re.compile(rf"(?:{_UNITS}|°|%)")
"""A unit that stands apart from its number."""

PACKAGE = re.compile(
    r"(?:TO|SOT|SOD|SOIC|SOP|SO|SSOP|TSSOP|MSOP|DIP|PDIP|CDIP|SIP|QFN|VQFN|WQFN|UQFN|DFN|WSON|SON|QFP|"
    r"LQFP|TQFP|PQFP|BGA|FBGA|TFBGA|VFBGA|UFBGA|FCBGA|CSP|WLCSP|PLCC|LCC|LGA|PGA|DO|SMA|SMB|SMC|DPAK|"
    r"D2PAK|TSOP|ECQFP)-?\d{1,4}(?:-\d{1,3})?[A-Z]?|I?PAK"
)
"""A package outline, which is no part number."""

STANDARD = re.compile(
    r"(?:RS-?|USB|HDMI|DDR|LPDDR|GDDR|SATA|PCI-?E?|MIL-|STD-?|IEEE|ISO|IEC|EN|ГОСТ|IP|CAT|UART|I2C|I2S|SPI|CAN|"
    r"LTE|WIFI|WI-FI|BT|BLE|GPS|GNSS|GLONASS|H|MPEG|JPEG|ARM|CORTEX|ARMV|X|MP|MPEG|ROHS|IK|ISM|LORA|"
    r"CLASS|TYPE|GRADE|REV|VER|V|R|NO|PB|E|EVAL|PIN|CH|AWG|UN|UL|CE|FCC|M|CR|LR|AA|LI|NI)-?\d{1,4}(?:\.\d+)*[A-Z]?"
    r"|(?:PCB|REV|VER|HW|SW|FW)[\-_.]?[\w.\-]*\d[\w.\-]*"
    r"|RG-?\d{1,3}[A-Z]?(?:/U)?|E\d{5,6}"
    r"|[MМ]\d{1,2}(?:[.,]\d+)?[XХ×*]\d+(?:[.,]\d+)?"
    r"|\dG|\d?P\dS|\dS\dP|\d+-?(?:BIT|PIN|CHANNEL|AXIS|WAY|CORE|PHASE|STROKE|CELL|PORT|BAND)S?"
    r"|\d+-?(?:БИТ|БІТ|КАНАЛ|РАЗРЯД|РОЗРЯД)[А-ЯІЇЄҐ]*"
)
"""An interface, a standard, a revision, a cable, a thread, a registered board, a count."""

NOUNS = frozenset(
    [
        "SOIC",
        "SOP",
        "SSOP",
        "TSSOP",
        "MSOP",
        "QFN",
        "BGA",
        "QFP",
        "LQFP",
        "TQFP",
        "DIP",
        "PDIP",
        "PLCC",
        "SOT",
        "DPAK",
        "SDR",
        "ARM",
        "DSC",
        "LOT",
        "REV",
        "VER",
        "RF",
        "IC",
        "IO",
        "DC",
        "AC",
        "AM",
        "FM",
        "GPS",
        "CAN",
        "USB",
        "LED",
        "LCD",
        "CPU",
        "MCU",
        "DSP",
        "FPGA",
        "CPLD",
        "RAM",
        "ROM",
        "SRAM",
        "DRAM",
        "SDRAM",
        "EEPROM",
        "FLASH",
        "OP",
        "AMP",
        "TTL",
        "CMOS",
        "PCB",
        "SOC",
        "SOM",
        "SSD",
        "HDD",
        "LTE",
        "GSM",
        "UHF",
        "VHF",
        "ADC",
        "DAC",
        "LNA",
        "PLL",
        "VCO",
        "TCXO",
        "OCXO",
        "XO",
        "LDO",
        "PWM",
        "MOSFET",
        "IGBT",
        "UAV",
        "CHIP",
        "MADE",
        "WITH",
        "AND",
        "FOR",
        "PLIS",
        "NO",
        "NR",
        "MM",
    ]
)
"""Words in capitals that belong to descriptions and never to a code beside them."""

WEAPON = re.compile(
    r"(?:SHAHED|GERAN|ШАХЕД|ГЕРАНЬ|ШАХІД|MOHAJER|ORLAN|ОРЛАН|ELERON|ЭЛЕРОН|KH|Х|ISKANDER|KALIBR|ZALA|LANCET|"
    r"SUPERCAM|FORPOST|ФОРПОСТ|GRANAT|TACHYON|MERLIN|КУБ|KUB|KINZHAL|TORNADO|SU|СУ|MIG|KA|КА|MI|T|Т|"
    r"TOR|BUK|PANTSIR|UMPK|УМПК|UMPB|KAB|КАБ|FAB|ФАБ)-?\d{1,3}[A-ZА-Я]{0,2}|9[MМ]\d{2,3}[A-ZА-Я]?\d?"
)
"""What the component was found in, which is no part number."""

LABEL = re.compile(
    r"(?:^|[\s:;,()])(?:"
    r"(?P<serial>S/N|SN|SER(?:IAL)?\.?(?: ?(?:NUMBER|NO|NUM|N))?|СЕР(?:\.|ИЙНЫЙ|ІЙНИЙ)?(?: ?(?:НОМЕР|№))?|"
    r"ЗАВ(?:\.|ОДСКОЙ|ОДСЬКИЙ)?(?: ?(?:НОМЕР|№|N))?|序列号|序列號|序號|编号|编號|IMEI|MAC|IP|ID|UID)"
    r"|(?P<lot>LOT(?: ?(?:NO|NUMBER|CODE))?|L/N|BATCH(?: ?NO)?|TRACE(?: ?CODE)?|ПАРТИЯ|ПАРТІЯ|批号|批號|批次)"
    r"|(?P<date>D/C|DC|DATE(?: ?CODE)?|DATECODE|DOM|MFG(?:\.? ?DATE)?|MFD|MANUFACTURED|DATE OF MANUFACTURE|"
    r"ДАТА(?: (?:ВЫПУСКА|ВИГОТОВЛЕННЯ|ИЗГОТОВЛЕНИЯ|ВИРОБНИЦТВА))?|ВЫПУЩЕН|ВИГОТОВЛЕНО|日期|生产日期|製造日期)"
    r"|(?P<part>P/N|PN|MPN|M/N|PART(?: ?(?:NO|NUMBER))?|MODEL(?: ?(?:NO|NAME|NUMBER))?|TYPE|MOD|"
    r"ART(?:ICLE)?|CAT(?:\.? ?NO)?|МОДЕЛЬ|ТИП|АРТИКУЛ|МАРКА|型号|型號)"
    r"|(?P<number>№|N°|NO|NR)"
    r"|(?P<year>©|\(C\)|COPYRIGHT|YEAR|РІК|ГОД)"
    r")[\s.:#=№]*$"
)
"""The word before a code that says what the code is; matched at the end of what stands before."""

_COUNTRIES = {
    "CN": "CHN CHINA PRC КИТАЙ КНР",
    "TW": "TWN TAIWAN ТАЙВАНЬ",
    "MY": "MYS MALAYSIA MALAYSI MAL МАЛАЙЗИЯ МАЛАЙЗІЯ",
    "PH": "PHL PHILIPPINES PHIL PHILIPPINE PHI ФИЛИППИНЫ ФІЛІППІНИ",
    "TH": "THA THAILAND THAI ТАИЛАНД ТАЇЛАНД",
    "KR": "KOR KOREA КОРЕЯ",
    "JP": "JPN JAPAN ЯПОНИЯ ЯПОНІЯ",
    "SG": "SGP SINGAPORE СИНГАПУР СІНГАПУР",
    "ID": "IDN INDONESIA ИНДОНЕЗИЯ ІНДОНЕЗІЯ",
    "VN": "VNM VIETNAM ВЬЕТНАМ ВЄТНАМ",
    "HK": "HKG HONGKONG",
    "US": "USA США",
    "MX": "MEX MEXICO МЕКСИКА",
    "CR": "CRI",
    "SV": "SALVADOR",
    "MA": "MAR MOROCCO MAROC МАРОККО",
    "MT": "MLT MALTA МАЛЬТА",
    "PT": "PRT PORTUGAL",
    "DE": "DEU GERMANY ГЕРМАНИЯ НІМЕЧЧИНА",
    "AT": "AUT AUSTRIA АВСТРИЯ АВСТРІЯ",
    "CH": "CHE SWITZERLAND SWISS ШВЕЙЦАРИЯ ШВЕЙЦАРІЯ",
    "FR": "FRA FRANCE ФРАНЦИЯ ФРАНЦІЯ",
    "IT": "ITA ITALY ИТАЛИЯ ІТАЛІЯ",
    "GB": "GBR UK ENGLAND ВЕЛИКОБРИТАНИЯ",
    "IE": "IRL IRELAND",
    "NL": "NLD NETHERLANDS HOLLAND НИДЕРЛАНДЫ",
    "CZ": "CZE CZECHIA ЧЕХИЯ ЧЕХІЯ",
    "HU": "HUN HUNGARY",
    "PL": "POL POLAND ПОЛЬША ПОЛЬЩА",
    "SK": "SVK SLOVAKIA",
    "SE": "SWE SWEDEN",
    "FI": "FIN FINLAND",
    "DK": "DNK DENMARK",
    "ES": "ESP SPAIN",
    "IL": "ISR ISRAEL ИЗРАИЛЬ ІЗРАЇЛЬ",
    "IN": "IND INDIA ИНДИЯ",
    "CA": "CAN CANADA КАНАДА",
    "BR": "BRA BRAZIL",
    "TR": "TUR TURKEY ТУРЦИЯ",
    "RU": "RUS RUSSIA РОССИЯ РОСІЯ",
    "BY": "BLR BELARUS БЕЛАРУСЬ БІЛОРУСЬ",
    "SU": "USSR СССР",
    "IR": "IRN IRAN ИРАН ІРАН",
    "UA": "UKR УКРАЇНА",
}
COUNTRIES = {mark: code for code, marks in _COUNTRIES.items() for mark in marks.split()}
"""Marks of countries on packages, to alpha-2 (SU: the Soviet Union)."""

CHARACTERS = {"中国": "CN", "中國": "CN", "台湾": "TW", "台灣": "TW", "日本": "JP", "韩国": "KR"}
"""The same, in Han characters."""

MISTAKEN = frozenset({"CAN", "FIN", "IND", "MAR", "MAL", "POL", "UK", "PHI", "ITA", "CRI", "THAI"})
"""Marks of countries that are also words or interfaces: they count only after 'made in'."""

MADE_IN = re.compile(
    r"(?:MADE|ASSEMBLED|ASSY|ASM|PRODUCED|MFD|FABRIQU[EÉ]|HERGESTELLT|СДЕЛАНО|ВИРОБЛЕНО|СОБРАНО|ЗІБРАНО|"
    r"ПРОИЗВЕДЕНО)\W+(?:IN|EN|В|У)\W+(?:THE\W+)?$|产于$|製造於$"
)
"""What stands before a country of assembly."""
