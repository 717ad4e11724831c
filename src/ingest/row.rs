//! One row seen through its plan: typed values by canonical column, with every refusal written down.

use crate::ingest::clean::{clean_free_text, clean_id, clean_name, clean_text, comparable, is_missing};
use crate::ingest::dates::{parse_date, parse_date_time};
use crate::ingest::plan::SheetPlan;
use crate::ingest::raw::{CellKind, RawRow};
use crate::ingest::tables::ValueKind;
use crate::ingest::values::{answer_label, parse_boolean, parse_mark, parse_points};
use crate::model::component::Component;
use crate::model::identity::{IdentityCheck, IdentityNumber, PersonName, mask_embedded_numbers, mask_number};
use crate::model::ids::{BatchId, CandidateId};
use crate::model::level::Level;
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::quarantine::QuarantineEntry;
use crate::model::score::Mark;
use crate::model::text::Bilingual;
use chrono::{NaiveDate, NaiveDateTime};
use compact_str::CompactString;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Longest value shown in the quarantine, in characters.
const VALUE_SHOWN: usize = 80;

/// Significant decimal digits that a spreadsheet keeps of a number.
const SPREADSHEET_DIGITS: usize = 15;

/// Candidates by identity number, for files that name persons by it: batch and candidate number, in order.
pub type PersonsByIdentity = BTreeMap<String, Vec<(BatchId, CandidateId)>>;

/// A row being converted.
pub struct Row<'a> {
    plan: &'a SheetPlan,
    raw: RawRow<'a>,
    log: &'a mut Vec<QuarantineEntry>,
    refused: bool,
}

/// A cell that holds something.
#[derive(Clone, Debug)]
pub struct Cell<'a> {
    pub(in crate::ingest) raw: &'a str,
    /// Cleaned text.
    pub text: Cow<'a, str>,
    /// How the file typed it.
    pub kind: CellKind,
    /// Column in the file; `None` for a constant.
    pub column: Option<usize>,
}

impl<'a> Cell<'a> {
    /// The text as the file has it.
    pub fn raw(&self) -> &'a str {
        self.raw
    }
}

impl<'a> Row<'a> {
    /// A row of a planned sheet; refusals are appended to `log`.
    pub fn new(plan: &'a SheetPlan, raw: RawRow<'a>, log: &'a mut Vec<QuarantineEntry>) -> Self {
        Self { plan, raw, log, refused: false }
    }

    /// The row's place.
    pub fn source(&self) -> Provenance {
        Provenance { file: self.plan.file, sheet: self.plan.sheet, row: self.raw.number() }
    }

