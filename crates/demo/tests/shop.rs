//! The shop's API as its callers see it.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use yingda_demo::{API_KEY, DemoConfig, router};

use common::{DAY, MINUTE, has, may, plain, shop, test_shop};

#[tokio::test]
async fn a_caller_without_the_key_is_refused() {
    let shop = shop();
    for header in [None, Some("Bearer wrong"), Some("demo-shop-key"), Some("Basic demo-shop-key")] {
        let mut request = Request::get("/demo/api/products");
        if let Some(value) = header {
            request = request.header("authorization", value);
        }
        let reply = shop.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        assert_eq!(reply.code(), "unauthorized");
        assert_eq!(reply.headers["www-authenticate"], "Bearer");
    }
}

#[tokio::test]
async fn an_order_can_be_looked_up_by_its_number_in_any_case() {
    let shop = shop();
    let order = shop.get("/orders/qh2611050123").await.json();
    assert_eq!(order["order_no"], "QH2611050123");
    assert_eq!(order["customer"]["external_id"], "cust-0017");
    assert_eq!(order["status"], "completed");
    assert!(order["placed_at"].as_str().unwrap().ends_with("+08:00"), "{order}");
    let reply = shop.get("/orders/QH0000000000").await;
    assert_eq!((reply.status, reply.code().as_str()), (StatusCode::NOT_FOUND, "order_not_found"));
}

#[tokio::test]
async fn orders_are_listed_page_by_page_without_gap_or_repeat() {
    let shop = shop();
    let all = shop.get("/orders?customer=cust-0001&limit=100").await.json();
    let all: Vec<Value> = all["orders"].as_array().unwrap().iter().map(|order| order["order_no"].clone()).collect();
    assert_eq!(all.len(), 24);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = shop.get(&format!("/orders?phone=19900000001&limit=7{cursor}")).await.json();
        assert_eq!(page["total"], 24);
        seen.extend(page["orders"].as_array().unwrap().iter().map(|order| order["order_no"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let shipped = shop.get("/orders?customer=cust-0001&status=completed").await.json();
    assert!(shipped["orders"].as_array().unwrap().iter().all(|order| order["status"] == "completed"));
}

#[tokio::test]
async fn a_list_that_cannot_be_made_says_why() {
    let shop = shop();
    for (query, code) in [
        ("", "customer_or_phone_missing"),
        ("?customer=cust-0001&limit=0", "invalid_limit"),
        ("?customer=cust-0001&limit=101", "invalid_limit"),
        ("?customer=cust-0001&limit=many", "invalid_query"),
        ("?customer=cust-0001&status=lost", "invalid_query"),
        ("?customer=cust-0001&cursor=nonsense", "invalid_cursor"),
        ("?customer=cust-0001&colour=red", "invalid_query"),
    ] {
        let reply = shop.get(&format!("/orders{query}")).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::BAD_REQUEST, code), "{query}");
    }
    assert_eq!(shop.get("/nothing").await.code(), "address_not_found");
    assert_eq!(shop.get("/orders/QH2611050123/nothing").await.code(), "address_not_found");
    assert_eq!(shop.post("/products", json!({})).await.code(), "method_not_allowed");
}

#[tokio::test]
async fn an_order_is_cancelled_and_refunded_before_it_ships() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "paid").await;
    let before = shop.get(&format!("/orders/{number}")).await.json();
    let reply = shop.post(&format!("/orders/{number}/cancel"), json!({})).await;
    assert_eq!(reply.status, StatusCode::OK);
    let order = reply.json();
    assert_eq!(order["status"], "cancelled");
    assert_eq!(order["refund_cents"], before["total_cents"]);
    assert!(order["cancelled_at"].is_string());
    assert_eq!(shop.post(&format!("/orders/{number}/cancel"), json!({})).await.code(), "already_cancelled");
}

#[tokio::test]
async fn an_order_that_has_shipped_is_neither_cancelled_nor_sent_elsewhere() {
    let shop = shop();
    for status in ["shipped", "delivered", "completed", "returning", "refunded"] {
        let number = shop.order(|order| order["status"] == status).await;
        let reply = shop.post(&format!("/orders/{number}/cancel"), json!({})).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::CONFLICT, "already_shipped"), "{status}");
        let elsewhere = json!({"province": "浙江省", "city": "杭州市", "district": "上城区", "street": "湖滨路 1 号"});
        assert_eq!(shop.post(&format!("/orders/{number}/address"), elsewhere).await.code(), "already_shipped");
    }
}

