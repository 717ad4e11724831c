//! What city to make: sizes, file format and the list of planted cases.

use crate::simulate::body_plant::{BodyPlant, BodyPlantKind};
use crate::simulate::error::SimulateError;
use serde::{Deserialize, Serialize};

/// The kind of files to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Folders of workbooks and GBK text as bodies really hand them in.
    Chinese,
    /// One UTF-8 text file a table, canonical names.
    Csv,
    /// One Parquet file a table, canonical names.
    Parquet,
}

/// Who shares answers with whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyPattern {
    /// Separate pairs: one copies from the neighbour.
    Pairs {
        /// How many pairs.
        pairs: usize,
    },
    /// Several copy from one.
    Star {
        /// How many copy.
        copiers: usize,
    },
    /// People anywhere in the batch hold one answer key with errors; nobody copied from anybody in the room.
    LeakedKey {
        /// How many hold it.
        members: usize,
        /// Percentage of its answers that are wrong.
        errors_percent: u8,
    },
    /// Everyone in a group holds the same answers for most items.
    Ring {
        /// How many hold them.
        members: usize,
    },
}

/// Who lifts marks to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiftedBy {
    /// The first rater of the team, in the skill component.
    Rater,
    /// Whoever holds the sheets of the first room, in the theory component.
    Room,
    /// Whoever holds the sheets of the whole batch, in the theory component.
    Batch,
}

/// What becomes of a text that is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyHow {
    /// Nothing.
    Verbatim,
    /// A word here and there is another one.
    Paraphrase,
    /// The passages stand in another order.
    Reordered,
    /// The numbers are others.
    Numbers,
    /// Characters that do not show stand among the others.
    HiddenCharacters,
}

impl CopyHow {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Verbatim, Self::Paraphrase, Self::Reordered, Self::Numbers, Self::HiddenCharacters];
}

