//! One statement for many rows. A statement costs the way to the database's thread and back, whether it carries one row
//! or sixty-four; a push and a publication carry hundreds.

use anyhow::{Context, Result};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, Arguments as _, AssertSqlSafe, FromRow};

use super::{Tx, bind};

/// How many rows go into one statement: few lengths, so that few texts are prepared and kept.
const LENGTHS: [usize; 4] = [64, 16, 4, 1];

/// A statement for many rows, of which each is bound by the last part: `many!(tx, "… VALUES ($1, $2)", common…;
/// rows, |all, row| …)`. The text is that for one row, written down whole, so that whoever reads the statements reads
/// this one too; what stands in its only `VALUES (…)` is repeated. `$1` is the organisation, and what is common to
/// all rows has the numbers before theirs.
macro_rules! many {
    ($tx:expr, $text:literal $(, $common:expr)*; $rows:expr, |$row:pat_param| $($value:expr),+ $(,)?) => {
        $tx.many(
            $text,
            $rows,
            |_all| { $( $crate::store::bind(_all, $common); )* },
            |all, $row| { $( $crate::store::bind(all, $value); )+ },
        )
    };
}
pub(super) use many;

impl Tx {
    /// As [`many!`] says; what the statements answer, together.
    pub(super) async fn many<R, T>(
        &mut self,
        text: &'static str,
        mut rows: &[R],
        common: impl Fn(&mut AnyArguments),
        each: impl Fn(&mut AnyArguments, &R),
    ) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let mut answered = Vec::new();
        for length in LENGTHS {
            while let Some((now, rest)) = rows.split_at_checked(length) {
                let mut all = AnyArguments::default();
                bind(&mut all, self.org());
                common(&mut all);
                let repeated = AssertSqlSafe(repeated(text, length, all.len())?);
                now.iter().for_each(|row| each(&mut all, row));
                answered.extend(self.all(sqlx::query_as_with::<Any, T, _>(repeated, all)).await?);
                rows = rest;
            }
        }
        Ok(answered)
    }
}

/// The text with its `VALUES (…)` said so many times, each time with the next numbers; the first `common` stay as they are.
pub(super) fn repeated(text: &str, times: usize, common: usize) -> Result<String> {
    let (before, rest) = text.split_once("VALUES ").context("a statement for many rows says VALUES")?;
    let mut depth = 0_usize;
    let end = rest.char_indices().find_map(|(at, c)| {
        depth = match c {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        (depth == 0).then_some(at + 1)
    });
    let (row, after) = rest.split_at(end.context("the values of a statement end")?);
    let own = row.split('$').skip(1).filter_map(number).filter(|number| *number > common).count();
    let mut whole = format!("{before}VALUES {row}");
    for time in 1..times {
        whole.push_str(", ");
        for (place, part) in row.split('$').enumerate() {
            match number(part) {
                Some(said) if place > 0 => {
                    let digits = part.trim_start_matches(|c: char| c.is_ascii_digit());
                    let said = if said > common { said + time * own } else { said };
                    whole.push_str(&format!("${said}{digits}"));
                }
                _ => whole.push_str(part),
            }
        }
    }
    whole.push_str(after);
    Ok(whole)
}

fn number(part: &str) -> Option<usize> {
    part.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::repeated;

    #[test]
    fn only_the_values_are_repeated_and_numbered_on() {
        for (one, times, common, said) in [
            (
                "INSERT INTO a (org, b) VALUES ($1, $2)",
                3,
                1,
                "INSERT INTO a (org, b) VALUES ($1, $2), ($1, $3), ($1, $4)",
            ),
            (
                "SELECT b FROM a WHERE org = $1 AND c = $2 AND b IN (VALUES ($3)) ORDER BY b",
                2,
                2,
                "SELECT b FROM a WHERE org = $1 AND c = $2 AND b IN (VALUES ($3), ($4)) ORDER BY b",
            ),
            (
                "WITH n (b, c) AS (VALUES ($2, CAST($3 AS BIGINT))) UPDATE a SET c = n.c FROM n WHERE org = $1",
                2,
                1,
                "WITH n (b, c) AS (VALUES ($2, CAST($3 AS BIGINT)), ($4, CAST($5 AS BIGINT))) \
                 UPDATE a SET c = n.c FROM n WHERE org = $1",
            ),
            (
                "INSERT INTO a (org, b, c, d) VALUES ($1, $3, 'x', $2) ON CONFLICT (org) DO NOTHING",
                2,
                2,
                "INSERT INTO a (org, b, c, d) VALUES ($1, $3, 'x', $2), ($1, $4, 'x', $2) ON CONFLICT (org) DO NOTHING",
            ),
            ("INSERT INTO a (org, b) VALUES ($1, $2)", 1, 1, "INSERT INTO a (org, b) VALUES ($1, $2)"),
        ] {
            assert_eq!(repeated(one, times, common).unwrap(), said);
        }
    }
}
