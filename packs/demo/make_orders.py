#!/usr/bin/env python3
"""Writes customers.json and orders.json of the demo shop from products.json.

    python3 packs/demo/make_orders.py

The output is the same on every run and machine: choices come from CRC-32 of readable labels, not from a
random generator. Times are days before "now" (2.25 is 2 days and 6 hours ago), so the shop always looks
fresh. The date inside an order number is counted back from WRITTEN and does not move.

Rules that hold for every order (the tests of the demo crate check them):
- total = sum of the items + freight; freight is 0 from 59 yuan, else 8; Xinjiang and Tibet 18, free from 199;
  Hong Kong 30 (orders there stay below 1 kg);
- SF Express carries goods from 299 yuan and everything of gold and black members, ZTO the rest;
- a member's level follows from the last 12 months: silver 500, gold 2,000, black 8,000 yuan;
- the status agrees with the parcel: no parcel before shipping, a last event "signed" from delivery on.
"""

import json
import zlib
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
WRITTEN = date(2026, 11, 22)
PRODUCTS = json.loads((HERE / "products.json").read_text(encoding="utf-8"))

# How many orders a customer has: (customers, orders each).
GROUPS = [(3, 24), (9, 10), (18, 5), (22, 3), (8, 1)]

NAMES = """李雨桐 Li Yutong|王梓涵 Wang Zihan|张浩然 Zhang Haoran|刘思源 Liu Siyuan|陈嘉怡 Chen Jiayi|杨子墨 Yang Zimo
赵一鸣 Zhao Yiming|黄诗雅 Huang Shiya|周晓彤 Zhou Xiaotong|吴俊杰 Wu Junjie|徐若曦 Xu Ruoxi|孙明哲 Sun Mingzhe
胡安琪 Hu Anqi|朱天佑 Zhu Tianyou|高语嫣 Gao Yuyan|林书言 Lin Shuyan|何静宜 He Jingyi|郭晨曦 Guo Chenxi
Oliver Hart|Sofia Rossi|James Miller|Anna Keller
马知远 Ma Zhiyuan|罗雪晴 Luo Xueqing|梁家辉 Liang Jiahui|宋雨薇 Song Yuwei|郑凯文 Zheng Kaiwen|谢欣妍 Xie Xinyan
韩冰清 Han Bingqing|唐子轩 Tang Zixuan|冯佳宁 Feng Jianing|于海洋 Yu Haiyang|董梦琪 Dong Mengqi|萧景行 Xiao Jingxing
程慧敏 Cheng Huimin|曹立新 Cao Lixin|袁春晖 Yuan Chunhui|邓紫珊 Deng Zishan|许文博 Xu Wenbo|傅雅琴 Fu Yaqin
沈亦舟 Shen Yizhou|曾可欣 Zeng Kexin|彭博远 Peng Boyuan|吕秋实 Lü Qiushi|苏沐阳 Su Muyang|卢嘉欣 Lu Jiaxin
蒋承泽 Jiang Chengze|蔡宛如 Cai Wanru|贾志强 Jia Zhiqiang|丁若兰 Ding Ruolan|魏东升 Wei Dongsheng|薛知夏 Xue Zhixia
叶青 Ye Qing|阎海波 Yan Haibo|余乐怡 Yu Leyi|潘世杰 Pan Shijie|杜思齐 Du Siqi|戴月明 Dai Yueming
夏天宇 Xia Tianyu|钟灵 Zhong Ling"""

# province, city, district, street, city in English
PLACES = [
    ("浙江省", "杭州市", "西湖区", "文三路 {n} 号", "Hangzhou"), ("上海市", "上海市", "静安区", "愚园路 {n} 号", "Shanghai"),
    ("四川省", "成都市", "锦江区", "东大街 {n} 号", "Chengdu"), ("北京市", "北京市", "朝阳区", "建国路 {n} 号", "Beijing"),
    ("广东省", "广州市", "天河区", "体育西路 {n} 号", "Guangzhou"), ("广东省", "深圳市", "南山区", "科苑路 {n} 号", "Shenzhen"),
    ("江苏省", "南京市", "鼓楼区", "中山北路 {n} 号", "Nanjing"), ("江苏省", "苏州市", "姑苏区", "人民路 {n} 号", "Suzhou"),
    ("湖北省", "武汉市", "武昌区", "中南路 {n} 号", "Wuhan"), ("陕西省", "西安市", "雁塔区", "小寨东路 {n} 号", "Xi'an"),
    ("重庆市", "重庆市", "渝中区", "中山三路 {n} 号", "Chongqing"), ("山东省", "青岛市", "市南区", "香港中路 {n} 号", "Qingdao"),
    ("福建省", "厦门市", "思明区", "湖滨南路 {n} 号", "Xiamen"), ("湖南省", "长沙市", "岳麓区", "麓山路 {n} 号", "Changsha"),
    ("辽宁省", "大连市", "中山区", "人民路 {n} 号", "Dalian"), ("云南省", "昆明市", "五华区", "翠湖北路 {n} 号", "Kunming"),
    ("甘肃省", "兰州市", "城关区", "庆阳路 {n} 号", "Lanzhou"), ("新疆维吾尔自治区", "乌鲁木齐市", "天山区", "解放北路 {n} 号", "Urumqi"),
    ("西藏自治区", "拉萨市", "城关区", "北京中路 {n} 号", "Lhasa"), ("香港特别行政区", "香港", "九龙城区", "太子道 {n} 号", "Hong Kong"),
]
REMOTE = {"云南省", "甘肃省", "新疆维吾尔自治区", "西藏自治区", "香港特别行政区"}

