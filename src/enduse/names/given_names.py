"""Given names that are one and the same name in several languages."""

from __future__ import annotations

_GIVEN_NAMES = """
mikhail michael mikhael michail mykhailo mykhaylo mihail mihai mihailo misha michel miguel michele mihaly mikael mickey mike mick mikhailo michal mikheil
aleksandr alexander aleksander oleksandr alexandr alexandre alejandro alessandro aliaksandr aleksandar sasha alex alexandros olexandr iskander eskandar skender sandor alec sandro
aleksandra alexandra oleksandra alessandra alejandra sandra
aleksey alexei alexey aleksei oleksiy oleksii alexis alyaksey alexios oleksij lyosha
andrey andrei andriy andrii andrew andreas andre andres andrea andrzej andras andriej andy drew anders andreja andrij
anton antony anthony antonio antoine antonis antonio tony antal anthoni
anatoly anatoliy anatoli anatolii anatol anatole tolya
artem artyom artiom artemiy artemy artsiom
boris borys barys
vladimir volodymyr uladzimir wladimir volodimir vladymyr vova volodya wlodzimierz
vladislav vladyslav wladyslaw uladzislau vlad
vasily vasiliy vasilii vasyl basil vasil vasilis vasile vasya basile wasyl
viktor victor viktar vittorio wiktor
viktoria victoria viktoriya viktoriia victorija vika
vyacheslav viacheslav vjaceslav viachaslau slava
vitaly vitaliy vitalii vital vitali
valery valeriy valerii valeri valerij valerio
valentin valentyn valiantsin valentino
valentina valiantsina
vadim vadym vadzim
gennady gennadiy gennadii hennadiy henadz gennadi gennadij hienadz
georgy georgiy georgii george georgi georgios georges giorgi giorgio jorge georg jiri gheorghe gyorgy heorhii heorhiy goran jurgen juraj
grigory grigoriy grigorii gregory hryhoriy hryhorii gregor gregorio gregoire ryhor grigorios grigor greg
daniil daniel danylo danila danilo daniele dan danny danil danyil
denis denys dzianis dennis dionysios
dmitry dmitriy dmitrii dmytro dmitri dzmitry dimitri dimitrios dimitar dima dimitry
evgeny evgeniy evgenii yevgeny yevgeniy yevhen yevhenii eugene eugen yauhen eugenio evgeni jevgenij zhenya ievgen
evgenia evgeniya yevgenia yevgeniya yevheniia eugenia
egor yegor yehor
elena yelena olena helen helena alena eleni elen ellen ilona
ekaterina yekaterina kateryna katerina catherine katherine katarzyna caterina catalina kathryn kate katya katia catarina
elizaveta yelizaveta yelyzaveta elizabeth elisabeth isabel liza isabella elisabetta
zakhar zachary zacharias
ivan john juan jean johann johannes giovanni ioannis ion jan hans joao yan ian sean jovan janos evan vanya yohannes yahya jack johnny jon
igor ihor ihar
ilya illya ilia elias elijah ilias iliya eli
iosif joseph josef jose giuseppe yosef youssef yusuf yousef yousif yusif yossef jozef josip joe yusof yusup youcef yussuf osip jozsef jusuf
irina iryna irene irena arina
kirill kyrylo cyril kiril kyril kyrill
konstantin kostiantyn constantine kostyantyn kanstantsin constantin konstantinos costas kostas kostya
lev leo leon lew leone
leonid leonyd leanid leonidas
lyubov liubov lubov
lyudmila liudmyla ludmila liudmila lyudmyla ludmyla liudmyla
lidia lidiya lydia lidiia
maxim maksim maksym maxime maximilian maxymilian max
maria mariya mariia mary marie maryam mariam miriam marija masha miryam meryem
margarita marharyta margaret margherita marguerite
marina maryna
mark marko marco marcus markus marc marcos
matvey matthew matviy matthias mateo matteo mathieu matthieu matvei mateusz matej matt matias
nadezhda nadiya nadzeya nadiia nadejda
natalia nataliya natalya nataliia natallia natasha natalie natalija nathalie
nikita mykyta mikita
nikolay nikolai mykola nicholas nicolas nikolaos nikola mikalai nicola nicolae mikolaj niklas nick nico klaus nikolas nikolaj nicolai mikalay
oksana aksana xenia ksenia kseniya kseniia
oleg oleh aleh
olga olha volha
pavel pavlo paul pablo paolo pavlos pawel paulo pal
pyotr petr petro peter pedro pierre piotr pietro petros piatro petar butros boutros pjotr pete pieter
roman raman romain
rostislav rostyslav
ruslan ruslanbek
semyon semen simon shimon simeon siman simone szymon
sergey sergei serhiy serhii sergiy sergii serge sergio siarhei sergej siarhiej seryozha sergi sergej
svetlana svitlana sviatlana
sofia sophia sofiya sophie sofiia zofia
stanislav stanyslav stanislaw stanislau stas
stepan stephen steven stephan stefan stephane esteban stefano steve istvan stefanos styapan stjepan
tatiana tatyana tetiana tetyana tatsiana tania tanya tatjana
timofey tymofiy timothy timofei timothee tim
fedor fyodor fedir theodore theodor teodor feodor fiodar fjodor theo ted
filipp philip phillip felipe filippo philippe pylyp filip filippos phil
khristina kristina khrystyna christina christine cristina kristine tina
yulia yuliya yuliia julia iuliia julie giulia juliya iuliya
yuri yury yuriy yurii iurii iury jurij juri yura
yakov yakiv jacob jakob yaakov james jaime jacques giacomo yaqub yaqoub yakub yaghoub iakov jakub yakob jim jimmy diego
yaroslav jaroslav iaroslav yaraslau jaroslaw
gavriil gabriel gabriele havryil jibril jebril
david davyd davit daoud dawud dawood davud daud davood dave davide dawid
abraham ibrahim avraham ebrahim ibraheem abram ibragim abramo braham
isaac isaak yitzhak ishaq eshaq isac izaak ishak
moses moshe musa moussa moises mousa moisey mosa mozes
solomon suleiman sulaiman soleiman suleyman salomon sulayman soliman shlomo solaiman
adam adem adama
aaron haroun harun aharon haroon
noah nuh nouh noach
jesus isa issa eisa eissa
job ayub ayoub ayyub ayoob eyup
jonah yunus younes yunis younis yonus younus
zechariah zakaria zakariya zekeriya zakariyya zachariah
mohammed muhammad mohammad mohamed muhammed mohamad mehmet mukhammad mamadou mahomet magomed mohd mohamud muhamad muhamed mukhamed mohammod muhammet mukhamad
ahmed ahmad ahmet akhmed akhmad amadou ahamed akhmat
mahmoud mahmud mehmood mahmood makhmud mamoud
mustafa mostafa moustafa mustapha mostapha mustafo
hassan hasan hassane khasan
hussein husain hossein husayn hussain husein huseyin hosein khusein houssein husseyn hosain husen khuseyn
ali aly alee
omar umar omer umer oumar
othman osman uthman usman ousmane ottman osmon
khalid khaled halid khalit
abdullah abdallah abdulla abdoulaye abdellah abdollah abdolah abdula
abdulrahman abdurrahman abdelrahman abdurahman abdolrahman abdrahman
yasin yassin yaseen yassine
nasser nasir naser nassir
saeed said saeid saied saiid
salah salahuddin
saleh salih saalih
samir sameer sameir
tariq tarek tareq tarik
walid waleed oualid
zaid zayd zeid
fatima fatma fatemeh fatimah fatime fatimeh
aisha aicha ayesha ayse aysha aishah
khadija hatice khadijah khadijeh
zainab zaynab zeinab zeynep zaineb
reza rida riza ridha
jafar jaafar djafar gafar cafer ja_far
kazim kadhim kazem kadhem
qasim qassem kassem kasim ghasem qasem kassim gasem
karim kareem kerim
rashid rasheed rachid rasched reshid
hamid hameed khamid
jamal gamal jamaal cemal djamal
kamal kemal kamaal
rahim raheem rehim
majid majeed mecid magid
aziz azeez
faisal faysal feisal faysel
habib habeeb
haidar haydar heidar haider heydar
idris idriss edris
ismail ismael esmail ismaeel esmaeil ismayil esmaeel
mansour mansur mansoor
masoud masud massoud masood mesut
mahdi mehdi mehti
murtaza morteza murtada mortaza
mujtaba mojtaba
munir mounir muneer
nabil nabeel
naim naeem
rafiq rafik rafeeq
ramadan ramazan ramadhan ramzan
rauf raouf
sabir saber sabeer
sadiq sadegh sadeq sadik
shafiq shafik chafik
sharif shareef cherif sherif serif
taha
tahir taher tahar
usama osama oussama ussama
wasim waseem
yahia yehia yahiya
ziad ziyad zeyad
zulfiqar zulfikar zolfaghar
nur noor nour
hadi hady
javad jawad cavad
akbar akber
asghar asgar
abbas abas
ameer
arif aref
farid fareed ferid
farhad ferhat farkhad
firuz firouz firooz feroz
gholam ghulam qolam
kourosh kurosh cyrus koroush
dariush darius daryoush dariyush
parviz parvez pervez
siamak siyamak
bahram behram
behrouz behruz behrooz
iraj eraj
khosrow khosro khusrav
rustam rostam rustem roustam
jamshid jamsheed
william guillaume wilhelm guillermo bill billy will willem guglielmo liam vilhelm
robert roberto bob bobby rob rupert
richard ricardo riccardo rick dick richie
charles carlos karl carl carlo karel charlie chuck karol
henry henri enrique heinrich enrico harry hendrik henrik henrique hank
edward eduard eduardo eddie ned edouard edoardo ed
frederick friedrich federico fred frederic fredrik fryderyk frederik
francis francisco francesco francois frank franz franciszek frans pancho frantisek
louis luis ludwig luigi lewis ludovic lajos luiz
lawrence laurence lorenzo laurent lars larry lavrentiy
martin marten martino
thomas tomas tommaso tom tommy foma tomasz toma
arthur artur arturo arthuro
albert alberto albrecht
alfred alfredo
benjamin veniamin binyamin benny benyamin
bernard bernardo bernhard
christopher christophe cristobal christoph khristofor krzysztof chris kristof
christian cristian kristian krystian
ernest ernesto ernst
gerald gerard gerhard gerardo gerry
herman hermann german germano
hugo hugh ugo
joachim joaquin yoakim joakim
jeffrey geoffrey jeff geoff
joshua josue yehoshua yoshua
julian julien juliano giuliano yulian
julius julio jules giulio yuliy
kenneth ken kenny
luke luca lucas luka lukasz lukas luc
nathan natan nathaniel nat
oscar oskar
patrick patricio patrizio paddy
ralph raul raoul
raphael rafael raffaele rafail rafal rafayel
raymond ramon raimundo ray
rudolf rodolfo rudolph
samuel samuil shmuel sam samuele sammy
sebastian sebastien sebastiano
ronald ron ronnie ronaldo
donald donnie
douglas doug
vincent vicente vincenzo vikentiy vince
walter gualterio walt
zbigniew zbyszek
anna ana anne hanna hannah ann anya annie ganna hana
agnes ines agnieszka agnese
alice alicia alisa
barbara varvara
cecilia cecile
christiana kristiana
clara klara claire chiara
dorothy dorothea dorota
eva yeva ewa eve
judith yudit judit
lucy lucia luzia
martha marta marfa
monica monika monique
rose rosa roza
ruth rut
sarah sara sarra
susan susanna susana zuzana suzanne
teresa theresa tereza therese
veronica veronika veranika
xavier javier
kim gim ghim
lee yi rhee ri
park pak bak
choi choe
jung jeong jong
cho jo
yoon yun youn
jang
lim rim
seo suh
shin sin
ahn
ryu yoo ryoo
jeon jon
ko go
moon mun
bae pae
baek paik paek
noh roh
hwang whang
kwon gwon
"""


def _groups(table: str) -> dict[str, str]:
    groups: dict[str, str] = {}
    for line in table.strip().splitlines():
        first, *others = line.split()
        for name in (first, *others):
            groups.setdefault(name, first)
    return groups


SAME_NAME = _groups(_GIVEN_NAMES)
"""Given names that are one in several languages, short forms, and spellings of Korean family
names, to the first of their group. Not rewritten: bearers of the one are not all named so."""