/// A planted case. The first four and written answers are lawful and expect no finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PlantKind {
    /// Re-checks (复核) with an approval number, before publication.
    LawfulRecheck {
        /// How many candidates.
        candidates: usize,
    },
    /// One key corrected for everybody, with an approval number.
    KeyCorrection,
    /// Resits (补考) with an approval number.
    Resit {
        /// How many candidates.
        candidates: usize,
    },
    /// Slips of the clerks corrected one by one, up and down, each with an approval of its own.
    RoutineCorrections {
        /// How many candidates.
        candidates: usize,
    },
    /// Answer sheets that share a percentage of the source's answers beside chance.
    CopiedSheets {
        /// Who copies from whom.
        pattern: CopyPattern,
        /// Percentage of items copied.
        percent: u8,
    },
    /// Pairs of sheets with every answer the same.
    IdenticalSheets {
        /// How many pairs.
        pairs: usize,
    },
    /// One rater who is severe by this percentage of the maximum.
    SevereRater {
        /// Percentage of the maximum mark.
        percent: u8,
    },
    /// One rater who drifts downwards by this percentage of the maximum from first work to last.
    DriftingRater {
        /// Percentage of the maximum mark.
        percent: u8,
    },
    /// One rater who gives all criteria of a work the same share of their maxima.
    HaloRater,
    /// One rater who moves high and low marks to the edges of the middle.
    CentralRater,
    /// One rater who draws all marks together by this percentage.
    NarrowRater {
        /// Percentage by which marks come closer to the usual level.
        percent: u8,
    },
    /// Works that only one rater marked.
    MissingSecondRater {
        /// How many works.
        works: usize,
    },
    /// Works on which the raters differ by the tolerance or more, with no third mark.
    DifferenceWithoutThird {
        /// How many works.
        works: usize,
    },
    /// Marks that are no multiple of the rubric's step.
    MarksOffRubric {
        /// How many marks.
        marks: usize,
    },
    /// Registered skill marks that are not the sum of the criteria.
    TotalNotSum {
        /// How many candidates.
        candidates: usize,
    },
    /// Registered theory marks that the sheet and the key do not give.
    TheoryMarkDiffers {
        /// How many candidates.
        candidates: usize,
    },
    /// The log lowers the theory line after the examination with no approval, and the outcomes follow.
    LineLoweredInLog {
        /// The line it is lowered to, whole points.
        line: u8,
        /// At least so many candidates have marks between the two lines.
        candidates: usize,
    },
    /// Candidates a little below the theory line are registered as passed; the log says nothing.
    LineMovedWithoutLog {
        /// The line that was applied, whole points.
        line: u8,
        /// At least so many candidates have marks between the two lines.
        candidates: usize,
    },
    /// Theory marks changed from below the line to above it with no approval.
    EditedScores {
        /// How many candidates.
        candidates: usize,
    },
    /// Theory marks raised from below the line exactly onto it by one operator in one night after publication, each
    /// with an approval on paper and a sheet that agrees: only how the changes run shows it.
    TargetedChanges {
        /// How many candidates.
        candidates: usize,
    },
    /// Admitted candidates whose recorded review result is 不合格.
    UnqualifiedRecorded {
        /// How many candidates.
        candidates: usize,
    },
    /// Admitted candidates recorded as 合格 whose columns meet no condition of the standard.
    UnqualifiedByConditions {
        /// How many candidates.
        candidates: usize,
    },
    /// Marks of 57 to 59.5 lifted to the line of 60. What is written down (sheets, marks of raters) agrees with the result.
    LiftedToLine {
        /// Who lifts them.
        by: LiftedBy,
        /// Percentage of those marks that are lifted.
        percent: u8,
    },
    /// The ratings carry the candidates' texts; works with one text are marked alike.
    WrittenAnswers,
    /// The ratings carry long answers, everybody's own.
    LongAnswers,
    /// Pairs of long answers of which one is copied from the other, marked alike.
    CopiedAnswers {
        /// How many pairs.
        pairs: usize,
        /// What became of the text.
        how: CopyHow,
    },
    /// Pairs of works with one text to which one rater gave marks that lie apart.
    SameAnswerOneRater {
        /// How many pairs.
        pairs: usize,
    },
    /// Pairs of works with one text whose raters lie apart, one rater marking both nearly alike.
    SameAnswerRaters {
        /// How many pairs.
        pairs: usize,
    },
    /// Works on which two raters differ by the tolerance or more and a third marked, where the register does not hold
    /// the mean of the closest pair: the third mark is ignored in one work and stands alone in the next. The latter
    /// shows only where the rule is declared.
    AdjudicationMistakes {
        /// How many works.
        works: usize,
    },
    /// The certificate of one assessor, of this batch alone, ended on the day before the examination.
    ExpiredCertificate,
    /// The first room has one invigilator.
    OneInvigilator,
    /// The list of records lacks the record of rooms.
    DocumentMissing,
    /// The sign-in of candidates was destroyed on the day before its three years were over.
    DestroyedEarly,
    /// The batch sits the form of an earlier one, of which most know some items beforehand. Of forms that several
    /// batches share.
    KnownItems {
        /// Number of the earlier batch, from 0.
        of_batch: usize,
        /// How many items.
        items: usize,
    },
    /// Items of the form were retired on the day before. Of forms that one batch uses.
    RetiredItems {
        /// How many items.
        items: usize,
    },
    /// The batch handed in only its roster, with nothing reviewed.
    MissingTables,
}

