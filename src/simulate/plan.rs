//! The plan of a city: bodies with their people and places, batches with dates, forms and teams. Cheap, drawn
//! in one go before the batches are made in parallel.

use crate::model::batch::BodyKind;
use crate::simulate::body_plant::{BodyPlant, BodyPlantKind};
use crate::simulate::catalogue::{Occupation, occupations};
use crate::simulate::error::SimulateError;
use crate::simulate::identity::credit_code;
use crate::simulate::names::{BODY_WORDS, person_name};
use crate::simulate::parameters::{PlantKind, SimulateParameters};
use crate::simulate::random::{Purpose, Random};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Seats of a room.
pub const ROOM_SEATS: usize = 30;
/// Candidates that one assessor may look after.
const CANDIDATES_AN_ASSESSOR: usize = 5;
/// Invigilators of a room.
pub const INVIGILATORS_A_ROOM: usize = 2;
/// Clerks of a body.
const CLERKS: usize = 3;
/// Raters of the skill component of a batch, among the assessors who signed in: at least three and an odd number.
pub const TEAM: usize = 3;
/// Raters of a batch in which one of them is planted: the others then stay near the common mean.
pub const PLANTED_TEAM: usize = 4;

/// Standard deviation of severity over honest raters, as share of the maximum.
const SEVERITY: f64 = 0.01;
/// Honest severity never passes this share of the maximum.
const MOST_SEVERITY: f64 = 0.02;

/// The first examination day of the city: a Saturday.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 5, 10).unwrap_or_default()
}

/// One certification body.
#[derive(Clone, Debug)]
pub struct BodyPlan {
    /// 统一社会信用代码.
    pub body_id: String,
    /// 机构名称.
    pub name: String,
    /// 用人单位 or 社会培训评价组织.
    pub kind: BodyKind,
    /// 备案日期.
    pub filed_on: NaiveDate,
    /// 考点.
    pub sites: Vec<String>,
    /// 地域.
    pub region: String,
    /// Assessors: number and name.
    pub assessors: Vec<StaffPlan>,
    /// Invigilators.
    pub invigilators: Vec<StaffPlan>,
    /// 审核人 of registrations.
    pub reviewer: String,
    /// 操作人 of the systems.
    pub operator: String,
    /// 审批人.
    pub approver: String,
    /// Who corrects slips of everyday work, one after the other.
    pub clerks: Vec<String>,
}

/// One person on a roster.
#[derive(Clone, Debug)]
pub struct StaffPlan {
    /// 人员编号.
    pub person_id: String,
    /// 姓名.
    pub name: String,
    /// What the person adds to every mark, as share of the maximum (− is severe): the same in every batch.
    pub severity: f64,
}

/// One batch.
#[derive(Clone, Debug)]
pub struct BatchPlan {
    /// Number in the city, from 0.
    pub index: usize,
    /// 批次号.
    pub batch_id: String,
    /// Index of the body.
    pub body: usize,
    /// Index of the form.
    pub form: usize,
    /// 考试日期.
    pub exam_date: NaiveDate,
    /// 成绩公布日期.
    pub published_on: NaiveDate,
    /// 考点.
    pub site: String,
    /// Candidates admitted.
    pub candidates: usize,
    /// Planted cases.
    pub plants: Vec<PlantKind>,
    /// Who marks.
    pub team: Vec<StaffPlan>,
    /// Assessors who signed in beside the team.
    pub helpers: Vec<StaffPlan>,
    /// Whether the team works for this batch only (as when a rater in it is planted).
    pub team_is_own: bool,
}

impl BatchPlan {
    /// Whether a rater of this batch is planted.
    pub fn has_rater_plant(&self) -> bool {
        self.plants.iter().any(|plant| plant.is_of_rater())
    }

    /// Whether nothing unlawful is planted.
    pub fn is_honest(&self) -> bool {
        self.plants.iter().all(|plant| plant.is_lawful())
    }
}

