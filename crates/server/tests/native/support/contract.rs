//! What the `OpenAPI` document says of an answer.

use std::cell::RefCell;
use std::sync::LazyLock;

use boon::{Compiler, Schemas};
use chaosgate_api::{Route, openapi};
use serde_json::Value;

static DOCUMENT: LazyLock<Value> = LazyLock::new(openapi);

/// The route that a call goes to.
pub(crate) fn route_of(method: &str, path: &str) -> Option<&'static Route> {
    let path = path.split('?').next().unwrap_or_default();
    let is_path = |route: &&Route| {
        let (own, given) = (route.path.split('/'), path.split('/'));
        own.clone().count() == given.clone().count()
            && own.zip(given).all(|(own, given)| own.starts_with('{') || own == given)
    };
    // Of two that could be meant, the one with fewer names.
    let path = Route::all().iter().filter(is_path).min_by_key(|route| route.names().count())?.path;
    let mut all = Route::all().iter().filter(|route| route.path == path);
    all.find(|route| route.method.as_str().eq_ignore_ascii_case(method))
}

thread_local! {
    static COMPILED: RefCell<(Schemas, Compiler)> = RefCell::new({
        let mut compiler = Compiler::new();
        compiler.add_resource("http://localhost/openapi.json", DOCUMENT.clone()).expect("schemas");
        (Schemas::new(), compiler)
    });
}

/// What is wrong with an answer, by the document.
pub(crate) fn complaint(
    route: &Route,
    status: u16,
    media_type: &str,
    text: &str,
) -> Option<String> {
    let (path, method) = (route.path, route.method.as_str());
    let answer = &DOCUMENT["paths"][path][method]["responses"][status.to_string()];
    if answer.is_null() {
        return Some(format!("{method} {path} is not documented to answer {status}: {text}"));
    }
    let Some(media) = answer["content"].get(media_type) else {
        let is_right = answer["content"].is_null() && text.is_empty();
        return (!is_right).then(|| format!("{method} {path} gives {media_type:?}: {text}"));
    };
    if media["schema"]["type"] == "string" && !media_type.ends_with("json") {
        return None;
    }
    let value: Value = serde_json::from_str(text).expect("JSON");
    let escaped = |part: &str| {
        let part = part.replace('~', "~0").replace('/', "~1");
        part.replace('{', "%7B").replace('}', "%7D")
    };
    let pointer = ["paths", path, method, "responses", &status.to_string(), "content", media_type];
    let pointer = pointer.map(escaped).join("/");
    COMPILED.with_borrow_mut(|(schemas, compiler)| {
        let place = format!("http://localhost/openapi.json#/{pointer}/schema");
        let schema = compiler.compile(&place, schemas).expect("a schema");
        let error = schemas.validate(&value, schema).err()?;
        Some(format!("{method} {path} {status}: {error:#}\n{text}"))
    })
}