    /// The plan of its sheet.
    pub fn plan(&self) -> &'a SheetPlan {
        self.plan
    }

    /// The untyped row.
    pub fn raw(&self) -> RawRow<'a> {
        self.raw
    }

    /// Whether the row was refused.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// What stands under a canonical column, else its constant; `None` when absent, blank or `-`.
    pub fn cell(&self, name: &str) -> Option<Cell<'a>> {
        self.cell_or_mark(name).filter(|cell| !is_missing(&cell.text))
    }

    /// As [`Row::cell`], but a `-` or `NA` is given as it stands; only a blank is `None`.
    pub fn cell_or_mark(&self, name: &str) -> Option<Cell<'a>> {
        if let Some(column) = self.plan.column(name) {
            let raw = self.raw.cell(column).unwrap_or("");
            let mut text = clean_text(raw);
            if !text.is_empty() {
                if let Some(meaning) = self.plan.values.get(name).and_then(|words| words.get(&comparable(&text))) {
                    text = Cow::Borrowed(meaning);
                    return Some(Cell { raw: meaning, text, kind: CellKind::Text, column: Some(column) });
                }
                return Some(Cell { raw, text, kind: self.raw.kind(column), column: Some(column) });
            }
        }
        let constant = self.plan.constants.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())?;
        Some(Cell { raw: constant, text: Cow::Borrowed(constant), kind: CellKind::Text, column: None })
    }

    /// Refuses the whole row because of a column.
    pub fn refuse(&mut self, name: &str, rule: &'static str, reason: Bilingual) {
        let cell = self.cell_or_mark(name);
        self.refused = true;
        self.write_down(name, cell.as_ref(), rule, true, reason);
    }

    /// Notes a value that is not used (or used with doubt); the row stays.
    pub fn note(&mut self, name: &str, cell: &Cell<'_>, rule: &'static str, reason: Bilingual) {
        self.write_down(name, Some(cell), rule, false, reason);
    }

    /// Notes that a column is blank where it should not be; the row stays.
    pub fn note_blank(&mut self, name: &str, rule: &'static str, reason: Bilingual) {
        self.write_down(name, None, rule, false, reason);
    }

    fn write_down(
        &mut self,
        name: &str,
        cell: Option<&Cell<'_>>,
        rule: &'static str,
        row_refused: bool,
        reason: Bilingual,
    ) {
        let header = cell
            .and_then(|cell| cell.column)
            .or_else(|| self.plan.column(name))
            .map(|column| self.plan.header_of(column));
        let kind = self.plan.table.column(name).map(|column| column.kind);
        let value = cell.map_or_else(String::new, |cell| match kind {
            Some(ValueKind::Identity) => shown(&mask_number(&cell.text)),
            Some(ValueKind::Name) => PersonName::new(&cell.text).to_string(),
            _ => shown(&mask_embedded_numbers(&cell.text)),
        });
        let column = header.filter(|header| !header.is_empty()).unwrap_or(name).to_owned();
        self.log.push(QuarantineEntry { source: self.source(), column, value, rule, row_refused, reason });
    }

    /// An identifier.
    pub fn id(&self, name: &str) -> Option<CompactString> {
        self.cell(name).map(|cell| clean_id(&cell.text, cell.kind).into())
    }

    /// A short text.
    pub fn text(&self, name: &str) -> Option<CompactString> {
        self.cell(name).map(|cell| clean_number_text(&cell))
    }

    /// A text people wrote, with its own punctuation.
    pub fn free(&self, name: &str) -> Option<Box<str>> {
        self.cell(name).map(|cell| clean_free_text(cell.raw).into())
    }

    /// A text as it was written, with characters that do not show: they are looked for.
    pub fn as_written(&self, name: &str) -> Option<Box<str>> {
        self.cell(name).map(|cell| cell.raw.trim().into())
    }

    /// A person's name.
    pub fn name(&self, name: &str) -> Option<PersonName> {
        self.cell(name).map(|cell| PersonName::new(&clean_name(cell.raw)))
    }

    /// An identifier without which the row cannot be used. One whose tail a spreadsheet has cut off could be
    /// another's, so its row is refused.
    pub fn required_id(&mut self, name: &str) -> Option<CompactString> {
        if self.cell(name).is_some_and(|cell| is_cut_by_spreadsheet(&cell.text, cell.kind)) {
            let reason = Bilingual::new(
                "编号被电子表格当作数字，第15位以后的数字已丢失，无法使用；提示：请把该列设为文本格式后重新录入或导出",
                "a spreadsheet stored the number of the thing as a number and lost the digits past the fifteenth; hint: format the column as text and enter or export it again",
            );
            self.refuse(name, "id-digits-lost", reason);
            return None;
        }
        let value = self.id(name);
        if value.is_none() {
            self.refuse_missing(name);
        }
        value
    }

    /// Refuses the row because a needed value is not there.
    pub fn refuse_missing(&mut self, name: &str) {
        let reason = Bilingual::new(
            format!("缺少必需的 {name}，本行无法使用；提示：请补填该列"),
            format!("`{name}` is needed and blank, the row cannot be used; hint: fill the column in"),
        );
        self.refuse(name, "required-value-missing", reason);
    }

    /// The batch; empty (to be filled in later) when the sheet has neither column nor constant for it.
    pub fn batch(&mut self) -> Option<BatchId> {
        if !self.plan.has("batch_id") {
            return Some(BatchId::default());
        }
        self.required_id("batch_id").map(BatchId)
    }

    /// The candidate: by number, or by identity number where the sheet has no candidate numbers.
    pub fn candidate(&mut self, batch: &BatchId, persons: &PersonsByIdentity) -> Option<CandidateId> {
        if !self.plan.names_persons_by_identity() {
            return self.required_id("candidate_id").map(CandidateId);
        }
        let Some(number) = self.identity("id_number") else {
            self.refuse_missing("id_number");
            return None;
        };
        let Some(digits) = number.for_matching() else {
            let reason = Bilingual::new(
                "证件号码尾数已丢失，无法确认是哪位考生；提示：请把该列设为文本格式后重新导出",
                "the identity number lost its last digits, so the candidate cannot be told; hint: export the column as text",
            );
            self.refuse("id_number", "person-not-identified", reason);
            return None;
        };
        let registered = persons.get(digits).map(Vec::as_slice).unwrap_or_default();
        let mut of_batch = registered
            .iter()
            .filter(|(known, _)| batch.as_str().is_empty() || known.as_str().is_empty() || known == batch);
        match (of_batch.next(), of_batch.next()) {
            (Some((_, candidate)), None) => Some(candidate.clone()),
            // Registered twice or not at all: the number itself names the person.
            _ => Some(CandidateId(digits.into())),
        }
    }

    /// An identity number, with a note when digits were lost or the check digit is wrong.
    pub fn identity(&mut self, name: &str) -> Option<IdentityNumber> {
        let cell = self.cell(name)?;
        let text = clean_id(&cell.text, cell.kind).into_owned();
        if lost_digits(&text, cell.kind) {
            let reason = Bilingual::new(
                "证件号码被电子表格当作数字，第15位以后的数字已丢失，不用于比对；提示：请从原始登记重新取得，并把该列设为文本格式",
                "a spreadsheet stored the identity number as a number and lost the digits past the fifteenth, it is not matched on; hint: take it from the original register and format the column as text",
            );
            self.note(name, &cell, "identity-digits-lost", reason);
            return Some(IdentityNumber::with_lost_digits(&text));
        }
        let number = IdentityNumber::new(&text);
        if number.check() == IdentityCheck::WrongCheckDigit {
            let reason = Bilingual::new(
                "身份证号的日期或校验码不符（GB 11643）；提示：请核对原件",
                "date or check digit of the identity number is wrong (GB 11643); hint: compare with the document",
            );
            self.note(name, &cell, "identity-check-digit", reason);
        }
        Some(number)
    }

    /// A date; what is none is noted.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let hint = ("应为日期，如 2026-05-01", "a date such as 2026-05-01");
        self.parsed(name, "not-a-date", hint, |cell| parse_date(&cell.text, cell.kind))
    }

    /// A date-time; what is none is noted.
    pub fn date_time(&mut self, name: &str) -> Option<NaiveDateTime> {
        let hint = ("应为日期时间，如 2026-05-01 09:00:00", "a date and time such as 2026-05-01 09:00:00");
        self.parsed(name, "not-a-date-time", hint, |cell| parse_date_time(&cell.text, cell.kind))
    }

    /// A skill level; what is none is noted.
    pub fn level(&mut self, name: &str) -> Option<Level> {
        let hint = ("应为等级 5–1 或 五级–一级、初级工–高级技师", "a level 5 to 1 or its Chinese name");
        self.parsed(name, "not-a-level", hint, |cell| Level::parse(&clean_number_text(cell)))
    }

    /// A decimal; what is none is noted.
    pub fn points(&mut self, name: &str) -> Option<Points> {
        let hint = ("应为数字", "a number");
        self.parsed(name, "not-a-number", hint, |cell| parse_points(&cell.text))
    }

    /// A decimal where a mark such as 缺考 may stand too, which then is no number and no mistake.
    pub fn points_or_mark(&mut self, name: &str) -> Option<Points> {
        let hint = ("应为数字，或缺考、免考、缓考、作弊、违纪", "a number, or absent, exempt, deferred, void");
        self.parsed(name, "not-a-number", hint, |cell| parse_mark(&cell.text)).and_then(Mark::points)
    }

    /// A whole number; what is none is noted.
    pub fn integer(&mut self, name: &str) -> Option<u32> {
        let hint = ("应为整数", "a whole number");
        self.parsed(name, "not-an-integer", hint, |cell| whole_number(&cell.text))
    }

    /// Yes or no; what is neither is noted.
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        let hint = ("应为是或否（合格或不合格）", "yes or no");
        let cell = self.cell_or_mark(name)?;
        // 无 is a no here, though elsewhere it says that nothing is filled in.
        if is_missing(&cell.text) && cell.text != "无" {
            return None;
        }
        let value = parse_boolean(&cell.text);
        if value.is_none() {
            self.note_unreadable(name, &cell, "not-yes-or-no", hint);
        }
        value
    }

    /// One of the words of a choice column, in its canonical form; another word is noted.
    pub fn choice(&mut self, name: &str) -> Option<&'static str> {
        let table = self.plan.table;
        let hint = ("不是可用的取值", "one of the words of this column");
        self.parsed(name, "unknown-word", hint, |cell| table.choice(name, &clean_number_text(cell)))
    }

    /// A component; unknown names are kept.
    pub fn component(&self, name: &str) -> Option<Component> {
        self.cell(name).map(|cell| Component::parse(&cell.text))
    }

    /// The component; `default` in a sheet without the column. A blank in the column refuses the row.
    pub fn component_or(&mut self, default: impl FnOnce(&SheetPlan) -> Component) -> Option<Component> {
        if !self.plan.has("component") {
            return Some(default(self.plan));
        }
        let component = self.component("component");
        if component.is_none() {
            self.refuse_missing("component");
        }
        component
    }

    /// Option labels, such as a key.
    pub fn label(&self, name: &str) -> Option<CompactString> {
        self.cell(name).and_then(|cell| answer_label(&cell.text))
    }

    /// A score cell; what is neither number nor mark is noted and counts as missing.
    pub fn mark(&mut self, name: &str) -> Mark {
        let Some(cell) = self.cell(name) else { return Mark::Missing };
        let mark = parse_mark(&cell.text);
        if mark.is_none() {
            let hint = ("应为数字，或缺考、免考、缓考、作弊、违纪", "a number, or absent, exempt, deferred, void");
            self.note_unreadable(name, &cell, "score-not-a-number", hint);
        }
        mark.unwrap_or(Mark::Missing)
    }

    fn parsed<T>(
        &mut self,
        name: &str,
        rule: &'static str,
        hint: (&str, &str),
        parse: impl Fn(&Cell<'_>) -> Option<T>,
    ) -> Option<T> {
        let cell = self.cell(name)?;
        let value = parse(&cell);
        if value.is_none() {
            self.note_unreadable(name, &cell, rule, hint);
        }
        value
    }

    fn note_unreadable(&mut self, name: &str, cell: &Cell<'_>, rule: &'static str, (zh, en): (&str, &str)) {
        let reason = Bilingual::new(
            format!("该值无法识别，按空白处理；提示：{zh}"),
            format!("the value is not understood and counts as blank; hint: {en}"),
        );
        self.note(name, cell, rule, reason);
    }
}

