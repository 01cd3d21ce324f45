//! Types of records, by number and by name.

use crate::name::Name;

/// Those that are in use, of <https://www.iana.org/assignments/dns-parameters>.
const TYPES: [(u16, &str); 49] = [
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (10, "NULL"),
    (11, "WKS"),
    (12, "PTR"),
    (13, "HINFO"),
    (15, "MX"),
    (16, "TXT"),
    (17, "RP"),
    (18, "AFSDB"),
    (24, "SIG"),
    (25, "KEY"),
    (28, "AAAA"),
    (29, "LOC"),
    (33, "SRV"),
    (35, "NAPTR"),
    (36, "KX"),
    (37, "CERT"),
    (39, "DNAME"),
    (41, "OPT"),
    (42, "APL"),
    (43, "DS"),
    (44, "SSHFP"),
    (45, "IPSECKEY"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (49, "DHCID"),
    (50, "NSEC3"),
    (51, "NSEC3PARAM"),
    (52, "TLSA"),
    (53, "SMIMEA"),
    (55, "HIP"),
    (59, "CDS"),
    (60, "CDNSKEY"),
    (61, "OPENPGPKEY"),
    (62, "CSYNC"),
    (63, "ZONEMD"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (249, "TKEY"),
    (250, "TSIG"),
    (251, "IXFR"),
    (252, "AXFR"),
    (255, "ANY"),
    (256, "URI"),
    (257, "CAA"),
];

/// The name of a type: `TYPE65280` for one that has none, as RFC 3597 has it.
pub(super) fn name(number: u16) -> Name {
    match TYPES.iter().find(|(known, _)| *known == number) {
        Some((_, name)) => Name::new(name.as_bytes()),
        None => Name::from(format_args!("TYPE{number}")),
    }
}

/// A name of a type as messages have it: that of `TYPE28` is `AAAA`.
pub(crate) fn canonical(written: Name) -> Name {
    let written = written.in_capitals();
    written.as_str().and_then(number).map_or(written, name)
}

/// Whether this is the name of a type.
pub(super) fn is_one(written: &str) -> bool {
    let is_known = TYPES.iter().any(|(_, known)| known.eq_ignore_ascii_case(written));
    is_known || number(&written.to_ascii_uppercase()).is_some()
}

/// The number of a type that is written by it.
fn number(written: &str) -> Option<u16> {
    written.strip_prefix("TYPE")?.parse().ok()
}
