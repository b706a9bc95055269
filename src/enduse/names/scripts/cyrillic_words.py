"""Russian, Ukrainian and other Cyrillic words that English names translate."""

from __future__ import annotations

from enduse.names.scripts.tables import by_word

PHRASES = by_word(
    """
    llc: общество с ограниченной ответственностью, товариство з обмеженою відповідальністю, таварыства з абмежаванай адказнасцю, дружество с ограничена отговорност, друштво са ограниченом одговорношћу, жауапкершілігі шектеулі серіктестігі, товарищество с ограниченной ответственностью
    jsc: акционерное общество, публичное акционерное общество, открытое акционерное общество, закрытое акционерное общество, непубличное акционерное общество, приватне акціонерне товариство, публічне акціонерне товариство, акціонерне товариство, адкрытае акцыянернае таварыства, акционерно дружество
    soe: федеральное государственное унитарное предприятие, государственное унитарное предприятие, федеральное казенное предприятие, державне підприємство, казенное предприятие, муниципальное унитарное предприятие, республиканское унитарное предприятие
    federal state budgetary institution: федеральное государственное бюджетное учреждение, федеральное государственное бюджетное образовательное учреждение
    sp: индивидуальный предприниматель, фізична особа-підприємець, фізична особа підприємець, физическое лицо предприниматель
    npo: научно-производственное объединение, научно - производственное объединение, науково-виробниче об'єднання, научно производственное объединение
    npp: научно-производственное предприятие, научно - производственное предприятие, науково-виробниче підприємство, научно производственное предприятие
    npk: научно-производственная компания, научно-производственная фирма
    scientific production center: научно-производственный центр
    scientific research institute: научно-исследовательский институт, научно - исследовательский институт, науково-дослідний інститут, научно исследовательский институт
    research center: исследовательский центр, научно-исследовательский центр
    design bureau: конструкторское бюро, опытно-конструкторское бюро, опытное конструкторское бюро, особое конструкторское бюро, специальное конструкторское бюро, проектно-конструкторское бюро, конструкторське бюро
    trading house: торговый дом, торговий дім, торговельний дім, гандлёвы дом
    named after: имени, ім., им.
    mr: г-н, пан
    mrs: г-жа, пані
    """,
    between=",",
)
"""Phrases, in small letters, that stand for a legal form or are translated as a whole."""

WORDS = by_word(
    """
    llc: ооо, тоо, тов, тдв, оод, еоод, жшс, ооц, таа, доо, осоо, зао ооо
    jsc: ао, оао, зао, пао, нао, прат, пат, ат, ад, аат, зат, ваг, аб, еад
    soe: фгуп, гуп, муп, фкп, руп, дп, куп, гп, рдуп
    sp: ип, фоп, спд, чп, пп
    npo: нпо, нво
    npp: нпп, нвп
    npk: нпк
    npf: нпф
    td: тд
    on: на
    for: для
    ministry: мин
    co: ко, к°
    ltd: лтд
    inc: инк
    corp: корп
    llp: ллп
    group: груп
    soft: софт
    tech: тех, тек
    prime: прайм
    star: стар
    line: лайн
    pro: про
    plus: плюс
    smart: смарт
    global: глобал
    logistics: лоджистик, лоджистикс, логистик
    trading: трейд, трейдинг, тредінг, трейдінг
    shipping: шиппинг, шипинг, шиппінг
    general: дженерал
    technologies: технолоджи, технолоджис, текнолоджи, текнолоджис
    holding: холдинг, холдінг
    consulting: консалтинг, консалтінг
    engineering: инжиниринг, інжиніринг
    leasing: лизинг, лізинг
    marketing: маркетинг
    development: девелопмент
    management: менеджмент
    service: сервис, сервіс, сервисез
    services: сервисес, сервисиз
    industries: индастриз, индастрис, індастріз
    industry: индастри
    enterprise: энтерпрайз, энтерпрайзис
    international: интернешнл, интернэшнл, интернэйшнл, интернешнал, интернэшнал
    solutions: солюшнс, солюшнз, солюшенс
    systems: системс, систэмз
    electronics: электроникс, электроник, електронікс
    electric: электрик
    components: компонентс, компонент
    marine: марин, марина
    digital: диджитал, діджитал
    security: секьюрити
    energy: энерджи
    capital: кэпитал
    partners: партнерс
    motors: моторс
    airlines: эйрлайнс
    airways: эйрвейз
    aviation: авиейшн
    cargo: карго
    express: экспресс, експрес
    transit: транзит
    resource: ресурс
    resources: ресорсес, ресурсес, ресурсы
    construction: констракшн
    steel: стил
    metal: метал
    power: пауэр
    gas: газ
    oil: ойл
    petroleum: петролеум
    investment: инвест, инвестмент
    investments: инвестментс
    finance: финанс
    bank: банк
    trust: траст
    fund: фонд
    club: клуб
    center: центр
    house: хаус
    world: уорлд, ворлд
    first: ферст
    new: нью
    east: ист
    west: вест, уэст
    north: норт, норд
    black: блэк
    white: уайт
    blue: блю
    green: грин
    red: рэд
    gold: голд
    golden: голден
    silver: сильвер
    diamond: даймонд
    royal: роял
    sky: скай
    sun: сан
    sea: си
    ocean: оушен
    river: ривер
    land: лэнд
    city: сити
    data: дата
    net: нет
    web: веб
    media: медиа
    mobile: мобайл
    soft: софт
    robotics: роботикс
    aero: аэро
    avia: авиа
    auto: авто
    pharma: фарма
    medical: медикал
    food: фуд
    agro: агро
    eco: эко
    euro: евро
    asia: азия, азія
    pacific: пасифик
    best: бест
    top: топ
    max: макс
    smart: смарт
    quality: кволити
    import: импорт, імпорт
    export: экспорт, експорт
    """,
    between=",",
)
"""Words as they stand: abbreviations, and English words of the trade in Cyrillic letters."""
WORDS = {word: english for word, english in WORDS.items() if word and english}