/// Cleaned text; a whole number from a number cell without its `.0`.
fn clean_number_text(cell: &Cell<'_>) -> CompactString {
    let whole = cell.text.strip_suffix(".0").filter(|_| cell.kind == CellKind::Number);
    whole.unwrap_or(&cell.text).into()
}

/// A whole number in digits, also `7.0`, `第7题`, `2026年`.
fn whole_number(text: &str) -> Option<u32> {
    let bare = text.trim_start_matches('第').trim_end_matches(['题', '年', '次', '评']).trim();
    if let Ok(number) = bare.parse() {
        return Some(number);
    }
    let points = parse_points(bare)?.millionths();
    (points % Points::SCALE == 0).then(|| u32::try_from(points / Points::SCALE).ok()).flatten()
}

/// Whether a cell holds a long number as a spreadsheet keeps it: fifteen digits, the rest lost.
fn is_cut_by_spreadsheet(text: &str, kind: CellKind) -> bool {
    if kind == CellKind::Number && text.bytes().filter(u8::is_ascii_digit).count() > SPREADSHEET_DIGITS {
        return true;
    }
    // 4.20101E+17; a document number such as 12E45678 has no exponent that fits.
    text.split_once(['e', 'E']).is_some_and(|(mantissa, exponent)| {
        let digits = exponent.strip_prefix('+').unwrap_or(exponent);
        let is_written_so = mantissa.contains('.') || digits.len() < exponent.len();
        let is_long = digits.parse::<u32>().is_ok_and(|power| (10..=20).contains(&power));
        is_written_so && is_long && mantissa.parse::<f64>().is_ok()
    })
}