#[tokio::test]
async fn an_unpaid_order_closes_after_half_an_hour() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "pending_payment").await;
    assert!(shop.get(&format!("/orders/{number}")).await.json()["pay_before"].is_string());
    shop.pass(30 * MINUTE);
    let order = shop.get(&format!("/orders/{number}")).await.json();
    assert_eq!(order["status"], "cancelled");
    assert_eq!(shop.post(&format!("/orders/{number}/cancel"), json!({})).await.code(), "already_cancelled");
}

#[tokio::test]
async fn the_address_changes_once_and_never_to_where_the_freight_differs() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "paid" && order["freight_cents"] == 0).await;
    let path = format!("/orders/{number}/address");
    let place =
        |province: &str| json!({"province": province, "city": "某市", "district": "某区", "street": "某路 8 号"});
    assert_eq!(shop.post(&path, place("香港特别行政区")).await.code(), "freight_would_change");
    assert_eq!(shop.post(&path, place("  ")).await.code(), "invalid_address");
    assert_eq!(shop.post(&path, json!({"province": "浙江省"})).await.code(), "invalid_address");
    let order = shop.post(&path, place("浙江省")).await.json();
    assert_eq!(order["address"]["street"], "某路 8 号");
    assert!(!may(&order, "change_address"));
    assert_eq!(shop.post(&path, place("浙江省")).await.code(), "address_already_changed");
}

#[tokio::test]
async fn goods_come_back_without_a_reason_within_seven_days_and_the_label_costs_twelve_yuan() {
    let shop = shop();
    let number = shop
        .order(|order| order["status"] == "delivered" && plain(order) && order["customer"]["level"] == "silver")
        .await;
    let path = format!("/orders/{number}/returns");
    let order = shop.get(&format!("/orders/{number}")).await.json();
    let request = json!({"reason": "changed_mind", "kind": "return"});
    let exchange = json!({"reason": "changed_mind", "kind": "exchange"});
    assert_eq!(shop.post(&path, exchange).await.code(), "exchange_needs_fault");
    let reply = shop.post(&path, request.clone()).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let returned = reply.json();
    assert_eq!(returned["freight_paid_by"], "customer");
    assert_eq!(returned["label_fee_cents"], 1200);
    assert_eq!(returned["refund_cents"].as_i64().unwrap(), order["goods_cents"].as_i64().unwrap() - 1200);
    assert_eq!(shop.get(&format!("/orders/{number}")).await.json()["status"], "returning");
    assert_eq!(shop.post(&path, request).await.code(), "return_exists");
}

#[tokio::test]
async fn a_gold_member_returns_with_a_free_label() {
    let shop = shop();
    let gold = |order: &Value| order["status"] == "delivered" && plain(order) && order["customer"]["level"] == "gold";
    let number = shop.order(gold).await;
    let order = shop.get(&format!("/orders/{number}")).await.json();
    let customer = format!("/customers/{}", order["customer"]["external_id"].as_str().unwrap());
    let labels = shop.get(&customer).await.json()["free_return_labels_left"].as_i64().unwrap();
    let request = json!({"reason": "changed_mind", "kind": "return", "shipping": "pickup"});
    let returned = shop.post(&format!("/orders/{number}/returns"), request).await.json();
    assert_eq!(returned["freight_paid_by"], "free_label");
    assert_eq!(returned["refund_cents"], order["goods_cents"]);
    assert_eq!(shop.get(&customer).await.json()["free_return_labels_left"], labels - 1);
}

#[tokio::test]
async fn after_the_seven_days_only_a_fault_brings_goods_back() {
    let shop = shop();
    // Received 8 to 14 days ago.
    let number = "QH2611050123";
    let path = format!("/orders/{number}/returns");
    let order = shop.get(&format!("/orders/{number}")).await.json();
    assert_eq!(
        shop.post(&path, json!({"reason": "changed_mind", "kind": "return"})).await.code(),
        if has(&order, "QH-TB50C") { "not_returnable" } else { "return_window_closed" }
    );
    let reply = shop.post(&path, json!({"reason": "quality", "kind": "return", "note": "坏了"})).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    assert_eq!(reply.json()["freight_paid_by"], "shop");
    assert_eq!(reply.json()["refund_cents"], order["total_cents"]);

    let too_late = |order: &Value| order["status"] == "completed" && !may(order, "return");
    let number = shop.order(too_late).await;
    let reply = shop.post(&format!("/orders/{number}/returns"), json!({"reason": "quality", "kind": "return"})).await;
    assert_eq!(reply.code(), "return_window_closed");

    let repair_only = |order: &Value| may(order, "return") && !may(order, "exchange");
    let number = shop.order(repair_only).await;
    let reply = shop.post(&format!("/orders/{number}/returns"), json!({"reason": "quality", "kind": "exchange"})).await;
    assert_eq!(reply.code(), "return_window_closed");
}