# status -> share of 320 orders; the first orders of a customer are the newest
SHARES = [("pending_payment", 6), ("paid", 24), ("shipped", 42), ("delivered", 46), ("returning", 22), ("refunded", 20),
          ("cancelled", 22)]
PAYMENTS = ["wechat", "wechat", "wechat", "alipay", "alipay", "alipay", "unionpay", "huabei", "giftcard"]

SIGNED = [("本人签收", "signed by the recipient"), ("已放入快递柜，凭取件码取件", "left in the parcel locker, pick-up code sent"),
          ("前台代收", "left with the reception"), ("家人签收", "signed by a family member")]
# code of the reason, what the customer wrote, in English
REASONS = {
    "changed_mind": [("不太合适", "not what I expected"), ("买多了", "bought too many"), ("颜色不喜欢", "do not like the colour")],
    "quality": [("用了两天不工作了", "stopped working after two days"), ("表面有裂纹", "there is a crack")],
    "damaged_in_transit": [("收到时已破损", "arrived broken")],
    "wrong_item": [("发错款式", "the wrong model was sent")],
}

COMPANIES = [("杭州青山科技有限公司", "91330100MA2DEM001X"), ("上海云帆设计有限公司", "91310000MA1DEM002Y"),
             ("成都锦程餐饮有限公司", "91510100MA6DEM003Z")]


def number(*label):
    """A number from 0 to 2^32 - 1 that depends on the label alone."""
    text = "/".join(str(part) for part in label)
    return zlib.crc32(text.encode()) ^ (zlib.crc32(text[::-1].encode()) >> 7)


def pick(choices, *label):
    return choices[number(*label) % len(choices)]


def between(low, high, *label):
    return low + (high - low) * (number(*label) % 10007) / 10006


def days(value):
    return round(value, 4)


def freight_cents(goods, province):
    if province == "香港特别行政区":
        return 3000
    if province in ("新疆维吾尔自治区", "西藏自治区"):
        return 0 if goods >= 19900 else 1800
    return 0 if goods >= 5900 else 800


def customers():
    people = []
    names = [line.strip() for line in NAMES.replace("\n", "|").split("|")]
    for index, entry in enumerate(names, 1):
        chinese = entry[0] > "\u3000"
        name, name_en = entry.split(" ", 1) if chinese else (entry, entry)
        province, city, district, street, city_en = PLACES[(index * 7 + 1) % len(PLACES)]
        people.append({
            "external_id": f"cust-{index:04}",
            "name": name,
            "name_en": name_en,
            "phone": f"1990000{index:04}",
            "email": f"cust-{index:04}@mail.example",
            "language": "zh" if chinese else "en",
            "birthday_month": 1 + number("birthday", index) % 12,
            "registered_days_ago": 370 + number("registered", index) % 700,
            "address": {"province": province, "city": city, "district": district,
                        "street": street.format(n=1 + number("street", index) % 600)},
            "city_en": city_en,
        })
    return people


def basket(person, nth):
    """One to three products; light ones only to Hong Kong."""
    here = person["address"]["province"] == "香港特别行政区"
    choices = [p for p in PRODUCTS if not here or p["weight_g"] <= 450]
    lines, weight = {}, 0
    for slot in range(1 + number("lines", person["external_id"], nth) % (2 if here else 3)):
        product = pick(choices, "product", person["external_id"], nth, slot)
        quantity = 2 if number("qty", person["external_id"], nth, slot) % 7 == 0 and not here else 1
        if product["sku"] in lines or (here and weight + product["weight_g"] > 1000):
            continue
        weight += product["weight_g"] * quantity
        line = {"sku": product["sku"], "name": product["name"], "name_en": product["name_en"], "qty": quantity,
                "price_cents": product["price_cents"]}
        if product["returns"] == "custom":
            line["engraving"] = pick(["平安喜乐", "Lily", "青禾", "加油", "2026"], "engraving", person["external_id"], nth)
        lines[product["sku"]] = line
    return list(lines.values())


