//! Long written answers of one's own, and what becomes of them when they are copied.

use crate::simulate::parameters::CopyHow;
use crate::simulate::random::Random;

/// Words that sentences are made of. A second stock of them is kept for tests on texts that no setting was chosen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// Of the simulator.
    Usual,
    /// Held back.
    Other,
}

/// Alternatives of one slot.
type Words = [&'static str; 12];

const WHEN: [Words; 2] = [
    [
        "开工前",
        "班前会后",
        "接到工单后",
        "进入现场后",
        "交接班时",
        "停机之后",
        "复查阶段",
        "首件加工前",
        "巡检过程中",
        "试运行前",
        "发现异常时",
        "收尾阶段",
    ],
    [
        "到岗以后",
        "领取任务书后",
        "核对图纸之后",
        "设备冷却后",
        "更换部件以前",
        "调试期间",
        "清场之后",
        "班组长确认后",
        "点检的时候",
        "送电以前",
        "出现报警时",
        "验收之前",
    ],
];
const WHO: [Words; 2] = [
    [
        "我会",
        "操作人员应",
        "本人先",
        "作业小组需",
        "我和同伴一起",
        "当班人员要",
        "维修人员必须",
        "我习惯",
        "负责人安排我",
        "两人一组",
        "我按规程",
        "现场人员应当",
    ],
    [
        "自己动手",
        "由我负责",
        "班组共同",
        "应由专人",
        "我通常",
        "技术员带我",
        "按分工我",
        "作业者宜",
        "我独立",
        "全体成员",
        "我再次",
        "值守人员",
    ],
];
const DO: [Words; 2] = [
    [
        "逐项核对",
        "仔细检查",
        "重新测量",
        "用手触摸判断",
        "对照图纸确认",
        "拍照留存",
        "拆开清洗",
        "用塞尺检验",
        "分段排查",
        "挂牌锁定",
        "记录并比较",
        "听声音辨别",
    ],
    [
        "反复验证",
        "目视查看",
        "用量具复测",
        "对着说明书比对",
        "做好标记",
        "依次拧紧",
        "用酒精擦拭",
        "取样化验",
        "按顺序更换",
        "隔离并警示",
        "绘成曲线分析",
        "凭振动判断",
    ],
];
const WHAT: [Words; 2] = [
    [
        "轴承座的温升",
        "接线端子的松紧",
        "液压管路的渗漏",
        "传动带的张力",
        "刀具的磨损量",
        "安全联锁的动作",
        "仪表的零点",
        "焊缝的外观",
        "润滑油的油位",
        "接地线的通断",
        "夹具的定位面",
        "冷却水的流量",
    ],
    [
        "减速箱的异响",
        "电缆护套的破损",
        "气缸的行程",
        "链条的节距",
        "砂轮的平衡",
        "急停按钮的复位",
        "压力表的指针",
        "铆钉的间距",
        "滤芯的堵塞",
        "绝缘垫的老化",
        "导轨的直线度",
        "风机的转向",
    ],
];
const HOW: [Words; 2] = [
    [
        "每次读数三遍取平均",
        "不急于下结论",
        "由远及近逐段进行",
        "先易后难不留死角",
        "戴好手套和护目镜",
        "两人互相监护",
        "把数据写进当天的表格",
        "与上个月的数值相比",
        "遇到疑问就停下来请教",
        "尽量在断电状态下完成",
        "留出足够的时间冷却",
        "用粉笔圈出可疑之处",
    ],
    [
        "前后对照两遍才放心",
        "宁可慢些也要弄准",
        "从入口往出口走一圈",
        "把难处放在最后处理",
        "穿好绝缘鞋系好袖口",
        "旁边有人看护",
        "结果随手记在本子上",
        "同新设备的参数对比",
        "拿不准就报告班长",
        "确认无压以后再动手",
        "等温度降下来再测",
        "在图上标出位置",
    ],
];
const WHY: [Words; 2] = [
    [
        "这样可以避免返工",
        "以免小毛病拖成大故障",
        "否则精度会慢慢跑偏",
        "因为去年出过类似的事",
        "保证下一道工序顺利",
        "也方便日后追查",
        "省得临时停产",
        "让接班的同事心里有数",
        "客户对这一点要求很严",
        "能把风险降到最低",
        "设备寿命也会更长",
        "比单靠经验可靠得多",
    ],
    [
        "免得后面重做",
        "防止隐患扩大",
        "不然尺寸容易超差",
        "以前吃过这个亏",
        "后续装配才不会卡住",
        "出了问题也能查清",
        "可以少耽误产量",
        "便于别人接手",
        "图纸上对此有明确说明",
        "人身安全才有保障",
        "零件可以多用几年",
        "胜过只凭感觉",
    ],
];
/// Sentences that many learnt by heart.
const STOCK: [&str; 4] = [
    "严格遵守安全操作规程，做到不伤害自己、不伤害他人、不被他人伤害",
    "坚持安全第一、预防为主、综合治理的方针，落实岗位安全责任",
    "作业结束后做到工完料净场地清，工具材料如数归还",
    "发生紧急情况时立即停止作业、切断电源并及时上报",
];

/// Sentences of an answer of one's own.
///
/// **Input** the topic and how many sentences beside stock phrases. Sentences differ in six slots of twelve words and a
/// number; about a quarter of the answers hold each of the stock phrases.
pub fn sentences(topic: &str, count: usize, vocabulary: Vocabulary, random: &mut Random) -> Vec<String> {
    let stock = usize::from(vocabulary == Vocabulary::Other);
    let mut pick = |words: &[Words; 2]| words[stock][random.below(12)];
    let mut found: Vec<String> = Vec::with_capacity(count + STOCK.len());
    let mut parts: Vec<[&str; 6]> = Vec::with_capacity(count);
    for _ in 0..count {
        parts.push([pick(&WHEN), pick(&WHO), pick(&DO), pick(&WHAT), pick(&HOW), pick(&WHY)]);
    }
    for (place, [when, who, action, what, how, why]) in parts.into_iter().enumerate() {
        let number = random.between(2, 95);
        let about = if place == 0 { format!("关于{topic}，") } else { String::new() };
        found.push(match random.below(3) {
            0 => format!("{about}{when}{who}{action}{what}，{how}，间隔{number}分钟再看一次，{why}"),
            1 => format!("{about}{who}在{when}{action}{what}，允许偏差{number}丝，{how}，{why}"),
            _ => format!("{about}{when}，{what}要{action}，{how}；累计{number}小时后{who}复核，{why}"),
        });
    }
    for stock in STOCK {
        if random.below(4) == 0 {
            let at = random.below(found.len() + 1);
            found.insert(at, stock.to_owned());
        }
    }
    found
}

/// Another's sentences as somebody hands them in who copied them.
pub fn copied(source: &[String], how: CopyHow, vocabulary: Vocabulary, random: &mut Random) -> Vec<String> {
    match how {
        CopyHow::Verbatim => source.to_vec(),
        CopyHow::Paraphrase => source
            .iter()
            .map(|one| if random.below(5) < 3 { reworded(one, vocabulary, random) } else { one.clone() })
            .collect(),
        CopyHow::Reordered => {
            let mut parts: Vec<Vec<String>> = source.chunks(2).map(<[String]>::to_vec).collect();
            parts.reverse();
            parts.concat()
        }
        CopyHow::Numbers => source.iter().map(|one| with_other_numbers(one, random)).collect(),
        CopyHow::HiddenCharacters => source.iter().map(|one| with_hidden(one, random)).collect(),
    }
}

/// One word of a sentence replaced by another of its slot.
fn reworded(sentence: &str, vocabulary: Vocabulary, random: &mut Random) -> String {
    let stock = usize::from(vocabulary == Vocabulary::Other);
    let slots = [WHEN, WHO, DO, WHAT, HOW, WHY];
    let present: Vec<(usize, &str)> = (0..slots.len())
        .filter_map(|slot| slots[slot][stock].iter().find(|word| sentence.contains(**word)).map(|word| (slot, *word)))
        .collect();
    match random.pick(&present) {
        Some((slot, word)) => sentence.replacen(word, slots[*slot][stock][random.below(12)], 1),
        None => sentence.to_owned(),
    }
}

fn with_other_numbers(sentence: &str, random: &mut Random) -> String {
    let shift = random.below(8) as u32 + 1;
    let other = |character: char| character.to_digit(10).and_then(|digit| char::from_digit((digit + shift) % 10, 10));
    sentence.chars().map(|character| other(character).unwrap_or(character)).collect()
}

/// A character that does not show behind about every fourth one.
fn with_hidden(sentence: &str, random: &mut Random) -> String {
    const HIDDEN: [char; 3] = ['\u{200B}', '\u{200D}', '\u{2060}'];
    let mut text = String::with_capacity(sentence.len() * 2);
    for character in sentence.chars() {
        text.push(character);
        if random.below(4) == 0 {
            text.extend(random.pick(&HIDDEN));
        }
    }
    text
}

/// The sentences as one text.
pub fn joined(sentences: &[String]) -> String {
    format!("{}。", sentences.join("。"))
}

#[cfg(test)]
mod tests {
    use super::{Vocabulary, copied, joined, sentences};
    use crate::simulate::parameters::CopyHow;
    use crate::simulate::random::{Purpose, Random};

    #[test]
    fn copies_keep_what_they_should() {
        let mut random = Random::new(3, Purpose::Plants, 0);
        let own = sentences("轴承更换", 10, Vocabulary::Usual, &mut random);
        assert!((300..800).contains(&joined(&own).chars().count()));
        let mut copy = |how| copied(&own, how, Vocabulary::Usual, &mut random);
        assert_eq!(copy(CopyHow::Verbatim), own);
        let mut reordered = copy(CopyHow::Reordered);
        assert_ne!(reordered, own);
        reordered.sort();
        let mut sorted = own.clone();
        sorted.sort();
        assert_eq!(reordered, sorted);
        let digits_gone = |text: &str| text.chars().filter(|one| !one.is_ascii_digit()).collect::<String>();
        let numbers = copy(CopyHow::Numbers);
        assert_ne!(numbers, own);
        assert!(numbers.iter().zip(&own).all(|(one, other)| digits_gone(one) == digits_gone(other)));
        let hidden = joined(&copy(CopyHow::HiddenCharacters));
        assert!(hidden.chars().filter(|one| matches!(one, '\u{200B}' | '\u{200D}' | '\u{2060}')).count() > 40);
        assert_ne!(copy(CopyHow::Paraphrase), own);
    }
}
