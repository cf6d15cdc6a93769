#!/usr/bin/env python3
"""Makes the examples that the entity tagger learns from.

    pip install faker
    python3 examples.py DATA PII_ZH OUT.jsonl [--fold 0|1] [--negatives FILE ...]

DATA is the folder of public sets (pii/presidio, emotion/goemotions, intent/*, dialogue/crosswoz, safety/cold);
PII_ZH the project's Chinese set of personal data, of which the odd lines are used. A line of OUT is
{"text", "spans": [[start, end, class]]}, offsets in characters. Of Presidio only templates with an odd number are used.
With --fold only half of the odd ones is, so that the other half can judge. The result depends on the version of Faker
and on nothing else.
"""

import argparse
import collections
import glob
import json
import pathlib
import random
import re

from faker import Faker

HERE = pathlib.Path(__file__).parent
LISTS = HERE.parent / "lists"
R = random.Random(7)
Faker.seed(7)

LOCALES = """en_US en_US en_US en_GB en_GB en_AU en_CA en_IN en_NZ de_DE de_AT de_CH fr_FR fr_CA es_ES es_MX es_AR es_CO
it_IT pt_BR pt_PT nl_NL nl_BE pl_PL cs_CZ sk_SK hu_HU sv_SE no_NO da_DK fi_FI et_EE lt_LT lv_LV hr_HR sl_SI ro_RO tr_TR
id_ID vi_VN fil_PH en_IE el_GR bg_BG ru_RU uk_UA de_LI""".split()
FAKERS = {locale: Faker(locale) for locale in set(LOCALES)}
LATIN = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ", """a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh sch
- y - e yu ya i yi ye g""".replace("-", "·").split()))


def latin(text):
    """Cyrillic in Latin letters."""
    def one(c):
        to = LATIN.get(c.lower())
        if to is None:
            return c
        to = to.replace("·", "")
        return to.capitalize() if c.isupper() else to
    return "".join(map(one, text))


def pool(make, count):
    """Values of every locale, on one line."""
    values = []
    for locale in LOCALES:
        for _ in range(count):
            try:
                value = make(FAKERS[locale])
            except AttributeError:  # the locale lacks it
                continue
            if locale in ("ru_RU", "uk_UA", "bg_BG") and R.random() < 0.85:
                value = latin(value)
            values.append(" ".join(value.split()))
    return values


def section(file, *names):
    """The words of parts of a list."""
    parts = dict(part.split("\n", 1) for part in (LISTS / file).read_text().split("# ")[1:])
    return [word for name in names for word in parts[name].split()]


DEMONYMS = [word.capitalize() for word in section("places.en.txt", "demonym")]
CITIES = [word.capitalize() for word in section("places.en.txt", "city", "state")]
CITIES += """New York,Los Angeles,San Francisco,Las Vegas,San Diego,Buenos Aires,Hong Kong,Tel Aviv,Cape Town,Abu Dhabi,Kuala
Lumpur,New Delhi,Mexico City,Rio de Janeiro,Sao Paulo,St. Louis,San Jose,New Orleans,Salt Lake City,Fort Worth,El Paso,New
Jersey,North Carolina,South Dakota,West Virginia,NYC,LA,DC,Washington DC,Xi'an,Ho Chi Minh City,Den Haag,Saint
Petersburg""".replace("\n", " ").split(",")
COUNTRIES = """Afghanistan,Albania,Algeria,Andorra,Angola,Argentina,Armenia,Australia,Austria,Azerbaijan,Bahamas,Bahrain,
Bangladesh,Barbados,Belarus,Belgium,Belize,Bolivia,Bosnia and Herzegovina,Brazil,Bulgaria,Cambodia,Cameroon,Canada,Chile,
China,Colombia,Costa Rica,Croatia,Cuba,Cyprus,Czech Republic,Czechia,Denmark,Dominican Republic,Ecuador,Egypt,El Salvador,
Estonia,Ethiopia,Fiji,Finland,France,Georgia,Germany,Ghana,Greece,Greenland,Guatemala,Haiti,Honduras,Hungary,Iceland,India,
Indonesia,Iran,Iraq,Ireland,Israel,Italy,Jamaica,Japan,Jordan,Kazakhstan,Kenya,Kuwait,Latvia,Lebanon,Libya,Liechtenstein,
Lithuania,Luxembourg,Malaysia,Malta,Mexico,Moldova,Monaco,Mongolia,Montenegro,Morocco,Myanmar,Nepal,Netherlands,
the Netherlands,New Zealand,Nigeria,North Korea,Norway,Oman,Pakistan,Panama,Paraguay,Peru,Philippines,Poland,Portugal,Qatar,
Romania,Russia,Rwanda,Saudi Arabia,Senegal,Serbia,Singapore,Slovakia,Slovenia,South Africa,South Korea,Spain,Sri Lanka,Sudan,
Sweden,Switzerland,Syria,Taiwan,Tanzania,Thailand,Tunisia,Turkey,Uganda,Ukraine,United Arab Emirates,United Kingdom,
United States,USA,UK,the United States,U.S.,US,England,Scotland,Wales,Uruguay,Uzbekistan,Venezuela,Vietnam,Zambia,Zimbabwe,
Hong Kong,Macau""".replace("\n", "").split(",")
GEOGRAPHY = {name.lower() for name in COUNTRIES + CITIES + DEMONYMS}
# Names of places that are as often names of people.
GEOGRAPHY -= set("florence victoria charlotte sydney virginia jordan washington austin santiago".split())

FIRST = [name for name in pool(lambda f: f.first_name(), 260) if name.lower() not in GEOGRAPHY]
LAST = [name for name in pool(lambda f: f.last_name(), 260) if name.lower() not in GEOGRAPHY]
TOWNS = pool(lambda f: f.city(), 150)
STREETS = pool(lambda f: f.street_name(), 120)
STREET_ADDRESSES = pool(lambda f: f.street_address(), 120)
COMPANIES = pool(lambda f: f.company(), 40)
POSTCODES = pool(lambda f: f.postcode(), 20)
ADDRESSES = pool(lambda f: f.address(), 40)
JAPAN = Faker("ja_JP")
for _ in range(500):
    FIRST.append(JAPAN.first_romanized_name())
    LAST.append(JAPAN.last_romanized_name())
ENDINGS = """sson sdóttir sen ović enko yan shvili escu opoulos oğlu ini ez ov ova ev eva in ina ski ska ák ová son s dóttir ić
aitis auskas ko uk nen lä i wala pour zadeh ian""".split()
for _ in range(300):
    LAST.append(R.choice(FIRST).rstrip("aeiou") + R.choice(ENDINGS))
MORE_FIRST = """Ahmed Mohamed Youssef Khalil Hamid Nadia Samira Rachid Karim Leila Amina Salma Bilal Tariq Faisal Noura Huda
Mustafa Zaid Farah Dina Rania Sami Walid Hisham Jamal Maha Nabil Osama Reem Saif Wafaa Yara Arjun Priya Rahul Deepak Suresh
Ramesh Lakshmi Kavya Ananya Rohan Vikram Sneha Divya Karthik Meera Nisha Pooja Sandeep Vivek Harish Manoj Swathi Naveen Ganesh
Kiran Ravi Wei Xiaoming Haoran Yuting Jiahao Mei Ling Jun Zihan Yifan Jing Lei Na Fang Qiang Xin Yue Zhihao Ruoxi Chukwuemeka
Ngozi Oluwaseun Adaeze Kwame Ama Kofi Abena Thandiwe Sipho Tendai Chipo Wanjiru Kamau Achieng Otieno Fatou Mamadou Aminata
Selam Dawit Tsehay""".split()
CHINESE_LAST = """Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo Lin He Gao Liang Zheng Luo Song Xie Tang
Deng Xiao Feng Cao Peng Zeng Dong Yuan Pan Jiang Cai Yu Du Ye Cheng Wei Lu Ding Shen Ren Yao""".split()
MORE_LAST = CHINESE_LAST + """Okafor Adeyemi Nwosu Mensah Boateng Owusu Dlamini Nkosi Moyo Mwangi Odhiambo Diallo Traoré Kone
Bekele Tesfaye Abebe Okonkwo Balogun Eze Abdullah Rahman Haddad Khoury Mansour Nasser""".split()


def first():
    return R.choice(MORE_FIRST if R.random() < 0.06 else FIRST)


def last():
    r = R.random()
    if r < 0.05:
        return R.choice(MORE_LAST)
    return R.choice(LAST) + "-" + R.choice(LAST) if r < 0.08 else R.choice(LAST)


def person():
    r = R.random()
    if r < 0.60:
        return f"{first()} {last()}"
    if r < 0.72:
        return f"{first()} {R.choice('ABCDEFGHIJKLMNOPRSTVWZ')}{R.choice(['.', '.', ''])} {last()}"
    if r < 0.75:
        return f"{first()} {first()} {last()}"
    if r < 0.77:
        return f"{first()} {last()} {R.choice('Jr. Sr. II III IV PhD MD DDS DVM'.split())}"
    if r < 0.80:
        return f"{first()} {last()} {last()}"
    if r < 0.82:
        return f"{first()[0]}. {last()}"
    if r < 0.84:
        return f"{first()} {R.choice(['van', 'von', 'de', 'da', 'di', 'del', 'van der', 'de la', 'bin', 'al', 'ten'])} {last()}"
    return first() if R.random() < 0.6 else last()


HEADS = """Ash Bar Brad Brom Bur Cal Car Chip Cold Cran Dun East El Farn Ful Gol Had Har Hen Hol Hunt Kings Lang Led Mal Mel Nor
North Old Pen Pres Red Rock Sal Sher South Stan Staple Sutton Thorn Up Wal War West Whit Wood""".split()
TAILS = "ham ton ford bury wick worth ley by stead field mouth bridge borough well minster stoke combe dale".split()
BEFORE = """Bad |San |Santa |Saint-|São |Villa |Cite |Port |Mount |Sankt |Novo |Nova |La |El |Los |Las |Le |Ciudad |Puerto |Nagy|
Kis|Velká |Nové |Stara |Nuevo |Quinta de |Ponte |Monte |Cala |Vila """.replace("\n", "").split("|")
BEHIND = """ am See, del Rey, de la Frontera, del Cid, V, C, Green, Bay, Beach, Town, Heights, an der Donau, u Prahy, di Sotto,
 nad Labem,-sur-Mer, Springs, Park, Hills, Falls, City, Village""".replace(",\n", ",").split(",")


def city():
    r = R.random()
    if r < 0.25:
        name = R.choice(CITIES)
    elif r < 0.33:
        name = R.choice(HEADS) + R.choice(TAILS)
        if R.random() < 0.35:
            name = R.choice("Upton Great Little Upper Lower Stoke North Church Castle Long East West Smith's Kirk".split()) + " " + name
    elif r < 0.40:
        name = R.choice(BEFORE) + R.choice(FIRST + LAST + TOWNS)
    elif r < 0.43:
        name = R.choice(TOWNS) + R.choice(BEHIND)
    else:
        name = R.choice(TOWNS)
    return name.upper() if R.random() < 0.14 else name


def place():
    return R.choice(COUNTRIES) if R.random() < 0.40 else city()


WORDS = """Bright Blue Green North South Rapid Prime Global Data Cloud Smart Open Clear True Iron Silver Golden Red Stone River
Summit Apex Vertex Nova Next Urban Fresh Pure Quick Swift Civic Social Simple Mystic Media Health Care Energy Solar Wind Eco Bio
Geo Aero Hydro Micro Nano Meta Omni Poly Trans Inter Uni Multi Tele Info Net Web Site Map Snap Click Link Loop Spark Flash Bolt
Wave Pulse Core Base Peak Path Way Bridge Gate Key Lock Safe Sure Trust Credit Capital Loan Pay Cash Coin Gold Market Trade Shop
Cart Box Pack Ship Fleet Drive Auto Motor Zoom Compass Harbor Anchor Maple Cedar Oak Pine Willow Lotus Zen Atlas Titan Orion Lunar
Stellar Street Road Legal Realty Property Weather Transit Housing School Learn Study Tutor""".split()
TRADES = """Solutions Systems Technologies Labs Group Partners Capital Analytics Data Software Media Networks Services Consulting
Holdings Ventures Insurance Financial Bank Energy Health Bioscience Sciences Research Markets Logistics Foods Motors Airlines
Robotics Dynamics Innovations Interactive Studios Works Hub Point Corp Industries Trust Exchange Explorer Resources Securities
Advisors Associates Realty""".split()
COINED = """ify ly io ix ora ent era ium io ara ative ista opia eon yx tek soft logic metrics scape works hub lytics genics sys net
web bridge wise spot base Here Doc Map View AI IQ""".split()
KNOWN = """Google,Microsoft,Apple,Amazon,Facebook,Netflix,Tesla,IBM,Intel,Oracle,Samsung,Sony,Toyota,Honda,Ford,Nike,Adidas,
Starbucks,Walmart,Costco,IKEA,FedEx,UPS,DHL,Visa,Mastercard,PayPal,Uber,Lyft,Airbnb,Spotify,Twitter,LinkedIn,Huawei,Alibaba,
Tencent,JD.com,Xiaomi,Lenovo,HSBC,Barclays,Citibank,Chase,Wells Fargo,Bank of America,Goldman Sachs,Morgan Stanley,American
 Express,Verizon,AT&T,T-Mobile,Comcast,Vodafone,Boeing,Airbus,Delta Air Lines,United Airlines,Lufthansa,British Airways,Emirates,