impl PlantKind {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LawfulRecheck { .. } => "lawful_recheck",
            Self::KeyCorrection => "key_correction",
            Self::Resit { .. } => "resit",
            Self::RoutineCorrections { .. } => "routine_corrections",
            Self::CopiedSheets { .. } => "copied_sheets",
            Self::IdenticalSheets { .. } => "identical_sheets",
            Self::SevereRater { .. } => "severe_rater",
            Self::DriftingRater { .. } => "drifting_rater",
            Self::HaloRater => "halo_rater",
            Self::CentralRater => "central_rater",
            Self::NarrowRater { .. } => "narrow_rater",
            Self::MissingSecondRater { .. } => "missing_second_rater",
            Self::DifferenceWithoutThird { .. } => "difference_without_third",
            Self::MarksOffRubric { .. } => "marks_off_rubric",
            Self::TotalNotSum { .. } => "total_not_sum",
            Self::TheoryMarkDiffers { .. } => "theory_mark_differs",
            Self::LineLoweredInLog { .. } => "line_lowered_in_log",
            Self::LineMovedWithoutLog { .. } => "line_moved_without_log",
            Self::EditedScores { .. } => "edited_scores",
            Self::TargetedChanges { .. } => "targeted_changes",
            Self::UnqualifiedRecorded { .. } => "unqualified_recorded",
            Self::UnqualifiedByConditions { .. } => "unqualified_by_conditions",
            Self::LiftedToLine { .. } => "lifted_to_line",
            Self::WrittenAnswers => "written_answers",
            Self::LongAnswers => "long_answers",
            Self::CopiedAnswers { .. } => "copied_answers",
            Self::SameAnswerOneRater { .. } => "same_answer_one_rater",
            Self::SameAnswerRaters { .. } => "same_answer_raters",
            Self::AdjudicationMistakes { .. } => "adjudication_mistakes",
            Self::ExpiredCertificate => "expired_certificate",
            Self::OneInvigilator => "one_invigilator",
            Self::DocumentMissing => "document_missing",
            Self::DestroyedEarly => "destroyed_early",
            Self::KnownItems { .. } => "known_items",
            Self::RetiredItems { .. } => "retired_items",
            Self::MissingTables => "missing_tables",
        }
    }

    /// Whether a rater is planted: the first of a team of the batch's own.
    pub const fn is_of_rater(self) -> bool {
        matches!(
            self,
            Self::SevereRater { .. }
                | Self::DriftingRater { .. }
                | Self::HaloRater
                | Self::CentralRater
                | Self::NarrowRater { .. }
        )
    }

    /// Whether the rules allow what is planted, so that no finding is expected.
    pub const fn is_lawful(self) -> bool {
        matches!(
            self,
            Self::LawfulRecheck { .. }
                | Self::KeyCorrection
                | Self::Resit { .. }
                | Self::RoutineCorrections { .. }
                | Self::WrittenAnswers
                | Self::LongAnswers
        )
    }
}

/// A planted case in one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plant {
    /// Number of the batch, from 0.
    pub batch: usize,
    /// What is planted.
    #[serde(flatten)]
    pub kind: PlantKind,
}

/// Size and subject of one batch, where they are set one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchShape {
    /// Candidates admitted.
    pub candidates: usize,
    /// Items of the theory form.
    pub items: usize,
    /// Number of the occupation in the catalogue.
    pub occupation: usize,
    /// Level code, 5 to 1.
    pub level: u8,
}

/// What city to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulateParameters {
    /// Name of the preset.
    pub preset: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Certification bodies.
    pub bodies: usize,
    /// Batches of the whole city.
    pub batches: usize,
    /// Years over which the batches are spread.
    #[serde(default = "one_year")]
    pub years: usize,
    /// Candidates admitted to each batch.
    pub candidates: usize,
    /// Items of each theory form.
    pub items: usize,
    /// Files to write.
    pub format: Format,
    /// Shapes of the single batches; when shorter than `batches` the rest have the common size.
    pub shapes: Vec<BatchShape>,
    /// Planted cases.
    pub plants: Vec<Plant>,
    /// Cases planted in the tables of bodies.
    #[serde(default)]
    pub body_plants: Vec<BodyPlant>,
    /// Whether the files hold a few rows that no reader can use.
    pub bad_rows: bool,
}

/// Seed of the committed demonstration data.
pub const DEMO_SEED: u64 = 20_260_401;

const fn one_year() -> usize {
    1
}

/// Largest size of anything: more is a slip of the keyboard.
const MOST: usize = 10_000_000;