def journey(order, person, elapsed, transit, shipped):
    """The parcel's events up to now, oldest first. `shipped` is in days ago, `transit` in days."""
    label = order["order_no_label"]
    city, city_en = person["address"]["city"], person["city_en"]
    signed, signed_en = pick(SIGNED, "signed", label)
    steps = [
        ("collected", 0.0, "嘉兴市", "Jiaxing", "已揽收，从青禾嘉兴仓发出", "Collected from the Qinghe warehouse in Jiaxing"),
        ("departed", 0.1, "杭州市", "Hangzhou", "离开杭州转运中心，发往" + city, f"Left the Hangzhou hub for {city_en}"),
        ("arrived", 0.65, city, city_en, f"到达{city}转运中心", f"Arrived at the {city_en} hub"),
        ("out_for_delivery", 0.9, city, city_en, "快递员正在派送，请保持电话畅通", "Out for delivery, please keep your phone at hand"),
        ("signed", 1.0, city, city_en, signed, signed_en[0].upper() + signed_en[1:]),
    ]
    return [{"step": step, "days_ago": days(shipped - part * transit), "place": place, "place_en": place_en, "text": text, "text_en": english}
            for step, part, place, place_en, text, english in steps if part * transit <= elapsed + 1e-9]


def return_of(order, received, refunded):
    """A return that was asked for within the window; `received` is in days ago."""
    label = order["order_no_label"]
    fixed = any("engraving" in item for item in order["items"])
    reason = pick(["quality", "damaged_in_transit", "wrong_item"] if fixed else
                  ["changed_mind", "changed_mind", "quality", "wrong_item", "damaged_in_transit"], "reason", label)
    text, text_en = pick(REASONS[reason], "reason text", label)
    goods = sum(item["qty"] * item["price_cents"] for item in order["items"])
    ours = reason != "changed_mind"
    requested = received - between(0.2, 2.0, "requested", label)
    labelled = not ours and number("label", label) % 2 == 0
    fee = 1200 if labelled else 0
    stages = ["requested", "approved", "in_transit", "inspecting"]
    return {
        "return_no": "RT" + order["order_no"][2:],
        "kind": "return",
        "reason": reason,
        "note": text,
        "note_en": text_en,
        "skus": [item["sku"] for item in order["items"]],
        "status": "refunded" if refunded else pick(stages, "stage", label),
        "freight_paid_by": "shop" if ours else "customer",
        "label_fee_cents": fee,
        "refund_cents": order["total_cents"] if ours else goods - fee,
        "requested_days_ago": days(requested),
        "refunded_days_ago": days(requested - between(4.2, 6.0, "refunded", label)) if refunded else None,
    }


def invoice_of(order, person, received):
    label = order["order_no_label"]
    company = number("company", label) % 3 == 0
    firm, tax_no = pick(COMPANIES, "title", label)
    issued = order["status"] == "completed"
    return {
        "kind": "company" if company else "personal",
        "title": firm if company else person["name"],
        "tax_no": tax_no if company else None,
        "email": person["email"],
        "status": "issued" if issued else "waiting_for_receipt",
        "issued_days_ago": days(received - 7.5) if issued else None,
    }


