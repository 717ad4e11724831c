//! Where two persons sat, as far as the seat numbers say.

use crate::model::answer::AnswerSheet;

/// A seat, read from its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// Row and column: `3排5列`, `3-5`, `R3C5`, `C05`.
    Grid {
        /// Row, from 1.
        row: u32,
        /// Column, from 1.
        column: u32,
    },
    /// A running number: `17`, `17号`. Only the next number is known to be near.
    Serial(u32),
}

/// How near two persons sat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Next to each other: rows and columns differ by one at most, or running numbers by one.
    Neighbours,
    /// In one room, not known to be next to each other.
    SameRoom,
    /// In different rooms or sittings.
    Apart,
    /// No room is recorded of one or both.
    Unknown,
}

impl Nearness {
    /// Stable name, as in the columns of the output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Neighbours => "neighbours",
            Self::SameRoom => "same-room",
            Self::Apart => "apart",
            Self::Unknown => "unknown",
        }
    }
}

/// Reads a seat number; `None` when it says neither a row and a column nor a running number.
///
/// **Example**
/// ```
/// use kaojian::detect::similarity::seats::{Seat, seat};
/// assert_eq!(seat("3排5列"), Some(Seat::Grid { row: 3, column: 5 }));
/// assert_eq!(seat("5列3排"), Some(Seat::Grid { row: 3, column: 5 }));
/// assert_eq!(seat("C05"), Some(Seat::Grid { row: 3, column: 5 }));
/// assert_eq!(seat("017"), Some(Seat::Serial(17)));
/// assert_eq!(seat("window"), None);
/// ```
pub fn seat(text: &str) -> Option<Seat> {
    let mut numbers: Vec<u32> = Vec::new();
    let mut letters: Vec<char> = Vec::new();
    let mut other = String::new();
    let mut in_number = false;
    for character in text.chars().map(half_width) {
        if let Some(digit) = character.to_digit(10) {
            match numbers.last_mut().filter(|_| in_number) {
                Some(number) => *number = number.checked_mul(10)?.checked_add(digit)?,
                None => numbers.push(digit),
            }
            in_number = true;
            continue;
        }
        in_number = false;
        if character.is_ascii_alphabetic() {
            letters.push(character.to_ascii_uppercase());
        } else if !character.is_whitespace() {
            other.push(character);
        }
    }
    let column_first = match (other.find(['列', '座']), other.find(['排', '行'])) {
        (Some(column), Some(row)) => column < row,
        _ => letters == ['C', 'R'],
    };
    match (numbers[..].as_ref(), letters[..].as_ref()) {
        ([first, second], [] | ['R', 'C'] | ['C', 'R']) if column_first => {
            Some(Seat::Grid { row: *second, column: *first })
        }
        ([row, column], [] | ['R', 'C']) => Some(Seat::Grid { row: *row, column: *column }),
        ([column], [letter]) => Some(Seat::Grid { row: *letter as u32 - 'A' as u32 + 1, column: *column }),
        ([number], []) if other.chars().all(|mark| "号座位第#".contains(mark)) => Some(Seat::Serial(*number)),
        _ => None,
    }
}

fn half_width(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

/// How near the persons of two sheets sat. Rooms of different batches are different sittings.
pub fn nearness(a: &AnswerSheet, b: &AnswerSheet) -> Nearness {
    let (Some(room_a), Some(room_b)) = (&a.room, &b.room) else { return Nearness::Unknown };
    if room_a != room_b || a.batch_id != b.batch_id {
        return Nearness::Apart;
    }
    let seat_of = |sheet: &AnswerSheet| sheet.seat.as_deref().and_then(seat);
    let near = match (seat_of(a), seat_of(b)) {
        (Some(Seat::Grid { row, column }), Some(Seat::Grid { row: other_row, column: other_column })) => {
            row.abs_diff(other_row) <= 1 && column.abs_diff(other_column) <= 1
        }
        (Some(Seat::Serial(number)), Some(Seat::Serial(other))) => number.abs_diff(other) <= 1,
        _ => false,
    };
    if near { Nearness::Neighbours } else { Nearness::SameRoom }
}

#[cfg(test)]
mod tests {
    use super::{Seat, seat};

    #[test]
    fn seats_in_the_forms_that_occur() {
        let grid = |row, column| Some(Seat::Grid { row, column });
        for text in ["3-5", "3,5", "３－５", "第3排第5座", "3行5列", "r3c5", "C3R5x"] {
            let expected = if text == "C3R5x" { None } else { grid(3, 5) };
            assert_eq!(seat(text), expected, "{text}");
        }
        assert_eq!(seat("C5R3"), grid(3, 5));
        assert_eq!(seat("b 12"), grid(2, 12));
        assert_eq!(seat("12号"), Some(Seat::Serial(12)));
        for text in ["", "1-2-3", "AB12", "99999999999", "十二"] {
            assert_eq!(seat(text), None, "{text}");
        }
    }
}
