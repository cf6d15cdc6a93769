//! What the shop does for an assistant: dry runs, undoing, money, identity, stock, complaints and faults on demand.
#![allow(clippy::unwrap_used)]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use yingda_demo::API_KEY;

use common::{DAY, MINUTE, has, may, plain, shop};

/// Placed shortly before the shop opened, and on sale since: humidifier ¥219 → ¥199, bedding ¥329 → ¥299.
const ON_SALE: &str = "QH2611229351";

#[tokio::test]
async fn a_return_can_be_checked_without_doing_it() {
    let shop = shop();
    let number = shop
        .order(|order| order["status"] == "delivered" && plain(order) && order["customer"]["level"] == "silver")
        .await;
    let path = format!("/orders/{number}/returns/check");
    let checked = shop.post(&path, json!({"reason": "changed_mind", "kind": "return"})).await.json();
    assert_eq!(checked["allowed"], true);
    assert_eq!((&checked["code"], &checked["why"]), (&Value::Null, &Value::Null));
    assert_eq!((&checked["freight_paid_by"], &checked["label_fee_cents"]), (&json!("customer"), &json!(1200)));
    assert_eq!(
        checked["customer"]["external_id"],
        shop.get(&format!("/orders/{number}")).await.json()["customer"]["external_id"]
    );
    let exchange = shop.post(&path, json!({"reason": "changed_mind", "kind": "exchange"})).await.json();
    assert_eq!((&exchange["allowed"], &exchange["code"]), (&json!(false), &json!("exchange_needs_fault")));
    assert_eq!(exchange["instead"], json!(["return"]));
    assert!(exchange["why"].as_str().unwrap().contains("质量问题"));
    assert_eq!(shop.get(&format!("/orders/{number}")).await.json()["status"], "delivered");
    let reply = shop.post(&path, json!({"reason": "quality", "kind": "return", "skus": ["QH-XX"]})).await;
    assert_eq!(reply.code(), "unknown_item");
}

#[tokio::test]
async fn a_refused_return_says_what_may_be_done_instead() {
    let shop = shop();
    let ask = |reason: &str, kind: &str| json!({"reason": reason, "kind": kind});
    for (status, code, instead) in [
        ("paid", "not_shipped", json!(["cancel"])),
        ("shipped", "not_received", json!(["refuse_parcel", "wait"])),
        ("returning", "return_exists", json!(["see_return"])),
    ] {
        let number = shop.order(|order| order["status"] == status).await;
        let checked = shop.post(&format!("/orders/{number}/returns/check"), ask("quality", "return")).await.json();
        assert_eq!((checked["code"].as_str(), &checked["instead"]), (Some(code), &instead));
        assert_eq!((&checked["items"], &checked["refund_cents"]), (&json!([]), &json!(0)));
    }
    let old = |order: &Value| order["status"] == "completed" && has(order, "QH-KT17") && !may(order, "return");
    let number = shop.order(old).await;
    let checked = shop.post(&format!("/orders/{number}/returns/check"), ask("quality", "return")).await.json();
    assert_eq!((checked["code"].as_str(), &checked["instead"]), (Some("return_window_closed"), &json!(["repair"])));
    let only_return = |order: &Value| may(order, "return") && !may(order, "exchange");
    let number = shop.order(only_return).await;
    let checked = shop.post(&format!("/orders/{number}/returns/check"), ask("quality", "exchange")).await.json();
    assert_eq!(checked["instead"][0], "return");
}