NOUNS = by_word(
    """
    company: компани, кампані
    airlines: авиакомпани, авіакомпані, авіякампані
    russia: росси, росі
    enterprise: предприят, прадпрыемств, підприємств
    association: объединен, об'єднанн, обєднанн, ассоциац, асоціац
    society: обществ
    corporation: корпорац, корпораці
    plant: завод
    factory: фабрик
    combine: комбинат, комбінат
    institute: институт, інститут, інстытут
    university: университет, університет
    academy: академ
    center: центр
    laboratory: лаборатор
    bureau: бюро
    group: групп, груп
    holding: холдинг
    trading: торговл, торгівл
    firm: фирм, фірм
    house: дом
    agency: агентств
    service: сервис, обслуживан
    services: услуг, послуг
    system: систем, сістэм
    technology: технолог, тэхналог
    technics: техник, технік, тэхнік
    electronics: электроник, електронік, электронік
    instrument: прибор
    instrument making: приборостроен, приладобудуванн
    machine building: машиностроен, машинобудуванн
    shipbuilding: судостроен, суднобудуванн, кораблестроен
    ship repair: судоремонт
    engine building: двигателестроен, моторостроен
    aircraft building: авиастроен, самолетостроен
    engine: двигател, двигун
    logistics: логистик, логістик
    transport: транспорт
    equipment: оборудован, обладнанн
    material: материал, матеріал
    metal: металл
    steel: стал
    alloy: сплав
    semiconductor: полупроводник, напівпровідник
    microelectronics: микроэлектроник
    microcircuit: микросхем
    radio: радио
    communication: связ, звязк
    energy: энерг, енерг
    industry: промышленност, промисловост, индустри, індустрі
    production: производств, виробництв
    development: развит, розвит
    construction: строительств, будівництв
    research: исследован, досліджен
    science: наук
    innovation: инновац, інновац
    investment: инвестиц, інвестиц
    finance: финанс, фінанс
    insurance: страхован
    protection: защит, захист
    security: безопасност, безпек
    defense: оборон
    control: контрол
    automation: автоматик, автоматизац
    safety: охран
    aviation: авиац, авіац
    cosmonautics: космонавтик
    fleet: флот
    port: порт
    shipping company: пароходств
    airport: аэропорт, аеропорт
    airlines: авиалини, авіаліні
    railway: железн дорог
    oil: нефт, нафт
    petroleum product: нефтепродукт
    chemistry: хими, хімі
    pharmacy: фармац
    medicine: медицин
    food: продовольств
    trade: торг
    market: рынок, ринок
    fund: фонд
    foundation: фундац
    union: союз, спілк
    federation: федерац
    republic: республик, республік
    ministry: министерств, міністерств
    department: департамент
    administration: администрац, адміністрац
    directorate: дирекц
    committee: комитет, комітет
    government: правительств
    council: совет
    arsenal: арсенал
    army: арми, армі
    navy: военно-морск
    weapon: оружи
    ammunition: боеприпас
    missile: ракет
    rocket: ракетоносит
    aircraft: самолет, самолёт
    helicopter: вертолет, вертолёт
    drone: беспилотник
    vehicle: автомобил, автомобіл
    tractor: трактор
    machine: машин
    machine tool: станк, станок, верстат
    tool: инструмент, інструмент
    bearing: подшипник
    optics: оптик
    laser: лазер
    information: информац, інформац
    internet: интернет
    software: программн обеспечен
    solution: решен, рішен
    project: проект
    complex: комплекс
    concern: концерн, канцэрн
    consortium: консорциум
    trust: трест
    branch: филиал, філі
    representation: представительств
    school: школ
    museum: музе
    press: пресс
    agency: агенц
    airborne: десант
    troops: войск, військ
    fighter: истребител
    youth: молодеж, молодёж, молод
    culture: культур
    support: поддержк, підтримк
    assistance: содейств
    directorate: управлен, управлінн
    service: служб
    laboratory: лабораторі
    measurement: измерен
    navigation: навигац, навігац
    telecommunications: телекоммуникац
    television: телевиден
    broadcasting: радиовещан
    mechanics: механик, механік
    physics: физик, фізик
    mathematics: математик
    problem: проблем
    element: элемент
    component: компонент
    device: устройств
    power: мощност
    battery: аккумулятор
    cable: кабел
    pipe: труб
    pipeline: трубопровод
    refinery: нефтепереработк
    petrochemistry: нефтехими
    fertilizer: удобрен
    potash: калий
    coal: угол, вугілл
    mine: шахт
    mining: добыч
    gold: золот
    aluminum: алюмини
    titanium: титан
    nickel: никел
    metallurgy: металлурги, металургі
    casting: лить
    paper: бумаг
    timber: лесопромышленн
    textile: текстил
    glass: стекл
    cement: цемент
    ship: судн, корабл
    shipyard: верф
    boat: катер
    submarine: подлодк
    repair: ремонт
    motor: мотор
    turbine: турбин
    pump: насос
    filter: фильтр
    wagon: вагон
    locomotive: локомотив
    bus: автобус
    truck: грузовик
    road: дорог
    bridge: мост
    customs: тамож
    supply: поставк, снабжен
    delivery: доставк
    purchase: закупк
    sale: продаж
    store: магазин
    warehouse: склад
    consulting: консультац
    education: образован, освіт
    sport: спорт
    tourism: туризм
    hotel: гостиниц, отел
    hospital: больниц
    region: регион, област
    district: район
    city: город
    village: посел
    star: звезд
    law: прав
    human: человек
    police: полици
    guard: гвардии, гвардия
    division: дивизи
    brigade: бригад
    regiment: полк
    staff: штаб
    range: полигон
    cluster: кластер
    park: парк
    platform: платформ
    exhibition: выставк
    movement: движен
    party: парти
    library: библиотек
    theatre: театр
    newspaper: газет
    channel: канал
    publishing: издательств
    registry: реестр
    exchange: бирж
    depositary: депозитари
    payment: платеж
    card: карт
    credit: кредит
    property: недвижимост
    land: земл
    ocean: океан
    lake: озер
    heat: тепл
    electricity: электричеств
    cosmos: космос
    satellite: спутник
    antenna: антен
    radar: радар, локац
    electronics components: радиодетал
    transistor: транзистор
    circuit: схем
    crystal: кристалл
    robot: робот
    intelligence: интеллект, разведк
    security council: совбез
    east: восток, схід
    west: запад, захід
    north: север, північ
    south: юг, південь
    """,
    between=",",
)
"""Stems of nouns that English names translate."""