impl SimulateParameters {
    /// The demonstration: 4 bodies, 12 batches, something of everything, four of the batches honest.
    pub fn demo() -> Self {
        let shape = |candidates, items, occupation, level| BatchShape { candidates, items, occupation, level };
        let plant = |batch, kind| Plant { batch, kind };
        Self {
            preset: "demo".to_owned(),
            seed: DEMO_SEED,
            bodies: 4,
            batches: 12,
            years: 1,
            candidates: 40,
            items: 70,
            format: Format::Chinese,
            shapes: vec![
                shape(40, 60, 0, 3),
                shape(45, 70, 1, 4),
                shape(30, 80, 2, 2),
                shape(36, 60, 3, 5),
                shape(48, 80, 4, 4),
                shape(20, 70, 5, 3),
                shape(21, 60, 6, 4),
                shape(60, 60, 7, 3),
                shape(60, 70, 1, 3),
                shape(40, 60, 2, 4),
                shape(50, 80, 0, 4),
                shape(25, 60, 3, 4),
            ],
            plants: vec![
                plant(1, PlantKind::LawfulRecheck { candidates: 2 }),
                plant(1, PlantKind::KeyCorrection),
                plant(2, PlantKind::RoutineCorrections { candidates: 6 }),
                plant(3, PlantKind::Resit { candidates: 2 }),
                plant(4, PlantKind::CopiedSheets { pattern: CopyPattern::Pairs { pairs: 3 }, percent: 85 }),
                plant(4, PlantKind::CopiedSheets { pattern: CopyPattern::Star { copiers: 3 }, percent: 85 }),
                plant(4, PlantKind::CopiedSheets { pattern: CopyPattern::Ring { members: 4 }, percent: 92 }),
                plant(5, PlantKind::IdenticalSheets { pairs: 2 }),
                plant(5, PlantKind::UnqualifiedRecorded { candidates: 1 }),
                plant(6, PlantKind::LineMovedWithoutLog { line: 57, candidates: 3 }),
                plant(6, PlantKind::UnqualifiedRecorded { candidates: 1 }),
                plant(7, PlantKind::SevereRater { percent: 12 }),
                plant(7, PlantKind::TargetedChanges { candidates: 14 }),
                plant(7, PlantKind::RoutineCorrections { candidates: 12 }),
                plant(8, PlantKind::DriftingRater { percent: 15 }),
                plant(8, PlantKind::UnqualifiedByConditions { candidates: 4 }),
                plant(9, PlantKind::MissingSecondRater { works: 2 }),
                plant(9, PlantKind::DifferenceWithoutThird { works: 2 }),
                plant(9, PlantKind::MarksOffRubric { marks: 2 }),
                plant(9, PlantKind::TotalNotSum { candidates: 2 }),
                plant(9, PlantKind::TheoryMarkDiffers { candidates: 2 }),
                plant(9, PlantKind::UnqualifiedRecorded { candidates: 3 }),
                plant(9, PlantKind::SameAnswerOneRater { pairs: 1 }),
                plant(9, PlantKind::SameAnswerRaters { pairs: 1 }),
                plant(10, PlantKind::LineLoweredInLog { line: 55, candidates: 5 }),
                plant(10, PlantKind::EditedScores { candidates: 3 }),
                plant(11, PlantKind::MissingTables),
            ],
            body_plants: Vec::new(),
            bad_rows: true,
        }
    }

    /// An honest city of any size. With several bodies, those of one round share a form and a day (统考),
    /// so a form has `bodies × candidates` sheets.
    pub fn honest(bodies: usize, batches: usize, candidates: usize, items: usize) -> Self {
        Self {
            preset: "honest".to_owned(),
            seed: 1,
            bodies,
            batches,
            years: 1,
            candidates,
            items,
            format: Format::Parquet,
            shapes: Vec::new(),
            plants: Vec::new(),
            body_plants: Vec::new(),
            bad_rows: false,
        }
    }

