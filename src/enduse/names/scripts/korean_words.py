"""Korean words that English names translate, and how family names are usually spelt."""

from __future__ import annotations

from enduse.names.scripts.tables import by_word

_TRADE = """
jsc: 주식회사 (주)
llc: 유한회사 유한책임회사
co: 회사 상사 컴퍼니
group: 그룹 집단
holding: 지주 홀딩스
international: 국제 인터내셔널
global: 글로벌
general: 총 종합 제너럴
trading: 무역 무역회사 트레이딩 교역
commerce: 상업
import: 수입
export: 수출
logistics: 물류 로지스틱스
transport: 운수 운송 수송
express: 택배 익스프레스 고속
shipping: 해운 선박회사 쉬핑
ship: 선박
shipbuilding: 조선해양 조선소
marine: 해양 마린
maritime: 해사
port: 항만 항
airlines: 항공사
air: 대한항공사
aviation: 항공
aerospace: 항공우주 에어로스페이스
space: 우주
electronics: 전자 일렉트로닉스
electric: 전기 일렉트릭
electrical: 전기전자
power: 전력 파워
energy: 에너지
nuclear: 원자력 핵
hydro nuclear power: 수력원자력
gas: 가스
oil: 오일 정유
petroleum: 석유
chemical: 화학 케미칼
petrochemical: 석유화학
pharmaceutical: 제약 약품
bio: 바이오
medical: 의료 메디칼 의학
health: 건강 보건
steel: 철강 스틸 제철
metal: 금속 메탈
zinc: 아연
mining: 광업 광산
mine: 탄광
coal: 석탄
cement: 시멘트 양회
glass: 유리
paper: 제지
rubber: 고무
tire: 타이어
textile: 섬유 방직
garment: 피복
fashion: 패션
food: 식품 푸드
confectionery: 제과
agriculture: 농업
agricultural cooperative: 농협
fisheries: 수산
livestock: 축산
construction: 건설 건축
engineering: 엔지니어링 공학
engineering construction: 이앤씨
development: 개발 발전
industry: 산업 공업 인더스트리 실업
heavy industry: 중공업
light industry: 경공업
machinery: 기계 머시너리
machine tool: 공작기계
precision: 정밀
motor: 자동차 모터스 모터
vehicle: 차량
parts: 부품
railway: 철도
semiconductor: 반도체
display: 디스플레이
optical: 광학
laser: 레이저
instruments: 계기
equipment: 설비 장비
material: 재료 소재
technology: 기술 테크놀로지 과학기술
tech: 테크
science: 과학
research: 연구
research institute: 연구소
research center: 연구센터
institute: 연구원
academy: 아카데미
academy sciences: 과학원
university: 대학교 대학 종합대학
college: 전문대학
school: 학교
hospital: 병원
information: 정보
system: 시스템 시스템즈 체계
network: 네트워크
telecom: 통신 텔레콤
communication: 커뮤니케이션
computer: 컴퓨터
software: 소프트 소프트웨어
digital: 디지털
data: 데이터
mobile: 모바일
media: 미디어
broadcasting: 방송
newspaper: 일보 신문
publishing: 출판
entertainment: 엔터테인먼트
games: 게임즈
solution: 솔루션
service: 서비스 봉사
consulting: 컨설팅
management: 관리 매니지먼트
bank: 은행 뱅크
commercial bank: 상업은행
development bank: 개발은행 산업은행
foreign trade bank: 무역은행
finance: 금융 파이낸스
financial: 파이낸셜
insurance: 보험
life insurance: 생명 생명보험
fire marine insurance: 화재해상보험 화재
securities: 증권
investment: 투자 인베스트먼트
capital: 캐피탈 자본
card: 카드
trust: 신탁
fund: 기금 펀드
real estate: 부동산
hotel: 호텔
resort: 리조트
travel: 여행 여행사
tourism: 관광
department store: 백화점
mart: 마트
shopping: 쇼핑
security: 보안 안보
defense: 방위 방산 국방 디펜스
guard: 보위
army: 인민군 군
people army: 조선인민군
ministry: 성 부처
state: 국가
people: 인민
committee: 위원회
commission: 위원
bureau: 국 총국
general bureau: 지도국
department: 부서
office: 사무소 실
corporation: 공사 총회사 법인 코퍼레이션
enterprise: 기업 기업소
union: 연합 동맹
association: 협회 조합
federation: 연합회 연맹
center: 센터 중심
headquarters: 본부 사령부
plant: 공장 플랜트
complex: 종합기업소
and: 및
korea: 한국 대한 대한민국 코리아 고려 조선 조선민주주의인민공화국
seoul: 서울
pyongyang: 평양
busan: 부산
incheon: 인천
yongbyon: 녕변 영변
china: 중국 차이나
japan: 일본
america: 미국 아메리카
russia: 로씨야 러시아
europe: 유럽
asia: 아시아
pacific: 태평양
east: 동부
samsung: 삼성
hyundai: 현대
lotte: 롯데
daewoo: 대우
kia: 기아
ssangyong: 쌍용
hanwha: 한화
doosan: 두산
posco: 포스코
naver: 네이버
kakao: 카카오
hankook: 한국타이어앤
lg: 엘지
sk: 에스케이
kt: 케이티
cj: 씨제이
gs: 지에스
ls: 엘에스
kb: 케이비
"""

