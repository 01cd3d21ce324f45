//! How the jitter of a latency is spread, and how one draw follows another.

use rand::RngExt;
use rand_distr::StandardNormal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Dice;
use crate::units::Ratio;

/// How the jitter of a [`Latency`](crate::Latency) is spread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Evenly over delay - jitter to delay + jitter.
    #[default]
    Uniform,
    /// delay + jitter N(0, 1): jitter is the standard deviation.
    Normal,
    /// delay + jitter P, where P is Pareto's distribution of the first kind, P(X > x) = x^-3 for
    /// x >= 1, shifted and scaled to mean 0 and standard deviation 1: P = (X - 3/2) / (3/4)^1/2.
    ///
    /// The least is delay - 0.58 jitter; one in a thousand is more than delay + 9.8 jitter. The
    /// formulas are those of Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*,
    /// volume 1, chapter 20; the shape 3 is that of netem's `pareto`.
    Pareto,
}

impl Distribution {
    /// The value whose place in this distribution is that of `normal` in the normal one.
    fn at(self, normal: f64) -> f64 {
        /// The mean and the standard deviation of Pareto's distribution with the shape 3.
        const PARETO: (f64, f64) = (1.5, 0.866_025_403_784_438_6);
        match self {
            Distribution::Uniform => libm::erf(normal * std::f64::consts::FRAC_1_SQRT_2),
            Distribution::Normal => normal,
            Distribution::Pareto => {
                let above = libm::erfc(normal * std::f64::consts::FRAC_1_SQRT_2) / 2.0;
                (above.cbrt().recip() - PARETO.0) / PARETO.1
            }
        }
    }
}

/// Draws that follow each other.
///
/// A normal number wanders, as an autoregressive process of the first order with the variance 1,
/// and its place in the normal distribution is looked up in the one that is asked for. So each
/// draw by itself has that distribution, whatever the correlation is.
pub(super) struct Wander {
    distribution: Distribution,
    correlation: f64,
    normal: Option<f64>,
    dice: Dice,
}

impl Wander {
    pub(super) fn new(distribution: Distribution, correlation: Ratio, dice: Dice) -> Self {
        Wander { distribution, correlation: correlation.get(), normal: None, dice }
    }

    /// The next one: from -1 to 1, or with mean 0 and standard deviation 1.
    pub(super) fn next(&mut self) -> f64 {
        let fresh: f64 = self.dice.sample(StandardNormal);
        let share = self.correlation;
        let normal = self
            .normal
            .map_or(fresh, |before| share * before + (1.0 - share * share).sqrt() * fresh);
        self.normal = Some(normal);
        self.distribution.at(normal)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    const ALL: [Distribution; 3] =
        [Distribution::Uniform, Distribution::Normal, Distribution::Pareto];

    fn draws(distribution: Distribution, correlation: f64, count: usize) -> Vec<f64> {
        let correlation = Ratio::new(correlation).expect("a ratio");
        let mut wander = Wander::new(distribution, correlation, Dice::seed_from_u64(1));
        (0..count).map(|_| wander.next()).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of some thousands")]
    fn part(of: &[f64], is_counted: impl Fn(f64) -> bool) -> f64 {
        of.iter().filter(|value| is_counted(**value)).count() as f64 / of.len() as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of some thousands")]
    fn mean(of: impl ExactSizeIterator<Item = f64>) -> f64 {
        let count = of.len() as f64;
        of.sum::<f64>() / count
    }

    /// The part that theory has below `value`.
    fn below(distribution: Distribution, value: f64) -> f64 {
        match distribution {
            Distribution::Uniform => f64::midpoint(value.clamp(-1.0, 1.0), 1.0),
            Distribution::Normal => libm::erfc(-value / 2_f64.sqrt()) / 2.0,
            Distribution::Pareto => 1.0 - (value * 0.75_f64.sqrt() + 1.5).max(1.0).powi(-3),
        }
    }

    /// The greatest distance between the two distribution functions (Kolmogorov and Smirnov) is
    /// above 2.3 / sqrt(n) in one of 20,000 cases. Correlated draws tell less: with 0.5 as much as a
    /// third of them.
    #[test]
    fn each_draw_has_the_distribution_that_was_asked_for_with_and_without_correlation() {
        for distribution in ALL {
            for (correlation, bound) in [(0.0, 0.0073), (0.5, 0.0127)] {
                let mut found = draws(distribution, correlation, 100_000);
                found.sort_by(f64::total_cmp);
                for (place, value) in found.iter().enumerate().step_by(500) {
                    #[expect(clippy::cast_precision_loss, reason = "a count of some thousands")]
                    let distance = (place as f64 / 1e5 - below(distribution, *value)).abs();
                    assert!(distance < bound, "{distribution:?} {correlation}: {distance}");
                }
            }
        }
    }

    #[test]
    fn pareto_has_the_bounds_that_its_docs_give() {
        let found = draws(Distribution::Pareto, 0.0, 1_000_000);
        let least = found.iter().copied().fold(f64::INFINITY, f64::min);
        assert!((-0.5774..-0.5773).contains(&least), "{least}");
        // Five standard deviations of 1,000.
        let rare = part(&found, |value| value > 9.815);
        assert!((rare - 0.001).abs() < 0.000_16, "{rare}");
    }

    /// For the normal distribution c, c^2, c^3 ...; for the uniform one 6/pi asin(c/2), as for every
    /// pair of normal numbers that is looked up there.
    #[test]
    fn a_draw_is_correlated_with_those_before_it_as_theory_says() {
        for lag in 1..=3 {
            let theory = 0.6_f64.powi(lag);
            let expected = [
                (Distribution::Normal, theory),
                (Distribution::Uniform, 6.0 / std::f64::consts::PI * (theory / 2.0).asin()),
            ];
            for (distribution, expected) in expected {
                let found = draws(distribution, 0.6, 200_000);
                let lag = usize::try_from(lag).expect("a small number");
                let variance = mean(found.iter().map(|value| value * value));
                let pairs = found.iter().zip(&found[lag..]).map(|(one, other)| one * other);
                let correlation = mean(pairs.collect::<Vec<_>>().into_iter()) / variance;
                assert!((correlation - expected).abs() < 0.02, "{distribution:?}: {correlation}");
            }
        }
    }

    #[test]
    fn with_a_correlation_of_1_all_draws_are_the_same() {
        let found = draws(Distribution::Pareto, 1.0, 100);
        assert!(found.iter().all(|value| value.to_bits() == found[0].to_bits()));
    }
}
