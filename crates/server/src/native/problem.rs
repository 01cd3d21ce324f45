//! A refusal as it is told: a problem document (RFC 9457).

use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chaosgate_api::{Mistake, Problem};
use chaosgate_config as config;
use chaosgate_faults::suggestion::meant;

use super::refusal::Refusal;
use crate::every_call::Refused;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, problem) = (self.status(), problem(&self));
        let text = serde_json::to_string(&problem).unwrap_or_default();
        let types = [(CONTENT_TYPE, Problem::MEDIA_TYPE)];
        let mut response = (status, types, format!("{text}\n")).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Refused(problem.detail));
        response
    }
}

fn problem(refusal: &Refusal) -> Problem {
    let problem = Problem::new(refusal.status().as_u16(), refusal.kind(), refusal.to_string());
    match refusal {
        Refusal::Document(error) => of_document(problem, error),
        Refusal::NoSuch { name, known, .. } => Problem {
            suggestion: meant(known.iter().map(String::as_str), name).map(str::to_owned),
            ..problem
        },
        Refusal::UnknownParameter { name, known } => Problem {
            field: Some(name.clone()),
            bound: Some(one_of(known)),
            suggestion: meant(known.iter().copied(), name).map(str::to_owned),
            ..problem
        },
        Refusal::Parameter { name, bound, .. } => {
            Problem { field: Some((*name).to_owned()), bound: Some(bound.clone()), ..problem }
        }
        Refusal::OtherName { name, .. } => {
            Problem { field: Some("name".to_owned()), bound: Some(name.clone()), ..problem }
        }
        Refusal::MediaType { known, .. } => Problem { bound: Some(one_of(known)), ..problem },
        Refusal::TooLarge { limit } => {
            Problem { bound: Some(format!("at most {limit} bytes")), ..problem }
        }
        Refusal::Full { most, .. } => Problem { bound: Some(format!("at most {most}")), ..problem },
        _ => problem,
    }
}

fn one_of(known: &[&str]) -> String {
    if known.is_empty() { "none".to_owned() } else { format!("one of {}", known.join(", ")) }
}

/// All that is wrong with a body; what is said of all of it is that of the first.
fn of_document(problem: Problem, error: &config::ConfigError) -> Problem {
    let mistakes: Vec<_> = error.mistakes.iter().map(mistake).collect();
    let first = mistakes.first().cloned();
    let (bound, suggestion) =
        first.as_ref().map(|one| (one.bound.clone(), one.suggestion.clone())).unzip();
    let field = first.map(|first| first.field).filter(|field| !field.is_empty());
    Problem { field, bound: bound.flatten(), suggestion: suggestion.flatten(), mistakes, ..problem }
}

fn mistake(mistake: &config::Mistake) -> Mistake {
    let reason = &mistake.reason;
    Mistake {
        line: mistake.line,
        column: mistake.column,
        field: mistake.path.clone(),
        detail: reason.to_string(),
        kind: reason.kind().to_owned(),
        bound: reason.bound(),
        suggestion: reason.suggestion(),
    }
}
