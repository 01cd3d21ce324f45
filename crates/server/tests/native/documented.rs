//! The document has each route, and each of its routes is served.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chaosgate_api::{Method, Route, openapi};

use crate::support::Api;

#[tokio::test]
async fn each_route_of_the_document_is_served_and_no_other_method_of_its_path() {
    let api = Api::start().await;
    let document = api.get("openapi.json").await.expect(200).json();
    assert_eq!(document, openapi());
    let mut served = 0;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let filled = path.replace("{direction}", "to_client").replace("{number}", "1");
        let filled = filled.replace("{gate}", "g").replace("{fault}", "f");
        for method in ["get", "put", "post", "delete", "patch"] {
            // Its own gate for each, since some remove it.
            api.put("gates/g", serde_json::json!({ "upstream": "h:1" })).await;
            let answer = api.call(&method.to_uppercase(), &filled, serde_json::Value::Null).await;
            let is_there = answer.status != 405 && answer.kind() != "unknown_path";
            assert_eq!(is_there, methods.get(method).is_some(), "{method} {path}: {answer:?}");
            served += usize::from(is_there);
        }
    }
    assert_eq!(served, Route::all().len());
}

#[test]
fn the_page_has_each_route_and_no_other() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    let page = fs::read_to_string(page).expect("the page");
    let told: BTreeSet<_> =
        page.lines().filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect();
    let calls = Route::all().iter();
    let calls =
        calls.map(|route| format!("{} {}", route.method.as_str().to_uppercase(), route.path));
    assert_eq!(told, calls.collect::<Vec<_>>().iter().map(String::as_str).collect());
}

#[test]
fn each_that_replaces_something_is_conditional_and_each_that_is_replaced_has_a_tag() {
    for route in Route::all() {
        let reads =
            Route::all().iter().find(|one| one.path == route.path && one.method == Method::Get);
        match route.method {
            Method::Put => {
                assert!(route.is_conditional() && reads.is_some_and(|one| one.is_tagged));
            }
            Method::Post => assert!(!route.is_conditional(), "{}", route.path),
            _ => {}
        }
    }
}
