//! A route: what is called, with what, and what the answer is.

use crate::content::Content;
use crate::parameter::Parameter;

/// What a call does, in the order of the table of routes. A server has a handler for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the route of each says what it does")]
pub enum Operation {
    Health,
    Readiness,
    OpenApi,
    ListStatuses,
    HealGates,
    ReadGates,
    ReplaceGates,
    CreateGate,
    ReadGate,
    PutGate,
    DeleteGate,
    ReadStatus,
    HealGate,
    ReadAccepting,
    PutAccepting,
    ReadSeed,
    PutSeed,
    ListConnections,
    CloseConnections,
    CloseConnection,
    ReadEvents,
    ReadFaults,
    PutFaults,
    AddFault,
    ReadFault,
    PutFault,
    DeleteFault,
    ReadHits,
}

/// The method of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are HTTP's")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
}

impl Method {
    /// Its name in `OpenAPI`, which is HTTP's in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "get",
            Method::Put => "put",
            Method::Post => "post",
            Method::Delete => "delete",
        }
    }
}

/// One route.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// What it does, for programs.
    pub operation: Operation,
    /// The method.
    pub method: Method,
    /// The path, with names in braces.
    pub path: &'static str,
    /// What it does, for people.
    pub summary: &'static str,
    /// What its query may say.
    pub query: &'static [Parameter],
    /// What its body is.
    pub body: Content,
    /// The statuses of an answer to a call that has done what it should.
    pub answers: &'static [u16],
    /// What such an answer is.
    pub answer: Content,
    /// Whether it answers with an entity tag, or does nothing unless `If-Match` names the present one.
    pub is_tagged: bool,
    /// The statuses that it may be refused with beside those that follow from what it takes.
    pub refusals: &'static [u16],
}

impl Route {
    pub(crate) const fn new(
        operation: Operation,
        method: Method,
        path: &'static str,
        summary: &'static str,
    ) -> Self {
        Route {
            operation,
            method,
            path,
            summary,
            query: &[],
            body: Content::Nothing,
            answers: &[200],
            answer: Content::Nothing,
            is_tagged: false,
            refusals: &[],
        }
    }

    pub(crate) const fn asks(self, query: &'static [Parameter]) -> Self {
        Route { query, ..self }
    }

    pub(crate) const fn takes(self, body: Content) -> Self {
        Route { body, ..self }
    }

    pub(crate) const fn gives(self, answers: &'static [u16], answer: Content) -> Self {
        Route { answers, answer, ..self }
    }

    pub(crate) const fn tagged(self) -> Self {
        Route { is_tagged: true, ..self }
    }

    pub(crate) const fn refuses(self, refusals: &'static [u16]) -> Self {
        Route { refusals, ..self }
    }

    /// The names in its path.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
    }

    /// Whether it does nothing unless `If-Match`, if there is one, names the present entity tag.
    pub fn is_conditional(&self) -> bool {
        self.is_tagged && self.method != Method::Get
    }

    /// Every status that it may be refused with, in order.
    pub fn all_refusals(&self) -> Vec<u16> {
        let mut all = self.refusals.to_vec();
        let has_names = self.names().next().is_some();
        let has_body = !matches!(self.body, Content::Nothing);
        all.extend(has_names.then_some(404));
        all.extend((has_body || self.path.starts_with("/api/v1/")).then_some(400));
        all.extend(self.is_conditional().then_some(412));
        if has_body {
            all.extend([408, 413, 415]);
        }
        if self.path.starts_with("/api/v1/") {
            all.extend([401, 403]);
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}
