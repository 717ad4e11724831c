//! The fee detector: fees charged beside the fees published.

use crate::detect::change_log::{or_dash, quoted_or_dash};
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_body::{by_body, each_body};
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::figure::Figure;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::progress::Progress;
use crate::model::supervision::Fee;
use crate::model::text::Bilingual;

const NAME: &str = "fee";

/// Fees that differ from those published.
pub struct FeeDetector;

impl Detector for FeeDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        Explanation {
            measures: vec![("differs", Bilingual::new("实收与公示标准不一致", "fee charged is not the fee published"))],
            looks_for: Bilingual::new(
                "收费表每一行的实收与公示标准（fee.differs），精确到分比较，高于与低于均列出。任一数字空白的行不作比较，并使“全部一致”不能成立。",
                "The fee charged and the fee published in every row of the table of fees (fee.differs), compared exactly; both more and less are \
                 listed. A row with a blank amount is not compared, and then it is not said that all agree.",
            ),
            honest_causes: Bilingual::new(
                "减免、补贴或团体优惠；补考、单科只收部分费用；实收为多人合计；公示标准在收费后调整；退费未冲减；录入单位不同（元与分）。",
                "A reduction, subsidy or group price; a resit or single component is charged in part; the amount is the sum of several people; the \
                 published fee changed after the charge; a refund is not deducted; the two were entered in different units.",
            ),
            settings: Vec::new(),
            sources: vec!["Art. 8", "Art. 21(5) 未执行公示备案收费标准的"],
        }
    }

    fn detect(&self, dataset: &Dataset, _: &DetectParameters, progress: &dyn Progress) -> Detected {
        let by_body = by_body(&dataset.fees, |fee| &fee.body_id);
        each_body(dataset, NAME, progress, |body_id| {
            let seen = Observation::new(NAME, "differs", Nature::Fact).of_body(body_id);
            vec![match by_body.get(body_id) {
                Some(rows) => compare(seen, rows),
                // No row of the body says nothing of its fees.
                None if dataset.has_table("fees") => seen.lacking(vec![MissingFact::column("fees", "charged_fee")]),
                None => seen.lacking(vec![MissingFact::table("fees")]),
            }]
        })
    }
}

fn compare(mut seen: Observation, rows: &[&Fee]) -> Observation {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|fee| (fee.date, fee.source));
    let (mut compared, mut blank) = (0_usize, 0_usize);
    for fee in &rows {
        let Some((published, charged)) = fee.published_fee.zip(fee.charged_fee) else {
            blank += 1;
            for (column, is_blank) in
                [("published_fee", fee.published_fee.is_none()), ("charged_fee", fee.charged_fee.is_none())]
            {
                if is_blank {
                    seen.missing.push(MissingFact::column("fees", column));
                }
            }
            continue;
        };
        compared += 1;
        if published == charged {
            continue;
        }
        let occupation = quoted_or_dash(fee.occupation_code.as_deref());
        let level = or_dash(fee.level);
        let day = or_dash(fee.date);
        let (zh, en) = if charged > published { ("高于", "above") } else { ("低于", "below") };
        seen.cases.push(ObservedCase {
            subjects: vec![fee.body_id.to_string()],
            sources: vec![fee.source],
            detail: Bilingual::new(
                format!("{day} 职业 {occupation} 等级 {level}：实收 {charged}，{zh}公示标准 {published}。"),
                format!(
                    "{day}, occupation {occupation}, level {level}: {charged} charged, {en} the {published} published."
                ),
            ),
        });
    }
    seen.missing.sort();
    seen.missing.dedup();
    seen.figures.insert("fees_compared".to_owned(), Figure::from(compared));
    seen.figures.insert("fees_blank".to_owned(), Figure::from(blank));
    // One difference settles it; only a full look without one settles the contrary.
    seen.evaluated = !seen.cases.is_empty() || blank == 0;
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::points::Points;
    use crate::model::provenance::Provenance;

    fn seen(rows: &[(&str, &str)]) -> (bool, usize) {
        let fees: Vec<Fee> = rows
            .iter()
            .map(|(published, charged)| Fee {
                body_id: "A".into(),
                occupation_code: None,
                level: None,
                date: None,
                published_fee: Points::parse(published),
                charged_fee: Points::parse(charged),
                source: Provenance::default(),
            })
            .collect();
        let found = compare(Observation::new(NAME, "differs", Nature::Fact), &fees.iter().collect::<Vec<_>>());
        (found.evaluated, found.cases.len())
    }

    #[test]
    fn amounts_are_compared_exactly() {
        assert_eq!(seen(&[("320", "320.00")]), (true, 0));
        assert_eq!(seen(&[("320", "320.01")]), (true, 1));
        assert_eq!(seen(&[("320", "319.99"), ("200", "200")]), (true, 1));
        assert_eq!(seen(&[("320", ""), ("200", "200")]), (false, 0));
        assert_eq!(seen(&[("320", ""), ("200", "210")]), (true, 1));
    }
}
