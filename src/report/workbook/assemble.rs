//! The whole workbook. Its creation date is a constant, so that the same input gives the same bytes.

use crate::model::run::Inspection;
use crate::report::error::ReportError;
use crate::report::parameters::ReportParameters;
use crate::report::wording;
use crate::report::workbook::{evidence, findings, heaping, raters, same_answers, score_audit, written};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

/// The bytes of `evidence.xlsx`.
pub fn evidence_xlsx(inspection: &Inspection, parameters: &ReportParameters) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    let title = wording::text("page.title");
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("{} {}", title.zh, title.en))
            .set_author("Kaojian")
            .set_creation_datetime(&created),
    );
    let rows = parameters.maximum_worksheet_rows;
    findings::summary(&mut workbook, inspection, rows)?;
    findings::cases(&mut workbook, inspection, rows)?;
    evidence::similar_pairs(&mut workbook, inspection, rows)?;
    raters::panels(&mut workbook, inspection, rows)?;
    raters::raters(&mut workbook, inspection, rows)?;
    raters::remark_queue(&mut workbook, inspection, rows)?;
    evidence::rater_pairs(&mut workbook, inspection, rows)?;
    evidence::rater_profiles(&mut workbook, inspection, rows)?;
    same_answers::clusters(&mut workbook, inspection, rows)?;
    same_answers::adjudication(&mut workbook, inspection, rows)?;
    written::pairs(&mut workbook, inspection, rows)?;
    evidence::score_changes(&mut workbook, inspection, rows)?;
    score_audit::acts(&mut workbook, inspection, rows)?;
    score_audit::operators(&mut workbook, inspection, rows)?;
    evidence::pass_lines(&mut workbook, inspection, rows)?;
    heaping::heaping(&mut workbook, inspection, rows)?;
    evidence::unqualified(&mut workbook, inspection, rows)?;
    findings::all_figures(&mut workbook, inspection, rows)?;
    findings::inputs(&mut workbook, inspection, rows)?;
    Ok(workbook.save_to_buffer()?)
}