#[tokio::test]
async fn a_return_is_withdrawn_until_the_goods_are_on_their_way() {
    let shop = shop();
    let gold = |order: &Value| order["status"] == "delivered" && plain(order) && order["customer"]["level"] == "gold";
    let number = shop.order(gold).await;
    let path = format!("/orders/{number}");
    let before = shop.get(&path).await.json();
    let customer = format!("/customers/{}", before["customer"]["external_id"].as_str().unwrap());
    let labels = shop.get(&customer).await.json()["free_return_labels_left"].clone();
    assert_eq!(shop.post(&format!("{path}/returns/withdraw"), json!({})).await.code(), "no_return");
    let request = json!({"reason": "changed_mind", "kind": "return"});
    shop.post(&format!("{path}/returns"), request.clone()).await;
    let after = shop.post(&format!("{path}/returns/withdraw"), json!({})).await.json();
    assert_eq!(
        (&after["status"], &after["return"], &after["allowed"]),
        (&before["status"], &Value::Null, &before["allowed"])
    );
    assert_eq!(shop.get(&customer).await.json()["free_return_labels_left"], labels);

    shop.post(&format!("{path}/returns"), request).await;
    assert_eq!(
        shop.post(&format!("{path}/returns/sent"), json!({"carrier": "", "tracking_no": "1"})).await.code(),
        "invalid_tracking"
    );
    let sent = json!({"carrier": "顺丰", "tracking_no": "sf1234567890"});
    let order = shop.post(&format!("{path}/returns/sent"), sent).await.json();
    assert_eq!(
        (&order["return"]["status"], &order["return"]["tracking_no"]),
        (&json!("in_transit"), &json!("SF1234567890"))
    );
    assert_eq!(shop.post(&format!("{path}/returns/withdraw"), json!({})).await.code(), "return_already_sent");
}

#[tokio::test]
async fn refund_progress_tells_step_sum_and_the_day_by_which_the_money_arrives() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "paid" && order["payment"] == "wechat").await;
    let path = format!("/orders/{number}/refund");
    assert_eq!(shop.get(&path).await.code(), "no_refund");
    shop.post(&format!("/orders/{number}/cancel"), json!({})).await;
    let refund = shop.get(&path).await.json();
    assert_eq!(
        (&refund["kind"], &refund["step"], &refund["arrives_by"]),
        (&json!("cancel"), &json!("refunding"), &Value::Null)
    );
    shop.pass(121 * MINUTE);
    let refund = shop.get(&path).await.json();
    assert_eq!((&refund["step"], &refund["overdue"]), (&json!("refunded"), &json!(false)));
    assert!(refund["arrives_by"].is_string());

    let refunded = |order: &Value| order["status"] == "refunded" && order["payment"] == "unionpay";
    let number = shop.order(refunded).await;
    let refund = shop.get(&format!("/orders/{number}/refund")).await.json();
    assert_eq!(
        (&refund["kind"], &refund["arrives_to_days"], &refund["working_days"]),
        (&json!("return"), &json!(5), &json!(true))
    );
    for step in ["requested", "inspecting"] {
        let number = shop.order(|order| order["return"]["status"] == step).await;
        assert_eq!(shop.get(&format!("/orders/{number}/refund")).await.json()["step"], step);
    }
}

#[tokio::test]
async fn an_address_is_checked_and_read_from_a_text() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "paid" && order["freight_cents"] == 0).await;
    let path = format!("/orders/{number}/address");
    let check = format!("{path}/check");
    assert_eq!(shop.post(&check, json!({})).await.json()["allowed"], true);
    let text = json!({"text": "浙江省杭州市西湖区文三路 99 号"});
    let checked = shop.post(&check, text.clone()).await.json();
    assert_eq!(checked["address"]["district"], "西湖区");
    assert_eq!(shop.post(&check, json!({"text": "文三路 99 号"})).await.code(), "invalid_address");
    let far = shop.post(&check, json!({"text": "香港九龙城区太子道 3 号"})).await.json();
    assert_eq!((&far["allowed"], &far["code"]), (&json!(false), &json!("freight_would_change")));
    assert_eq!(shop.post(&path, text).await.json()["address"]["city"], "杭州市");
    assert_eq!(shop.post(&check, json!({})).await.json()["code"], "address_already_changed");
    let shipped = shop.order(|order| order["status"] == "shipped").await;
    assert_eq!(
        shop.post(&format!("/orders/{shipped}/address/check"), json!({})).await.json()["code"],
        "already_shipped"
    );
}

