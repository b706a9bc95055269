"""Words that say little about who bears a name."""

from __future__ import annotations

from enduse.names.given_names import SAME_NAME
from enduse.names.scripts.cyrillic import spelt_in_latin

__all__ = ["GENERIC", "KNOWN_WORDS", "LEGAL_FORMS", "PARTICLES", "SAME_NAME", "SAME_WORD", "TITLES"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEGAL_FORMS = _words(
    """
    llc jsc lp llp gp sp coop soe ngo fin mil co corp ltd inc plc pvt pte
    joint stock liability responsibility public open closed and of the
    """
)
"""Classes of legal form, what is left of a legal form that stands in pieces, and particles."""

_SAME = """
co: company companies compania companhia compagnie compagnia kompaniya kompania kompani
  kompaniia kompanija kompaniyasi sirketi sirketler sharika sharikat sharkat sherkat sherkate
  gongsi hoesa shirkat syarikat serikati
corp: corporation korporatsiya korporatsiia corporacion corporazione corporate
ltd: limited
inc: incorporated
pvt: private
international: intl interneshnl internacional internazionale internationale internasional
  uluslararasi mezhdunarodnyy guoji gukje beynelxalq
manufacturing: mfg
technology: tech technologies technological tekhnologii tekhnologiya tekhnologiia teknoloji
  teknolojileri tecnologia tecnologias technologie technologien teknologi keji tekhno
industry: industries industrial industria industrias industrie industriel industrielle
  industriya sanayi sanayii sanat sanaye sanaat gongye industri industriale
system: systems sistem sistemy sistemi sistemas systeme
service: services servis servisi servicios servizi serviciy dienstleistungen hizmetleri
solution: solutions soluciones
center: centre tsentr centro zentrum merkezi markaz merkez
trading: trade traders trader treyd treyding comercio comercial commerciale commerciali handel
  handels handelsgesellschaft ticaret ticareti ticari tijara tijarat tejarat tejari tejarati
  bazargani torgovlya torgovlia maoyi muyok muyeok commercio negoce trgovina tijorat
electronics: electronic elektronika elektroniks elektronik elektronics electronica electronique
  elektroniki dianzi jeonja elettronica
electric: electrical elektrik elektro
holding: holdings kholding holdinq holdingi
group: gruppa grupp grup groupe grupo gruppo gruppe groups jituan gruppy qrup
enterprise: enterprayz enterprises entreprises empresa empresas entreprise predpriyatie
  predpriyatiye predpriiatie
logistics: logistic lodzhistik logistik logistika lojistik logistica logistique logistiki wuliu
management: menedzhment
consulting: konsalting consultancy consultants danismanlik
engineering: inzhiniring muhendislik muhendisligi ingenieria ingegneria mohandesi
cargo: kargo
export: eksport ihracat exports exportadora
import: ithalat imports importadora
shipping: shiping denizcilik naviera navigazione sudokhodstvo schiffahrt schifffahrts
  keshtirani
transport: transportation tasimacilik nakliyat nakliye transportes trasporti perevozki
  transporte transports
aviation: aviatsiya aviatsiia havacilik aviacion aviazione
construction: constructions insaat construccion construcciones costruzioni bauunternehmen
  stroitelstvo sakhteman
machinery: machineries makina makine makineleri maschinen maschinenbau maquinaria macchine
chemical: chemicals kimya quimica chimica chemie khimiya kimia shimi
oil: petroleum petroleo petroleos petrolio petrole petrol neft naft nafta
energy: enerji energie energetika
food: foods gida alimentos aliments lebensmittel
bank: banco banque banka banki bankasi banca masraf yinhang unhaeng eunhaeng
university: universitet universitesi universidad universite universitat universita universidade
  daxue daneshgah jamia
institute: institut instituto istituto enstitusu instytut
foundation: fundacion fondation fondazione stiftung vakfi bonyad muassasa
national: nacional nazionale nationale natsionalnyy ulusal milli
general: generale
plant: fabrika fabrique fabrik fabryka fabrica
plant: factory zavod
product: products produkte productos produits urunleri
material: materials materiales materiaux malzemeleri
component: components
instrument: instruments pribor pribory
tool: tools
part: parts
vehicle: vehicles
motor: motors
investment: investments yatirim inversiones invest
communication: communications
telecom: telecommunication telecommunications telekom
pharmaceutical: pharmaceuticals pharma
textile: textiles tekstil
plastic: plastics plastik
metal: metals
science: sciences
resource: resources
development: developments
partner: partners
associate: associates
supply: supplies
america: american americana usa
china: chinese chine
russia: russian rossiyskiy rossiya rossiyskaya russkiy rossiia
ukraine: ukrainian ukraina ukrayina
belarus: belarusian belorussian byelorussian byelorussia
iran: iranian
iraq: iraqi
syria: syrian
turkey: turkish turkiye turk
japan: japanese
korea: korean
germany: deutschland
france: french
britain: british
italy: italian italia
spain: spanish espana
india: indian
arab: arabian arabia
europe: european
asia: asian
africa: african
israel: israeli
egypt: egyptian
lebanon: lebanese
pakistan: pakistani
afghanistan: afghan
switzerland: swiss
netherlands: dutch
austria: austrian
australia: australian
canada: canadian
mexico: mexican
brazil: brazilian brasil
cuba: cuban cubana
venezuela: venezuelan venezolana
st: saint
bros: brothers
no: number
and: und
airlines: airways airline
automobile: automotive automobiles
agriculture: agricultural
science: scientific
finance: financial
marine: maritime
china: prc
defense: defence
harbor: harbour
color: colour
labor: labour
petrochemical: petrochemicals petrokimya
dr: doctor doktor
prof: professor
haji: hajji hadji haj hajj hadj
sheikh: shaikh shaykh sheik cheikh sheykh shaik
mullah: mulla mullo
mawlawi: maulavi mawlavi molvi mawlvi maulvi
ayatollah: ayatullah
sayyid: sayed sayyed seyed seyyed syed
"""


def _to_one(table: str) -> dict[str, str]:
    """Each word of a table of lines 'word: others' to the word of its line."""
    found: dict[str, str] = {}
    for line in table.strip().replace("\n  ", " ").splitlines():
        word, _, others = line.partition(":")
        found |= dict.fromkeys(others.split(), word)
    return found


def _numbers() -> dict[str, str]:
    ordinals = {f"{n}{ending}": str(n) for n in range(100) for ending in ("st", "nd", "rd", "th")}
    return ordinals | {"ii": "2", "iii": "3", "iv": "4", "vii": "7", "viii": "8", "ix": "9"}


def _same_word() -> dict[str, str]:
    same = _to_one(_SAME)
    spelt = {word: same.get(english, english) for word, english in spelt_in_latin().items()}
    return {word: one for word, one in (spelt | same | _numbers()).items() if word != one}


SAME_WORD = _same_word()
"""Short, plural, foreign and transliterated forms of a word, and adjectives of countries, to the
one under which it is compared."""

_GENERIC = _words(
    """
    npo npp npk npf academy accessories administration advanced aero agency agricultural agriculture agro
    agropecuaria air aircraft airlines airways all alliance allied alpha amal ambalaj america
    american ammunition analytical apparel appliances applied arab armament arms army arsenal
    art asesores asia asian assembly asset associates association atlantic auto automated
    automation automotive aviation bank baraka base battery beijing beratung best beteiligungs
    beverage big bilisim bio blue branch bros building bureau business by cable capital cargo
    celik center central ceramics charitable chemical china city club coal college color combine
    comercial comercializadora commerce commercial commission committee communication
    communications complex component components composite computer computing concern consortium
    construcciones construction consult consultancy consulting consultores container continental
    contracting contractor control cooperative corporate cosmetics council cruise cultural
    culture danismanlik data de defence defense delta demir department design designing
    development diamond digital directorate dis distribuidora distribution distributors dom
    drilling dubai dynamics eagle east eastern eco education educational eksim el electric
    electrical electro electromechanical electronics elektro elektromekanik elektronik elite
    emirates energy enerji engineering enterprise enterprises entertainment environment
    environmental equipment est establishment estate euro europe european evergreen exchange
    exhibition expert exploration export exportadora express fabrication facility factory family
    farm fashion federal federation fertilizer fiber field film financial first fish fisheries
    fleet food foods for foreign forestry forwarding foundation foundry framework freight from
    fruit fuel fund furniture future galaxy garment gas gate general generation gesellschaft
    gida glass global gold golden good government grand graphics great green group growth
    guangdong guangzhou gulf hardware hayvancilik health heavy helicopter high holding home hong
    hospital hotel house human hydraulic iman immobilien impex implementation import importadora
    importers in index industrial industriales industrials industry info information
    infrastructure inmobiliaria innovation innovative insaat inspection institute instrument
    instruments insurance integrated intelligent inter international internet inversiones invest
    investment iran iraq iron japan jewellery jewelry joint khalij khorasan kimya kong korea lab
    laboratory land laser leather lebanon life light lights limited line lines link livestock
    local logistics lojistik ltda lucky machine machinery madencilik main maintenance major
    makina management manufacturing marine maritime market marketing mash mass master matbaa
    material materials max mechanical mechanics media medical medicine mega metal metallurgical
    metallurgy metals micro military mill mine minerals mining ministry mir missile mobile
    modern moscow motor motors muhendislik museum music nakliyat national nauchno nauchnyy navy
    neft net network new no nonferrous noor north northern nuclear number nur obedinenie
    obshchestvo ocean office offshore oil oilfield one open operation operations optical optics
    optika organisation organization otomasyon otomotiv overseas pacific packaging paper park
    part partner parts path payment pazarlama people perfect petrochemical petrol petroleum
    pharma pharmaceutical planning plant plastic plastics platform plus point poly polymer port
    power precision predpriyatie premier press prime print printing private pro process
    processing procurement product production productos products professional programming
    proizvodstvennoe project projects prom property propulsion protection public publishing
    qatar quality radar radio rahma rail railway rapid rare real red refinery regional reklam
    reliable religious renewable repair republic research resin resource resources restaurant
    retail rising river robotics rocket royal rubber russia safe safety salam sales san sanayi
    satellite savunma sbyt school science scientific sea seafood secure security semiconductor
    sensor service servicios servis shanghai shenzhen ship shipbuilding shipping ships shipyard
    shop siberia silk silver singapore sirketi smart snab social society software solar solution
    source south southern soyuz space special specialized specialty spets spirit sport sports
    spring standard star state station steel store strategic stroy structure studio style summit
    sun sunrise super supply support surveillance swiss syria system systems taiwan tank tanker
    target tarim team technical technik technology tehran tekh tekhnika tekstil telecom
    telecommunication television testing textile textiles theater tianjin tic ticaret time tool
    tools top torgovyy total tour tourism tovary toys trading traffic training transit transport
    transportation transportes travel travels trust tunnel turizm turkey tyre ukraine ultra
    unified union unique unit united universal university up ural ve vehicle venture vertriebs
    verwaltung vessel veterinary victory video vietnam virtual vision vostok waste water weapon
    west western white wholesale wind wire wireless wood works workshop world yacht yapi yazilim
    zavod zone
    """
)
GENERIC = frozenset(
    SAME_WORD.get(word, word)
    for word in _GENERIC | frozenset(filter(str.isalpha, SAME_WORD.values()))
)
"""Words of the trade that any company may bear: matched they prove little, missing they cost
little, however rare they are on a list. In the form under which they are compared."""

TITLES = _words(
    """
    mr mrs ms miss dr prof sir dame lord lady hon rev fr sr jr esq master mister madam herr frau
    monsieur madame mme mlle senor senora don dona signor signora
    gen col maj capt lt cpl sgt adm cmdr brig gov pres amb colonel major captain lieutenant sergeant
    admiral commander brigadier marshal commodore
    haji sheikh mullah mawlawi maulana ayatollah hojatoleslam imam qari hafiz ustad ustadh sayyid
    mufti emir amir sultan prince princess shah agha aga bey effendi pasha hanim bay qazi alhaj
    doctor engineer eng ing mohandes muhandis
    gospodin gospozha pan pani gg
    his her excellency highness majesty honourable honorable datuk dato seri tan sheikha sheik
    chairman president minister ambassador bishop archbishop father mother sister brother
    """
)
"""Titles and honorifics: a name is the same with them and without."""

PARTICLES = TITLES | _words(
    """
    al el ul ud ur ad ar as ash az an at il bin ibn ben bint binti bnt abu abou umm um bu wa
    de del della dello di da das dos do du des la le les los las lo y e i et and or of the in on to
    for von van vom zu zum zur der den het ter ten te af av und und o u ap mac mc san
    oglu ogly kyzy kizi uly zade zadeh pur pour
    """
)
"""Words of little weight in any name: articles, prepositions, 'son of', titles."""

KNOWN_WORDS = GENERIC | LEGAL_FORMS | frozenset(SAME_WORD)
"""Words that a misspelt word may be meant for, though no list holds them."""
