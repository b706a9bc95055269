"""What brands are called or made of in Chinese, in simplified characters, to their English."""

from __future__ import annotations

from enduse.names.scripts.tables import by_word

_FIRMS = """
huawei: 华为
zte: 中兴通讯 中兴
sinopec: 中国石化 中石化 中国石油化工
cnpc petrochina: 中国石油 中石油
cnooc: 中海油 中国海洋石油
norinco: 北方工业
avic: 中航工业
cosco: 中远 中国远洋
sinochem: 中化
comac: 中国商飞
smic: 中芯国际
dji: 大疆
hikvision: 海康威视
dahua: 大华
tencent: 腾讯
alibaba: 阿里巴巴
lenovo: 联想
haier: 海尔
xiaomi: 小米
tsmc: 台积电
foxconn: 富士康
acer: 宏碁
asus: 华硕
mediatek: 联发科 联发科技
mitsubishi: 三菱
mitsui: 三井
sumitomo: 住友
toshiba: 东芝
hitachi: 日立
panasonic: 松下
sony: 索尼
toyota: 丰田
honda: 本田
nissan: 日产
mazda: 马自达
suzuki: 铃木
kawasaki: 川崎
fujitsu: 富士通
nec: 日本电气
canon: 佳能
nikon: 尼康
sharp: 夏普
samsung: 三星
hyundai: 现代
daewoo: 大宇
lotte: 乐天
kia: 起亚
posco: 浦项
siemens: 西门子
bosch: 博世
volkswagen: 大众汽车 大众
bmw: 宝马
mercedes benz: 奔驰
daimler: 戴姆勒
basf: 巴斯夫
bayer: 拜耳
airbus: 空中客车 空客
boeing: 波音
lockheed martin: 洛克希德马丁
general electric: 通用电气
general motors: 通用汽车
general dynamics: 通用动力
ford: 福特
ibm: 国际商业机器
microsoft: 微软
apple: 苹果
intel: 英特尔
nvidia: 英伟达 辉达
qualcomm: 高通
oracle: 甲骨文
cisco: 思科
texas instruments: 德州仪器
analog devices: 亚德诺
hewlett packard: 惠普
dell: 戴尔
micron: 美光
applied materials: 应用材料
shell: 壳牌
exxon mobil: 埃克森美孚
chevron: 雪佛龙
gazprom: 俄罗斯天然气工业 俄气
rosneft: 俄罗斯石油
lukoil: 卢克石油
sberbank: 俄罗斯储蓄银行
nestle: 雀巢
unilever: 联合利华
hsbc: 汇丰
standard chartered: 渣打
citibank: 花旗
jp morgan: 摩根大通
morgan stanley: 摩根士丹利
goldman sachs: 高盛
ubs: 瑞银
credit suisse: 瑞士信贷
bank of china: 中国银行
icbc: 工商银行
state grid: 国家电网
jardine: 怡和
swire: 太古
cathay pacific: 国泰航空
maersk: 马士基
societe generale: 法国兴业银行 兴业银行法国
bnp paribas: 法国巴黎银行
credit agricole: 法国农业信贷
allianz: 安联
axa: 安盛
renault: 雷诺
peugeot citroen: 标致雪铁龙
peugeot: 标致
bhp billiton: 必和必拓
rio tinto: 力拓
vale: 淡水河谷
glencore: 嘉能可
astrazeneca: 阿斯利康
glaxosmithkline: 葛兰素史克
sanofi: 赛诺菲
novartis: 诺华
roche: 罗氏
johnson johnson: 强生
pfizer: 辉瑞
merck: 默克 默沙东
eli lilly: 礼来
abbott: 雅培
procter gamble: 宝洁
coca cola: 可口可乐
pepsico: 百事
ups united parcel: 联合包裹
fedex: 联邦快递
dhl: 敦豪
continental: 大陆集团 马牌
zf friedrichshafen: 采埃孚
thyssenkrupp: 蒂森克虏伯
linde: 林德
barclays: 巴克莱
lloyds: 劳埃德 劳合社
santander: 桑坦德
pricewaterhousecoopers: 普华永道
ernst young: 安永
kpmg: 毕马威
deloitte: 德勤
mckinsey: 麦肯锡
accenture: 埃森哲
broadcom: 博通
hon hai: 鸿海
umc: 联华电子
evergreen: 长荣
yang ming: 阳明海运
china airlines: 中华航空
yageo: 国巨
ase: 日月光
compal: 仁宝
quanta: 广达
pegatron: 和硕
wistron: 纬创
inventec: 英业达
auo au optronics: 友达 友达光电
innolux: 群创 群创光电
advantech: 研华
msi: 微星
gigabyte: 技嘉
realtek: 瑞昱
delta electronics: 台达电子
formosa plastics: 台塑
uni president: 统一企业
cathay: 国泰
fubon: 富邦
mega: 兆丰
esun: 玉山银行
citic: 中信
sun hung kai: 新鸿基
henderson: 恒基
hutchison: 和记 和记黄埔
ck hutchison: 长和
chow tai fook: 周大福
lee kum kee: 李锦记
china merchants: 招商局 招商
everbright: 光大
china resources: 华润
poly: 保利
ping an: 平安
byd: 比亚迪
gree: 格力
midea: 美的
hisense: 海信
boe: 京东方
sensetime: 商汤
megvii: 旷视
iflytek: 科大讯飞
yitu: 依图
cloudwalk: 云从
cambricon: 寒武纪
phytium: 飞腾
hygon: 海光信息
sugon: 中科曙光
ymtc yangtze memory: 长江存储
catl contemporary amperex: 宁德时代
bytedance: 字节跳动
netease: 网易
nio: 蔚来
xpeng: 小鹏
geely: 吉利
chery: 奇瑞
faw: 一汽
saic: 上汽
baic: 北汽
gac: 广汽
crrc: 中车
china railway: 中铁
china communications construction: 中交 中国交建
china state construction: 中建
cnnc national nuclear: 中核
cgn general nuclear: 中广核
cetc electronics technology: 中国电科
casc aerospace science technology: 中国航天
china shipbuilding: 中船
chinese academy sciences: 中科院
cas: 中科
chem china: 中国化工
minmetals: 五矿
zijin: 紫金
chalco: 中国铝业 中铝
baosteel: 宝钢
sany: 三一
zoomlion: 中联重科
tsingtao: 青岛啤酒
cofco: 中粮
state construction: 中建股份
yitai: 伊泰
orient overseas: 东方海外
pacific basin: 太平洋航运
mtr: 港铁
clp: 中电控股 中华电力
daikin: 大金
kyocera: 京瓷
fanuc: 发那科
komatsu: 小松
keyence: 基恩士
omron: 欧姆龙
murata: 村田
tokyo electron: 东京电子
renesas: 瑞萨
yamaha: 雅马哈
olympus: 奥林巴斯
seiko: 精工
epson: 爱普生
ricoh: 理光
bridgestone: 普利司通
softbank: 软银
rakuten: 乐天市场
nintendo: 任天堂
uniqlo: 优衣库
seven eleven: 七十一
nippon steel: 新日铁 日本制铁
sk hynix: 海力士
hanwha: 韩华
hankook: 韩泰
tata: 塔塔
reliance: 信实
wipro: 威普罗
infosys: 印孚瑟斯
petronas: 马来西亚国家石油
pertamina: 印尼国家石油
temasek: 淡马锡
singtel: 新加坡电信
saudi aramco: 沙特阿美
emirates: 阿联酋航空
gazprom: 俄气 俄罗斯天然气
rostec: 俄罗斯技术
rosatom: 俄罗斯原子能
rosoboronexport: 俄罗斯国防出口
aeroflot: 俄罗斯航空 俄航
sukhoi: 苏霍伊
kalashnikov: 卡拉什尼科夫
almaz antey: 金刚石安泰
yandex: 扬德克斯
vtb: 俄罗斯外贸银行
antonov: 安东诺夫
motor sich: 马达西奇
volvo: 沃尔沃
ericsson: 爱立信
nokia: 诺基亚
ikea: 宜家
philips: 飞利浦
asml: 阿斯麦
ing: 荷兰国际集团
abb: 阿西布朗勃法瑞
rolls royce: 劳斯莱斯 罗尔斯罗伊斯
bae systems: 英国航太
british airways: 英国航空
thales: 泰雷兹 达利思
safran: 赛峰
dassault: 达索
total: 道达尔
michelin: 米其林
alstom: 阿尔斯通
schneider: 施耐德
carrefour: 家乐福
danone: 达能
loreal: 欧莱雅
fiat: 菲亚特
ferrari: 法拉利
leonardo: 莱昂纳多
eni: 埃尼
generali: 忠利
unicredit: 裕信
telefonica: 西班牙电信
repsol: 雷普索尔
amd: 超威 超微半导体
nxp: 恩智浦
infineon: 英飞凌
stmicroelectronics: 意法半导体
xilinx: 赛灵思
marvell: 美满
skyworks: 思佳讯
seagate: 希捷
western digital: 西部数据
sandisk: 闪迪
kingston: 金士顿
honeywell: 霍尼韦尔 汉威
raytheon: 雷神 雷声
northrop grumman: 诺斯罗普格鲁曼
caterpillar: 卡特彼勒
john deere: 约翰迪尔
emerson: 艾默生
dupont: 杜邦
dow: 陶氏
exxon: 埃克森
halliburton: 哈里伯顿
schlumberger: 斯伦贝谢
baker hughes: 贝克休斯
walmart: 沃尔玛
costco: 好市多 开市客
mcdonalds: 麦当劳
starbucks: 星巴克
kfc: 肯德基
nike: 耐克
disney: 迪士尼
facebook: 脸书
google: 谷歌
twitter: 推特
netflix: 奈飞 网飞
paypal: 贝宝
visa: 维萨
mastercard: 万事达
american express: 美国运通
bank of america: 美国银行
wells fargo: 富国银行
citigroup: 花旗集团
blackrock: 贝莱德
berkshire hathaway: 伯克希尔哈撒韦
chrysler: 克莱斯勒
tesla: 特斯拉
pratt whitney: 普惠
bell: 贝尔
motorola: 摩托罗拉
bombardier: 庞巴迪
embraer: 巴西航空工业
qantas: 澳洲航空 澳航
lufthansa: 汉莎 德国汉莎
deutsche bahn: 德国铁路 德铁
deutsche telekom: 德国电信
deutsche post: 德国邮政
commerzbank: 德国商业银行
porsche: 保时捷
audi: 奥迪
adidas: 阿迪达斯
henkel: 汉高
sap: 思爱普
"""