/// One theory form.
#[derive(Clone, Debug)]
pub struct FormPlan {
    /// 试卷编号.
    pub form_id: String,
    /// Index of the occupation.
    pub occupation: usize,
    /// Level code.
    pub level: u8,
    /// Items.
    pub items: usize,
    /// Number of the batch, when only one uses the form.
    pub only_batch: Option<usize>,
    /// Day it is used.
    pub exam_date: NaiveDate,
}

/// The whole city.
#[derive(Clone, Debug)]
pub struct CityPlan {
    /// What was asked for.
    pub parameters: SimulateParameters,
    /// The catalogue.
    pub occupations: Vec<Occupation>,
    /// Bodies.
    pub bodies: Vec<BodyPlan>,
    /// Forms.
    pub forms: Vec<FormPlan>,
    /// Batches in the order of their numbers.
    pub batches: Vec<BatchPlan>,
}

impl CityPlan {
    /// The occupation of a batch.
    pub fn occupation(&self, batch: &BatchPlan) -> &Occupation {
        &self.occupations[self.forms[batch.form].occupation]
    }

    /// The level of a batch.
    pub fn level(&self, batch: &BatchPlan) -> u8 {
        self.forms[batch.form].level
    }

    /// Whether a case is planted in the tables of a body.
    pub fn has_body_plant(&self, body: usize, kind: BodyPlantKind) -> bool {
        self.parameters.body_plants.contains(&BodyPlant { body, kind })
    }

    /// Last day of the year after the last full one: terms on file and of certificates end there or later.
    pub fn last_term(&self) -> NaiveDate {
        let year = first_day().year() + 2 + self.parameters.years as i32;
        NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default()
    }

    /// Plans the city.
    pub fn new(parameters: &SimulateParameters) -> Result<Self, SimulateError> {
        parameters.check()?;
        let occupations = occupations()?;
        for shape in &parameters.shapes {
            if shape.occupation >= occupations.len() || !(1..=5).contains(&shape.level) {
                let value = format!("{shape:?}");
                let hint = "occupations count from 0, levels are 1 to 5";
                return Err(SimulateError::Parameter { name: "shapes", value, hint });
            }
        }
        let size = |index: usize| parameters.shapes.get(index).map_or(parameters.candidates, |shape| shape.candidates);
        let mut bodies: Vec<BodyPlan> = (0..parameters.all_bodies())
            .map(|number| {
                let own = (number..parameters.batches).step_by(parameters.bodies);
                plan_body(parameters.seed, number, own.map(size).max().unwrap_or(0))
            })
            .collect();
        // A body that holds batches at another's site: the first of the body after it.
        for plant in parameters.body_plants.iter().filter(|plant| plant.kind == BodyPlantKind::ForeignSite) {
            let others = bodies[(plant.body + 1) % parameters.bodies].sites[0].clone();
            bodies[plant.body].sites[1] = others;
        }
        let rounds = parameters.batches.div_ceil(parameters.bodies);
        let mut forms = Vec::new();
        let mut batches: Vec<BatchPlan> = Vec::with_capacity(parameters.batches);
        for index in 0..parameters.batches {
            let shape = parameters.shapes.get(index);
            let round = index / parameters.bodies;
            let exam_date = match shape {
                // Batches with a shape of their own are spread over the time one by one.
                Some(_) => saturday(index * 364 * parameters.years / parameters.batches),
                None => saturday(round * 364 * parameters.years / rounds),
            };
            let starts_form = shape.is_some() || index == 0 || index % parameters.bodies == 0;
            let starts_form = starts_form || batches.last().is_some_and(|last| last.exam_date != exam_date);
            if starts_form {
                const LEVELS: [u8; 6] = [5, 4, 3, 4, 3, 2];
                let level = shape.map_or(LEVELS[round % LEVELS.len()], |shape| shape.level);
                let occupation = shape.map_or(round % occupations.len(), |shape| shape.occupation);
                forms.push(FormPlan {
                    form_id: format!("SJ{:04}-{:03}", exam_date.year(), forms.len() + 1),
                    occupation,
                    level,
                    items: shape.map_or(parameters.items, |shape| shape.items),
                    only_batch: (shape.is_some() || parameters.bodies == 1).then_some(index),
                    exam_date,
                });
            }
            let body = index % parameters.bodies;
            let plants: Vec<PlantKind> =
                parameters.plants.iter().filter(|plant| plant.batch == index).map(|plant| plant.kind).collect();
            let form = form_of(&plants, &batches, &forms)?;
            let mut batch = BatchPlan {
                index,
                batch_id: format!("PC{}-{:04}", exam_date.format("%Y%m%d"), index + 1),
                body,
                form,
                exam_date,
                published_on: exam_date + Days::new(20),
                site: bodies[body].sites[round % bodies[body].sites.len()].clone(),
                candidates: size(index),
                plants,
                team: Vec::new(),
                helpers: Vec::new(),
                team_is_own: false,
            };
            plan_team(&mut batch, &bodies[body], parameters.seed);
            batches.push(batch);
        }
        let last = batches.iter().map(|batch| batch.exam_date).max().unwrap_or_else(first_day);
        for plant in &parameters.body_plants {
            if let Some(filed_on) =
                plant.kind.idle_months().and_then(|months| last.checked_sub_months(Months::new(months)))
            {
                bodies[plant.body].filed_on = filed_on;
            }
        }
        Ok(Self { parameters: parameters.clone(), occupations, bodies, forms, batches })
    }
}

