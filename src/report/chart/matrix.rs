//! The clause matrix: batches by articles, one verdict a cell, told by shape and colour.

use crate::model::finding::{Finding, Verdict};
use crate::model::ids::{BatchId, BodyId};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TEXT, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, masked};
use crate::report::chart::palette::{BLUE, Colour, GRID, MUTED, ORANGE, PAPER, PURPLE, VERMILLION};
use crate::report::chart::rows;
use std::collections::{BTreeMap, BTreeSet};

/// Rows that are drawn: the most urgent ones.
pub const MAXIMUM_ROWS: usize = 40;
/// Columns that are drawn.
pub const MAXIMUM_COLUMNS: usize = 30;
const CELL: f64 = 28.0;
const LABEL: f64 = 330.0;
const WIDEST_COLUMN: f64 = 150.0;

/// Shape, colour and words of a verdict.
pub fn mark(verdict: Verdict) -> (Symbol, Colour, Bilingual) {
    match verdict {
        Verdict::Met => (Symbol::Disc, VERMILLION, Bilingual::new("条件成立（MET）", "condition met (MET)")),
        Verdict::Indication => {
            (Symbol::Triangle, ORANGE, Bilingual::new("统计迹象（INDICATION）", "indication (INDICATION)"))
        }
        Verdict::Human => (Symbol::Pencil, PURPLE, Bilingual::new("须由人判断（HUMAN）", "for a person (HUMAN)")),
        Verdict::Undetermined => {
            (Symbol::Question, MUTED, Bilingual::new("资料不足（UNDETERMINED）", "undetermined (UNDETERMINED)"))
        }
        Verdict::NotMet => (Symbol::Ring, BLUE, Bilingual::new("条件不成立（NOT_MET）", "condition not met (NOT_MET)")),
    }
}

/// `20(1)` as 第二十条（一） and Art. 20(1).
///
/// ```
/// use kaojian::report::chart::matrix::article_name;
/// assert_eq!(article_name("20(1)").zh, "第二十条（一）");
/// assert_eq!(article_name("7").en, "Art. 7");
/// ```
pub fn article_name(article: &str) -> Bilingual {
    let (number, item) = article_key(article);
    let zh = match (chinese_number(number), item) {
        (None, _) => masked(article),
        (Some(number), 0) => format!("第{number}条"),
        (Some(number), item) => match chinese_number(item) {
            Some(item) => format!("第{number}条（{item}）"),
            None => masked(article),
        },
    };
    Bilingual::new(zh, format!("Art. {}", masked(article)))
}

/// Number and item for sorting; unknown forms come last.
pub fn article_key(article: &str) -> (u32, u32) {
    let (number, rest) = article.split_once('(').unwrap_or((article, ""));
    let item = rest.split(')').next().unwrap_or("");
    (number.trim().parse().unwrap_or(u32::MAX), item.trim().parse().unwrap_or(0))
}

/// Chinese numerals of 1 to 99.
fn chinese_number(number: u32) -> Option<String> {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10, number % 10);
    match tens {
        0 if ones == 0 => None,
        0 => Some(DIGITS[ones as usize].to_owned()),
        1 => Some(format!("十{}", DIGITS[ones as usize])),
        2..=9 => Some(format!("{}十{}", DIGITS[tens as usize], DIGITS[ones as usize])),
        _ => None,
    }
}

/// A row: a batch, or a body where the rule is about a body.
type RowKey = (Option<BatchId>, Option<BodyId>);

