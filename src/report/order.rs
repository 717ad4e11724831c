//! The one order in which findings stand in every output.

use crate::model::finding::Finding;
use crate::model::run::Inspection;

/// Findings by article, body, batch and identifier. Articles sort by number, so that 9 stands before 20.
pub fn by_article(inspection: &Inspection) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = inspection.findings.iter().collect();
    findings.sort_by(|a, b| {
        (article_key(&a.article), &a.body_id, &a.batch_id, &a.id).cmp(&(
            article_key(&b.article),
            &b.body_id,
            &b.batch_id,
            &b.id,
        ))
    });
    findings
}

/// Findings by urgency of the verdict, then as [`by_article`].
pub fn by_urgency(inspection: &Inspection) -> Vec<&Finding> {
    let mut findings = by_article(inspection);
    findings.sort_by_key(|finding| finding.verdict);
    findings
}

/// Sort key of an article such as `20(1)`: its leading number, then its text.
pub fn article_key(article: &str) -> (u32, &str) {
    let digits = article.bytes().take_while(u8::is_ascii_digit).count();
    (article[..digits].parse().unwrap_or(u32::MAX), article)
}

#[cfg(test)]
mod tests {
    use super::article_key;

    #[test]
    fn articles_sort_by_number() {
        let mut articles = ["21(6)", "9", "20(4)", "20(1)", "第三条"];
        articles.sort_by_key(|article| article_key(article));
        assert_eq!(articles, ["9", "20(1)", "20(4)", "21(6)", "第三条"]);
    }
}
