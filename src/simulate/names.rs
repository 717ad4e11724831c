//! Chinese names put together from common characters. Any likeness to a living person is chance.

use crate::simulate::random::Random;

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文海燕红梅春生东峰波辉宁健荣飞雪晨宇浩然子轩梓涵欣怡思佳诗琪雨泽俊豪嘉睿一鸣天成立新永康少云凤莲晓琳亚楠振兴光德福祥瑞安心语若曦";

/// A name of two or three characters.
pub fn person_name(random: &mut Random) -> String {
    let pick = |characters: &str, random: &mut Random| {
        let place = random.below(characters.chars().count());
        characters.chars().nth(place).unwrap_or('文')
    };
    let mut name = String::from(pick(SURNAMES, random));
    name.push(pick(GIVEN, random));
    if random.chance(0.8) {
        name.push(pick(GIVEN, random));
    }
    name
}

/// Characters that names of bodies are made of.
pub const BODY_WORDS: [&str; 16] = [
    "启明", "恒信", "博远", "匠成", "汇智", "德技", "锦程", "鼎新", "楚源", "立业", "江汉", "同创", "精工", "惠民",
    "弘毅", "新航",
];

#[cfg(test)]
mod tests {
    use super::person_name;
    use crate::simulate::random::{Purpose, Random};

    #[test]
    fn names_are_short_and_chinese() {
        let mut random = Random::new(3, Purpose::People, 1);
        for _ in 0..200 {
            let name = person_name(&mut random);
            assert!((2..=3).contains(&name.chars().count()), "{name}");
            assert!(name.chars().all(|character| ('\u{4e00}'..='\u{9fff}').contains(&character)), "{name}");
        }
    }
}