/// The chart; `None` without findings.
pub fn draft(findings: &[Finding], names: &BatchNames) -> Option<Draft<'static>> {
    // What is said once for the whole data set belongs to no row; the clause sheet has it.
    let findings: Vec<&Finding> =
        findings.iter().filter(|finding| finding.batch_id.is_some() || finding.body_id.is_some()).collect();
    if findings.is_empty() {
        return None;
    }
    let mut cells: BTreeMap<(RowKey, &str), Verdict> = BTreeMap::new();
    let mut articles: Vec<&str> = Vec::new();
    for finding in &findings {
        let body = if finding.batch_id.is_some() { None } else { finding.body_id.clone() };
        articles.push(&finding.article);
        cells
            .entry(((finding.batch_id.clone(), body), &finding.article))
            .and_modify(|verdict| *verdict = finding.verdict.min(*verdict))
            .or_insert(finding.verdict);
    }
    articles.sort_by(|a, b| article_key(a).cmp(&article_key(b)).then_with(|| a.cmp(b)));
    articles.dedup();
    let keys: BTreeSet<&RowKey> = cells.keys().map(|(row, _)| row).collect();
    let label = |(batch, body): &RowKey| match (batch, body) {
        (Some(batch), _) => {
            let name = names.get(batch);
            (name.id, name.body)
        }
        (None, Some(body)) => {
            let (name, code) = (names.body(Some(body)), masked(body.as_str()));
            if name == code { (code, String::new()) } else { (name, code) }
        }
        (None, None) => ("—".to_owned(), String::new()),
    };
    let verdict = |row: &RowKey, article: &'_ str| {
        cells
            .range((row.clone(), "")..)
            .take_while(|((found, _), _)| found == row)
            .find_map(|((_, found), verdict)| (*found == article).then_some(*verdict))
    };
    let mut data = ChartData::new(&["row", "body", "article", "verdict"]);
    for ((row, article), verdict) in &cells {
        let (main, body) = label(row);
        data.rows.push(vec![main, body, masked(article), verdict.as_str().to_owned()]);
    }
    let mut ranked: Vec<(Vec<Verdict>, &RowKey)> = keys
        .iter()
        .map(|row| {
            let mut verdicts: Vec<Verdict> = articles.iter().filter_map(|article| verdict(row, article)).collect();
            verdicts.sort();
            (verdicts, *row)
        })
        .collect();
    let all = ranked.len();
    ranked.sort();
    ranked.truncate(MAXIMUM_ROWS);
    let mut shown: Vec<&RowKey> = ranked.into_iter().map(|(_, row)| row).collect();
    // Batches in their order, rows about bodies below them.
    shown.sort_by(|a, b| a.0.is_none().cmp(&b.0.is_none()).then_with(|| a.cmp(b)));
    let columns = articles.len().min(MAXIMUM_COLUMNS);
    let rows: Vec<MatrixRow> = shown
        .iter()
        .map(|row| {
            let (main, body) = label(row);
            let verdicts = articles[..columns].iter().map(|article| verdict(row, article)).collect();
            MatrixRow { main, body, verdicts }
        })
        .collect();
    let met = findings.iter().filter(|finding| finding.verdict == Verdict::Met).count();
    let signs = findings.iter().filter(|finding| finding.verdict == Verdict::Indication).count();
    let subtitle = Bilingual::new(
        format!("{all} 行，{} 条 · 结论 n = {}，其中条件成立 {met}，统计迹象 {signs}", articles.len(), findings.len()),
        format!(
            "{all} rows, {} articles · n = {} conclusions, of these {met} met, {signs} indications",
            articles.len(),
            findings.len()
        ),
    );
    let subtitle = names.dated(subtitle, shown.iter().filter_map(|row| row.0.as_ref()));
    let caption = Bilingual::new(
        format!(
            "每行一个批次（或机构），每列一条规定；空格为不适用。“条件成立”只表示条文中的数量或逻辑条件在所给资料上成立，不是处理决定；\
             “统计迹象”为统计信号，不能单独作结论；“资料不足”须先补资料。同一格有多个结论时显示最需处理的一个。n = {} 个结论。",
            findings.len()
        ),
        format!(
            "One row a batch (or body), one column an article; empty: does not apply. “Condition met” says that the numeric \
             or logical condition of the text holds on the data supplied, it is no decision; a “sign” is statistical and \
             never a verdict by itself; “undetermined” asks for data first. Several conclusions in one cell: the most \
             urgent is shown. n = {} conclusions.",
            findings.len()
        ),
    );
    let caption = rows::joined(caption, &rows::left_out(rows.len(), all));
    let caption = rows::joined(caption, &rows::columns_left_out(columns, articles.len()));
    Some(Draft {
        name: "clause-matrix".to_owned(),
        title: Bilingual::new("条款对照矩阵", "Clause matrix"),
        subtitle,
        caption,
        data,
        section: ChartSection::Clauses,
        batch_id: None,
        picture: Box::new(MatrixPicture {
            articles: articles[..columns].iter().map(|article| article_name(article)).collect(),
            rows,
        }),
    })
}