#[tokio::test]
async fn opened_and_engraved_goods_stay_sold_unless_the_shop_is_at_fault() {
    let shop = shop();
    let opened = shop.order(|order| order["status"] == "delivered" && plain(order)).await;
    let request = |condition: &str| json!({"reason": "changed_mind", "kind": "return", "condition": condition});
    let path = format!("/orders/{opened}/returns");
    assert_eq!(shop.post(&path, request("used")).await.code(), "not_returnable");
    assert_eq!(shop.post(&path, request("opened")).await.status, StatusCode::CREATED);
    let tea = shop.order(|order| order["status"] == "delivered" && has(order, "QH-TE10")).await;
    assert_eq!(shop.post(&format!("/orders/{tea}/returns"), request("opened")).await.code(), "not_returnable");

    let engraved = shop.order(|order| order["status"] == "delivered" && has(order, "QH-TB50C")).await;
    let path = format!("/orders/{engraved}/returns");
    let request = json!({"reason": "changed_mind", "kind": "return", "skus": ["QH-TB50C"]});
    assert_eq!(shop.post(&path, request).await.code(), "not_returnable");
    let request = json!({"reason": "wrong_item", "kind": "exchange", "skus": ["qh-tb50c"]});
    let reply = shop.post(&path, request).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    assert_eq!(reply.json()["skus"], json!(["QH-TB50C"]));
    assert_eq!(reply.json()["refund_cents"], 0);
}

#[tokio::test]
async fn a_return_too_early_or_of_foreign_goods_says_why() {
    let shop = shop();
    for (status, code) in [
        ("paid", "not_shipped"),
        ("shipped", "not_received"),
        ("cancelled", "nothing_to_return"),
        ("refunded", "nothing_to_return"),
    ] {
        let number = shop.order(|order| order["status"] == status).await;
        let request = json!({"reason": "changed_mind", "kind": "return"});
        assert_eq!(shop.post(&format!("/orders/{number}/returns"), request).await.code(), code);
    }
    let number = shop.order(|order| order["status"] == "delivered" && !has(order, "QH-KT17")).await;
    for (request, code) in [
        (json!({"reason": "quality", "kind": "return", "skus": ["QH-KT17"]}), "unknown_item"),
        (json!({"reason": "quality", "kind": "return", "skus": []}), "unknown_item"),
        (json!({"reason": "quality", "kind": "return", "note": "很".repeat(501)}), "note_too_long"),
        (json!({"reason": "boredom", "kind": "return"}), "invalid_body"),
        (json!({"kind": "return"}), "invalid_body"),
    ] {
        assert_eq!(shop.post(&format!("/orders/{number}/returns"), request).await.code(), code);
    }
}

#[tokio::test]
async fn a_company_gets_its_invoice_when_its_tax_number_is_right() {
    let shop = shop();
    let number =
        shop.order(|order| order["status"] == "completed" && order["invoice"].is_null() && may(order, "invoice")).await;
    let path = format!("/orders/{number}/invoice");
    let ask =
        |tax_no: Value, email: &str| json!({"title": "青山科技", "tax_no": tax_no, "email": email, "kind": "company"});
    assert_eq!(shop.post(&path, ask(Value::Null, "a@b.example")).await.code(), "tax_no_missing");
    assert_eq!(shop.post(&path, ask(json!("123"), "a@b.example")).await.code(), "invalid_tax_no");
    for email in ["", "a", "a@b", "a@@b.example", "a b@c.example", "@b.example"] {
        assert_eq!(shop.post(&path, ask(json!("91330100MA2DEM001X"), email)).await.code(), "invalid_email", "{email}");
    }
    let order = shop.post(&path, ask(json!("91330100ma2dem001x"), "a@b.example")).await.json();
    assert_eq!(order["invoice"]["status"], "issued");
    assert_eq!(order["invoice"]["tax_no"], "91330100MA2DEM001X");

    let gift =
        |order: &Value| order["status"] == "completed" && order["invoice"].is_null() && order["payment"] == "giftcard";
    let number = shop.order(gift).await;
    let request = json!({"title": "李雷", "email": "li@mail.example"});
    assert_eq!(shop.post(&format!("/orders/{number}/invoice"), request).await.code(), "paid_by_gift_card");

    let waiting = shop.order(|order| order["status"] == "shipped" && may(order, "invoice")).await;
    let request = json!({"title": "李雷", "email": "li@mail.example"});
    let order = shop.post(&format!("/orders/{waiting}/invoice"), request.clone()).await.json();
    assert_eq!(
        (&order["invoice"]["kind"], &order["invoice"]["status"]),
        (&json!("personal"), &json!("waiting_for_receipt"))
    );

    let old = |order: &Value| {
        order["status"] == "completed"
            && order["invoice"].is_null()
            && order["payment"] != "giftcard"
            && !may(order, "invoice")
    };
    let number = shop.order(old).await;
    assert_eq!(shop.post(&format!("/orders/{number}/invoice"), request.clone()).await.code(), "invoice_window_closed");
    let locked = |order: &Value| order["invoice"]["status"] == "issued" && !may(order, "invoice");
    let number = shop.order(locked).await;
    assert_eq!(shop.post(&format!("/orders/{number}/invoice"), request.clone()).await.code(), "invoice_locked");
    let number = shop.order(|order| order["status"] == "pending_payment").await;
    assert_eq!(shop.post(&format!("/orders/{number}/invoice"), request).await.code(), "not_paid");
}

