//! The messages of the protocol of `PostgreSQL`, by their tags.

use crate::info::KindInfo;

/// Those to the server.
pub(super) static TO_SERVER: [KindInfo; 18] = [
    STARTUP,
    SSL,
    GSS,
    CANCEL,
    KindInfo::with_sign(b'B', "Bind", "values for the parameters of a prepared statement"),
    KindInfo::with_sign(b'C', "Close", "forget a prepared statement or a portal"),
    KindInfo::with_sign(b'd', "CopyData", "a piece of the data of a COPY"),
    KindInfo::with_sign(b'c', "CopyDone", "the data of a COPY is complete"),
    KindInfo::with_sign(b'f', "CopyFail", "the client gives up a COPY"),
    KindInfo::with_sign(b'D', "Describe", "which parameters and columns does a statement have?"),
    KindInfo::with_sign(b'E', "Execute", "run what has been bound"),
    KindInfo::with_sign(b'H', "Flush", "send what is there"),
    KindInfo::with_sign(b'F', "FunctionCall", "call a function by its number"),
    KindInfo::with_sign(b'P', "Parse", "prepare a statement"),
    KindInfo::with_sign(b'p', "PasswordMessage", "a password, or a step of SASL or GSSAPI"),
    KindInfo::with_sign(b'Q', "Query", "SQL that is run at once"),
    KindInfo::with_sign(b'S', "Sync", "a series of Parse, Bind, Execute ends"),
    KindInfo::with_sign(b'X', "Terminate", "the client leaves"),
];

/// These have no tag.
pub(super) const STARTUP: KindInfo = KindInfo::new("StartupMessage", "who connects to what");
pub(super) const SSL: KindInfo = KindInfo::new("SSLRequest", "may TLS begin?");
pub(super) const GSS: KindInfo = KindInfo::new("GSSENCRequest", "may GSSAPI encryption begin?");
pub(super) const CANCEL: KindInfo = KindInfo::new("CancelRequest", "end another's query");

/// Those to the client. The first are steps of authentication, each at the place that is its number.
pub(super) static TO_CLIENT: [KindInfo; 38] = [
    KindInfo::new("AuthenticationOk", "the client is who it says"),
    KindInfo::new("AuthenticationKerberosV4", "authenticate by Kerberos V4; no longer in use"),
    KindInfo::new("AuthenticationKerberosV5", "authenticate by Kerberos V5; no longer in use"),
    KindInfo::new("AuthenticationCleartextPassword", "send a password as it is"),
    KindInfo::new("AuthenticationCryptPassword", "send a password by crypt; no longer in use"),
    KindInfo::new("AuthenticationMD5Password", "send a password by MD5"),
    KindInfo::new("AuthenticationSCMCredential", "send credentials; no longer in use"),
    KindInfo::new("AuthenticationGSS", "authenticate by GSSAPI"),
    KindInfo::new("AuthenticationGSSContinue", "a step of GSSAPI"),
    KindInfo::new("AuthenticationSSPI", "authenticate by SSPI"),
    KindInfo::new("AuthenticationSASL", "authenticate by one of these mechanisms of SASL"),
    KindInfo::new("AuthenticationSASLContinue", "a step of SASL"),
    KindInfo::new("AuthenticationSASLFinal", "the last step of SASL"),
    KindInfo::with_sign(b'K', "BackendKeyData", "by what a query of this connection is cancelled"),
    KindInfo::with_sign(b'2', "BindComplete", "Bind is done"),
    KindInfo::with_sign(b'3', "CloseComplete", "Close is done"),
    KindInfo::with_sign(b'C', "CommandComplete", "a command of SQL is done"),
    KindInfo::with_sign(b'W', "CopyBothResponse", "data flows both ways, as for replication"),
    KindInfo::with_sign(b'd', "CopyData", "a piece of the data of a COPY"),
    KindInfo::with_sign(b'c', "CopyDone", "the data of a COPY is complete"),
    KindInfo::with_sign(b'G', "CopyInResponse", "the server waits for the data of a COPY"),
    KindInfo::with_sign(b'H', "CopyOutResponse", "the data of a COPY follows"),
    KindInfo::with_sign(b'D', "DataRow", "a row"),
    KindInfo::with_sign(b'I', "EmptyQueryResponse", "there was no SQL in the query"),
    ENCRYPTION_RESPONSE,
    KindInfo::with_sign(b'E', "ErrorResponse", "an error"),
    KindInfo::with_sign(b'V', "FunctionCallResponse", "what a function has returned"),
    KindInfo::with_sign(b'v', "NegotiateProtocolVersion", "the server does only an older version"),
    KindInfo::with_sign(b'n', "NoData", "the statement gives no rows"),
    KindInfo::with_sign(b'N', "NoticeResponse", "a warning"),
    KindInfo::with_sign(b'A', "NotificationResponse", "a NOTIFY of somebody"),
    KindInfo::with_sign(b't', "ParameterDescription", "the parameters of a statement"),
    KindInfo::with_sign(b'S', "ParameterStatus", "a setting of the server"),
    KindInfo::with_sign(b'1', "ParseComplete", "Parse is done"),
    KindInfo::with_sign(b's', "PortalSuspended", "there are more rows than were asked for"),
    KindInfo::with_sign(b'Z', "ReadyForQuery", "the server waits for the next query"),
    KindInfo::with_sign(b'T', "RowDescription", "the columns of the rows that follow"),
    KindInfo::with_sign(b'R', "Authentication", "a step of authentication with an unknown number"),
];

/// It has no tag either.
pub(super) const ENCRYPTION_RESPONSE: KindInfo =
    KindInfo::new("EncryptionResponse", "the byte that answers SSLRequest or GSSENCRequest");

/// The step of authentication with this number.
pub(super) fn authentication(number: u32) -> Option<&'static KindInfo> {
    const STEPS: usize = 13;
    TO_CLIENT[..STEPS].get(usize::try_from(number).ok()?)
}