/// One row of a matrix.
pub struct MatrixRow {
    /// What it is about.
    pub main: String,
    /// More of it, in grey.
    pub body: String,
    /// One a column.
    pub verdicts: Vec<Option<Verdict>>,
}

/// The drawing: rows by articles.
pub struct MatrixPicture {
    /// Names of the columns.
    pub articles: Vec<Bilingual>,
    /// The rows.
    pub rows: Vec<MatrixRow>,
}

impl Picture for MatrixPicture {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let marks = Verdict::ALL.map(mark);
        let entries: Vec<(Key, &str)> =
            marks.iter().map(|(symbol, colour, words)| (Key::Symbol(*symbol, *colour), words.get(language))).collect();
        let used = canvas.legend(MARGIN, TOP, &entries);
        let room = WIDTH - 2.0 * MARGIN - LABEL;
        let column = (room / self.articles.len().max(1) as f64).min(WIDEST_COLUMN);
        let widest = self.articles.iter().map(|name| canvas.text_width(name.get(language), SMALL)).fold(0.0, f64::max);
        let turned = widest > column - 6.0;
        let top = TOP + used + if turned { widest + 22.0 } else { 34.0 };
        let left = MARGIN + LABEL;
        for (index, name) in self.articles.iter().enumerate() {
            let x = left + (index as f64 + 0.5) * column;
            if turned {
                canvas.text(x, top - 8.0, name.get(language), Type::new(SMALL).turned());
            } else {
                canvas.text(x, top - 8.0, name.get(language), Type::new(SMALL).centre().above().bold());
            }
        }
        for (index, row) in self.rows.iter().enumerate() {
            self.row(canvas, row, (left, top + index as f64 * CELL), column);
        }
        let bottom = top + self.rows.len() as f64 * CELL;
        canvas.line((MARGIN, bottom), (left + column * self.articles.len() as f64, bottom), Stroke::new(GRID, 1.0));
        bottom + 22.0
    }
}

impl MatrixPicture {
    fn row(&self, canvas: &Canvas<'_>, row: &MatrixRow, (left, top): (f64, f64), column: f64) {
        let middle = top + CELL / 2.0;
        let right = left + column * self.articles.len() as f64;
        canvas.line((MARGIN, top), (right, top), Stroke::new(GRID, 1.0));
        let main = canvas.fit(&row.main, TEXT, LABEL - 12.0);
        canvas.text(MARGIN, middle, &main, Type::new(TEXT));
        let used = canvas.text_width(&main, TEXT) + 10.0;
        if LABEL - 12.0 - used > 40.0 {
            let body = canvas.fit(&row.body, SMALL, LABEL - 12.0 - used);
            canvas.text(MARGIN + used, middle, &body, Type::new(SMALL).muted());
        }
        for (index, verdict) in row.verdicts.iter().enumerate() {
            let x = left + index as f64 * column;
            if let Some(verdict) = verdict {
                let (symbol, colour, _) = mark(*verdict);
                let area = Area::new(x + 1.0, top + 1.0, x + column - 1.0, top + CELL - 1.0);
                let ground = match verdict {
                    Verdict::Met | Verdict::Indication => colour.tint(0.18),
                    _ => PAPER,
                };
                canvas.rect(area, ground);
                canvas.symbol(symbol, x + column / 2.0, middle, 7.5, colour);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_sort_by_number() {
        let mut articles = ["21(6)", "20(10)", "7", "20(2)", "x"];
        articles.sort_by_key(|article| article_key(article));
        assert_eq!(articles, ["7", "20(2)", "20(10)", "21(6)", "x"]);
    }

    #[test]
    fn articles_have_chinese_numerals() {
        assert_eq!(article_name("21(6)").zh, "第二十一条（六）");
        assert_eq!(article_name("10").zh, "第十条");
        assert_eq!(article_name("20(x)").zh, "第二十条");
        assert_eq!(article_name("other").zh, "other");
    }
}