#[tokio::test]
async fn an_invoice_says_whether_it_can_be_asked_for() {
    let shop = shop();
    let number =
        shop.order(|order| order["status"] == "completed" && order["invoice"].is_null() && may(order, "invoice")).await;
    let invoice = shop.get(&format!("/orders/{number}/invoice")).await.json();
    assert_eq!((&invoice["allowed"], &invoice["invoice"]), (&json!(true), &Value::Null));
    assert!(invoice["amount_cents"].as_i64().unwrap() > 0);
    let unpaid = shop.order(|order| order["status"] == "pending_payment").await;
    assert_eq!(shop.get(&format!("/orders/{unpaid}/invoice")).await.json()["code"], "not_paid");
    let issued = shop.order(|order| order["invoice"]["status"] == "issued").await;
    assert_eq!(shop.get(&format!("/orders/{issued}/invoice")).await.json()["invoice"]["status"], "issued");
}

#[tokio::test]
async fn a_fallen_price_is_paid_back_once_and_never_for_a_flash_sale() {
    let shop = shop();
    let path = format!("/orders/{ON_SALE}/price-protection");
    let checked = shop.get(&path).await.json();
    assert_eq!((&checked["allowed"], &checked["refund_cents"]), (&json!(true), &json!(5000)), "{checked}");
    let reply = shop.post(&path, json!({})).await;
    assert_eq!((reply.status, &reply.json()["refund_cents"]), (StatusCode::CREATED, &json!(5000)));
    assert_eq!(shop.post(&path, json!({})).await.code(), "already_claimed");
    assert_eq!(shop.get(&format!("/orders/{ON_SALE}")).await.json()["price_claim"]["refund_cents"], 5000);
    // What was paid back is not paid back again; a cancelled order has nothing left to protect.
    let code =
        async |number: String| shop.get(&format!("/orders/{number}/price-protection")).await.json()["code"].clone();
    let flash =
        shop.order(|order| order["status"] == "paid" && has(order, "QH-TB50") && !may(order, "price_protection")).await;
    assert_eq!(code(flash).await, "flash_sale_excluded");
    let same = shop.order(|order| order["status"] == "paid" && has(order, "QH-PL01")).await;
    assert_eq!(code(same).await, "no_price_drop");
    assert_eq!(code(shop.order(|order| order["status"] == "pending_payment").await).await, "not_paid");
    assert_eq!(code(shop.order(|order| order["status"] == "refunded").await).await, "nothing_to_protect");
    assert_eq!(code("QH2611050123".to_owned()).await, "price_window_closed");
}

#[tokio::test]
async fn what_price_protection_paid_is_taken_off_a_later_refund() {
    let shop = shop();
    let cheaper = |order: &Value| order["status"] == "delivered" && may(order, "price_protection");
    let number = shop.order(cheaper).await;
    let total = shop.get(&format!("/orders/{number}")).await.json()["total_cents"].as_i64().unwrap();
    let paid = shop.post(&format!("/orders/{number}/price-protection"), json!({})).await.json()["refund_cents"]
        .as_i64()
        .unwrap();
    let returned =
        shop.post(&format!("/orders/{number}/returns"), json!({"reason": "quality", "kind": "return"})).await.json();
    assert_eq!(returned["refund_cents"], total - paid);
}

#[tokio::test]
async fn identity_needs_both_numbers_and_does_not_tell_which_was_wrong() {
    let shop = shop();
    let ask = |order_no: &str, phone: &str| json!({"order_no": order_no, "phone": phone});
    let right = shop.post("/identity/check", ask(" qh2611050123", "+86 199-0000-0017")).await;
    assert_eq!((right.status, right.json()["external_id"].as_str()), (StatusCode::OK, Some("cust-0017")));
    let wrong_phone = shop.post("/identity/check", ask("QH2611050123", "19900000018")).await;
    let wrong_order = shop.post("/identity/check", ask("QH0000000000", "19900000017")).await;
    assert_eq!((wrong_phone.status, wrong_phone.code().as_str()), (StatusCode::FORBIDDEN, "identity_not_confirmed"));
    assert_eq!(wrong_phone.text, wrong_order.text);
}

