//! Settings of the archive detector.

/// From which day a record has to be kept; the text does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TermStart {
    /// The latest of the three days that is on record.
    #[default]
    Latest,
    /// The day of the examination.
    Examination,
    /// The day of archiving.
    Archived,
    /// The day on which results were published.
    Published,
}

impl TermStart {
    const ALL: [Self; 4] = [Self::Latest, Self::Examination, Self::Archived, Self::Published];

    /// As in the settings file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Latest => "latest",
            Self::Examination => "exam_date",
            Self::Archived => "archived_on",
            Self::Published => "published_on",
        }
    }

    /// From the settings file.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|start| start.name() == text)
    }
}

/// Settings of the archive detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveParameters {
    /// From which day a record has to be kept.
    pub term_start: TermStart,
    /// Years that paper has to be kept.
    pub paper_years: u32,
    /// Years that electronic files have to be kept.
    pub electronic_years: u32,
}

impl Default for ArchiveParameters {
    fn default() -> Self {
        Self { term_start: TermStart::default(), paper_years: 3, electronic_years: 5 }
    }
}
