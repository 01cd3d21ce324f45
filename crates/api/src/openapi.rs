//! The `OpenAPI` document.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::content::Content;
use crate::parameter::{self, Parameter};
use crate::problem::Problem;
use crate::route::{Method, Route};

/// The document that describes the interface, in version 3.1 of `OpenAPI`.
pub fn openapi() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    for route in Route::all() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str()] = operation(route, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "chaosgate",
            "description": "Gates between clients and servers, and how the network fails there.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "security": [{}, { "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": id(route),
        "summary": route.summary,
        "parameters": parameters(route, schemas),
        "responses": responses(route, schemas),
    });
    if !matches!(route.body, Content::Nothing) {
        operation["requestBody"] =
            json!({ "required": true, "content": content(route.body, schemas) });
    }
    operation
}

/// The name of the operation, as programs write theirs.
fn id(route: &Route) -> String {
    let name = format!("{:?}", route.operation);
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

fn parameters(route: &Route, schemas: &mut SchemaGenerator) -> Vec<Value> {
    let mut all = Vec::new();
    for name in route.names() {
        let (docs, schema) = parameter::in_path(name);
        let schema = schema(schemas);
        all.push(json!({
            "name": name, "in": "path", "required": true, "description": docs, "schema": schema,
        }));
    }
    for parameter in route.query {
        let (name, schema) = (parameter.name(), parameter.schema()(schemas));
        all.push(json!({
            "name": name, "in": "query", "description": parameter.docs(), "schema": schema,
        }));
    }
    if route.is_conditional() {
        let docs = "Entity tags, as a GET of this path gives one: nothing is done if the present one is \
                    another.";
        all.push(field("If-Match", docs));
    }
    if route.query.contains(&Parameter::Since) {
        let docs = "The number of the last event that a stream has had.";
        all.push(field("Last-Event-ID", docs));
    }
    all
}

/// A field of the head.
fn field(name: &str, docs: &str) -> Value {
    let text = json!({ "type": "string" });
    json!({ "name": name, "in": "header", "description": docs, "schema": text })
}

fn responses(route: &Route, schemas: &mut SchemaGenerator) -> Map<String, Value> {
    let mut all = Map::new();
    for status in route.answers {
        let mut answer = json!({ "description": "It is done." });
        if !matches!(route.answer, Content::Nothing) {
            answer["content"] = content(route.answer, schemas);
        }
        let text = json!({ "schema": { "type": "string" } });
        if route.is_tagged && route.method == Method::Get {
            answer["headers"] = json!({ "ETag": text });
        } else if route.method == Method::Post && *status == 201 {
            answer["headers"] = json!({ "Location": text });
        }
        all.insert(status.to_string(), answer);
    }
    for status in route.all_refusals() {
        let docs = "It is refused, and nothing has changed.";
        let problem = json!({ "schema": schemas.subschema_for::<Problem>() });
        let content = json!({ Problem::MEDIA_TYPE: problem });
        all.insert(status.to_string(), json!({ "description": docs, "content": content }));
    }
    all
}

fn content(content: Content, schemas: &mut SchemaGenerator) -> Value {
    let media = |name: &&str| {
        let schema = match content.schema(name) {
            Some(of) => of(schemas).to_value(),
            None => json!({ "type": "string" }),
        };
        ((*name).to_owned(), json!({ "schema": schema }))
    };
    content.media_types().iter().map(media).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        fn references(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(members) => {
                    found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                    members.values().for_each(|value| references(value, found));
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let (document, mut found) = (openapi(), BTreeSet::new());
        references(&document, &mut found);
        assert!(found.contains("#/components/schemas/Fault"), "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("in the document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn no_two_routes_have_one_operation_or_one_method_of_a_path() {
        let operations: BTreeSet<_> = Route::all().iter().map(id).collect();
        let calls: BTreeSet<_> =
            Route::all().iter().map(|route| (route.path, route.method.as_str())).collect();
        assert_eq!((operations.len(), calls.len()), (Route::all().len(), Route::all().len()));
    }

    #[test]
    fn every_fault_is_described_with_its_fields() {
        let schemas = &openapi()["components"]["schemas"];
        let kinds = schemas["Fault"]["oneOf"].as_array().expect("kinds of faults");
        assert_eq!(kinds.len(), chaosgate::catalogue::all().len());
    }
}