def main():
    people = customers()
    counts = [each for group, each in GROUPS for _ in range(group)]
    slots = [(person, nth) for person, count in zip(people, counts) for nth in range(count)]
    # Which order gets which status: the newest orders of everybody first take the states that are under way.
    slots.sort(key=lambda slot: (slot[1], number("turn", slot[0]["external_id"], slot[1])))
    states = [status for status, share in SHARES for _ in range(share)]
    states.sort(key=lambda _, turn=iter(range(len(states))): number("state", next(turn)))
    states += ["completed"] * (len(slots) - len(states))

    orders, numbers, moments = [], set(), set()
    for (person, nth), status in zip(slots, states):
        label = f"{person['external_id']}#{nth}"
        province = person["address"]["province"]
        items = basket(person, nth)
        goods = sum(item["qty"] * item["price_cents"] for item in items)
        low, high = (3.0, 6.5) if province in REMOTE else (1.0, 2.9)
        transit = between(low, min(high, 6.0) if province == "香港特别行政区" else high, "transit", label)
        lag = between(0.2, 0.8, "lag", label)
        received = None
        if status == "pending_payment":
            placed = between(0.004, 0.012, "placed", label)
        elif status == "paid":
            placed = between(0.03, 0.6, "placed", label)
        elif status == "shipped":
            placed = lag + transit * between(0.05, 0.97, "elapsed", label)
        elif status == "cancelled":
            placed = between(0.8, 300, "placed", label)
        else:
            windows = {"delivered": (0.1, 5.5), "returning": (2.2, 6.0), "refunded": (9, 120), "completed": (8.5, 355)}
            received = between(*windows[status], "received", label)
            placed = received + transit + lag
        if label == "cust-0017#4":  # the order number that help texts give as an example
            placed, status = 17.9877, "completed"
            received = placed - lag - transit
        placed = days(placed)
        while placed in moments:  # no two orders at the same moment, so that lists have one order only
            placed = days(placed + 0.0001)
        moments.add(placed)
        order = {
            "order_no_label": label,
            "customer": person,
            "items": items,
            "status": status,
            "placed_days_ago": placed,
            "total_cents": goods + freight_cents(goods, province),
            "freight_cents": freight_cents(goods, province),
            "payment": pick([way for way in PAYMENTS if way != "huabei" or goods >= 10000], "payment", label),
            "address": person["address"],
        }
        day, part = int(placed), placed % 1
        sequence = round((1 - part) * 9999)
        while (day, sequence) in numbers:
            sequence = (sequence + 1) % 10000
        numbers.add((day, sequence))
        order["order_no"] = f"QH{WRITTEN - timedelta(days=day):%y%m%d}{sequence:04}"
        order["timing"] = (lag, transit, received)
        orders.append(order)

    for person in people:
        mine = [o for o in orders if o["customer"] is person]
        kept = [o for o in mine if o["status"] not in ("cancelled", "refunded", "pending_payment") and o["placed_days_ago"] <= 365]
        spent = sum(o["total_cents"] for o in kept)
        levels = [(800000, "black"), (200000, "gold"), (50000, "silver"), (0, "seed")]
        person["level"] = next(level for least, level in levels if spent >= least)
        person["spent_12_months_cents"] = spent
        person["points"] = sum((o["total_cents"] - o["freight_cents"]) // 100 for o in kept if o["status"] == "completed")
        person["free_return_labels_left"] = 4 - number("labels", person["external_id"]) % 3 if person["level"] in ("gold", "black") else 0

    written = []
    for order in sorted(orders, key=lambda o: o["placed_days_ago"]):
        person, status = order["customer"], order["status"]
        lag, transit, received = order["timing"]
        goods = order["total_cents"] - order["freight_cents"]
        parcel = None
        if status not in ("pending_payment", "paid", "cancelled"):
            express = goods >= 29900 or person["level"] in ("gold", "black")
            shipped = order["placed_days_ago"] - lag
            parcel = {
                "carrier": "sf" if express else "zto",
                "carrier_name": "顺丰速运" if express else "中通快递",
                "carrier_name_en": "SF Express" if express else "ZTO Express",
                "tracking_no": ("SF99" if express else "ZT99") + f"{number('tracking', order['order_no']):011}",
                "events": journey(order, person, shipped if received is None else transit, transit, shipped),
            }
        wants_invoice = status in ("paid", "shipped", "delivered", "completed") and number("invoice", order["order_no_label"]) % 4 == 0
        written.append({
            "order_no": order["order_no"],
            "customer": {key: person[key] for key in ("external_id", "name", "phone", "level")},
            "items": order["items"],
            "status": status,
            "placed_days_ago": order["placed_days_ago"],
            "total_cents": order["total_cents"],
            "freight_cents": order["freight_cents"],
            "payment": order["payment"],
            "address": order["address"],
            "parcel": parcel,
            "invoice": invoice_of(order, person, received) if wants_invoice else None,
            "return": return_of(order, received, status == "refunded") if status in ("returning", "refunded") else None,
        })
        if status == "cancelled":
            after = between(0.01, 0.15, "cancelled", order["order_no_label"])
            written[-1]["cancelled_days_ago"] = days(order["placed_days_ago"] - after)
            written[-1]["refund_cents"] = order["total_cents"]

    def save(name, rows):
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (HERE / name).write_text(f"[\n{lines}\n]\n", encoding="utf-8")

    save("customers.json", people)
    save("orders.json", written)
    print(f"{len(people)} customers, {len(written)} orders")


if __name__ == "__main__":
    main()
