//! Occupations with their topics and scored elements, read from `occupations.toml`, and the phrases
//! that items are made of.

use crate::simulate::error::SimulateError;
use serde::Deserialize;

/// One occupation of the catalogue.
#[derive(Clone, Debug, Deserialize)]
pub struct Occupation {
    /// 职业编码.
    pub code: String,
    /// 职业名称.
    pub name: String,
    /// What items ask about.
    pub topics: Vec<String>,
    /// Scored elements of the skill component: name and points.
    pub criteria: Vec<(String, i64)>,
}

#[derive(Deserialize)]
struct CatalogueFile {
    occupation: Vec<Occupation>,
}

/// Reads the built-in catalogue.
pub fn occupations() -> Result<Vec<Occupation>, SimulateError> {
    Ok(toml::from_str::<CatalogueFile>(include_str!("occupations.toml"))?.occupation)
}

/// Scored elements of the comprehensive review of levels 2 and 1.
pub const REVIEW_CRITERIA: [(&str, i64); 4] = [("业绩材料", 20), ("技术总结", 30), ("现场答辩", 30), ("带徒传技", 20)];

/// 知识领域 with its share of a form in twentieths.
pub const DOMAINS: [(&str, usize); 4] = [("职业道德", 1), ("基础知识", 5), ("专业知识", 10), ("相关知识", 4)];

/// Where an item is set.
pub const SETTINGS: [&str; 12] = [
    "接班时",
    "作业前",
    "作业过程中",
    "完工后",
    "设备异常时",
    "新员工带教时",
    "班组自检时",
    "多人配合时",
    "雨季",
    "夜班期间",
    "交接记录中",
    "质量抽查时",
];

/// What an item asks; `{}` is the topic.
pub const QUESTIONS: [&str; 10] = [
    "关于{}，下列说法正确的是（　）。",
    "进行{}时，首先应当（　）。",
    "{}不符合要求时，正确的处理是（　）。",
    "检查{}的主要依据是（　）。",
    "{}的关键控制点是（　）。",
    "下列做法中，有利于{}质量的是（　）。",
    "{}记录应当包括的内容是（　）。",
    "对{}提出疑问时，应当先（　）。",
    "{}的安全要求是（　）。",
    "影响{}效果的主要因素是（　）。",
];

/// Options of an item; four different ones are drawn.
pub const OPTIONS: [&str; 24] = [
    "确认安全条件后再操作",
    "核对标准与记录",
    "按规程逐项检查",
    "由两人相互确认",
    "使用经检定的量具",
    "先切断能源并挂牌",
    "及时报告负责人",
    "保留样品备查",
    "按比例抽样复验",
    "更换失效部件",
    "重新测量并记录",
    "控制温度与时间",
    "清洁并消毒工具",
    "佩戴防护用品",
    "查阅技术文件",
    "调整参数后试运行",
    "与服务对象沟通确认",
    "隔离不合格品",
    "参照样板比对",
    "由专人看护",
    "缩短间隔时间",
    "降低负荷运行",
    "延后到下一班处理",
    "凭经验估计",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_consistent() {
        let occupations = occupations().expect("catalogue");
        assert!(occupations.len() >= 8);
        for occupation in &occupations {
            assert_eq!(occupation.criteria.iter().map(|(_, points)| points).sum::<i64>(), 100, "{}", occupation.name);
            assert!(occupation.code.len() == 10 && occupation.topics.len() == 20, "{}", occupation.name);
        }
        assert_eq!(REVIEW_CRITERIA.iter().map(|(_, points)| points).sum::<i64>(), 100);
        assert_eq!(DOMAINS.iter().map(|(_, share)| share).sum::<usize>(), 20);
    }
}
