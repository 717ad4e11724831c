//! What an inspection covers, as a pack may say under `[inspection]`: an article that asks, and the articles whose
//! findings already say something about it.

use crate::model::text::Bilingual;
use crate::policy::rule::Rule;
use std::collections::BTreeMap;
use toml::Spanned;

/// Each asking article with those that say something about it.
pub(super) type InspectionFile = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

/// Articles that are all in the pack, in the order of the file.
///
/// # Errors
/// The first article that is not, with its place.
pub(super) fn items(file: InspectionFile, rules: &[Rule]) -> Result<BTreeMap<String, Vec<String>>, (usize, Bilingual)> {
    let known = |article: &Spanned<String>| {
        if rules.iter().any(|rule| rule.article == *article.get_ref()) {
            return Ok(article.get_ref().clone());
        }
        let name = article.get_ref();
        let said = Bilingual::new(format!("规则包没有条文 {name}"), format!("the pack has no article {name}"));
        Err((article.span().start, said))
    };
    file.iter().map(|(asks, say)| Ok((known(asks)?, say.iter().map(known).collect::<Result<_, _>>()?))).collect()
}
