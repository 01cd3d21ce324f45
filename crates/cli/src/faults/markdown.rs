//! The catalogue as a document, `docs/faults.md`.

use std::fmt::Write;

use chaosgate::catalogue::{self, FieldInfo, KindInfo};

use super::{default_of, paragraphs};

const INTRODUCTION: &str = "\
# Faults

<!-- Made by `cargo xtask codegen` from the doc comments of the code: change it there. -->

A fault acts on one direction of a gate: on what goes to the server, or on what goes to the client. A direction has a
list of faults, which traffic meets in their order. On the command line each is written as its type and its fields:

```sh
chaosgate proxy --upstream localhost:5432 --to-client latency:delay=100ms,jitter=10ms --to-client slice:size=1kB
```

A value with a comma or an equals sign in it is written as a JSON string: `latency:delay=1s,name=\"a, b\"`. In JSON the
first fault above is `{\"type\": \"latency\", \"delay\": \"100ms\", \"jitter\": \"10ms\"}`.
";

const VALUES: &str = "
## Values

| value | written | bounds |
|---|---|---|
| duration | `100ms`, `1.5s`, `1m 30s`; the units are `ns`, `us`, `ms`, `s`, `m`, `h`, `d` | 0 to 365 days |
| byte size | `64KiB`, `10kB`, `1000`; `k`, `M`, `G`, `T` are powers of 1000, `Ki`, `Mi`, `Gi`, `Ti` of 1024 | 0 to 2^64 - 1 bytes; where a field says so, 1 at least |
| byte rate | `1MB/s`, `64KiB/s` | 0.001B/s to 1TB/s |
| ratio | `0.05`, `5%` | 0 to 1 |
| text | any | 1 to 200 characters |

A duration or a rate without its unit is refused, and so is any value out of its bounds, and any field that the fault
does not have.
";

/// The whole document.
pub(super) fn document(kinds: &[KindInfo]) -> String {
    let mut text = INTRODUCTION.to_owned();
    text += "\n| fault | what it does |\n|---|---|\n";
    for kind in kinds {
        let _ = writeln!(text, "| [`{0}`](#{0}) | {1} |", kind.name, cell(&kind.summary()));
    }
    for kind in kinds {
        text += &section(kind);
    }
    let entry = catalogue::entry();
    text += "\n## Fields of every fault\n\n";
    text += &fields(&entry.fields);
    let _ = write!(text, "\nExample: `{}`\n", entry.example);
    text + VALUES
}

fn section(kind: &KindInfo) -> String {
    let mut text = format!("\n## {}\n", kind.name);
    for paragraph in paragraphs(&kind.docs) {
        let _ = write!(text, "\n{paragraph}\n");
    }
    if kind.fields.is_empty() {
        text += "\nIt has no fields of its own.\n";
    } else {
        let _ = write!(text, "\n{}", fields(&kind.fields));
    }
    let _ = write!(text, "\nExample: `{}`\n", kind.example);
    text
}

fn fields(fields: &[FieldInfo]) -> String {
    let mut text = "| field | value | default | what it says |\n|---|---|---|---|\n".to_owned();
    for field in fields {
        let (name, value, default) = (&field.name, value(field), default(field));
        let _ = writeln!(text, "| `{name}` | {value} | {default} | {} |", cell(&field.docs));
    }
    text
}

/// The names that the field takes, or a link to how its kind of value is written.
fn value(field: &FieldInfo) -> String {
    let choices = field.kind.choices();
    if choices.is_empty() {
        format!("[{}](#values)", field.kind)
    } else {
        format!("`{}`", choices.join("`, `"))
    }
}

fn default(field: &FieldInfo) -> String {
    match (default_of(field), &field.default) {
        (Some(default), Some(value)) if !value.is_null() => format!("`{default}`"),
        (Some(default), _) => default,
        (None, _) => "**required**".to_owned(),
    }
}

/// A text that stays within its cell.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}
