//! Secrets and settings.

use serde_json::json;

use super::Bench;

#[tokio::test]
async fn a_secret_is_set_and_never_shown() {
    let bench = Bench::open().await;
    assert_eq!(bench.put("/secrets/shop_key", json!({"value": "tell nobody"})).await.status, 204);
    let list = bench.get("/secrets").await;
    assert!(!list.text().contains("tell nobody"));
    assert_eq!(list.ok()["items"][0]["name"], "shop_key");
    assert_eq!(bench.delete("/secrets/shop_key").await.status, 204);
    bench.delete("/secrets/shop_key").await.problem(404, "not_found");
}

#[tokio::test]
async fn a_setting_is_set_changed_and_removed() {
    let bench = Bench::open().await;
    for value in ["https://shop.example", "https://shop.invalid"] {
        assert_eq!(bench.put("/settings/shop_url", json!({"value": value})).await.status, 204);
    }
    assert_eq!(bench.get("/settings").await.ok()["items"][0]["value"], "https://shop.invalid");
    assert_eq!(bench.delete("/settings/shop_url").await.status, 204);
    assert_eq!(bench.get("/settings").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn names_and_values_have_limits() {
    let bench = Bench::open().await;
    for kind in ["secrets", "settings"] {
        for name in ["Shop", "1a", "a-b", "%00", "a%2Fb", &"a".repeat(65)] {
            bench.put(&format!("/{kind}/{name}"), json!({"value": "x"})).await.problem(422, "bad_request");
            bench.delete(&format!("/{kind}/{name}")).await.problem(404, "not_found");
        }
        bench.put(&format!("/{kind}/a"), json!({"value": "x".repeat(8193)})).await.problem(422, "bad_request");
        bench.put(&format!("/{kind}/a"), json!({"value": 1})).await.problem(422, "bad_json");
    }
}