/// Whether an identity number has lost its tail. Text that a spreadsheet wrote out has fifteen digits and three
/// noughts, which fit the check digit only by chance.
fn lost_digits(text: &str, kind: CellKind) -> bool {
    is_cut_by_spreadsheet(text, kind)
        || (text.len() == 18
            && text.ends_with("000")
            && IdentityNumber::new(text).check() == IdentityCheck::WrongCheckDigit)
}

/// The beginning of a value, for the quarantine.
pub fn shown(value: &str) -> String {
    value.chars().take(VALUE_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_digits_are_seen() {
        assert!(lost_digits("4.20101E+17", CellKind::Text));
        assert!(lost_digits("1.10105194912310E+17", CellKind::Text));
        assert!(lost_digits("110105194912310016", CellKind::Number));
        assert!(lost_digits("110105194912310000", CellKind::Text));
        for (text, kind) in [
            ("11010519491231002X", CellKind::Text),
            ("110105491231002", CellKind::Number),
            ("E12345678", CellKind::Text),
            ("12E45678", CellKind::Text),
        ] {
            assert!(!lost_digits(text, kind), "{text}");
        }
    }

    #[test]
    fn whole_numbers() {
        for text in ["7", "7.0", "第7题", "07"] {
            assert_eq!(whole_number(text), Some(7), "{text}");
        }
        assert_eq!(whole_number("2026年"), Some(2026));
        assert_eq!(whole_number("7.5"), None);
        assert_eq!(whole_number("-1"), None);
    }
}
