"""Places as Chinese names have them, in simplified characters, to their English."""

from __future__ import annotations

from enduse.names.scripts.tables import by_word

_PLACES = """
china: 中国 中华 中华人民共和国
beijing: 北京
shanghai: 上海
tianjin: 天津
chongqing: 重庆
hebei: 河北
shanxi: 山西
shaanxi: 陕西
inner mongolia: 内蒙古
liaoning: 辽宁
jilin: 吉林
heilongjiang: 黑龙江
jiangsu: 江苏
zhejiang: 浙江
anhui: 安徽
fujian: 福建
jiangxi: 江西
shandong: 山东
henan: 河南
hubei: 湖北
hunan: 湖南
guangdong: 广东
guangxi: 广西
hainan: 海南
sichuan: 四川
guizhou: 贵州
yunnan: 云南
tibet: 西藏
gansu: 甘肃
qinghai: 青海
ningxia: 宁夏
xinjiang: 新疆
hong kong: 香港
macau: 澳门
kowloon: 九龙
new territories: 新界
mong kok: 旺角
tsim sha tsui: 尖沙咀
kwun tong: 观塘
tsuen wan: 荃湾
sha tin: 沙田
yuen long: 元朗
tuen mun: 屯门
kwai chung: 葵涌
wan chai: 湾仔
causeway bay: 铜锣湾
sham shui po: 深水埗
lai chi kok: 荔枝角
chai wan: 柴湾
taiwan: 台湾
taipei: 台北
new taipei: 新北
kaohsiung: 高雄
taichung: 台中
tainan: 台南
hsinchu: 新竹
taoyuan: 桃园
keelung: 基隆
hualien: 花莲
chiayi: 嘉义
kinmen: 金门
xiamen: 厦门
xian: 西安
harbin: 哈尔滨
hohhot: 呼和浩特
urumqi: 乌鲁木齐
lhasa: 拉萨
kashgar: 喀什
karamay: 克拉玛依
manzhouli: 满洲里
baotou: 包头
ordos: 鄂尔多斯
changsha: 长沙
changchun: 长春
changzhou: 常州
changan: 长安
changjiang: 长江流域
chengdu: 成都
shenyang: 沈阳
shenzhen: 深圳
guangzhou: 广州
dongguan: 东莞
foshan: 佛山
zhuhai: 珠海
zhongshan: 中山
huizhou: 惠州
shantou: 汕头
hangzhou: 杭州
ningbo: 宁波
wenzhou: 温州
yiwu: 义乌
suzhou: 苏州
wuxi: 无锡
nanjing: 南京
nantong: 南通
xuzhou: 徐州
kunshan: 昆山
yangzhou: 扬州
jinan: 济南
qingdao: 青岛
yantai: 烟台
weifang: 潍坊
weihai: 威海
linyi: 临沂
zhengzhou: 郑州
luoyang: 洛阳
wuhan: 武汉
yichang: 宜昌
hefei: 合肥
wuhu: 芜湖
nanchang: 南昌
fuzhou: 福州
quanzhou: 泉州
dalian: 大连
anshan: 鞍山
dandong: 丹东
suifenhe: 绥芬河
mudanjiang: 牡丹江
heihe: 黑河
daqing: 大庆
jilin city: 吉林市
taiyuan: 太原
datong: 大同
lanzhou: 兰州
xining: 西宁
yinchuan: 银川
chenzhou: 郴州
zhuzhou: 株洲
mianyang: 绵阳
kunming: 昆明
guiyang: 贵阳
nanning: 南宁
liuzhou: 柳州
haikou: 海口
sanya: 三亚
tangshan: 唐山
shijiazhuang: 石家庄
langfang: 廊坊
baoding: 保定
pudong: 浦东
north china: 华北
east china: 华东
south china: 华南
central china: 华中
northwest: 西北
northeast: 东北
southwest: 西南
southeast: 东南
yangtze: 长江
yellow river: 黄河
great wall: 长城
tokyo: 东京
osaka: 大阪
yokohama: 横滨
kobe: 神户
kyoto: 京都
nagoya: 名古屋
seoul: 首尔 汉城
busan: 釜山
pyongyang: 平壤
moscow: 莫斯科
st petersburg: 圣彼得堡
vladivostok: 海参崴 符拉迪沃斯托克
kiev: 基辅
minsk: 明斯克
london: 伦敦
paris: 巴黎
berlin: 柏林
munich: 慕尼黑
frankfurt: 法兰克福
hamburg: 汉堡
vienna: 维也纳
zurich: 苏黎世
geneva: 日内瓦
rome: 罗马
milan: 米兰
madrid: 马德里
barcelona: 巴塞罗那
lisbon: 里斯本
amsterdam: 阿姆斯特丹
brussels: 布鲁塞尔
stockholm: 斯德哥尔摩
copenhagen: 哥本哈根
oslo: 奥斯陆
helsinki: 赫尔辛基
warsaw: 华沙
prague: 布拉格
istanbul: 伊斯坦布尔
tehran: 德黑兰
dubai: 迪拜
cairo: 开罗
delhi: 德里
mumbai: 孟买
bangkok: 曼谷
manila: 马尼拉
jakarta: 雅加达
kuala lumpur: 吉隆坡
hanoi: 河内
ho chi minh: 胡志明
sydney: 悉尼 雪梨
melbourne: 墨尔本
new york: 纽约
los angeles: 洛杉矶
chicago: 芝加哥
boston: 波士顿
texas: 得克萨斯 德州仪器
california: 加州 加利福尼亚
toronto: 多伦多
vancouver: 温哥华
siberia: 西伯利亚
ural: 乌拉尔
caspian: 里海
asia: 亚洲
europe: 欧洲
africa: 非洲
america: 美国 美洲 美利坚 米国
north america: 北美
south america: 南美
latin america: 拉丁美洲
middle east: 中东
arab: 阿拉伯
britain: 英国 不列颠
england: 英格兰
scotland: 苏格兰
france: 法国 法兰西
germany: 德国
deutsche: 德意志
russia: 俄罗斯 俄国 露西亚
soviet: 苏联
ukraine: 乌克兰
belarus: 白俄罗斯
japan: 日本
korea: 韩国 大韩 大韩民国
north korea: 朝鲜 北韩
india: 印度
iran: 伊朗
iraq: 伊拉克
syria: 叙利亚
turkey: 土耳其
israel: 以色列
saudi arabia: 沙特 沙特阿拉伯 沙乌地阿拉伯
uae: 阿联酋
emirates: 阿联酋航空
italy: 意大利 义大利
spain: 西班牙
netherlands: 荷兰
switzerland: 瑞士
sweden: 瑞典
austria: 奥地利
australia: 澳大利亚 澳洲
new zealand: 新西兰 纽西兰
canada: 加拿大
mexico: 墨西哥
brazil: 巴西
singapore: 新加坡
malaysia: 马来西亚 大马
thailand: 泰国
vietnam: 越南
philippines: 菲律宾
indonesia: 印度尼西亚 印尼
pakistan: 巴基斯坦
kazakhstan: 哈萨克斯坦 哈萨克
uzbekistan: 乌兹别克斯坦
mongolia: 蒙古
myanmar: 缅甸
south africa: 南非
egypt: 埃及
"""

PLACES = by_word(_PLACES)
