//! One rule as people read it on the screen.

use crate::model::finding::Measure;
use crate::model::text::{Bilingual, Language};
use crate::policy::pack::RulePack;
use crate::policy::rule::{Rule, Scope, Test};
use std::io::Write;

/// An article as people write it: `20（1）`, `第20条(1)` and `20.1` are all `20(1)`.
pub fn article(written: &str) -> String {
    let plain: String = written
        .chars()
        .filter(|character| !character.is_whitespace() && !"第条款项".contains(*character))
        .map(|character| match character {
            '（' => '(',
            '）' => ')',
            '０'..='９' => char::from_u32(character as u32 - '０' as u32 + '0' as u32).unwrap_or(character),
            other => other,
        })
        .collect();
    match plain.split_once(['.', '-']) {
        Some((article, item)) => format!("{article}({item})"),
        None => plain,
    }
}

/// A measure in words; `—` where the article attaches none.
pub fn measure_word(measure: Option<Measure>, language: Language) -> &'static str {
    match (measure, language) {
        (None, _) => "—",
        (Some(Measure::Interview), Language::Chinese) => "约谈",
        (Some(Measure::Warning), Language::Chinese) => "警示",
        (Some(Measure::Ban), Language::Chinese) => "市场禁入",
        (Some(measure), Language::English) => measure.as_str(),
    }
}

/// The days in force of a pack; what the text leaves open is said so.
pub fn in_force(pack: &RulePack, language: Language) -> String {
    let day = |day: Option<chrono::NaiveDate>, open: &str| day.map_or_else(|| open.to_owned(), |day| day.to_string());
    match language {
        Language::Chinese => {
            format!("施行：{} 至 {}", day(pack.effective_from, "起始日未载明"), day(pack.effective_to, "未定"))
        }
        Language::English => format!(
            "in force: {} to {}",
            day(pack.effective_from, "first day not named"),
            day(pack.effective_to, "open")
        ),
    }
}

fn scope_word(scope: Scope, language: Language) -> &'static str {
    match (scope, language) {
        (Scope::Batch, Language::Chinese) => "每个批次",
        (Scope::Body, Language::Chinese) => "每个机构",
        (Scope::DataSet, Language::Chinese) => "整个数据集",
        (Scope::Batch, Language::English) => "each batch",
        (Scope::Body, Language::English) => "each body",
        (Scope::DataSet, Language::English) => "the data set as a whole",
    }
}

/// A rule with labels in one language and its texts in both.
///
/// # Errors
/// A closed output.
pub fn write_rule(pack: &RulePack, rule: &Rule, language: Language, output: &mut dyn Write) -> std::io::Result<()> {
    let labels = match language {
        Language::Chinese => {
            ["条文", "阈值", "措施", "留给人判断", "读法", "依据", "机器不判断，由人查看", "适用于", "所需的表与列"]
        }
        Language::English => [
            "text",
            "threshold",
            "measure",
            "stays with a person",
            "readings",
            "rests on",
            "no machine test: a person looks",
            "applies to",
            "tables and columns needed",
        ],
    };
    writeln!(output, "{} {} — {}", pack.title.get(language), rule.article, rule.title.get(language))?;
    writeln!(output, "{} {} · {}", pack.id, pack.version, in_force(pack, language))?;
    let both = |output: &mut dyn Write, label: &str, text: &Bilingual| {
        let (first, second) = match language {
            Language::Chinese => (&text.zh, &text.en),
            Language::English => (&text.en, &text.zh),
        };
        writeln!(output, "{label}: {first}\n  {second}")
    };
    both(output, labels[0], &rule.text)?;
    both(output, labels[1], &rule.threshold)?;
    writeln!(output, "{}: {}", labels[2], measure_word(rule.measure, language))?;
    writeln!(output, "{}: {}", labels[7], scope_word(rule.scope, language))?;
    both(output, labels[3], &rule.human)?;
    if !rule.needs.is_empty() {
        writeln!(output, "{}: {}", labels[8], rule.needs.join(", "))?;
    }
    writeln!(output, "{}:", labels[4])?;
    for reading in &rule.readings {
        let rests_on = match &reading.test {
            Test::Human => labels[6].to_owned(),
            test => {
                let settings: Vec<String> =
                    test.settings().iter().map(|(key, value)| format!("{key} = {value}")).collect();
                format!("{}; {}", test.kind(), settings.join("; "))
            }
        };
        writeln!(output, "  {} — {} ({rests_on})", reading.id, reading.name.get(language))?;
    }
    Ok(())
}
