//! The checklist of documents: data in `documents.toml`.

use crate::model::component::Component;
use crate::model::text::Bilingual;
use serde::Deserialize;
use std::sync::OnceLock;

/// What an archive holds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// The documents, in the order of the list.
    #[serde(rename = "document")]
    pub documents: Vec<Document>,
    #[serde(default)]
    shared: Vec<SharedTitle>,
}

/// One document of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Stable name.
    pub id: String,
    /// Its name in words.
    pub name: Bilingual,
    /// Which batches need it.
    #[serde(default)]
    needed: Need,
    titles: Vec<Vec<String>>,
}

/// Which batches need a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Need {
    #[default]
    Always,
    Theory,
    Skill,
    Review,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedTitle {
    titles: Vec<Vec<String>>,
    documents: Vec<String>,
}

impl Document {
    /// The component it belongs to; `None` for a document of every batch.
    pub fn component(&self) -> Option<Component> {
        match self.needed {
            Need::Always => None,
            Need::Theory => Some(Component::Theory),
            Need::Skill => Some(Component::Skill),
            Need::Review => Some(Component::Review),
        }
    }
}

impl Checklist {
    /// The list of the program.
    pub fn built_in() -> &'static Self {
        static CHECKLIST: OnceLock<Checklist> = OnceLock::new();
        // The file is part of the program, and a test reads it.
        CHECKLIST.get_or_init(|| toml::from_str(include_str!("documents.toml")).unwrap_or_default())
    }

    /// The documents that a title may stand for, by their place in the list.
    ///
    /// A title may name two at once, such as 试卷领取登记及考场记录: it then stands for both.
    pub fn named(&self, title: &str) -> Vec<usize> {
        let title: String = title.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        let fits = |titles: &[Vec<String>]| {
            titles.iter().any(|words| words.iter().all(|word| title.contains(&word.replace(' ', ""))))
        };
        let places = self.documents.iter().enumerate();
        let own: Vec<usize> =
            places.clone().filter(|(_, document)| fits(&document.titles)).map(|(place, _)| place).collect();
        if !own.is_empty() {
            return own;
        }
        let shared: Vec<&SharedTitle> = self.shared.iter().filter(|shared| fits(&shared.titles)).collect();
        places
            .filter(|(_, document)| shared.iter().any(|shared| shared.documents.contains(&document.id)))
            .map(|(place, _)| place)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Checklist;

    #[test]
    fn titles_as_people_write_them() {
        let checklist = Checklist::built_in();
        assert_eq!(checklist.documents.len(), 14);
        let ids = |title: &str| -> Vec<&str> {
            checklist.named(title).into_iter().map(|place| checklist.documents[place].id.as_str()).collect()
        };
        for (title, expected) in [
            ("认定公告", vec!["notice"]),
            ("考生资格审核表", vec!["qualification_review"]),
            ("准考人员名册", vec!["admitted_roster"]),
            ("考务实施方案", vec!["plan"]),
            ("试卷 领取与回收登记表", vec!["paper_register"]),
            ("监考人员签到表", vec!["sign_in_invigilators"]),
            ("考生签到表", vec!["sign_in_candidates"]),
            ("考评人员签到表", vec!["sign_in_assessors"]),
            ("签到表", vec!["sign_in_invigilators", "sign_in_candidates", "sign_in_assessors"]),
            ("考场记录", vec!["room_record"]),
            ("成绩汇总表", vec!["result_summary"]),
            ("理论答题卡", vec!["answer_sheets"]),
            ("技能考核评分记录", vec!["skill_records"]),
            ("评审答辩记录", vec!["review_records"]),
            ("证书数据", vec!["certificate_data"]),
            ("Answer sheets", vec!["answer_sheets"]),
            ("收费票据", vec![]),
        ] {
            assert_eq!(ids(title), expected, "{title}");
        }
    }
}