#[tokio::test]
async fn a_request_sent_twice_with_one_key_acts_once() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "paid").await;
    let path = format!("/orders/{number}/cancel");
    let first = shop.post_with_key(&path, json!({}), Some("k-1")).await;
    let again = shop.post_with_key(&path, json!({}), Some("k-1")).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let refused = shop.post_with_key(&path, json!({}), Some("k-2")).await;
    assert_eq!(refused.code(), "already_cancelled");
    assert_eq!(shop.post_with_key(&path, json!({}), Some("k-2")).await.code(), "already_cancelled");
    let other = shop.post_with_key(&path, json!({"other": 1}), Some("k-1")).await;
    assert_eq!((other.status, other.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"));
    let long = "k".repeat(256);
    assert_eq!(shop.post_with_key(&path, json!({}), Some(&long)).await.code(), "invalid_idempotency_key");
}

#[tokio::test]
async fn a_body_that_is_too_large_or_no_json_is_refused() {
    let shop = shop();
    let huge = json!({"title": "x".repeat(20_000), "email": "a@b.example"});
    let reply = shop.post("/orders/QH2611050123/invoice", huge).await;
    assert_eq!((reply.status, reply.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"));
    let request = Request::post("/demo/api/orders/QH2611050123/invoice")
        .header("authorization", format!("Bearer {API_KEY}"))
        .body(Body::from("{"))
        .unwrap();
    assert_eq!(shop.send(request).await.code(), "invalid_body");
}

#[tokio::test]
async fn the_shop_is_as_it_was_after_a_reset_or_a_day() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "paid").await;
    let (path, cancel) = (format!("/orders/{number}"), format!("/orders/{number}/cancel"));
    shop.post(&cancel, json!({})).await;
    assert_eq!(shop.post("/reset", json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(shop.get(&path).await.json()["status"], "paid");
    shop.post(&cancel, json!({})).await;
    shop.pass(DAY - 1);
    assert_eq!(shop.get(&path).await.json()["status"], "cancelled");
    shop.pass(1);
    assert_eq!(shop.get(&path).await.json()["status"], "paid");
}

#[tokio::test]
async fn the_shop_for_tests_has_its_own_orders_and_a_clock_that_is_set() {
    let shop = test_shop();
    let number = shop.order(|order| order["status"] == "paid").await;
    let path = format!("/orders/{number}");
    let placed = shop.get(&path).await.json()["placed_at"].clone();
    shop.post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!(shop.get(&path).await.json()["status"], "cancelled");
    let other = Request::get(format!("/shop/api{path}")).header("authorization", format!("Bearer {API_KEY}"));
    let other = shop.send(other.body(Body::empty()).unwrap()).await.json();
    assert_eq!(
        (&other["status"], &other["placed_at"]),
        (&json!("paid"), &placed),
        "the shop itself knows nothing of it"
    );

    let set = json!({"now": "2026-11-20T10:00:00+08:00"});
    assert_eq!(shop.post("/reset", set).await.status, StatusCode::NO_CONTENT);
    let order = shop.get(&path).await.json();
    assert_eq!(order["status"], "paid");
    assert!(order["placed_at"].as_str().unwrap() < "2026-11-20T10:00:00+08:00", "{order}");
    shop.post(&format!("{path}/cancel"), json!({})).await;
    shop.pass(3 * DAY);
    assert_eq!(shop.get(&path).await.json()["status"], "cancelled", "its clock stands still");
    assert_eq!(shop.post("/reset", json!({"now": "today"})).await.code(), "invalid_body");
}

#[tokio::test]
async fn a_parcel_is_shown_from_shipping_on() {
    let shop = shop();
    let number = shop.order(|order| order["status"] == "delivered").await;
    let parcel = shop.get(&format!("/orders/{number}/parcel")).await.json();
    assert_eq!((&parcel["step"], &parcel["signed"]), (&json!("signed"), &json!(true)));
    assert_eq!(parcel["events"][0]["step"], "collected");
    let number = shop.order(|order| order["status"] == "paid").await;
    assert_eq!(shop.get(&format!("/orders/{number}/parcel")).await.code(), "no_parcel");
}

#[tokio::test]
async fn products_are_found_in_both_languages() {
    let shop = shop();
    let count = async |query: &str| {
        shop.get(&format!("/products?q={query}")).await.json()["products"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 16);
    assert_eq!(count("%E4%BF%9D%E6%B8%A9%E6%9D%AF").await, 2); // 保温杯
    assert_eq!(count("KETTLE%20electric").await, 1);
    assert_eq!(count("spaceship").await, 0);
    assert_eq!(shop.get("/products/qh-kt17").await.json()["price_cents"], 16900);
    assert_eq!(shop.get("/products/QH-XX").await.code(), "product_not_found");
    assert_eq!(shop.get("/customers/cust-9999").await.code(), "customer_not_found");
}

#[tokio::test]
async fn the_page_carries_the_widget_in_the_language_asked_for_and_nothing_inline() {
    let page = async |path: &str| shop().send(Request::get(path).body(Body::empty()).unwrap()).await.text;
    let zh = page("/demo").await;
    assert!(
        zh.contains(r#"<script src="/widget/yingda.js" data-inbox="demo-shop" data-locale="zh-CN" async></script>"#)
    );
    assert!(page("/demo?lang=en").await.contains(r#"data-locale="en""#));
    assert!(!zh.contains("{{") && !zh.contains(" style=") && !zh.contains("<style") && !zh.contains(" onclick="));
    assert_eq!(zh.matches("<script").count(), zh.matches("<script src=").count());
    assert_eq!(zh.matches("<li class=\"card").count(), 16);
    for sku in zh.split("<use href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(zh.contains(&format!("<symbol id=\"{sku}\"")), "no drawing of {sku}");
    }
    assert!(page("/demo/shop.css").await.contains("prefers-reduced-motion"));
    assert!(page("/demo/shop.js").await.contains("Yingda"));
    assert!(page("/demo/icon.svg").await.starts_with("<svg"));
}

#[tokio::test]
async fn an_inbox_key_cannot_break_out_of_the_page() {
    let config = DemoConfig {
        inbox_key: "\"><script>alert(1)</script>".to_owned(),
        yingda_url: "https://chat.example/".to_owned(),
        now: Arc::new(|| 0),
    };
    let response = router(config).oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    let page = response.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(!page.contains("<script>"));
    assert!(page.contains("src=\"https://chat.example/widget/yingda.js\""));
}

#[tokio::test]
async fn the_openapi_document_names_every_address_and_needs_no_key() {
    for path in ["/demo/api/openapi.json", "/demo/openapi.json"] {
        let reply = shop().send(Request::get(path).body(Body::empty()).unwrap()).await;
        let document = reply.json();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["paths"].as_object().unwrap().len(), 29);
    }
}

#[tokio::test]
async fn every_address_of_the_openapi_document_is_there() {
    let shop = shop();
    let document = shop.get("/openapi.json").await.json();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let address = path
            .replace("{order_no}", "QH2611050123")
            .replace("{id}", "cust-0001")
            .replace("{sku}", "QH-KT17")
            .replace("{complaint_no}", "CP000001");
        for method in ["get", "post", "delete"] {
            let request = Request::builder()
                .method(method.to_uppercase().as_str())
                .uri(format!("/demo/api{address}"))
                .header("authorization", format!("Bearer {API_KEY}"));
            let reply = shop.send(request.body(Body::empty()).unwrap()).await;
            let known = reply.status != StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(known, methods.get(method).is_some(), "{method} {path}: {}", reply.text);
            assert!(!reply.text.contains("address_not_found"), "{method} {path}");
        }
    }
}
