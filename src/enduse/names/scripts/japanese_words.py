"""Japanese words that English names translate."""

from __future__ import annotations

from enduse.names.scripts.tables import by_word

_TRADE = """
jsc: 株式会社 (株) カブシキガイシャ
llc: 有限会社 合同会社
lp: 合資会社
gp: 合名会社
co: 会社 商会 カンパニー 公司
corp: コーポレーション
inc: インコーポレイテッド
group: グループ 集団
holding: 持株会社 ホールディング
holdings: ホールディングス
international: 国際 インターナショナル
global: グローバル
general: 総合 ゼネラル ジェネラル
trading: 商事 貿易 交易 通商 トレーディング 物産
shokai: 商店
import export: 輸出入
logistics: 物流 ロジスティクス ロジスティックス
transport: 運輸 運送 輸送
express: 通運 急行 エクスプレス
shipping: 海運 汽船 郵船 船舶
marine: 海洋 マリン
shipbuilding: 造船 造船所 重工マリン
port: 港湾
air: エアー エア
airlines: 航空会社 エアライン
airways: 空輸
aviation: 航空
aerospace: 航空宇宙
space: 宇宙
electronics: 電子 エレクトロニクス エレクトロニックス
electric: 電気 電機 電器 エレクトリック
power: 電力 パワー
electric power: 電力会社
battery: 電池
electric wire: 電線
energy: エネルギー
nuclear: 原子力
gas: ガス 瓦斯
oil: 石油 オイル
petroleum: 石油公社
chemical: 化学 ケミカル
chemicals: ケミカルズ
pharmaceutical: 製薬 薬品 ファーマ
medical: 医療 メディカル
bio: バイオ
steel: 製鉄 製鋼 鉄鋼 スチール
metal: 金属 メタル
mining: 鉱業 鉱山
cement: セメント
glass: 硝子 ガラス
paper: 製紙
rubber: ゴム 護謨
textile: 繊維 紡績 織物
foods: 食品 フーズ
food: フード
beer: 麦酒 ビール
brewery: 酒造
confectionery: 製菓
dairy: 乳業
fishery: 水産
construction: 建設 建築
engineering: エンジニアリング 工学
development: 開発
real estate: 不動産
industry: 工業 産業 実業 インダストリー
industries: インダストリーズ
heavy industry: 重工業 重工
machinery: 機械 マシナリー
machine tool: 工作機械
precision: 精密 精機 精工 プレシジョン
manufacturing: 製造 マニュファクチャリング
works: 製作所 工作所
seisakusho: 製作社
motor: 自動車 モーター
motors: モータース
vehicle: 車両
railway: 鉄道 電鉄
bearing: 軸受 ベアリング
valve: バルブ
pump: ポンプ
robot: ロボット
robotics: ロボティクス
semiconductor: 半導体 セミコンダクター
microelectronics: マイクロエレクトロニクス
device: デバイス
devices: デバイシズ
display: ディスプレイ
optical: 光学 オプティカル
laser: レーザー レーザ
instruments: 計器 計測器
measurement: 計測
equipment: 設備 装置
material: 材料 素材 マテリアル
technology: 技術 テクノロジー 科学技術
technologies: テクノロジーズ
techno: テクノ
tech: テック
giken: 技研
science: 科学 サイエンス
research: 研究 リサーチ
research institute: 研究所 総合研究所
laboratory: 研究室
institute: 研究機構 研究院
university: 大学
college: 短期大学
hospital: 病院
information: 情報
system: システム
systems: システムズ
network: ネットワーク
telecom: 電信 テレコム
communication: 通信 コミュニケーション
communications: コミュニケーションズ
telegraph telephone: 電信電話
computer: コンピュータ コンピューター 計算機
software: ソフトウェア
soft: ソフト
digital: デジタル
data: データ
mobile: モバイル
media: メディア
broadcasting: 放送
television: テレビ
newspaper: 新聞 新聞社
publishing: 出版
printing: 印刷
entertainment: エンタテインメント エンターテインメント
games: ゲームス
solution: ソリューション
solutions: ソリューションズ
service: サービス
consulting: コンサルティング
planning: 企画
management: マネジメント
bank: 銀行 バンク
trust bank: 信託銀行
finance: 金融 ファイナンス
financial: フィナンシャル
insurance: 保険
life insurance: 生命 生命保険
fire marine insurance: 火災海上保険
fire insurance: 火災
securities: 証券
investment: 投資 インベストメント
capital: キャピタル
trust: 信託
lease: リース
credit: クレジット
fund: 基金
foundation: 財団
hotel: ホテル
resort: リゾート
travel: 旅行
tourist: 観光
department store: 百貨店
mart: マート
stores: ストア
security: 警備 セキュリティ
defense: 防衛
ministry: 省
agency: 庁
union: 連合 組合
association: 協会
federation: 連盟 連合会
center: センター
headquarters: 本社 本部
plant: 工場 プラント
trade: 売買
sales: 販売
service center: 営業所
and: アンド 及び
new: 新 ニュー
first: 第一
japan: 日本 ジャパン
tokyo: 東京
osaka: 大阪
kyoto: 京都
kobe: 神戸
yokohama: 横浜
nagoya: 名古屋
hokkaido: 北海道
kyushu: 九州
chugoku: 中国地方
china: 中国 中華
korea: 韓国 コリア
north korea: 北朝鮮
chosen: 朝鮮
america: 米国 アメリカ
russia: ロシア 露西亜
europe: 欧州 ヨーロッパ
asia: アジア 亜細亜
pacific: 太平洋 パシフィック
oriental: 東洋
east japan: 東日本
west japan: 西日本
central: 中央 セントラル
national: 国立 国営
tech center: テクニカルセンター
line: ライン
star: スター
blue: ブルー
green: グリーン
sky: スカイ
sun: サン
gold: ゴールド
royal: ロイヤル
home: ホーム
house: ハウス
land: ランド
world: ワールド
life: ライフ
car: カー
smart: スマート
super: スーパー
plus: プラス
trade: トレード
toyota: 豊田自動織機 トヨタ
honda: 本田 ホンダ
nissan: 日産
mazda: マツダ
nec: 日本電気
ntt: 日本電信電話
hitachi: 日立
mitsubishi: 三菱
mitsui: 三井
sumitomo: 住友
matsushita: 松下
nikon: ニコン
canon: キヤノン
sony: ソニー
sharp: シャープ
"""

_FIRST_WORDS = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 清水 山崎 池田 橋本 阿部 石川
山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 福田 太田 西村 藤井 金子 岡本 藤原 三浦
中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 原口 柴田 酒井 工藤 横山 宮崎 宮本 内田 高木 安藤 谷口 大野
丸山 今井 高田 藤本 武田 村田 上野 杉山 増田 平野 大塚 千葉 久保 松井 小島 岩崎 桜井 野口 松尾 野村 木下 菊地 菊池 佐野
大西 杉本 新井 浜田 古川 市川 水野 小松 島田 小山 高野 山内 西田 川崎 川口 川村 三菱 三井 住友 日立 東芝 松下 本田 豊田 日産
富士 日本 東京 大阪 京都 横浜 神戸 名古屋 北海道 九州 千代田 新日本 新日鉄 丸紅 伊藤忠 双日 大成 鹿島 竹中 島津 安川 住友 川重
"""
FIRST_WORDS = frozenset(_FIRST_WORDS.split())
"""Family names, places and houses with which Japanese names often begin."""


TRADE_WORDS = {word: english for word, english in by_word(_TRADE).items() if len(word) > 1}
"""Words that English names write by their meaning, to that meaning."""
