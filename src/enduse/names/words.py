"""Words that say little about who bears a name."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEGAL_FORMS = _words(
    """
    llc jsc lp llp gp sp coop soe ngo fin mil co corp ltd inc plc pvt pte
    joint stock liability responsibility public open closed and of the
    """
)
"""Classes of legal form, what is left of a legal form that stands in pieces, and particles."""

SAME_WORD = {
    "company": "co",
    "companies": "co",
    "compania": "co",
    "kompaniya": "co",
    "kompania": "co",
    "corporation": "corp",
    "korporatsiya": "corp",
    "limited": "ltd",
    "incorporated": "inc",
    "private": "pvt",
    "intl": "international",
    "mfg": "manufacturing",
    "tech": "technology",
    "technologies": "technology",
    "tekhnologii": "technology",
    "industries": "industry",
    "systems": "system",
    "services": "service",
    "solutions": "solution",
    "centre": "center",
    "tsentr": "center",
    "trade": "trading",
    "electronic": "electronics",
    "elektronika": "electronics",
    "holdings": "holding",
    "gruppa": "group",
    "grupp": "group",
    "grup": "group",
    "enterprayz": "enterprise",
    "enterprises": "enterprise",
    "treyd": "trading",
    "treyding": "trading",
    "lodzhistik": "logistics",
    "logistik": "logistics",
    "logistika": "logistics",
    "elektroniks": "electronics",
    "elektronik": "electronics",
    "servis": "service",
    "sistems": "system",
    "interneshnl": "international",
    "kholding": "holding",
    "menedzhment": "management",
    "konsalting": "consulting",
    "inzhiniring": "engineering",
    "kargo": "cargo",
    "eksport": "export",
    "saint": "st",
    "brothers": "bros",
    "number": "no",
}
"""Short, plural and transliterated forms of a word, to the one under which it is compared."""

GENERIC = _words(
    """
    accessories advanced aero agency agro air all alpha american apparel asia asian assembly
    associates association atlantic auto automation automotive aviation bank best beverage big
    bio blue bros building business by cargo center central chemical china city color commerce
    commercial communication communications components computer computing construction
    consultancy consulting container continental control corporate cosmetics de delta design
    development digital dis distribution distributors dynamics eagle east eastern eco el
    electric electrical electro electronics elektronik elite energy engineering enterprise
    enterprises environmental equipment euro europe european exchange export express fashion
    field financial first fish food foods for foreign forwarding freight from fruit fuel
    furniture future galaxy garment gas general gida global gold golden good grand great green
    group growth hardware health high holding home hong hotel house import in industrial
    industry info information innovation innovative insaat institute instruments insurance
    integrated intelligent inter international invest investment jewelry kong lab laboratory
    land leather lights line lines link logistics lojistik lucky machine machinery makina
    management manufacturing marine maritime market marketing master material materials max
    mechanical medical medicine mega metal metals micro mining mobile modern motor motors
    muhendislik national nauchno net network new no north northern ocean office oil one optical
    optics organization otomotiv pacific packaging paper parts pazarlama petroleum pharma
    pharmaceutical plant plastic plastics plus point port power precision predpriyatie premier
    prime print printing pro processing procurement product production products professional
    proizvodstvennoe project projects property quality real red renewable research resources
    rising river robotics royal rubber safety sales san sanayi science scientific sea security
    semiconductor sensor service servis ship shipping shop silver sirketi smart software solar
    solution source south southern special star state steel store sun sunrise supply system
    systems team technical technology tekhnika tekstil telecom textile textiles tic ticaret time
    tools top tour tourism toys trading transport transportation travel trust union unit united
    universal up ve vision water west western white wood world zavod
    """
)
"""Words of the trade that any company may bear: matched they prove little, missing they cost
little, however rare they are on a list."""

HAN_WORDS = {
    "国际": "international", "國際": "international", "贸易": "trading", "貿易": "trading",
    "进出口": "import export", "進出口": "import export", "物流": "logistics", "货运": "freight",
    "科技": "technology", "技术": "technology", "技術": "technology", "电子": "electronics",
    "電子": "electronics", "半导体": "semiconductor", "半導體": "semiconductor",
    "集团": "group", "集團": "group", "工业": "industry", "工業": "industry",
    "实业": "industry", "實業": "industry", "机械": "machinery", "機械": "machinery",
    "设备": "equipment", "設備": "equipment", "航运": "shipping", "航運": "shipping",
    "投资": "investment", "投資": "investment", "商贸": "trading", "商貿": "trading",
    "通讯": "communication", "通訊": "communication", "通信": "communication",
    "能源": "energy", "石油": "petroleum", "化工": "chemical", "航空": "aviation",
    "研究所": "research institute", "研究院": "research institute", "大学": "university",
    "大學": "university", "银行": "bank", "銀行": "bank", "工程": "engineering",
    "中国": "china", "中國": "china", "香港": "hong kong",
}  # fmt: skip
"""Chinese words of the trade, which English names translate where they spell the rest by sound."""

KNOWN_WORDS = GENERIC | LEGAL_FORMS | frozenset(SAME_WORD)
"""Words that a misspelt word may be meant for, though no list holds them."""
