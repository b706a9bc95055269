"""How Chinese characters sound: family names, Hong Kong spellings, and in foreign names."""

from __future__ import annotations


def _by_character(table: str) -> dict[str, str]:
    sounds = {}
    for entry in table.split():
        sound, _, characters = entry.partition(":")
        for character in characters:
            sounds[character] = sound
    return sounds


SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武"
    "戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯"
    "纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉"
    "缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑"
    "郎甄丛仲虞敖巩明佘池查麻苑迟邝封官谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊"
) | {
    "司马", "欧阳", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "夏侯", "司徒", "长孙",
    "端木", "南宫", "独孤",
}  # fmt: skip
"""Family names of one character and of two."""

SURNAME_SOUNDS = _by_character(
    "zeng:曾 shan:单 qiu:仇 xie:解 zhai:翟 qin:覃 zha:查 piao:朴 ou:区 yue:乐 miao:缪 ning:宁"
)
"""Characters that sound otherwise as family names."""

HETERONYMS = _by_character("chang:长 xia:厦 shi:什 hang:航 zhong:重")
"""Characters whose sound in names of firms is not the first that tables give."""

CANTONESE = _by_character(
    """
    ah:阿亚 ai:艾 an:安 au:区欧 cha:查 chai:柴齐仔 cham:湛 chan:陈尘灿 chat:七 chau:周洲邹秋 che:车
    cheong:昌畅 cheuk:卓 cheung:张章长祥翔 chi:子志智之芝资慈致至 chiu:赵朝超潮招 cho:曹初 choi:蔡才彩财
    chong:庄创 chor:楚 chow:周 chu:朱 chuen:全泉传川 chui:徐 chun:俊春真进津 chung:中钟忠宗众 fa:花化
    fai:辉晖 fan:范帆 fat:发 fo:火科 fok:霍 fong:方芳房 fu:富夫符虎 fuk:福 fun:宽欢 fung:冯丰凤风峰
    ha:夏霞 hang:恒亨行 hau:侯厚 hei:喜希 heung:香向 hin:轩显 hing:兴庆卿馨 ho:何好浩豪 hoi:海开凯
    hok:学鹤 hon:汉韩 hong:康航 hop:合 hui:许 hung:洪雄红鸿孔熊 ip:叶 ka:家嘉加佳 kai:启佳 kam:金锦甘
    kan:简勤根 kau:九球 kee:记奇 kei:其基 ki:纪 kin:健坚建 king:景敬经京 kit:杰洁 ko:高 kong:江港光刚
    koon:官 ku:古 kui:居巨 kuk:谷 kun:群 kwai:葵贵 kwan:关君钧军 kwok:郭国 kwong:广光邝 kwun:冠观
    kin:健 lai:黎丽礼 lam:林蓝 lan:兰 lap:立 lau:刘楼流 law:罗 lee:李利 lei:里 leung:梁良亮 li:李理利
    lik:力 lin:连莲 ling:凌玲灵领岭 lo:卢罗老 loi:来 lok:乐洛 long:朗浪 lui:吕雷 luen:联 luk:六陆鹿绿
    lun:伦 lung:龙隆 ma:马 mak:麦 man:文万民敏 mau:茂 mei:美 mi:米 ming:明名铭 miu:苗妙 mo:武毛 mok:莫
    mong:望旺 muk:木 mui:梅 nam:南 ng:吴五伍 ngai:魏艺危 ngan:颜银 ngok:岳 nga:雅牙 ngo:敖 nin:年
    ning:宁 o:柯 on:安 pak:白百柏 pang:彭 pao:包 ping:平萍 po:宝保波 pok:博 poon:潘 pui:培贝 pun:本
    sai:西世细 sam:三森心 san:山新辰 sang:生 sau:秀寿 sek:石 sha:沙 shan:山 shek:石 sheung:上尚双
    shi:施 shing:成诚盛胜城星 shiu:邵兆 shui:水瑞 shum:沈岑 shun:顺信 si:思司 sik:锡 sin:仙善先 sing:星升
    sing:声 siu:小萧肖少 so:苏 suen:孙 sui:萃 sum:心 sun:新 sung:宋 sze:施司史 szeto:司徒 tai:大泰太戴
    tak:德得 tam:谭 tang:邓 tat:达 tin:天田 ting:丁 tit:铁 to:杜多 tong:唐堂汤 tsang:曾 tse:谢 tsoi:蔡
    tsui:徐崔 tsun:进 tuen:段团 tung:东董通同 wa:和 wah:华 wai:伟为威惠卫维韦慧 wan:温云尹环运 wang:横
    wing:永荣颖 wo:和 wong:王黄旺汪 wu:胡湖 wui:汇会 wun:桓 yan:仁恩人欣 yat:日一逸 yau:游邱友有尤
    yee:仪儿义怡 yeung:杨阳洋 yi:以易 yik:益亿翼 yim:严 yin:燕然 ying:英应盈 yip:叶业 yiu:姚耀 yu:于余
    yue:鱼裕宇 yuen:源元远袁园 yuet:月悦粤 yuk:玉旭育 yung:容勇翁 yun:润 cheong:祥 hang:衡 choi:彩
    kiu:侨桥 lai:励 fuk:复 chit:捷 chai:斋 hok:壳 wai:卫 tim:添 sheung:相 yam:音 kwei:桂 tai:第 po:普 dik:迪
    ngan:雁 mun:满门 san:身 shue:树 yeung:样 yuet:越 chi:驰 sun:迅 seng:胜 hoi:恺 kar:嘉
    """
)
"""Simplified characters, to the syllable by which Hong Kong writes them."""


