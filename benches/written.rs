//! All pairs of written answers to one question that share a passage of twenty characters.
//!
//! Answers are made as the simulator makes them: sentences of one's own, stock phrases, and a few hundred copies.

use divan::{Bencher, black_box};
use kaojian::detect::written::compare::{Wanted, compare};
use kaojian::detect::written::parameters::WrittenParameters;
use kaojian::detect::written::questions::questions;
use kaojian::model::dataset::Dataset;
use kaojian::model::written_answer::WrittenAnswer;
use kaojian::simulate::essay::{Vocabulary, copied, joined, sentences};
use kaojian::simulate::parameters::CopyHow;
use kaojian::simulate::random::{Purpose, Random};

fn main() {
    divan::main();
}

/// Every so many-th answer is a copy of the one before it.
const COPY_EVERY: usize = 40;
/// Sentences of one answer: about 500 characters.
const SENTENCES: usize = 9;

/// Every tenth character is followed by one of three thousand: sentences of one stock of words would share passages by
/// the million, as people's own do not. Stock phrases stay as they are.
fn scattered(sentence: &str, random: &mut Random) -> String {
    let is_stock = !sentence.chars().any(|one| one.is_ascii_digit());
    let mut text = String::with_capacity(sentence.len() * 2);
    for (place, character) in sentence.chars().enumerate() {
        text.push(character);
        if place % 10 == 9 && !is_stock {
            text.extend(char::from_u32(0x4E00 + random.below(3_000) as u32));
        }
    }
    text
}

fn answers(count: usize) -> Dataset {
    let mut random = Random::new(5, Purpose::Responses, 1);
    let mut texts: Vec<Vec<String>> = Vec::with_capacity(count);
    for number in 0..count {
        let how = CopyHow::ALL[number / COPY_EVERY % CopyHow::ALL.len()];
        let text = match texts.last().filter(|_| number % COPY_EVERY == COPY_EVERY - 1) {
            Some(before) => copied(before, how, Vocabulary::Usual, &mut random),
            None => {
                let own = sentences("接地电阻测量", SENTENCES, Vocabulary::Usual, &mut random);
                own.iter().map(|one| scattered(one, &mut random)).collect()
            }
        };
        texts.push(text);
    }
    let answer = |(number, text): (usize, &Vec<String>)| WrittenAnswer {
        batch_id: "B".into(),
        candidate_id: format!("C{number:05}").as_str().into(),
        question: "Q".into(),
        text: joined(text).into(),
        ..WrittenAnswer::default()
    };
    Dataset { written_answers: texts.iter().enumerate().map(answer).collect(), ..Dataset::default() }
}

#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn all_pairs_of_500_characters(bencher: Bencher<'_, '_>, count: usize) {
    let dataset = answers(count);
    let questions = questions(&dataset);
    let parameters = WrittenParameters { maximum_pairs_reported: 100_000, ..WrittenParameters::default() };
    bencher.counter(divan::counter::ItemsCount::new(count * (count - 1) / 2)).bench_local(|| {
        for question in &questions {
            black_box(compare(black_box(question), &parameters, Wanted::EveryPair));
        }
    });
}