/// The latest form, or that of the earlier batch where its items are planted to be known.
fn form_of(plants: &[PlantKind], batches: &[BatchPlan], forms: &[FormPlan]) -> Result<usize, SimulateError> {
    let latest = forms.len() - 1;
    let is_own = forms[latest].only_batch.is_some();
    let refused =
        |plant: &PlantKind, hint| SimulateError::Parameter { name: "plants", value: plant.name().to_owned(), hint };
    let mut form = latest;
    for plant in plants {
        match plant {
            PlantKind::KnownItems { of_batch, .. } => {
                let earlier = batches.get(*of_batch).filter(|_| !is_own);
                let hint = "known items want an earlier batch, in a city whose bodies share forms";
                form = earlier.ok_or_else(|| refused(plant, hint))?.form;
            }
            PlantKind::RetiredItems { .. } if !is_own => {
                return Err(refused(plant, "retired items want a form of the batch's own: one body, or shapes"));
            }
            _ => {}
        }
    }
    Ok(form)
}

fn saturday(offset_days: usize) -> NaiveDate {
    let mut date = first_day() + Days::new(offset_days as u64);
    while date.weekday() != Weekday::Sat {
        date = date.succ_opt().unwrap_or(date);
    }
    date
}

/// Assessors for so many candidates: one for five, at least three, and an odd number.
fn assessors_needed(candidates: usize) -> usize {
    candidates.div_ceil(CANDIDATES_AN_ASSESSOR).max(TEAM) | 1
}

/// A body with staff for its largest batch.
fn plan_body(seed: u64, number: usize, largest_batch: usize) -> BodyPlan {
    let mut random = Random::new(seed, Purpose::Bodies, number);
    let kind = if number % 4 == 1 { BodyKind::Employer } else { BodyKind::Social };
    let word = BODY_WORDS[number % BODY_WORDS.len()];
    // The first bodies have plain names; later ones are told apart by their number.
    let ordinal = if number < BODY_WORDS.len() { String::new() } else { format!("{}号", number + 1) };
    let name = match kind {
        BodyKind::Employer => format!("模拟市{word}{ordinal}制造有限公司"),
        BodyKind::Social => format!("模拟市{word}{ordinal}职业技能评价中心"),
    };
    let people = |letter: char, count: usize, random: &mut Random| -> Vec<StaffPlan> {
        (1..=count)
            .map(|person| StaffPlan {
                person_id: format!("{letter}{:04}{person:02}", number + 1),
                name: person_name(random),
                severity: random.normal(0.0, SEVERITY).clamp(-MOST_SEVERITY, MOST_SEVERITY),
            })
            .collect()
    };
    let assessors = people('K', assessors_needed(largest_batch), &mut random);
    let invigilators = people('J', largest_batch.div_ceil(ROOM_SEATS) * INVIGILATORS_A_ROOM, &mut random);
    let prefix = if kind == BodyKind::Employer { "91" } else { "52" };
    let district = ["东城区", "西城区", "高新区", "南湖县"][number % 4];
    BodyPlan {
        body_id: credit_code(prefix, number + 1),
        name,
        kind,
        filed_on: NaiveDate::from_ymd_opt(2023, 3, 1).unwrap_or_default() + Days::new(random.below(300) as u64),
        sites: vec![format!("{word}{ordinal}考点"), format!("{word}{ordinal}实训基地")],
        region: format!("模拟市{district}"),
        assessors,
        invigilators,
        reviewer: person_name(&mut random),
        operator: person_name(&mut random),
        approver: person_name(&mut random),
        clerks: (0..CLERKS).map(|_| person_name(&mut random)).collect(),
    }
}

