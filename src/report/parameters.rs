//! Settings of the report.

/// How much of the result the page shows. The workbook and the JSON file always hold everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportParameters {
    /// The command that repeats the run, as printed under "how to reproduce"; empty = not known.
    pub command: String,
    /// Most cases of one finding shown on the page.
    pub maximum_cases_shown: usize,
    /// Most cases shown on the whole page; past it every finding shows fewer.
    pub maximum_cases_on_page: usize,
    /// Most refused rows shown on the page.
    pub maximum_quarantine_shown: usize,
    /// Most rows of one evidence table shown on the page.
    pub maximum_table_rows: usize,
    /// Most pairs on the page with both answer strings side by side.
    pub maximum_pair_sheets: usize,
    /// Bytes of the page up to which charts are drawn into it; later charts are linked as files.
    pub maximum_page_bytes: usize,
    /// Most rows below the header of one worksheet (Excel itself ends at 1,048,576).
    pub maximum_worksheet_rows: u32,
}

impl Default for ReportParameters {
    fn default() -> Self {
        Self {
            command: String::new(),
            maximum_cases_shown: 50,
            maximum_cases_on_page: 2_000,
            maximum_quarantine_shown: 200,
            maximum_table_rows: 100,
            maximum_pair_sheets: 20,
            maximum_page_bytes: 5_000_000,
            maximum_worksheet_rows: 1_048_500,
        }
    }
}