# Used only where a name is read by its meaning throughout.
_BRANDS = """
red: 红
gold: 金
golden: 金色
silver: 银
black: 黑
white: 白
blue: 蓝 蓝色
green: 绿 绿色
star: 星 之星
sun: 日 太阳
sunshine: 阳光
moon: 月
light: 光
bright: 明
sky: 天 天空
cloud: 云
sea: 海
ocean: 洋
river: 江 河
mountain: 山
forest: 林
tree: 树
flower: 花
dragon: 龙
phoenix: 凤凰
eagle: 鹰
tiger: 虎
lion: 狮 狮子
horse: 马
rabbit: 兔
bear: 熊
panda: 熊猫
wolf: 狼
bird: 鸟
swan: 天鹅
deer: 鹿
elephant: 大象
whale: 鲸
big: 大
great: 伟大
new: 新
good: 好
beautiful: 美丽
east: 东
west: 西
south: 南
north: 北
long: 长
high: 高
first: 一
three: 三
four: 四
five: 五
hundred: 百
thousand: 千
wan: 万
win: 赢
king: 王
royal: 皇家
crown: 皇冠
diamond: 钻石
pearl: 珍珠 明珠
jade: 玉
fire: 火
water: 水
wood: 木
earth: 地球
stone: 石
iron: 铁
road: 路
bridge: 桥
gate: 门
city: 城 城市
tower: 塔
island: 岛
islands: 群岛
peace: 和平
victory: 胜利
hope: 希望
future: 未来
dream: 梦 梦想
glory: 光荣
fortune: 财富
rich: 富
friend: 友
friendship: 友谊
success: 成功
speed: 速
power: 力
force: 力量
wing: 翼
fly: 飞
chip: 芯
space: 空 时空
link: 联 链
asia: 亚
china: 中 华
europe: 欧
russia: 俄
thai: 泰
america: 美
core: 核心
alpha: 阿尔法
expert: 专家
vision: 视野
smart: 聪明
quantum: 量子
super: 超级
magic: 魔
time: 时间 时代
century: 世纪
century star: 世纪星
"""

BRANDS = by_word(_BRANDS) | by_word(_FIRMS)
