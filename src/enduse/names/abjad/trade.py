"""Words of the trade in Arabic, Persian, Urdu and Hebrew, which are translated and not spelt."""

from __future__ import annotations

from enduse.names.abjad.letters import written_alike

# English, then the native words for it; words that firms and movements are as often called by in
# Latin letters (Pars, Sanat, Hizb, Jund …) are left to their sound.
_ARABIC = """
company شركة شركه شركات | foundation مؤسسة مؤسسه مؤسسات | bank بنك مصرف بنوك | group مجموعة مجموعه
association جمعية رابطة | organization منظمة تنظيم | office مكتب مكاتب | center مركز مراكز
factory مصنع معمل | factories مصانع معامل | plant محطة | agency وكالة | agencies وكالات | authority هيئة سلطة
ministry وزارة | university جامعة | institute معهد | college كلية | school مدرسة | hospital مستشفى مشفى
union اتحاد نقابة | fund صندوق | council مجلس | committee لجنة | front جبهة | movement حركة
state دولة | republic جمهورية | government حكومة | network شبكة | forces قوات
branch فرع | store متجر | stores مخازن متاجر
trading تجارة تجاره تجارية تجاريه | import استيراد | export تصدير | imports واردات
commercial تجاري | contracting مقاولات تعهدات | construction انشاءات انشائية بناء تعمير | building عمارة
industry صناعة | industries صناعات | industrial صناعية صناعي | engineering هندسة هندسية | development تنمية تطوير
investment استثمار استثمارية | investments استثمارات | holding قابضة قابضه | services خدمات خدمية | service خدمة
general عامة عموم | limited محدودة محدوده | international دولية عالمية دولي عالمي | national وطنية قومية
united متحدة متحده | modern حديثة عصرية | new جديدة | advanced متقدمة متطورة | first اولى | central مركزية مركزي
islamic اسلامية اسلامي اسلاميه | arab عربية | public عمومية | private خاصة | joint مشتركة مساهمة | specialized متخصصة
oil نفط نفطية زيوت | petroleum بترول بترولية | gas غاز | energy طاقة | electricity كهرباء | electrical كهربائية
power قدرة | solar شمسية | water مياه | food اغذية غذائية | foodstuff غذائيات | agricultural زراعية زراعي | agriculture زراعة
medical طبية طبي | medicine ادوية | pharmaceutical دوائية صيدلانية | chemical كيماوية كيميائية | chemicals كيماويات
technology تكنولوجيا تقنية | technologies تقنيات | technical فنية | information معلومات | systems انظمة نظم | system نظام
electronics الكترونيات | electronic الكترونية | communications اتصالات | computers حاسبات حواسيب
software برمجيات | equipment معدات تجهيزات | machinery اليات مكائن | spare غيار | parts قطع | cars سيارات | metal معادن معدنية
steel صلب فولاذ | jewelry مجوهرات | minerals خامات | mining تعدين مناجم | cement اسمنت | phosphate فوسفات
plastic بلاستيك | textile نسيج منسوجات | tobacco تبغ | paper ورق | transport نقل | transportation مواصلات | shipping شحن ملاحة
maritime بحرية | aviation طيران | airlines خطوط | air جوية جوي | airport مطار | port ميناء
logistics لوجستية لوجستيات | freight شحنات | cargo بضائع | travel سفر سفريات | tourism سياحة | hotel فندق | hotels فنادق
real عقارية | estate عقارات | insurance تامين | finance تمويل | financial مالية مالي | money اموال نقود | exchange صرافة صيرفة صرافه
transfer تحويل حوالة | transfers حوالات تحويلات | security امن امنية | guarding حراسة | protection حماية
military عسكرية | defense دفاع | weapons اسلحة | production انتاج | manufacturing تصنيع | research بحوث ابحاث بحث | studies دراسات
scientific علمية | sciences علوم | media اعلام | press صحافة | publishing نشر | printing طباعة
television تلفزيون | broadcasting بث | satellite فضائية | charity خيرية | relief اغاثة | humanitarian انسانية
revolution ثورة | resistance مقاومة | solutions حلول | projects مشاريع | project مشروع | works اشغال اعمال
business الاعمال | marketing تسويق | distribution توزيع | supply توريد تموين | supplies توريدات لوازم | management ادارة
consulting استشارات | brothers اخوان اخوة | sons ابناؤه اولاده ابناء | co شركاه شركاؤه | partners شركاء
east شرق | middle اوسط | west غرب | north شمال | south جنوب | eastern شرقية | western غربية | sea بحر | in في
"""
_PERSIAN = """
company شرکت شرکتهای | group گروه | bank بانک | industries صنایع صنائع | industry صنعتگری | industrial صنعتی
organization سازمان | ministry وزارت | university دانشگاه | college دانشکده | institute موسسه پژوهشکده مؤسسه | research تحقیقات پژوهش تحقیقاتی پژوهشی پژوهشگاه
foundation بنیاد | airlines هواپیمایی | aircraft هواپیما هواپیماسازی | aviation هوایی هوانوردی | aerospace هوافضا هوافضای | shipping کشتیرانی
oil نفت نفتی | gas گاز | petrochemical پتروشیمی | refinery پالایشگاه | refining پالایش | mining معدنی معادن | steel فولاد | defence دفاع دفاعی
electronics الکترونیک | electronic الکترونیکی | chemical شیمیایی | commercial بازرگانی | commercial تجارتی | engineering مهندسی | development توسعه
construction ساختمان ساختمانی | manufacturing ساخت تولیدی سازی | production تولید تولیدات | investment سرمایهگذاری گذاری | insurance بیمه
international بینالمللی | national ملی | islamic اسلامی | revolutionary انقلاب | guards پاسداران | republic جمهوری جمهورى
iran ایران | force نیروی | army ارتش | police پلیس انتظامی | technology فناوری تکنولوژی | sciences علوم
export صادراتی | limited محدود | stock سهامی | command قرارگاه فرماندهی | cyber سایبری | design طراحی | engine موتور | space فضایی فضا
services خدماتی | transport حمل | credit اعتباری | financial مالی | exchange صرافی | economic اقتصادی | cooperative تعاونی | complex مجتمع
factory کارخانه | factories کارخانجات | machine ماشین | automobile خودرو | car خودروسازی | medical پزشکی | pharmaceutical دارویی داروسازی
agricultural کشاورزی | food غذایی | electricity برق | energy انرژی | nuclear هسته اتمی | atomic هستهای | information اطلاعات | systems سیستمهای سیستم
telecommunication مخابرات | communications ارتباطات | social اجتماعی | cultural فرهنگی | south جنوبی | northern شمالی
prison زندان | court دادگاه | center کانون | and و | broadcasting سیما | advanced پیشرفته | general عمومی
"""
_HEBREW = """
company חברה חברת | companies חברות | ltd בעמ | bank בנק | industries תעשיות תעשיית | industry תעשייה | technologies טכנולוגיות | technology טכנולוגיה
systems מערכות | system מערכת | investments השקעות | investment השקעה | properties נכסים | import יבוא | export יצוא | trade סחר מסחר
international בינלאומי בינלאומית | group קבוצת קבוצה | holdings אחזקות החזקות | services שירותי שירותים | engineering הנדסה
construction בנייה בניה בנין | development פיתוח | electronics אלקטרוניקה | manufacturing ייצור | association עמותה עמותת אגודה אגודת
fund קרן | university אוניברסיטת אוניברסיטה | institute מכון | energy אנרגיה | diamonds יהלומים | shipping ספנות | aviation תעופה
insurance ביטוח | brothers אחים | sons בניו | marketing שיווק | management ניהול | consulting ייעוץ | logistics לוגיסטיקה | transport תובלה הובלה
security ביטחון אבטחה | defense הגנה | research מחקר | software תוכנה | communications תקשורת | medical רפואי רפואית | pharmaceuticals תרופות
general כללי כללית | national לאומי לאומית | center מרכז | ministry משרד | agency סוכנות | chemicals כימיקלים | plastics פלסטיק | metal מתכת | food מזון
"""


def _read(*tables: str) -> dict[str, str]:
    entries = (entry.split() for table in tables for entry in table.replace("\n", "|").split("|"))
    return {
        written_alike(native): english
        for english, *natives in filter(None, entries)
        for native in natives
    }


TRADE_WORDS: dict[str, str] = _read(_HEBREW, _PERSIAN, _ARABIC)
"""English words for native ones, these as `prepared` spells them and without the article."""

LEGAL_FORMS: dict[str, str] = {
    written_alike(native): latin
    for native, latin in {
        "ذمم": "llc", "شذمم": "llc", "شمم": "llc", "شمل": "sal", "ممح": "fze", "شمح": "fzc",
        "مح": "fz", "شمع": "jsc", "شمك": "jsc", "شمخ": "jsc", "مم": "llc", "شمس": "jsc",
    }.items()
}  # fmt: skip
"""Legal forms written as letters with dots or spaces between, these left out."""
