//! Theory forms: items with texts, keys and marks that sum to 100, each with its response model.

use crate::model::points::Points;
use crate::simulate::catalogue::{DOMAINS, OPTIONS, QUESTIONS, SETTINGS};
use crate::simulate::plan::{CityPlan, FormPlan};
use crate::simulate::random::{Purpose, Random};

/// Options of an item.
pub const OPTION_COUNT: usize = 4;
/// Labels by code: blank, the four options, and marks on two options at once.
pub const LABELS: [&str; 7] = ["", "A", "B", "C", "D", "AC", "BD"];
/// Code of a sheet that marks A and C.
pub const DOUBLE_MARK: u8 = 5;

/// Nominal response model of one item (Bock 1972): P_k ∝ exp(slope_k θ + intercept_k).
#[derive(Clone, Copy, Debug)]
pub struct ItemModel {
    /// Slope of each option.
    pub slopes: [f64; OPTION_COUNT],
    /// Intercept of each option.
    pub intercepts: [f64; OPTION_COUNT],
}

impl ItemModel {
    /// Probability of each option at an ability.
    pub fn probabilities(&self, theta: f64) -> [f64; OPTION_COUNT] {
        let mut weights = [0.0; OPTION_COUNT];
        let mut total = 0.0;
        for (weight, (slope, intercept)) in weights.iter_mut().zip(self.slopes.iter().zip(self.intercepts)) {
            *weight = (slope * theta + intercept).exp();
            total += *weight;
        }
        weights.map(|weight| weight / total)
    }
}

/// One item of a form.
#[derive(Clone, Debug)]
pub struct Item {
    /// 试题编号.
    pub item_id: String,
    /// 题干.
    pub stem: String,
    /// 选项, by their index in [`OPTIONS`].
    pub options: [usize; OPTION_COUNT],
    /// Code of the keyed option, 1 to 4.
    pub key: u8,
    /// 分值.
    pub max_score: Points,
    /// 知识领域.
    pub domain: &'static str,
    /// How candidates answer it.
    pub model: ItemModel,
}

/// One theory form.
#[derive(Clone, Debug)]
pub struct TestForm {
    /// Items in order.
    pub items: Vec<Item>,
}

impl TestForm {
    /// Makes a form.
    pub fn new(plan: &CityPlan, number: usize) -> Self {
        let form = &plan.forms[number];
        let mut random = Random::new(plan.parameters.seed, Purpose::Form, number);
        let topics = &plan.occupations[form.occupation].topics;
        // Every stem of a form is different: the combinations are shuffled and dealt out.
        let mut combinations: Vec<usize> = (0..topics.len() * SETTINGS.len() * QUESTIONS.len()).collect();
        random.shuffle(&mut combinations);
        let marks = max_scores(form.items);
        let items = (0..form.items)
            .map(|item| {
                let combination = combinations[item % combinations.len()];
                let topic = &topics[combination % topics.len()];
                let setting = SETTINGS[combination / topics.len() % SETTINGS.len()];
                let question = QUESTIONS[combination / topics.len() / SETTINGS.len()];
                let mut texts: Vec<usize> = (0..OPTIONS.len()).collect();
                random.shuffle(&mut texts);
                let key = random.below(OPTION_COUNT);
                Item {
                    item_id: item_id(form, number, item),
                    stem: format!("{setting}，{}", question.replace("{}", topic)),
                    options: [texts[0], texts[1], texts[2], texts[3]],
                    key: key as u8 + 1,
                    max_score: marks[item],
                    domain: domain(item, form.items),
                    model: item_model(key, &mut random),
                }
            })
            .collect();
        Self { items }
    }

    /// The mark of a sheet: the sum of the marks of items answered as keyed.
    pub fn mark(&self, sheet: &[u8]) -> Points {
        self.items.iter().zip(sheet).filter(|(item, code)| item.key == **code).map(|(item, _)| item.max_score).sum()
    }
}

fn item_id(form: &FormPlan, number: usize, item: usize) -> String {
    format!("T{:02}{}-{:03}-{:03}", form.occupation + 1, form.level, number + 1, item + 1)
}

fn item_model(key: usize, random: &mut Random) -> ItemModel {
    let slope = 0.4 + 0.5 * random.uniform();
    let mut slopes = [-slope / 3.0; OPTION_COUNT];
    let mut intercepts = [0.0; OPTION_COUNT];
    for intercept in &mut intercepts {
        *intercept = random.normal(-0.2, 0.45);
    }
    slopes[key] = slope;
    intercepts[key] = random.normal(1.5, 0.65).clamp(0.2, 2.9);
    ItemModel { slopes, intercepts }
}

/// Marks in half points (smaller steps for very long forms) that sum to 100, larger ones last.
pub fn max_scores(items: usize) -> Vec<Points> {
    let steps_a_point: usize = match items {
        0..=200 => 2,
        _ => 10,
    };
    let steps = 100 * steps_a_point;
    let (base, rest) = (steps / items.max(1), steps % items.max(1));
    (0..items)
        .map(|item| {
            let own = base + usize::from(item >= items - rest);
            Points::from_millionths(own as i64 * Points::SCALE / steps_a_point as i64)
        })
        .collect()
}

fn domain(item: usize, items: usize) -> &'static str {
    let twentieth = item * 20 / items.max(1);
    let mut end = 0;
    for (name, share) in DOMAINS {
        end += share;
        if twentieth < end {
            return name;
        }
    }
    DOMAINS[DOMAINS.len() - 1].0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::parameters::SimulateParameters;

    #[test]
    fn marks_sum_to_one_hundred() {
        for items in [10, 33, 60, 70, 80, 99, 100, 150, 200, 201, 1000] {
            let marks = max_scores(items);
            assert_eq!(marks.iter().copied().sum::<Points>(), Points::whole(100), "{items}");
            assert!(marks.iter().all(|mark| *mark > Points::ZERO));
        }
    }

    #[test]
    fn a_form_has_different_stems_and_a_key_for_all() {
        let plan = CityPlan::new(&SimulateParameters::demo()).expect("plan");
        let form = TestForm::new(&plan, 4);
        let stems: std::collections::BTreeSet<&str> = form.items.iter().map(|item| item.stem.as_str()).collect();
        assert_eq!(stems.len(), 80);
        let key: Vec<u8> = form.items.iter().map(|item| item.key).collect();
        assert_eq!(form.mark(&key), Points::whole(100));
        assert_eq!(form.mark(&[0; 80]), Points::ZERO);
    }

    #[test]
    fn probabilities_sum_to_one_and_ability_helps() {
        let mut random = Random::new(5, Purpose::Form, 0);
        for key in 0..OPTION_COUNT {
            let model = item_model(key, &mut random);
            let (low, high) = (model.probabilities(-1.0), model.probabilities(2.0));
            assert!((low.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(high[key] > low[key]);
        }
    }
}