#[tokio::test]
async fn guessing_closes_the_order_for_a_quarter_of_an_hour() {
    let shop = shop();
    let ask = |phone: &str| json!({"order_no": "QH2611050123", "phone": phone});
    for guess in 1..=5 {
        assert_eq!(
            shop.post("/identity/check", ask(&format!("1990000010{guess}"))).await.status,
            StatusCode::FORBIDDEN
        );
    }
    let closed = shop.post("/identity/check", ask("19900000017")).await;
    assert_eq!((closed.status, closed.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"));
    assert_eq!(closed.headers["retry-after"], "900");
    shop.pass(15 * MINUTE);
    assert_eq!(shop.post("/identity/check", ask("19900000017")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_order_of_somebody_else_is_as_good_as_none() {
    let shop = shop();
    for (path, status) in [
        ("/orders/QH2611050123?customer=cust-0017", StatusCode::OK),
        ("/orders/QH2611050123?customer=cust-0018", StatusCode::NOT_FOUND),
        ("/orders/QH2611050123/refund?customer=cust-0018", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(shop.get(path).await.status, status, "{path}");
    }
    let number = shop.order(|order| order["status"] == "paid").await;
    let reply = shop.post(&format!("/orders/{number}/cancel?customer=cust-9999"), json!({})).await;
    assert_eq!(reply.code(), "order_not_found");
    assert_eq!(shop.get(&format!("/orders/{number}")).await.json()["status"], "paid");
}

#[tokio::test]
async fn orders_are_filtered_by_status_product_age_and_what_may_be_done() {
    let shop = shop();
    let list = async |query: &str| {
        shop.get(&format!("/orders?customer=cust-0001&limit=100&{query}")).await.json()["orders"]
            .as_array()
            .unwrap()
            .clone()
    };
    let under_way = list("status=paid,shipped,delivered").await;
    assert!(!under_way.is_empty() && under_way.iter().all(|order| order["status"] != "completed"));
    assert!(list("may=return").await.iter().all(|order| may(order, "return")));
    let lamps = list("q=QH-LP08").await;
    assert!(!lamps.is_empty() && lamps.iter().all(|order| has(order, "QH-LP08")));
    assert!(list("days=30").await.len() < list("").await.len());
    assert_eq!(shop.get("/orders?phone=%2B86%20199%200000%200001").await.json()["total"], 24);
}

#[tokio::test]
async fn stock_is_told_online_and_in_the_stores_of_a_city() {
    let shop = shop();
    let stock = shop.get("/products/QH-CD02/stock").await.json();
    assert_eq!((&stock["availability"], &stock["restock_in_days"]), (&json!("out"), &json!(6)));
    assert_eq!(stock["stores"].as_array().unwrap().len(), 3);
    let stock = shop.get("/products/QH-KT17/stock?city=shanghai").await.json();
    assert_eq!(
        (&stock["stores"][0]["city"], &stock["stores"][0]["availability"]),
        (&json!("上海"), &json!("in_stock"))
    );
    let reply = shop.post("/products/QH-CD02/reminders", json!({"customer": "cust-0001"})).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(shop.post("/products/QH-CD02/reminders", json!({"customer": "cust-0001"})).await.status, StatusCode::OK);
    assert_eq!(shop.post("/products/QH-KT17/reminders", json!({"customer": "cust-0001"})).await.code(), "in_stock");
}

#[tokio::test]
async fn advice_asks_what_it_needs_and_then_says_whether_the_product_fits() {
    let shop = shop();
    let advice = shop.get("/products/QH-RC30/advice").await.json();
    assert_eq!((&advice["measure"], &advice["verdict"]), (&json!("people"), &Value::Null));
    for (query, verdict) in [
        ("QH-RC30/advice?value=4", "fits"),
        ("QH-RC30/advice?value=8", "too_small"),
        ("QH-AF50/advice?value=5", "tight"),
        ("QH-BD04/advice?value=1.8", "fits"),
        ("QH-BD04/advice?value=2", "too_small"),
        ("QH-PL01/advice?value=Side", "fits"),
    ] {
        assert_eq!(shop.get(&format!("/products/{query}")).await.json()["verdict"], verdict, "{query}");
    }
    assert_eq!(shop.get("/products/QH-RC30/advice?value=many").await.code(), "value_out_of_range");
    assert_eq!(shop.get("/products/QH-TE10/advice").await.code(), "no_advice");
}

#[tokio::test]
async fn products_are_compared_side_by_side() {
    let shop = shop();
    let table = shop.get("/products/compare?skus=QH-HM40,qh-kt17").await.json();
    assert_eq!((&table["cheapest"], &table["price_difference_cents"]), (&json!("QH-KT17"), &json!(3000)));
    let warranty = table["rows"].as_array().unwrap().iter().find(|row| row["name"] == "质保").unwrap();
    assert_eq!(warranty["values"], json!(["1 年", "2 年"]));
    assert_eq!(shop.get("/products/compare?skus=QH-KT17,QH-KT17").await.code(), "invalid_skus");
    assert_eq!(shop.get("/products/compare?skus=QH-KT17,QH-XX").await.code(), "product_not_found");
}

#[tokio::test]
async fn a_complaint_gets_a_coupon_by_level_and_what_is_more_goes_to_a_person() {
    let shop = shop();
    let silver = shop.order(|order| order["customer"]["level"] == "silver").await;
    let ask = |order: &str, kind: &str| json!({"order_no": order, "kind": kind, "text": "等了好几天"});
    let reply = shop.post("/complaints", ask(&silver, "late")).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let complaint = reply.json();
    assert_eq!(
        (&complaint["remedy"], &complaint["most_cents"], &complaint["needs_person"]),
        (&json!("coupon"), &json!(1000), &json!(false))
    );
    let coupon = format!("/complaints/{}/coupon", complaint["complaint_no"].as_str().unwrap());
    assert_eq!(shop.post(&coupon, json!({"cents": 5000})).await.code(), "above_limit");
    assert_eq!(shop.post(&coupon, json!({})).await.json()["coupon"]["cents"], 1000);
    assert_eq!(shop.post(&coupon, json!({})).await.code(), "coupon_given");
    assert_eq!(shop.post("/complaints", ask(&silver, "quality")).await.json()["remedy"], "return_or_exchange");
    // The third complaint of one customer goes to a person.
    assert_eq!(shop.post("/complaints", ask(&silver, "late")).await.json()["urgency"], "P3");

    let black = shop.order(|order| order["customer"]["level"] == "black").await;
    assert_eq!(shop.post("/complaints", ask(&black, "service")).await.json()["urgency"], "P3");
    let seed = shop.order(|order| order["customer"]["level"] == "seed").await;
    let hurt = shop.post("/complaints", ask(&seed, "injury")).await.json();
    assert_eq!((&hurt["urgency"], &hurt["answer_within_minutes"]), (&json!("P1"), &json!(5)));
    let number = hurt["complaint_no"].as_str().unwrap();
    assert_eq!(shop.post(&format!("/complaints/{number}/coupon"), json!({})).await.code(), "person_needed");
    let greedy = json!({"order_no": seed, "kind": "late", "text": "赔我", "wants_cents": 50000});
    assert_eq!(shop.post("/complaints", greedy).await.json()["urgency"], "P4");
    assert_eq!(
        shop.post("/complaints", json!({"kind": "late", "text": "?"})).await.code(),
        "customer_or_order_missing"
    );
    assert_eq!(shop.get("/complaints/CP000001").await.json()["kind"], "late");
    assert_eq!(shop.get("/complaints/CP999999").await.code(), "complaint_not_found");
}

#[tokio::test]
async fn points_tell_the_level_the_next_one_and_what_expires() {
    let shop = shop();
    let points = shop.get("/customers/cust-0004/points").await.json();
    assert_eq!((&points["level"], &points["next_level"]), (&json!("gold"), &json!("black")));
    assert_eq!(points["to_next_cents"], 800_000 - points["spent_12_months_cents"].as_i64().unwrap());
    assert_eq!((&points["worth_cents"], &points["expires_on"]), (&points["points"], &json!("2026-12-31")));
    assert!(points["expiring_points"].as_i64().unwrap() <= points["points"].as_i64().unwrap());
    assert_eq!(shop.get("/customers/cust-0001/points").await.json()["next_level"], Value::Null);
}

#[tokio::test]
async fn a_fault_meets_so_many_requests_and_a_reset_takes_it_away() {
    let shop = shop();
    let fault = json!({"path": "/orders/*/parcel", "kind": "error", "times": 2});
    assert_eq!(shop.post("/faults", fault.clone()).await.status, StatusCode::CREATED);
    let number = shop.order(|order| order["status"] == "shipped").await;
    let path = format!("/orders/{number}/parcel");
    for status in [StatusCode::SERVICE_UNAVAILABLE, StatusCode::SERVICE_UNAVAILABLE, StatusCode::OK] {
        assert_eq!(shop.get(&path).await.status, status);
    }
    shop.post("/faults", fault).await;
    shop.post("/reset", json!({})).await;
    assert_eq!(shop.get("/faults").await.json()["faults"], json!([]));
    assert_eq!(shop.post("/faults", json!({"path": "orders", "kind": "error"})).await.code(), "invalid_fault");
}

#[tokio::test]
async fn a_changed_schema_still_acts_and_answers_200() {
    let shop = shop();
    shop.post("/faults", json!({"path": "/orders", "kind": "schema", "method": "GET"})).await;
    let reply = shop.get("/orders/QH2611050123").await;
    assert_eq!((reply.status, &reply.json()["data"]["new_order_no"]), (StatusCode::OK, &json!("QH2611050123")));
    assert_eq!(shop.get("/orders/QH2611050123").await.json()["order_no"], "QH2611050123");
}

#[tokio::test]
async fn a_caller_that_gave_up_finds_with_the_same_key_that_it_was_done() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "paid").await;
    let path = format!("/orders/{number}/cancel");
    shop.post("/faults", json!({"path": path, "kind": "act_then_hang", "ms": 60_000})).await;
    let hanging = shop.post_with_key(&path, json!({}), Some("k-1"));
    assert!(tokio::time::timeout(Duration::from_millis(50), hanging).await.is_err());
    assert_eq!(shop.get(&format!("/orders/{number}")).await.json()["status"], "cancelled");
    let again = shop.post_with_key(&path, json!({}), Some("k-1")).await;
    assert_eq!((again.status, again.headers["idempotency-replayed"].to_str().unwrap()), (StatusCode::OK, "true"));
}

#[tokio::test]
async fn a_slow_answer_comes_and_one_that_nobody_waits_for_does_nothing() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "paid").await;
    let path = format!("/orders/{number}/cancel");
    shop.post("/faults", json!({"path": path, "kind": "slow", "times": 1, "ms": 60_000})).await;
    let gone = tokio::time::timeout(Duration::from_millis(50), shop.post(&path, json!({}))).await;
    assert!(gone.is_err());
    assert_eq!(shop.get(&format!("/orders/{number}")).await.json()["status"], "paid");
    shop.post("/faults", json!({"path": path, "kind": "slow", "ms": 1})).await;
    assert_eq!(shop.post(&path, json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn faults_need_the_key_like_everything_else_and_vanish_overnight() {
    let shop = shop();
    let body = json!({"path": "/orders", "kind": "error", "times": 5});
    let request = Request::post("/demo/api/faults").body(Body::from(body.to_string())).unwrap();
    assert_eq!(shop.send(request).await.status, StatusCode::UNAUTHORIZED);
    shop.post("/faults", body).await;
    shop.pass(DAY);
    assert_eq!(shop.get("/faults").await.json()["faults"], json!([]));
    let request = Request::delete("/demo/api/faults").header("authorization", format!("Bearer {API_KEY}"));
    assert_eq!(shop.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_customer_is_found_by_phone_or_by_mail_and_nobody_by_nothing() {
    let shop = shop();
    for asked in [json!({"phone": "+86 199 0000 0017"}), json!({"email": "CUST-0017@mail.example"})] {
        let found = shop.post("/identity/find", asked).await;
        assert_eq!((found.status, found.json()["external_id"].as_str()), (StatusCode::OK, Some("cust-0017")));
    }
    for asked in
        [json!({}), json!({"phone": "13900000000"}), json!({"phone": "19900000017", "email": "x@mail.example"})]
    {
        let found = shop.post("/identity/find", asked).await;
        assert_eq!((found.status, found.code().as_str()), (StatusCode::NOT_FOUND, "customer_not_found"));
    }
}