fn plan_team(batch: &mut BatchPlan, body: &BodyPlan, seed: u64) {
    let mut random = Random::new(seed, Purpose::Plan, batch.index);
    let needed = assessors_needed(batch.candidates);
    if batch.has_rater_plant() {
        batch.team_is_own = true;
        batch.team = (1..=PLANTED_TEAM)
            .map(|person| StaffPlan {
                person_id: format!("W{:04}{person:02}", batch.index + 1),
                name: person_name(&mut random),
                // Beside a planted rater the others hold the common standard: what is seen is the plant alone.
                severity: 0.0,
            })
            .collect();
    }
    let mut order: Vec<usize> = (0..body.assessors.len()).collect();
    random.shuffle(&mut order);
    let own_raters = if batch.team_is_own { 0 } else { TEAM };
    let (raters, rest) = order.split_at(own_raters.min(order.len()));
    let people = |places: &[usize]| -> Vec<StaffPlan> {
        let mut places = places.to_vec();
        places.sort_unstable();
        places.into_iter().map(|person| body.assessors[person].clone()).collect()
    };
    batch.team.extend(people(raters));
    // An odd number in all, also where a planted team is larger than what is needed.
    let wanted = needed.max(batch.team.len()) | 1;
    let helpers = (wanted - batch.team.len()).min(rest.len());
    batch.helpers = people(&rest[..helpers]);
    if batch.plants.contains(&PlantKind::ExpiredCertificate) {
        // In the place of a helper, so that the number stays, and of this batch alone, so that no other is touched.
        batch.helpers.pop();
        batch.helpers.push(StaffPlan {
            person_id: format!("E{:04}01", batch.index + 1),
            name: person_name(&mut random),
            severity: 0.0,
        });
    }
}

/// Whether somebody's certificate is planted to have ended before the examination.
pub fn has_expired(person: &StaffPlan) -> bool {
    person.person_id.starts_with('E')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_spreads_a_dozen_batches_over_a_year() {
        let plan = CityPlan::new(&SimulateParameters::demo()).expect("plan");
        assert_eq!((plan.bodies.len(), plan.batches.len(), plan.forms.len()), (4, 12, 12));
        assert!(plan.batches.iter().filter(|batch| batch.is_honest()).count() >= 4);
        let days = plan.batches.iter().map(|batch| batch.exam_date);
        let span = days.clone().max().expect("some") - days.min().expect("some");
        assert!((300..=366).contains(&span.num_days()));
    }

    #[test]
    fn bodies_of_one_round_share_a_form() {
        let plan = CityPlan::new(&SimulateParameters::honest(20, 1000, 100, 100)).expect("plan");
        assert_eq!(plan.forms.len(), 50);
        for form in 0..plan.forms.len() {
            let users: Vec<usize> =
                plan.batches.iter().filter(|batch| batch.form == form).map(|batch| batch.body).collect();
            assert_eq!(users.len(), 20);
            assert!(users.windows(2).all(|pair| pair[0] < pair[1]), "a body uses a form once");
        }
    }

    #[test]
    fn impossible_sizes_are_refused() {
        assert!(CityPlan::new(&SimulateParameters::honest(0, 10, 40, 60)).is_err());
        assert!(CityPlan::new(&SimulateParameters::honest(1, 10, 40, 5)).is_err());
        assert!(CityPlan::new(&SimulateParameters::honest(1, 9_000_000, 40, 60)).is_err());
    }
}