ADJECTIVES = by_word(
    """
    scientific: научн, науков, навуков
    production: производственн, виробнич, вытворч
    research: исследовательск, дослідн
    technical: техническ, технічн
    technological: технологическ, технологічн
    industrial: промышленн, промислов, индустриальн
    trading: торгов, торговельн, гандлёв
    commercial: коммерческ, комерційн
    experimental: опытн, экспериментальн
    design: конструкторск, проектн
    special: специальн, спеціальн
    state: государственн, державн, дзяржаўн
    federal: федеральн
    national: национальн, національн, нацыянальн
    central: центральн
    international: международн, міжнародн, междунар
    russia: российск, русск, всероссийск, російськ
    ukraine: украинск, українськ
    belarus: белорусск, беларуск, білоруськ
    joint: совместн, спільн
    united: объединенн, объединённ, обєднан
    limited: ограниченн
    general: генеральн
    electronic: электронн, електронн
    electrical: электрическ, електричн
    electromechanical: электромеханическ
    mechanical: механическ, механічн
    optical: оптическ, оптичн
    chemical: химическ, хімічн
    nuclear: ядерн
    atomic: атомн
    military: военн, військов, ваенн
    naval: морск, морськ
    aviation: авиационн, авіаційн
    aerospace: аэрокосмическ
    space: космическ, космічн
    aircraft: самолетн
    machine building: машиностроительн, машинобудівн
    instrument making: приборостроительн
    shipbuilding: судостроительн, суднобудівн, кораблестроительн
    ship repair: судоремонтн
    metallurgical: металлургическ, металургійн
    mining: горн, горнодобывающ
    oil: нефтян, нафтов, нафтав
    gas: газов
    petrochemical: нефтехимическ
    energy: энергетическ, енергетичн
    transport: транспортн
    railway: железнодорожн, залізничн
    logistics: логистическ, логістичн
    construction: строительн, будівельн
    engineering: инженерн, інженерн
    information: информационн, інформаційн
    automated: автоматизированн
    financial: финансов, фінансов
    investment: инвестиционн, інвестиційн
    insurance: страхов
    agricultural: сельскохозяйственн
    medical: медицинск, медичн
    pharmaceutical: фармацевтическ
    public: публичн, общественн, публічн
    private: частн, приватн
    open: открыт
    closed: закрыт
    northern: северн, північн
    southern: южн, південн
    eastern: восточн, східн
    western: западн, західн
    far: дальн
    moscow: московск, московськ
    st petersburg: санкт-петербургск
    novosibirsk: новосибирск
    ural: уральск
    siberia: сибирск
    crimea: крымск, кримськ
    donetsk: донецк, донецьк
    unmanned: беспилотн, безпілотн
    airborne: десантн
    laser: лазерн
    radioelectronic: радиоэлектронн, радіоелектронн
    radiotechnical: радиотехническ
    measuring: измерительн
    navigation: навигационн
    telecommunications: телекоммуникационн
    television: телевизионн
    broadcasting: радиовещательн
    strategic: стратегическ
    cultural: культурн
    republican: республиканск, рэспубліканск
    main: главн, головн
    internal: внутренн
    foreign: иностранн, внешн
    external economic: внешнеэкономическ
    economic: экономическ, економічн
    social: социальн, соціальн
    political: политическ
    defense: оборонн
    airport: аэропортов
    automobile: автомобильн, автомобільн
    motor: моторн
    engine: двигательн
    helicopter: вертолетн, вертолётн
    rocket: ракетн
    anti aircraft: зенитн
    artillery: артиллерийск
    armored: бронетанков
    tank: танков
    arms: оружейн
    cartridge: патронн
    powder: порохов
    tool: инструментальн
    machine tool: станкостроительн
    repair: ремонтн
    casting: литейн
    pipe: трубн
    steel: сталелитейн, стальн
    coal: угольн, вугільн
    potash: калийн
    oil gas: нефтегазов
    oil refining: нефтеперерабатывающ
    gas transport: газотранспортн
    energy: энергосбытов
    electric: электротехническ
    thermal: теплов
    grid: сетев
    hydro: гидротехническ
    cable: кабельн
    optical electronic: оптико-электронн
    quantum: квантов
    digital: цифров
    intelligent: интеллектуальн
    innovative: инновационн, інноваційн
    modern: современн
    advanced: передов, перспективн
    first: перв
    big: больш
    great: велик
    unified: един
    joint stock: акционерн, акціонерн
    budgetary: бюджетн
    autonomous: автономн
    educational: образовательн, учебн
    medical: лечебн
    military technical: военно-техническ
    military industrial: военно-промышленн
    customs: таможенн
    tax: налогов
    legal: юридическ
    wholesale: оптов
    retail: розничн
    supply: снабженческ
    trade industrial: торгово-промышленн
    forest: лесн
    timber: лесопромышленн
    food: пищев, продовольственн
    textile: текстильн
    chemical technological: химико-технологическ
    biological: биологическ
    physical technical: физико-техническ
    physical: физическ
    mathematical: математическ
    geological: геологическ
    maritime: мореходн
    river: речн
    ship: судов
    port: портов
    road: дорожн
    pacific: тихоокеанск
    baltic: балтийск
    black sea: черноморск
    caspian: каспийск
    volga: волжск
    leningrad: ленинградск
    kazan: казанск
    tula: тульск
    smolensk: смоленск
    kiev: киевск, київськ
    minsk: минск, мінск
    kharkov: харьковск, харківськ
    odessa: одесск, одеськ
    luhansk: луганск, луганськ
    sevastopol: севастопольск
    arctic: арктическ
    eurasian: евразийск
    european: европейск, європейськ
    asian: азиатск
    chinese: китайск
    iran: иранск
    german: немецк
    american: американск
    all union: всесоюзн
    people: народн
    orthodox: православн
    youth: молодежн, молодёжн
    sports: спортивн
    information analytical: информационно-аналитическ
    """,
    between=",",
)
"""Stems of adjectives that English names translate."""