Siemens,Bosch,BMW,Volkswagen,Mercedes-Benz,Nestlé,Unilever,Pfizer,Novartis,Roche,GlaxoSmithKline,Shell,BP,ExxonMobil,Deloitte,
KPMG,PwC,Ernst & Young,McKinsey,Accenture,Salesforce,SAP,Adobe,Cisco,Dell,HP,Zillow,Yelp,Bloomberg,Thomson Reuters,the New York
 Times,The Washington Post,the BBC,CNN,NASA,the United Nations,UNICEF,the Red Cross,Harvard University,Stanford University,MIT,
Oxford University,Boots,Tesco,Sainsbury's,Best Buy,Target,Home Depot,Experian,Equifax,Moody's,S&P Global,Geico,State Farm,
Progressive,Liberty Mutual,Zurich Insurance,Allianz,AXA,Prudential,MetLife,Fidelity,Vanguard,BlackRock""".replace("\n", "").split(",")


def organisation():
    r = R.random()
    if r < 0.25:
        return R.choice(COMPANIES)
    if r < 0.35:
        return last() + R.choice([" Inc", " Ltd", " LLC", " Group", " Inc.", " PLC", " & Co", " GmbH", " Corp.", " and Sons", " & Sons", "-" + R.choice(LAST)])
    if r < 0.40:
        return f"{R.choice(LAST)}, {R.choice(LAST)} and {R.choice(LAST)}"
    if r < 0.55:
        return R.choice(KNOWN)
    if r < 0.72:
        return " ".join(R.sample(WORDS, R.choice([1, 1, 2]))) + " " + R.choice(TRADES) + R.choice(["", "", "", " Inc.", " Ltd", ", LLC", " Group"])
    if r < 0.80:
        return R.choice(WORDS) + (R.choice(WORDS).lower() if R.random() < 0.5 else R.choice(WORDS))
    if r < 0.88:
        return R.choice(WORDS) + R.choice(COINED)
    if r < 0.92:
        return R.choice(WORDS)
    if r < 0.95:
        return "".join(R.choice("abcdefghilmnoprstuvz") for _ in range(R.randint(4, 7))).capitalize()
    return " ".join(R.sample(WORDS, 2))


def digits(least=1, most=4):
    return "".join(R.choice("0123456789") for _ in range(R.randint(least, most))).lstrip("0") or "7"


def postcode():
    return digits(3, 5).zfill(R.choice([3, 4, 5, 5, 5])) if R.random() < 0.5 else R.choice(POSTCODES)


PHONES = """### ####|(##) ###-###|#### ####|##.##.##.##|###-####|0#### ### ###|+## ### ### ##|0## ### ## ##|## ### ### ####|
(##) ####-####|### ## ###|001-###-###-####""".replace("\n", "").split("|")


def phone():
    maker = FAKERS[R.choice(LOCALES)]
    if R.random() < 0.6 and hasattr(maker, "phone_number"):
        return maker.phone_number()
    return re.sub("#", lambda _: R.choice("123456789"), R.choice(PHONES))


def unit():
    return R.choice(["Apt. ", "Suite ", "Apt ", "Unit ", "Floor ", "#", "Flat ", "Room "]) + digits(1, 3).zfill(3)


def street():
    r = R.random()
    if r < 0.45:
        return R.choice(STREET_ADDRESSES)
    name = R.choice(STREETS)
    if r < 0.6:
        return f"{digits()} {name}"
    if r < 0.9:
        return f"{name} {digits(1, 3)}"
    return R.choice([name, f"P.O. Box {digits(2, 4)}", f"PO Box {digits(2, 4)}", f"Postfach {digits(2, 4)}"])


STATES = "CO NY CA TX WA GU PR NO SK RS LN NB VIC NSW QC ON AT PA IL FL SW nan NW OR MI GA".split()


def address():
    r = R.random()
    if r < 0.06:
        crossing = R.choice([R.choice(STREETS), last() + " " + R.choice("Street Pass Greens Union Courts Loop Gateway Road Fields Wells Mission Key Ridge".split())])
        return f"the corner of {R.choice(STREETS)}{R.choice([' ' + digits(1, 3), ''])} and {crossing}"
    military = f"{R.choice(['AA', 'AE', 'AP'])} {digits(5, 5)}"
    if r < 0.09:
        return f"PSC {digits(3, 4)}, Box {digits(3, 4)}\nAPO {military}"
    if r < 0.11:
        return f"{R.choice(['USS', 'USNS', 'USCGC', 'USNV'])} {last()}\nFPO {military}"
    if r < 0.13:
        return f"Unit {digits(4, 4)} Box {digits(4, 4)}\nDPO {military}"
    if r < 0.22:
        return FAKERS[R.choice([l for l in LOCALES if l != "fil_PH"])].address()
    if r < 0.27:
        return R.choice(ADDRESSES)
    house = digits(2, 5) + " " if R.random() < 0.6 else ""
    s, c, k, z, u = house + street(), city(), R.choice(COUNTRIES), postcode(), unit()
    given = f"{R.choice(CHINESE_LAST)}{R.choice(MORE_FIRST).lower()}"
    chinese_city = R.choice("Shenzhen Beijing Shanghai Guangzhou Hangzhou".split())
    chinese_district = R.choice("Nanshan Chaoyang Pudong Haidian Futian Tianhe Xihu".split())
    return R.choice([
        f"{s}\n{c}\n, {R.choice(STATES)}\n {k} {z}", f"{s} {u}\n{c}\n, {R.choice(STATES)}\n {z}", f"{s}\n {u}\n {c}\n {k} {z}",
        f"{s}\n {u}\n {c}\n {k}", f"{s} {u} {c} {k}", f"{s} {u}, {c}, {k} {z}", f"{s} {u} {unit()}, {c}, {k} {z}",
        f"{s} {u}\n{c}, {R.choice(STATES)} {z}", f"{s}, {c}, {R.choice(STATES)} {z}", f"{s}, {c} {z}", f"{s}, {c}",
        f"{s} {u} {c} {R.choice(STATES)}", s, f"{s}, {z} {c}", f"{u}, {s}, {c} {z}", f"{s}, {z} {c}, {k}", f"{s} {u}", f"{s}, {k}",
        f"Room {digits(3, 4)}, Block {digits(1, 2)}, {given} {R.choice('Garden Huating Road Street Mansion Plaza'.split())}, {chinese_district}, {chinese_city}",
        f"No. {digits(1, 3)} {given} {R.choice('Road Street Avenue'.split())}, {chinese_district} District, {chinese_city}{R.choice([', China', '', ' 518000'])}",
    ])


DAYS = """January February March April May June July August September October November December Monday Tuesday Wednesday Thursday
Friday Saturday Sunday""".split()
ENGLISH = {
    "P": ("person", person), "F": ("person", first), "L": ("person", last), "A": ("address", address), "S": ("address", street),
    "N": ("address", lambda: digits(2, 5)), "U": ("address", unit), "C": ("place", city), "G": ("place", place),
    "K": ("place", lambda: R.choice(COUNTRIES)), "O": ("organisation", organisation), "T": ("phone", phone), "Z": ("postcode", postcode),
    "m": (None, lambda: R.choice(DAYS)), "d": (None, lambda: str(R.randint(2, 2020))), "n": (None, lambda: R.choice(DEMONYMS)),
    "t": (None, lambda: R.choice(["Mr.", "Mrs.", "Ms.", "Dr.", "Mr", "Miss", "Professor", "Dr"])),
    "e": (None, lambda: first().lower().replace(" ", "") + "@" + R.choice(["mail.com", "example.org", "post.net"])),
    "x": (None, lambda: digits(8, 16)), "$": (None, lambda: "$" + digits(2, 4)), "j": (None, lambda: FAKERS["en_US"].job()),
}

SURNAMES = list((LISTS / "surnames.zh.txt").read_text().strip())
COMPOUND = (LISTS / "surnames2.zh.txt").read_text().split()
GIVEN = list((LISTS / "given.zh.txt").read_text().strip())
TITLES = [title for title in (LISTS / "honorifics.zh.txt").read_text().split() if title not in "生 总 董 工 客服 顾问 专员".split()]
# Any common character may be in a name.
COMMON = list(dict.fromkeys("".join(GIVEN) + """的一是了我不人在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小
心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点
月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先
山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解
各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联权往
展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商
千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切团兰龙秋雨竹竿桐潼璇禾屿柠杉茉棠苒
黛鸢暖""".replace("\n", "")))
FOREIGN = """努尔古丽 艾山 买买提 阿卜杜拉 吐尔逊 热合曼 古丽娜尔 阿依古丽 帕提古丽 木拉提 艾力 阿迪力 迪丽热巴 阿娜尔汗 玉素甫 扎西 顿珠 卓玛
央金 次仁 德吉 平措 旺堆 丹增 格桑 拉姆 洛桑 尼玛 多吉 白玛 巴特尔 乌兰 其其格 苏日娜 阿拉坦 呼格吉勒 宝力道 格日勒 朝鲁 那木罕 乌云 娜仁 托娅 斯琴
吉木 阿依 阿果 木乃 日火 沙马 玛利亚 安娜 约翰 史密斯 伊万 彼得罗夫 卡洛斯 费尔南多 罗德里格斯 索菲亚 米勒 汉斯 施密特 大卫 威廉 詹姆斯 伊丽莎白 凯瑟琳
安德烈 娜塔莎 奥利维亚 亚历山大 麦克 布朗 琼斯 约翰逊 威尔逊 加西亚 马丁内斯 穆罕默德 阿里 哈桑 法蒂玛 山本 健太 佐藤 美咲 铃木 一郎 田中 花子 朴 志勋 金
秀贤""".split()


def surname():
    # The list begins with the frequent ones.
    return SURNAMES[int(len(SURNAMES) * R.random() ** 2.2)] if R.random() < 0.93 else R.choice(COMPOUND)


def chinese_person():
    if R.random() < 0.06:
        name = R.choice(FOREIGN)
        return name if R.random() < 0.35 and len(name) > 2 else name + R.choice(["·", "·", "", ""]) + R.choice(FOREIGN)
    family = surname()
    characters = GIVEN if R.random() < 0.72 else COMMON
    length = 1 if R.random() < 0.24 else 2
    if len(family) == 1 and R.random() < 0.02:
        length = 3
    return family + "".join(R.choice(characters) for _ in range(length))


def titled():
    title = R.choice(TITLES) if R.random() < 0.5 else R.choice("先生 女士 小姐 师傅 老师 经理 医生 阿姨 大哥 总 工 主任".split())
    return (surname() if R.random() < 0.88 else chinese_person()) + title


PROVINCES, CHINESE_CITIES, DISTRICTS = (section("regions.zh.txt", name) for name in ("province", "city", "district"))
ROADS = """中山 人民 解放 建设 文化 和平 新华 胜利 长江 黄河 学府 科技 创业 滨河 环城 迎宾 工业 振兴 光明 友谊 朝阳 青年 东风 南京 北京 上海 天府 星湖
金鸡湖 凤凰 湖滨 江滨 沿江 文三 古墩 莫干山 体育 珠江 龙城 兴业 幸福 花园 西湖 团结 民主 长安 复兴 永宁 平安 玉泉 春晖 秀水 清河 学院 大学 火炬 软件园 望江
锦绣 金桥 太湖 鼓楼 钟楼 石桥 临江 高新 海滨 渔港 槐荫 桂花 梧桐 樱花 银杏 红旗 前进 跃进 育才 健康 安居""".split()
ESTATES = """阳光 万科 金色 翡翠 锦绣 江南 香榭 水岸 御景 东方 世纪 幸福 和谐 明珠 蓝天 丽景 华府 名都 银座 时代 龙湖 玫瑰 紫荆 桃源 梧桐 枫林 翠湖 观澜 山水 星河
天悦 紫金 悦府 云锦 半山 凤凰 绿城""".split()
ESTATE_ENDS = """花园 小区 家园 公寓 花城 苑 名邸 雅苑 新村 华庭 大厦 广场 城 府 里 园 嘉园 公馆 名苑 国际 佳苑 湾 一期 二期 山庄 半岛 壹号 宿舍
家属院""".split()


def number():
    return str(R.randint(1, R.choice([60, 999])))


def chinese_address():
    a = ""
    if R.random() < 0.3:
        a += R.choice(PROVINCES) + R.choice(["省", "省", "", "市"])
    if R.random() < 0.72:
        a += R.choice(CHINESE_CITIES) + ("市" if R.random() < 0.85 else "")
    if R.random() < 0.85 or not a:
        a += R.choice(DISTRICTS) + R.choice(["区", "区", "区", "县", "市"])
    if R.random() < 0.25:
        a += R.choice(ROADS + ESTATES)[:2] + R.choice(["街道", "镇", "乡", "街道办"])
    if R.random() < 0.8:
        a += R.choice(ROADS) + R.choice("路 路 路 街 大道 大街 东路 西路 南路 北路 中路 巷 胡同 弄".split())
        a += R.choice(["", number() + "号", number() + "号", number() + "弄"])
    if R.random() < 0.75:
        a += R.choice(ESTATES) + R.choice(ESTATE_ENDS)
    r = R.random()
    if r < 0.35:
        a += number() + R.choice(["号楼", "栋", "幢", "座", "号"]) + R.choice(["", number() + "单元"]) + R.choice(["", number() + R.choice(["室", "", "号", "户"])])
    elif r < 0.5:
        a += "-".join(number() for _ in range(R.choice([2, 3])))
    elif r < 0.6:
        a += R.choice("ABCDEF") + R.choice(["座", "栋", "区", "-"]) + number() + R.choice(["室", "", "-" + number()])
    elif r < 0.66:
        a += R.choice("一 二 三 十二 八".split()) + R.choice(["号楼", "栋", "单元"]) + number() + "室"
    elif r < 0.70:
        a += R.choice("李王张刘新上下") + R.choice(["家庄", "家村", "湾村", "庄村"]) + R.choice(["", number() + "号", "村委会旁", "三组"])
    return a


FIRMS = """华润 中建 腾飞 宏达 鑫源 恒通 博雅 天成 盛世 九州 东方 中科 联创 启明 海信 美团 京东 顺丰 淘宝 阿里巴巴 腾讯 百度 小米 华为 字节跳动 网易 中国移动
中国电信 中国联通 国家电网 招商 建设 工商 农业 平安 太平洋 人民 第一 协和 同济 清华 北京 复旦 浙江 南京 四川""".split()
FIRM_ENDS = """科技有限公司 有限公司 集团 股份有限公司 银行 医院 大学 中学 小学 律师事务所 保险公司 物流公司 贸易有限公司 电子商务有限公司 分公司 支行 学院
研究院 幼儿园 派出所 物业公司 超市 酒店 出版社 科技""".split()


def chinese_organisation():
    where = R.choice(CHINESE_CITIES + PROVINCES + ["", "", ""]) if R.random() < 0.5 else ""
    return where + (R.choice(FIRMS) if R.random() < 0.7 else R.choice(GIVEN) + R.choice(GIVEN)) + R.choice(FIRM_ENDS)


def chinese_place():
    r = R.random()
    if r < 0.2:
        return R.choice(PROVINCES) + R.choice(["", "省", ""])
    return R.choice(CHINESE_CITIES) + R.choice(["", "", "市"]) if r < 0.9 else R.choice(DISTRICTS) + "区"


def mobile():
    n = "1" + R.choice("3456789") + "".join(R.choice("0123456789") for _ in range(9))
    return R.choice([n, n, n, f"{n[:3]} {n[3:7]} {n[7:]}", f"{n[:3]}-{n[3:7]}-{n[7:]}"])


RELATIVES = """爱人 老公 老婆 先生 太太 儿子 女儿 闺女 爸爸 妈妈 我爸 我妈 同事 朋友 室友 邻居 领导 老板 房东 租客 同学 孩子 弟弟 妹妹 哥哥 姐姐 舅舅 奶奶 爷爷
家人 对象 女朋友 男朋友 助理""".split()
ROLES = """收件人 收货人 联系人 寄件人 户名 姓名 名字 乘机人 乘客 投保人 受益人 被保险人 持卡人 开户人 患者 病人 学员 学生 家长 住户 业主 租客 房客 司机 骑手
经办人 负责人 客户 会员 申请人 备用联系人 紧急联系人 投诉人 参会人 预约人 病历姓名 取件人 提货人 发货人 署名 法人""".split()
CHINESE = {
    "P": ("person", chinese_person), "H": ("person", titled), "E": ("person", person), "A": ("address", chinese_address),
    "O": ("organisation", chinese_organisation), "L": ("place", chinese_place), "M": (None, mobile), "R": (None, lambda: R.choice(RELATIVES)),
    "Q": (None, lambda: R.choice(ROLES)), "x": (None, lambda: digits(6, 16)), "i": (None, lambda: "11010119" + digits(10, 10)),
    "d": (None, lambda: R.choice("明天 后天 今天 周六 下周一 昨天 上午 下午三点 晚上八点".split())),
    "y": (None, lambda: R.choice("麻烦 急 谢谢 请问 您好 你好 拜托 在吗".split())), "s": (None, lambda: R.choice(["，", "，", " ", "。", "、", "：", ""])),
}


def fill(template, slots):
    text, spans = "", []
    for part in re.split(r"(\{[A-Za-z$]\})", template):
        slot = slots.get(part[1:2]) if re.fullmatch(r"\{.\}", part) else None
        if slot:
            name, make = slot
            value = make()
            if name:
                spans.append([len(text), len(text) + len(value), name])
            text += value
        else:
            text += part
    return text, spans


def recased(text):
    """Some people write everything small, or everything large."""
    r = R.random()
    other = text.lower() if r < 0.16 else text.upper() if r < 0.18 else text
    return other if len(other) == len(text) else text


PRESIDIO = {"PERSON": "person", "STREET_ADDRESS": "address", "GPE": "place", "ORGANIZATION": "organisation", "PHONE_NUMBER": "phone", "ZIP_CODE": "postcode"}


def another(value, kind):
    """Another value of the same form."""
    if kind == "PERSON":
        return person() if " " in value else first() if R.random() < 0.6 else last()
    if kind == "STREET_ADDRESS":
        if value.isdigit():
            return digits(2, 5)
        if re.match("(?i)apt|suite", value):
            return unit()
        whole = "\n" in value or "," in value or len(value) > 32 or value.lower().startswith("the corner")
        return address() if whole else street()
    if kind == "GPE":
        return R.choice(COUNTRIES) if value in COUNTRIES else city()
    return {"ORGANIZATION": organisation, "PHONE_NUMBER": phone, "ZIP_CODE": postcode}[kind]()


def presidio(path, fold):
    for line in path.read_text().splitlines():
        sample = json.loads(line)
        number = sample["template_id"]
        if number % 2 == 0 or fold is not None and number % 4 != 1 + 2 * fold:
            continue
        text, spans = sample["text"], sorted(sample["spans"], key=lambda span: span["start_position"])
        for turn in range(5):
            out, marks, at, same = "", [], 0, {}
            for span in spans:
                start, end, kind = span["start_position"], span["end_position"], span["entity_type"]
                value = text[start:end]
                out += text[at:start]
                if kind in PRESIDIO:
                    if turn:
                        value = same.setdefault(value, another(value, kind))
                    marks.append([len(out), len(out) + len(value), PRESIDIO[kind]])
                out += value
                at = end
            out += text[at:]
            yield recased(out) if turn else out, marks


def goemotions(path):
    comments = [json.loads(line)["text"] for line in path.read_text().splitlines()]
    small = collections.Counter(word for text in comments for word in re.findall("[A-Za-z']+", text) if word.islower())
    places = {name.lower() for name in CITIES} | {name.lower() for name in COUNTRIES} - {"us", "turkey"}

    def nobody_else(text):
        """Whether nothing but the masks can be a name."""
        words = [word for word in re.findall("[A-Za-z']+", text) if word not in ("NAME", "RELIGION", "I")]
        return not any(word[0].isupper() and small[word.lower()] < 12 or word.lower() in places for word in words)

    R.shuffle(comments)
    with_names = without = 0
    for text in comments:
        text = text.replace("[RELIGION]", "Christian")
        if not nobody_else(text):
            continue
        if "[NAME]" not in text:
            without += 1
            if without <= 9000:
                yield text, []
            continue
        with_names += 1
        if with_names > 6000:
            continue
        out, marks = "", []
        for part in re.split(r"(\[NAME\](?: \[NAME\])*)", text):
            if part.startswith("[NAME]"):
                # What is said of people is said of countries and companies too.
                r = R.random()
                if r < 0.10:
                    value, name = R.choice([R.choice(COUNTRIES), R.choice(CITIES)]), "place"
                elif r < 0.19:
                    value, name = organisation(), "organisation"
                else:
                    value, name = R.choice([first, last, person])(), "person"
                marks.append([len(out), len(out) + len(value), name])
                part = value
            out += part
        yield recased(out), marks


SLOTS = {"name": "person", "address": "address", "current_city": "place", "new_city": "place", "departure_city": "place", "arrival_city": "place",
         "company_name": "organisation", "phone_number": "phone", "current_zipcode": "postcode", "new_zipcode": "postcode"}


def multidogo(folder):
    for file in sorted(folder.glob("*_train.jsonl")):
        for line in file.read_text().splitlines():
            turn = json.loads(line)
            text, slots = turn["text"], turn["slots"].split()
            words = text.split()
            if len(words) != len(slots):
                continue
            at, marks, before = 0, [], None
            for word, slot in zip(words, slots):
                start = text.index(word, at)
                at = start + len(word)
                if slot in SLOTS:
                    if before == slot and marks:
                        marks[-1][1] = at
                    else:
                        marks.append([start, at, SLOTS[slot]])
                before = slot
            if not marks and R.random() > 0.25:
                continue
            yield text, marks
            if any(mark[2] == "person" for mark in marks) and R.random() < 0.35:
                out, again, at = "", [], 0
                for start, end, name in marks:
                    value = text[start:end]
                    out += text[at:start]
                    if name == "person":
                        value = (f"{first()} {last()}" if " " in value else first()).lower()
                    elif name == "place":
                        value = city().lower()
                    again.append([len(out), len(out) + len(value), name])
                    out += value
                    at = end
                yield out + text[at:], again


def questions(folder):
    """Questions to assistants and banks that name nothing."""
    texts = set()
    for name in ("clinc150", "hwu64", "banking77"):
        for file in glob.glob(str(folder / name / "*train.json*")):
            texts.update(json.loads(line)["text"] for line in open(file))
    known = {name.lower() for name in CITIES + COUNTRIES}
    texts = sorted(texts)
    small = collections.Counter(word for text in texts for word in re.findall("[a-z']+", text.lower()))
    R.shuffle(texts)
    kept = 0
    for text in texts:
        words = re.findall("[A-Za-z']+", text)
        names = any(word.lower() in known for word in words) or any(word[0].isupper() and word != "I" for word in words[1:])
        if names or any(small[word.lower()] < 8 for word in words) and R.random() < 0.8:
            continue
        kept += 1
        if kept > 7000:
            return
        yield (text if R.random() < 0.7 else text[:1].upper() + text[1:] + R.choice([".", "?", ""])), []


def pii_zh(path, fold):
    lines = [line for line in path.read_text().splitlines()[::2] if line.strip()]
    for at, line in enumerate(lines):
        if fold is not None and at % 2 != fold:
            continue
        parts = re.split(r"⟦([^|⟧]*)\|([A-Z_]+)⟧", line)
        for turn in range(14):
            out, marks = "", []
            for words, value, kind in zip(parts[::3], parts[1::3] + [""], parts[2::3] + [""]):
                out += words
                if turn and kind == "PERSON" and re.fullmatch("[\u4e00-\u9fff]+", value):
                    value = titled() if any(value.endswith(title) and len(value) > len(title) for title in TITLES) else chinese_person()
                elif turn and kind == "ADDRESS" and re.match("[\u4e00-\u9fff]", value):
                    value = chinese_address()
                elif turn and kind == "PHONE" and re.fullmatch(r"1\d{10}", value):
                    value = mobile()
                if kind in ("PERSON", "ADDRESS"):
                    marks.append([len(out), len(out) + len(value), kind.lower()])
                out += value
            yield out, marks


def chinese_negatives(data, files):
    talk = [message["content"] for line in open(data / "dialogue/crosswoz/val.jsonl") for message in json.loads(line)["messages"]]
    talk = [text for text in talk if not re.search("路|街|区|号|公司|酒店|宾馆|叫", text)]
    R.shuffle(talk)
    yield from talk[:2500]
    for line in open(data / "intent/xsid/zh_valid.jsonl"):
        sample = json.loads(line)
        if not re.search("location|artist|name|playlist", " ".join(sample["bio"])):
            yield sample["text"]
    comments = [json.loads(line) for line in open(data / "safety/cold/train.jsonl")]
    comments = [comment.get("text") or comment.get("TEXT") or "" for comment in comments]
    names = "先生|女士|老师|叫|姓|省|市|国|京|沪|广|河南|东北|上海|武汉|特朗普|拜登|奥巴马|马丁|曼德拉|·|说：|小姐|@"
    comments = [text for text in comments if text and len(text) <= 80 and not re.search(names, text)]
    R.shuffle(comments)
    yield from comments[:3500]
    for file in files:
        for line in open(file):
            text = line.rstrip("\n").split("\t")[-1]
            if not re.search("先生|女士|老师|叫|姓|师傅|小姐|经理|省|市|阿姨|大姐|大哥|哥|姐|[东西南北]路", text):
                yield text


def templates(file, slots, filled, plain):
    for line in (HERE / file).read_text().splitlines():
        if line.strip():
            line = line.replace("\\n", "\n")
            for _ in range(filled if "{" in line else plain):
                yield fill(line, slots)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("data", type=pathlib.Path)
    arguments.add_argument("pii_zh", type=pathlib.Path)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--fold", type=int, choices=(0, 1))
    arguments.add_argument("--negatives", nargs="*", default=[], help="tab-separated files whose last column is a Chinese text")
    a = arguments.parse_args()
    examples = list(presidio(a.data / "pii/presidio/synth_v2.jsonl", a.fold))
    examples += [(recased(text), spans) for text, spans in templates("templates.en.txt", ENGLISH, 55, 6)]
    examples += goemotions(a.data / "emotion/goemotions/train.jsonl")
    examples += multidogo(a.data / "intent/multidogo")
    examples += questions(a.data / "intent")
    examples += templates("templates.zh.txt", CHINESE, 260, 3)
    examples += pii_zh(a.pii_zh, a.fold)
    examples += [(text, []) for text in chinese_negatives(a.data, a.negatives)]
    R.shuffle(examples)
    with a.out.open("w") as out:
        for text, spans in examples:
            out.write(json.dumps({"text": text, "spans": sorted(spans)}, ensure_ascii=False) + "\n")
    print(f"{len(examples)} examples")


if __name__ == "__main__":
    main()
