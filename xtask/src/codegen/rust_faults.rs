//! Faults as they are written in Rust, and the test that compares them with those of the command
//! line.

use std::fmt::Write;
use std::time::Duration;

use chaosgate_faults::catalogue::{FieldInfo, ValueKind};
use chaosgate_faults::units::{ByteRate, ByteSize, Count, Ratio};
use serde_json::Value;

use super::example::{Example, Given, class_name, read, time};

const TEST_HEAD: &str = "\
//! The examples of `docs/faults.md` in Rust are the faults that stand beside them.
//!
//! Made by `cargo xtask codegen` from the catalogue.

use std::error::Error;
use std::time::Duration;

use chaosgate::units::{ByteSize, Count, NonZeroByteSize, Ratio};
use chaosgate::*;

#[test]
#[rustfmt::skip]
fn an_example_in_rust_is_that_of_the_command_line() -> Result<(), Box<dyn Error>> {
    let examples: &[(EntrySpec, &str)] = &[
";

const TEST_TAIL: &str = "    ];
    for (in_rust, written) in examples {
        assert_eq!(*in_rust, written.parse()?);
    }
    Ok(())
}
";

/// The test, as a file.
pub(crate) fn test() -> String {
    let mut text = TEST_HEAD.to_owned();
    for example in Example::all() {
        let into = if example.common.is_empty() { ".into()" } else { "" };
        let _ = writeln!(text, "        ({}{into}, {:?}),", expression(&example), example.written);
    }
    text + TEST_TAIL
}

/// The type of a field.
pub(crate) fn type_of(field: &FieldInfo) -> String {
    let name = type_name(&field.kind);
    if is_option(field) { format!("Option<{name}>") } else { name.to_owned() }
}

/// The type of a value of this kind.
pub(crate) fn type_name(kind: &ValueKind) -> &str {
    match kind {
        ValueKind::Duration { .. } => "Duration",
        ValueKind::ByteSize { least, .. } if least.get() == 0 => "ByteSize",
        ValueKind::ByteSize { .. } => "NonZeroByteSize",
        ValueKind::ByteRate { .. } => "ByteRate",
        ValueKind::Ratio { .. } => "Ratio",
        ValueKind::Count { .. } => "Count",
        ValueKind::Numbers => "Numbers",
        ValueKind::Clients => "Clients",
        ValueKind::Pattern => "Pattern",
        ValueKind::Span => "Span",
        ValueKind::Text { .. } => "String",
        ValueKind::Bool => "bool",
        ValueKind::OneOf { name, .. } => name,
    }
}

fn is_option(field: &FieldInfo) -> bool {
    field.default == Some(Value::Null)
}

/// A value of this kind.
pub(crate) fn literal(kind: &ValueKind, value: &Value) -> String {
    match kind {
        ValueKind::Duration { .. } => duration(time(value)),
        ValueKind::ByteSize { least, .. } => {
            let question_mark = if least.get() == 0 { "" } else { "?" };
            format!("{}::new({}){question_mark}", type_name(kind), number(value))
        }
        ValueKind::ByteRate { .. } => format!("\"{}\".parse()?", read::<ByteRate>(value)),
        ValueKind::Ratio { .. } => format!("Ratio::new({:?})?", read::<Ratio>(value).get()),
        ValueKind::Count { .. } => format!("Count::new({})?", read::<Count>(value)),
        ValueKind::Numbers | ValueKind::Clients | ValueKind::Pattern | ValueKind::Span => {
            format!("{value}.parse()?")
        }
        ValueKind::OneOf { name, .. } => {
            format!("{name}::{}", class_name(value.as_str().unwrap_or_default()))
        }
        // JSON's text and booleans are Rust's too.
        ValueKind::Text { .. } | ValueKind::Bool => value.to_string(),
    }
}

fn number(size: &Value) -> String {
    read::<ByteSize>(size).get().to_string()
}

fn duration(time: Duration) -> String {
    match time.subsec_nanos() {
        0 => format!("Duration::from_secs({})", time.as_secs()),
        _ => format!("Duration::from_millis({})", time.as_millis()),
    }
}

/// An example as an expression: a `FaultSpec`'s kind, or an `EntrySpec` where it gives what every
/// fault takes.
pub(crate) fn expression(example: &Example) -> String {
    let fault = fault(example);
    if example.common.is_empty() {
        return fault;
    }
    let given = example.common.iter();
    let set = given.map(|(field, value)| call(field, &literal(&field.kind, value)));
    format!("EntrySpec::new({fault}){}", set.collect::<String>())
}

/// The call on an `EntrySpec` that sets what every fault takes.
pub(crate) fn call(field: &FieldInfo, argument: &str) -> String {
    let method = match field.name.as_str() {
        "name" => "named",
        "probability" => "with_probability",
        "for" => "lasting",
        // As a new field's method may be called; if not, the test does not compile.
        other => other,
    };
    format!(".{method}({argument})")
}

fn fault(example: &Example) -> String {
    let name = class_name(example.kind.name);
    let (required, optional): (Vec<_>, Vec<_>) =
        example.own.iter().partition(|(field, _)| field.default.is_none());
    if example.own.len() == example.kind.fields.len() {
        let fields = example.own.iter().map(assigned).collect::<Vec<_>>().join(", ");
        return if fields.is_empty() {
            format!("{name} {{}}")
        } else {
            format!("{name} {{ {fields} }}")
        };
    }
    let base = if required.is_empty() {
        format!("{name}::default()")
    } else {
        let question_mark = if required.iter().any(|given| is_checked(given)) { "?" } else { "" };
        let arguments: Vec<_> = required.into_iter().map(argument).collect();
        format!("{name}::new({}){question_mark}", arguments.join(", "))
    };
    if optional.is_empty() {
        return base;
    }
    let fields = optional.into_iter().map(assigned).collect::<Vec<_>>().join(", ");
    format!("{name} {{ {fields}, ..{base} }}")
}

fn assigned((field, value): &Given) -> String {
    let literal = literal(&field.kind, value);
    let literal = if is_option(field) { format!("Some({literal})") } else { literal };
    format!("{}: {literal}", field.name)
}

/// What `new` takes: a plain number or text, but for a time.
fn argument((field, value): &Given) -> String {
    match &field.kind {
        ValueKind::ByteSize { .. } => number(value),
        ValueKind::ByteRate { .. } => format!("\"{}\"", read::<ByteRate>(value)),
        ValueKind::Ratio { .. } => format!("{:?}", read::<Ratio>(value).get()),
        kind => literal(kind, value),
    }
}

/// Whether `new` gives a `Result` for it: no time and no number of bytes is wrong.
fn is_checked((field, _): &Given) -> bool {
    match &field.kind {
        ValueKind::ByteSize { least, .. } => least.get() > 0,
        kind => matches!(kind, ValueKind::ByteRate { .. } | ValueKind::Ratio { .. }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_given_is_an_argument_and_the_rest_a_field() {
        for (written, expected) in [
            ("pass", "Pass {}"),
            ("drop", "Drop::default()"),
            ("limit_bytes:bytes=2kB", "LimitBytes::new(2000)"),
            (
                "blackhole:close_after=1500ms",
                "Blackhole { close_after: Some(Duration::from_millis(1500)), ..Blackhole::default() }",
            ),
            ("slice:size=10B,shape=halving", "Slice { shape: Shape::Halving, ..Slice::new(10)? }"),
            ("stall:name=a", "EntrySpec::new(Stall {}).named(\"a\")"),
        ] {
            assert_eq!(expression(&Example::new(written)), expected);
        }
    }
}