_SURNAMES = """
김:kim 이:lee,yi,ri 리:lee,rhee,ri 박:park,bak,pak 최:choi,choe 정:jung,chung,jong 강:kang 조:cho,jo 윤:yoon,yun
장:jang,chang 임:lim,im,rim 림:lim,rim 한:han 오:oh,o 서:seo,suh,so 신:shin,sin 권:kwon 황:hwang 안:ahn,an 송:song
류:ryu,yoo 유:yoo,yu 전:jeon,chun,jon 홍:hong 고:ko,go 문:moon,mun 양:yang 량:yang,ryang 손:son,sohn 배:bae,pae
백:baek,paik,paek 허:heo,hur,ho 남:nam 심:shim,sim 노:noh,roh,no 로:roh,ro 하:ha 곽:kwak 성:sung,seong,song 차:cha
주:joo,ju 우:woo,u 구:koo,ku 나:na,ra 라:ra 민:min 진:jin,chin 지:ji,chi 엄:eom,um,om 채:chae 원:won 천:cheon,chun,chon
방:bang,pang 공:kong,gong 현:hyun,hyon 함:ham 변:byun,byeon,pyon 염:yeom,yum,ryom 렴:ryom 여:yeo,ryo 려:ryo 추:choo,chu
도:do,to 소:so 석:seok,suk,sok 선:sun,seon,son 설:seol,sol 마:ma 길:gil,kil 연:yeon,yon 위:wi 표:pyo 명:myung,myong
기:ki 반:ban,pan 왕:wang 금:keum,kum 옥:ok 육:yook,yuk 인:in 맹:maeng 제:je,che 모:mo 탁:tak 국:kook,kuk 은:eun,un
편:pyun 용:yong 태:tae 동:dong,tong 계:kye 피:pi 복:bok,pok 봉:bong,pong 경:kyung,kyong 사:sa 부:boo,pu 련:ryon
남궁:namgoong,namgung 황보:hwangbo 선우:sunwoo,sonu 제갈:jegal,chegal 독고:dokgo,tokko 사공:sagong
"""


TRADE_WORDS = {word: english for word, english in by_word(_TRADE).items() if len(word) > 1}
"""Words that English names write by their meaning, to that meaning."""

SURNAMES = {
    name: tuple(spellings.split(","))
    for name, _, spellings in (entry.partition(":") for entry in _SURNAMES.split())
}
"""Family names to their spellings: the South's, others, last the North's."""