def _by_sound(table: str) -> dict[str, tuple[str, ...]]:
    sounds = {}
    for entry in table.split():
        sound, _, characters = entry.partition(":")
        for character in characters:
            sounds[character] = tuple(sound.split("/"))
    return sounds


FOREIGN = _by_sound(
    """
    a:阿 e:埃 ai:艾爱 an:安 ang:昂 o:奥欧 au:澳 ba:巴芭 bai:拜 bai:白 ban:班 bon:邦 bo:保博波鲍宝 be:贝别
    ben:本 bi:比碧 bin:宾 ber:伯 b:布卜 cha:查 che:彻 chu:楚 ts:茨 da:达大 da:戴 dan:丹 dao:道 d:德 den:登
    di:迪蒂帝狄 tin:丁 ton:顿敦 do:多 du:杜 dong:东 er:厄 en:恩 l/r:尔耳 fa:法 van:凡范万 fi:菲 fe:费 fin:芬
    fon:丰 von:冯 fo:佛 v:夫 f:弗 fo:福 ga:加盖伽 gan:甘 go:高戈哥 g:格 gen:根 gu:古 gua:瓜 gui:圭 ha:哈
    he:海赫黑 han:汉 ho:豪霍 hen:亨 hu:胡 wa:华 hui:惠 ki:基 gi:吉 ja:贾 jan:简詹 je:杰 kin:金 king:京
    ka:卡喀 kai:凯 kan:坎 kon:康 kao:考 ko:科柯可 k:克 ken:肯 kon:孔 ku:库 kua:夸 kun:昆 kui:奎 la/ra:拉
    le/re:莱雷 lan/ran:兰 lang/rang:朗 lau/rau:劳 le/re:勒 li/ri:里利丽莉理黎 len:连 lin/rin:林琳 lu:留柳
    lon:龙隆 lu/ru:卢鲁 len/ren:伦 lo/ro:罗洛 lu:律 ma:马玛 mai:迈 mac:麦 man:曼 mang:芒 mao:毛 me:梅
    men:门 mon:蒙 mi:米密 min:明 mo:莫 mer:默 m:姆 mu:穆 na:纳娜 nai:奈 nan:南楠 ne:内 ni:尼妮 ne:涅
    nin:宁 new:牛纽 non:农 nu:努 no:诺 pa:帕 pai:派 pan:潘 pan:庞 pe:佩 pen:彭 pi:皮 per:珀 pin:平 po:坡
    p:普 tsi:齐 ch:奇 che:切 chin:钦 jon:琼 chu:丘 jan:让 je:热 g:日 ron:荣 ru:茹 sa:萨 se:塞 sai:赛 san:桑
    se:瑟 sen:森 sha:沙 sa:莎 shan:山 shan:珊 shan:尚 shao:绍 she:舍 shen:申 saint:圣 s:施 sh:什 st:史 s:士
    shu:舒 s:斯丝司思 son:松 su:苏 so:索 ta:塔 tai:泰 tan:坦 tom:汤 don:唐 tao:陶 t:特 ten:滕 te:提 tin:廷
    ton:通 tu:图 to:托 va:瓦 wan:旺 vi:威维 ve:韦 we:魏 ven:文 win:温 wo:沃 u:乌 wu:伍武吴 si:西希锡席 sha:夏
    sho:肖 she:谢 sin:辛欣 hin:兴 hu:休 shu:许 son:逊 ya:雅 ia:亚 yan:延扬 ye:耶叶 i:伊易 in:因英 yu:尤于
    yo:约 jo:乔 ze:泽 za:扎 zhan:占 jan:章 jen:珍 ju:朱 zu:祖 zo:佐 z:兹 s:子 zi:济 chi:芝 x:克斯 ni:倪
    dra:德拉 bu:部 pu:浦 te:忒 tan:谭 lan:澜 er:而 ya:娅 na:那 sa:撒 he:贺 lai:赖 lei:蕾 shi:诗 mu:木
    burg:堡 di:底 gang:冈 ka:咖 ku:酷 lo/ro:萝 da:妲 ke:凯 bei:倍 li:力 ao:傲 ta:他它 si:丝 fan:梵 hua:花
    """
)
"""Characters by which foreign names are transcribed, to the sounds meant; the second is the one
with r where Chinese does not tell l and r apart."""
FOREIGN |= {"克": ("k",), "斯": ("s",), "德": ("d",), "拉": ("la", "ra")}