    /// The same city with a case planted in every `step`-th batch, one kind after the other.
    pub fn with_plants_every(mut self, step: usize) -> Self {
        const KINDS: [PlantKind; 16] = [
            PlantKind::CopiedSheets { pattern: CopyPattern::Pairs { pairs: 3 }, percent: 85 },
            PlantKind::IdenticalSheets { pairs: 1 },
            PlantKind::SevereRater { percent: 12 },
            PlantKind::DriftingRater { percent: 15 },
            PlantKind::MissingSecondRater { works: 2 },
            PlantKind::DifferenceWithoutThird { works: 2 },
            PlantKind::MarksOffRubric { marks: 2 },
            PlantKind::TotalNotSum { candidates: 2 },
            PlantKind::TheoryMarkDiffers { candidates: 2 },
            PlantKind::LineLoweredInLog { line: 55, candidates: 5 },
            PlantKind::LineMovedWithoutLog { line: 57, candidates: 3 },
            PlantKind::EditedScores { candidates: 3 },
            PlantKind::UnqualifiedRecorded { candidates: 6 },
            PlantKind::UnqualifiedByConditions { candidates: 6 },
            PlantKind::LawfulRecheck { candidates: 2 },
            PlantKind::CopiedSheets { pattern: CopyPattern::LeakedKey { members: 5, errors_percent: 30 }, percent: 92 },
        ];
        self.plants = (0..self.batches)
            .step_by(step.max(1))
            .zip(KINDS.into_iter().cycle())
            .map(|(batch, kind)| Plant { batch, kind })
            .collect();
        self
    }

    /// The same city with one case planted in each of its first bodies, and idle bodies beside them where the
    /// years suffice; of seven bodies or fewer none stays honest.
    pub fn with_body_plants(mut self) -> Self {
        let kinds = BodyPlantKind::ALL.into_iter().filter(|kind| kind.years() <= self.years);
        let (idle, working): (Vec<_>, Vec<_>) = kinds.partition(|kind| kind.idle_months().is_some());
        let working = working.into_iter().enumerate().take(self.bodies);
        let idle = idle.into_iter().enumerate().map(|(place, kind)| (self.bodies + place, kind));
        self.body_plants = working.chain(idle).map(|(body, kind)| BodyPlant { body, kind }).collect();
        self
    }

    /// Bodies, with those that hold nothing.
    pub fn all_bodies(&self) -> usize {
        self.body_plants.iter().map(|plant| plant.body + 1).max().unwrap_or(0).max(self.bodies)
    }

    /// Checks the sizes.
    pub fn check(&self) -> Result<(), SimulateError> {
        let bounds: [(&'static str, usize, usize, usize, &'static str); 5] = [
            ("bodies", self.bodies, 1, 9_999, "1 to 9999"),
            ("batches", self.batches, 1, 9_999_999, "1 to 9999999"),
            ("years", self.years, 1, 30, "1 to 30"),
            ("candidates", self.candidates, 6, 9_999, "6 to 9999 in a batch"),
            ("items", self.items, 10, 1_000, "10 to 1000"),
        ];
        for (name, value, low, high, hint) in bounds {
            if !(low..=high).contains(&value) {
                return Err(SimulateError::Parameter { name, value: value.to_string(), hint });
            }
        }
        if self.batches.saturating_mul(self.candidates) > MOST {
            let value = (self.batches.saturating_mul(self.candidates)).to_string();
            return Err(SimulateError::Parameter { name: "batches × candidates", value, hint: "at most 10000000" });
        }
        if let Some(plant) = self.plants.iter().find(|plant| plant.batch >= self.batches) {
            let value = plant.batch.to_string();
            return Err(SimulateError::Parameter { name: "plants.batch", value, hint: "batches count from 0" });
        }
        let is_misplaced = |plant: &&BodyPlant| {
            let is_idle = plant.kind.idle_months().is_some();
            is_idle != (plant.body >= self.bodies) || plant.body >= self.bodies + self.body_plants.len()
        };
        if let Some(plant) = self.body_plants.iter().find(is_misplaced) {
            let value = plant.body.to_string();
            let hint = "bodies count from 0; idle ones follow those that hold the batches";
            return Err(SimulateError::Parameter { name: "body_plants.body", value, hint });
        }
        if self.format == Format::Chinese && !self.body_plants.is_empty() {
            let value = self.body_plants.len().to_string();
            let hint = "none in Chinese files, which have no table of rectifications";
            return Err(SimulateError::Parameter { name: "body_plants", value, hint });
        }
        Ok(())
    }
}
