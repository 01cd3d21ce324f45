//! A measure as bars, in SVG that follows the light or dark of its reader.

use std::fmt::Write;

use super::results::{OURS, Row, Taken};

/// Widths and heights, in pixels.
const WIDTH: f64 = 720.0;
const NAMES: f64 = 170.0;
const VALUES: f64 = 90.0;
const HEIGHT: f64 = 26.0;
const BAR: f64 = 16.0;

/// Ours stands out, also for those who do not see its colour: by the weight of its name.
const STYLE: &str = "\
<style>
text { font: 13px sans-serif; fill: #24292f }
.value { fill: #57606a }
.ours { font-weight: bold }
rect { fill: #8c959f }
rect.ours { fill: #0969da }
line { stroke: #24292f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .value { fill: #9198a1 }
  rect { fill: #656c76 }
  rect.ours { fill: #4493f8 }
  line { stroke: #e6edf3 }
}
</style>
";

/// A bar for each peer up to its median, with a line from the least of its rounds to the most.
pub(super) fn chart(taken: &Taken) -> String {
    let most = taken.rows.iter().map(|row| row.spread().most).fold(f64::MIN_POSITIVE, f64::max);
    let scale = (WIDTH - NAMES - VALUES) / most;
    let mut bars = String::new();
    let mut top = 0.0;
    for row in &taken.rows {
        bars += &bar(taken, row, top, scale);
        top += HEIGHT;
    }
    let title = &taken.title;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {top}\" role=\"img\">\n\
         <title>{title}</title>\n{STYLE}{bars}</svg>\n"
    )
}

fn bar(taken: &Taken, row: &Row, top: f64, scale: f64) -> String {
    let (peer, spread) = (&row.peer, row.spread());
    let class = if peer == OURS { " class=\"ours\"" } else { "" };
    let [least, median, most] =
        [spread.least, spread.median, spread.most].map(|value| NAMES + value * scale);
    let (width, middle, text) = (median - NAMES, top + HEIGHT / 2.0, top + HEIGHT / 2.0 + 4.5);
    let (y, end, left) = (middle - BAR / 2.0, NAMES - 8.0, most.max(median) + 8.0);
    let value = taken.unit.shown(spread.median);
    let mut bar = String::new();
    let _ =
        writeln!(bar, "<text{class} x=\"{end}\" y=\"{text}\" text-anchor=\"end\">{peer}</text>");
    let _ = writeln!(
        bar,
        "<rect{class} x=\"{NAMES}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\"/>"
    );
    let _ =
        writeln!(bar, "<line x1=\"{least:.1}\" y1=\"{middle}\" x2=\"{most:.1}\" y2=\"{middle}\"/>");
    let _ = writeln!(bar, "<text class=\"value\" x=\"{left:.1}\" y=\"{text}\">{value}</text>");
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::results::tests::results;

    #[test]
    fn a_bar_is_as_long_as_its_median_and_ours_stands_out() {
        let chart = chart(&results().measures[0]);
        // 460 pixels are for the most of all: 2 GB/s.
        assert!(
            chart.contains("<rect x=\"170\" y=\"5\" width=\"460.0\" height=\"16\"/>"),
            "{chart}"
        );
        assert!(
            chart.contains("<rect class=\"ours\" x=\"170\" y=\"31\" width=\"230.0\""),
            "{chart}"
        );
        assert!(chart.contains("viewBox=\"0 0 720 52\""), "{chart}");
        assert!(chart.contains("prefers-color-scheme: dark"), "{chart}");
    }
}
