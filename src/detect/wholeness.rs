//! Which tables may lack rows: what is not in a table was not written only where no row of it was refused.

use crate::model::dataset::Dataset;
use crate::model::provenance::Provenance;
use std::collections::BTreeSet;

/// The sheets of one table from which rows were refused.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    sheets: BTreeSet<(u32, u16)>,
    is_file_unreadable: bool,
}

impl Refusals {
    /// Of one table of the data set. A file that could not be read may hold rows of any table.
    pub fn of(dataset: &Dataset, table: &str) -> Self {
        let mut found = Self::default();
        for (file, source) in (0_u32..).zip(&dataset.files) {
            found.is_file_unreadable |= source.error.is_some();
            for (sheet, read) in (0_u16..).zip(&source.sheets) {
                if read.rows_refused > 0 && read.table.as_deref() == Some(table) {
                    found.sheets.insert((file, sheet));
                }
            }
        }
        found
    }

    /// Whether any row of the table may be lacking.
    pub fn any(&self) -> bool {
        self.is_file_unreadable || !self.sheets.is_empty()
    }

    /// Whether a row may be lacking from the sheets that these rows stand in.
    pub fn touch(&self, mut sources: impl Iterator<Item = Provenance>) -> bool {
        self.is_file_unreadable || sources.any(|source| self.sheets.contains(&(source.file, source.sheet)))
    }
}

#[cfg(test)]
mod tests {
    use super::Refusals;
    use crate::model::dataset::Dataset;
    use crate::model::provenance::{Provenance, SourceFile, SourceSheet};
    use crate::model::text::Bilingual;

    #[test]
    fn only_sheets_of_the_table_with_refused_rows_lack_something() {
        let sheet = |table: &str, rows_refused| SourceSheet {
            table: Some(table.into()),
            rows_refused,
            ..SourceSheet::default()
        };
        let file = |sheets| SourceFile { sheets, ..SourceFile::default() };
        let mut dataset = Dataset {
            files: vec![file(vec![sheet("staff", 0), sheet("archives", 2)]), file(vec![sheet("staff", 1)])],
            ..Dataset::default()
        };
        let at = |file| std::iter::once(Provenance { file, sheet: 0, row: 2 });
        let staff = Refusals::of(&dataset, "staff");
        assert_eq!((staff.any(), staff.touch(at(0)), staff.touch(at(1))), (true, false, true));
        assert!(!Refusals::of(&dataset, "scores").any());
        dataset.files[0].error = Some(Bilingual::new("坏", "bad"));
        assert!(Refusals::of(&dataset, "scores").touch(at(0)));
    }
}
