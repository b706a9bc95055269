"""Chinese words that English names translate: the trade and institutions."""

from __future__ import annotations

from enduse.names.scripts.han_places import PLACES
from enduse.names.scripts.tables import by_word

_TRADE = """
llc: 有限公司 有限责任公司 有限責任公司 责任有限公司
jsc: 股份有限公司 股份公司 股份
co: 公司 总公司 商行 洋行
branch: 分公司 分行 分店 支行
subsidiary: 子公司
factory: 厂 工厂 总厂 制造厂
firm: 事务所
: 市 省 县 区 镇 乡 州 自治区 特别行政区 之 的 有限 普通合伙 有限合伙 特殊普通合伙 独资 中外合资 合资
group: 集团 集團 集团公司
holding: 控股 控股集团
international: 国际 国际性
trading: 贸易 商贸 经贸 外贸 贸易行 贸易部 商务贸易
import export: 进出口
import: 进口
export: 出口
logistics: 物流
supply chain: 供应链
freight: 货运 货代
freight forwarding: 货运代理
express: 速运 快递 速递 快运
transport: 运输 交通运输
shipping: 航运 船务 海运 轮船 船运
steamship: 汽船
ocean shipping: 远洋 远洋运输
shipbuilding: 造船 船舶工业 造船厂
shipyard: 船厂
ship: 船舶
marine: 海洋 海事 海上
port: 港口 港务
warehousing: 仓储
storage: 存储 储存
technology: 科技 技术 科学技术 高科技 高新技术 高科
science: 科学
science technology: 科工
electronics: 电子
electronic components: 电子元件 电子元器件 元器件
components: 元件 组件 零件 部件 零部件
parts: 配件 备件 零配件
accessories: 附件 饰品
semiconductor: 半导体
microelectronics: 微电子
integrated circuit: 集成电路
chip: 芯片
optoelectronics: 光电 光电子
optical: 光学
optics: 光学仪器
laser: 激光
photovoltaic: 光伏
circuit: 电路
electric: 电气 电器 电力电子
electrical appliances: 家电 家用电器
electric power: 电力
power: 动力 电源 发电
power grid: 电网
battery: 电池 蓄电池
energy: 能源
new energy: 新能源
nuclear: 核 核能
nuclear power: 核电
atomic energy: 原子能
petroleum: 石油
oil gas: 油气 石油天然气
natural gas: 天然气
gas: 燃气 气体
petrochemical: 石化 石油化工
chemical: 化工 化学 化学品
chemical industry: 化学工业
fiber: 纤维 光纤
rubber: 橡胶
plastic: 塑料 塑胶
plastics: 塑业
glass: 玻璃
cement: 水泥
ceramics: 陶瓷
paint: 涂料
material: 材料 物资 原料
new material: 新材料
building materials: 建材 建筑材料
steel: 钢铁 钢材 特钢
iron steel: 铁钢
metal: 金属
nonferrous metal: 有色金属 有色
aluminum: 铝业
copper: 铜业 铜
tungsten: 钨业
titanium: 钛业
rare earth: 稀土
mining: 矿业 采矿 矿产
mine: 矿山
minerals: 矿物
coal: 煤炭 煤业
nickel: 镍业 镍
tin: 锡业
zinc: 锌业
lead zinc: 铅锌
potash: 钾肥 钾
lithium: 锂业
magnesium: 镁业
silicon: 硅业 硅
carbon: 碳素 炭素
refinery: 炼油 炼油厂
refining petrochemical: 炼化
metallurgy: 冶金
industry: 工业 实业 产业 行业 工贸
heavy industry: 重工 重工业
light industry: 轻工 轻工业
machinery: 机械 机器 机械设备
heavy machinery: 重机 重型机械 重机械
machine tool: 机床
machine building: 机械制造
electromechanical: 机电
tools: 工具
precision: 精密
instruments: 仪器 仪表 仪器仪表
equipment: 设备 装备 器材 装置
facilities: 设施
hardware: 五金 硬件
valve: 阀门
pump: 泵业
bearing: 轴承
motor: 电机 马达
engine: 发动机 引擎
turbine: 涡轮 汽轮机
automobile: 汽车
auto parts: 汽车配件 汽配
vehicle: 车辆 机动车
motorcycle: 摩托车 机车
bicycle: 自行车
tire: 轮胎
railway: 铁路 铁道
rail: 轨道 轨道交通
aviation: 航空
airlines: 航空公司
airport: 机场
aircraft: 飞机 飞行器
helicopter: 直升机 直升飞机
drone: 无人机
uav: 无人驾驶
aerospace: 航天 航空航天 宇航 航太
space: 空间 太空
satellite: 卫星
rocket: 火箭
missile: 导弹
weapons: 武器 兵器
arms: 军火
military: 军事 军工
defense: 国防 防务
police: 警用 警察
security: 安全 安防 保安 安保
navigation: 导航
radar: 雷达
sensor: 传感器 传感
monitoring: 监控 监测
robot: 机器人
robotics: 机器人技术
intelligent: 智能 智慧
artificial intelligence: 人工智能
automation: 自动化
control: 控制
information: 信息 资讯 信息技术 情报
information technology: 信息科技 资讯科技
data: 数据 资料
big data: 大数据
cloud: 云计算
computing: 计算
computer: 计算机 电脑
software: 软件 软体
network: 网络 网路
internet: 互联网 网际
internet of things: 物联网
online: 在线 线上
communication: 通信 通讯
telecom: 电信 电讯
mobile: 移动
mobile phone: 手机
digital: 数码 数字 数位
media: 传媒 媒体
video: 视频
image: 影像 图像
film: 影业 电影
television: 电视
broadcasting: 广播
press: 出版社 报社
publishing: 出版
printing: 印刷
newspaper: 日报
culture: 文化
art: 艺术
entertainment: 娱乐
games: 游戏
sports: 体育
football club: 足球俱乐部
club: 俱乐部
toys: 玩具
education: 教育
training: 培训
university: 大学
college: 学院
university science technology: 科技大学 理工大学
institute technology: 工业大学 理工学院
aeronautics astronautics: 航空航天
national university defense technology: 国防科技大学
university posts telecommunications: 邮电大学
normal university: 师范大学
medical university: 医科大学
academy: 研究院 科学院
academy sciences: 科学院
institute: 研究所
research: 研究 研发 研制
research center: 研究中心
laboratory: 实验室 研究室
key laboratory: 重点实验室
design: 设计
design institute: 设计院 设计研究院
school: 学校
library: 图书馆
hospital: 医院
medical: 医疗 医学
medical devices: 医疗器械
medicine: 医药
pharmaceutical: 制药 药业 药品
pharmacy: 药房 大药房
health: 健康 保健
biological: 生物
biotechnology: 生物科技 生物技术
genomics: 基因
vaccine: 疫苗
food: 食品
beverage: 饮料
dairy: 乳业 奶业
beer: 啤酒
brewery: 酿酒 酒厂
wine: 酒业
tea: 茶业 茶叶
sugar: 糖业
grain: 粮食 谷物
oils: 粮油 油脂
meat: 肉类
seafood: 水产 海产
fishery: 渔业
agriculture: 农业
fertilizer: 化肥 肥料
seed: 种业 种子
forestry: 林业
timber: 木业 木材
paper: 纸业 造纸
packaging: 包装
furniture: 家具 家私
home: 家居
textile: 纺织 纺织品 纺织厂
garment: 服装 服饰 成衣
clothing: 制衣
fashion: 时装 时尚
shoes: 鞋业
leather: 皮革
cosmetics: 化妆品 美容
jewelry: 珠宝 首饰
watch: 钟表 手表
lighting: 照明 灯饰
construction: 建设 建筑 营造
construction engineering: 建筑工程 建工
engineering: 工程
decoration: 装饰 装潢
real estate: 房地产 地产 不动产
property: 置业 物业
land: 置地 土地
environmental: 环保 环境
environmental protection: 环境保护
water: 水务
water conservancy: 水利
hydropower: 水电
wind power: 风电 风能
solar: 太阳能
bank: 银行
commercial bank: 商业银行
central bank: 中央银行
development bank: 开发银行
savings bank: 储蓄银行
credit: 信贷 信用
credit union: 信用社
financial holding: 金控 金融控股
finance: 财务 金融
financial: 金融服务
leasing: 租赁
insurance: 保险
life insurance: 人寿 人寿保险
property insurance: 财产保险 财险
reinsurance: 再保险
securities: 证券
stock exchange: 证券交易所
exchange: 交易所
futures: 期货
fund: 基金
foundation: 基金会
trust: 信托
capital: 资本
investment: 投资
venture capital: 创业投资 风险投资
asset management: 资产管理
asset: 资产
management: 管理 经营
development: 发展 开发 开展
service: 服务
consulting: 咨询 顾问
advertising: 广告
marketing: 营销 市场
sales: 销售 经销
agency: 代理
exhibition: 会展 展览
travel: 旅行 旅游
travel agency: 旅行社
hotel: 酒店 饭店 宾馆 大酒店
restaurant: 餐厅 餐饮
catering: 餐饮管理
retail: 零售
supermarket: 超市 超级市场
department store: 百货 百货公司
store: 商店 商城
mall: 购物中心 广场
shopping: 购物
commerce: 商务 商业
e-commerce: 电子商务
enterprise: 企业 事业
manufacturing: 制造 制造业
processing: 加工
production: 生产
products: 产品 制品
system: 系统
solution: 解决方案
innovation: 创新
application: 应用
testing: 检测 测试
center: 中心
mr: 先生
ms: 女士 小姐
dr: 博士 医生
prof: 教授
gen: 将军 上将 中将 少将
headquarters: 总部
union: 联合 联盟
united: 联合公司
alliance: 同盟
association: 协会
society: 学会 协社
chamber commerce: 商会
federation: 联合会
cooperative: 合作社
committee: 委员会
commission: 委员
office: 办公室 办事处
bureau: 局
department: 部门
ministry: 部委
administration: 总局 管理局 行政
state administration: 国家局
republic: 共和国
islamic: 伊斯兰
federation federal: 联邦
government: 政府
state: 国有 国营
state owned: 国资
national: 国家 国立 全国
people: 人民
public: 公共
military region: 军区
army: 陆军
navy: 海军
air force: 空军
liberation army: 解放军
people liberation army: 人民解放军
court: 法院
general: 通用
industrial park: 工业园 产业园
park: 园区 公园
free trade zone: 自贸区 保税区
stock: 股票
brothers: 兄弟
and: 与 及 暨
new: 新型
first: 第一
second: 第二
third: 第三
world: 世界
global: 全球 环球
universal: 宇宙
pacific: 太平洋
atlantic: 大西洋
asia pacific: 亚太
europe asia: 欧亚
southern: 南方
northern: 北方
eastern: 东方
western: 西部
oriental: 东方国际
overseas: 海外
special: 特种 特别 特殊
comprehensive: 综合
advanced: 先进
modern: 现代化
high speed: 高速
"""

_OTHERWISE = """
airlines: 航空
airways: 航空公司
oil: 石油
motor: 汽车
cargo: 货运
marine: 海运
shipyard: 造船厂
memory: 存储
commerce: 商贸
enterprise: 实业 产业
state: 国家
research institute: 研究院
institute science technology: 科学院
polytechnical university: 工业大学
institute technology: 理工大学
korea: 朝鲜
chemicals: 化工
power: 电力 能源
agricultural: 农业
universal: 环球
health: 医疗
real estate: 置业 地产
digital: 数码
systems engineering: 系统工程
aerospace: 航空工业
airforce: 空军
auto: 汽车配件
electrical: 电器
microchip: 芯片
security: 安防
works: 工厂 制造厂
optronics: 光电
aeronautics: 航空科学
"""

TRADE_WORDS = by_word(_TRADE) | PLACES
"""Words that English names write by their meaning, to that meaning (empty: left out)."""

OTHER_MEANINGS = by_word(_OTHERWISE)
"""Another translation that English names use, where there is one."""
