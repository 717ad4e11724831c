//! Synthetic numbers with right check characters that can belong to nobody: regions start with 99, a
//! province code that GB/T 2260 has never given out.

use crate::model::identity::{credit_code_check_character, identity_check_character};
use chrono::{Datelike, NaiveDate};

/// First two digits of every simulated region: no province has them.
pub const UNREAL_PROVINCE: &str = "99";

/// An identity number of a simulated person (GB 11643): region 99xxxx, right check digit.
pub fn identity_number(region: usize, birth_date: NaiveDate, sequence: usize) -> String {
    let first = format!(
        "{UNREAL_PROVINCE}{:04}{:04}{:02}{:02}{:03}",
        region % 10_000,
        birth_date.year(),
        birth_date.month(),
        birth_date.day(),
        sequence % 1_000
    );
    let check = identity_check_character(&first).unwrap_or('X');
    format!("{first}{check}")
}

/// A 统一社会信用代码 of a simulated body (GB 32100) whose organisation code (GB 11714) is right too.
/// `prefix` is the registering authority and kind, such as `91` (enterprise) or `52` (private non-profit).
pub fn credit_code(prefix: &str, number: usize) -> String {
    const WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let digits = format!("MA{:06}", number % 1_000_000);
    let value = |byte: u8| match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        _ => usize::from(byte.saturating_sub(b'A')) + 10,
    };
    let sum: usize = digits.bytes().zip(WEIGHTS).map(|(byte, weight)| value(byte) * weight).sum();
    let organisation_check = match 11 - sum % 11 {
        10 => "X".to_owned(),
        11 => "0".to_owned(),
        digit => digit.to_string(),
    };
    let first = format!("{prefix}{UNREAL_PROVINCE}0100{digits}{organisation_check}");
    let check = credit_code_check_character(&first).unwrap_or('0');
    format!("{first}{check}")
}

/// A certificate number of 22 characters: Y (employer) or S (social), body 4, province 2, serial 6, year 2,
/// level 1, number 6.
pub fn certificate_number(body: usize, serial: usize, year: i32, level: u8, number: usize) -> String {
    format!(
        "S{:04}{UNREAL_PROVINCE}{:06}{:02}{level}{:06}",
        body % 10_000,
        serial % 1_000_000,
        year.rem_euclid(100),
        number % 1_000_000
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::identity::{IdentityCheck, IdentityNumber, is_valid_credit_code};

    #[test]
    fn numbers_pass_their_own_checks_and_belong_to_nobody() {
        for number in 0..500 {
            let code = credit_code(if number % 2 == 0 { "91" } else { "52" }, number);
            assert!(is_valid_credit_code(&code), "{code}");
            assert_eq!(&code[2..4], UNREAL_PROVINCE);
            let birth = NaiveDate::from_ymd_opt(1970, 1, 1).expect("date") + chrono::Days::new(number as u64 * 31);
            let identity = identity_number(number, birth, number);
            assert_eq!(IdentityNumber::new(&identity).check(), IdentityCheck::Valid);
            assert_eq!(IdentityNumber::new(&identity).birth_date(), Some(birth));
            assert!(identity.starts_with(UNREAL_PROVINCE));
        }
        assert_eq!(certificate_number(1, 2, 2021, 4, 3).len(), 22);
    }
}
