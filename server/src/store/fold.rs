//! Words folded for searching: one spelling for capitals, accents and punctuation, made in Rust because the two databases
//! fold differently. Not for showing.

/// Lower case, without the accents of Western and Welsh letters, anything else than letters and digits as one space.
pub fn fold(words: &str) -> String {
    let mut folded = String::with_capacity(words.len());
    for letter in words.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            Some(letters) => folded.push_str(letters),
            None if letter.is_alphanumeric() => folded.push(letter),
            // An apostrophe joins: somebody who looks for "st marys" means "St Mary's".
            None if matches!(letter, '\'' | '’' | '\u{300}'..='\u{36f}') => {}
            None if folded.ends_with(' ') || folded.is_empty() => {}
            None => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Up to four words as patterns that must each be found somewhere; unused ones match all.
pub(super) fn patterns(search: &str) -> [String; 4] {
    let folded = fold(search);
    let mut words = folded.splitn(4, ' ').filter(|word| !word.is_empty());
    std::array::from_fn(|_| words.next().map_or_else(|| "%".to_owned(), |word| format!("%{word}%")))
}

fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' => "s",
        'ß' => "ss",
        'ţ' | 'ť' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_types_finds_what_is_written() {
        let cases = [
            ("Hazel Court", "hazel court"),
            ("ST. MARY'S  (Sutton)", "st marys sutton"),
            ("Tŷ Gwyn", "ty gwyn"),
            ("Müller-Straße 5", "muller strasse 5"),
            ("  ", ""),
            ("100% _care_", "100 care"),
        ];
        for (written, folded) in cases {
            assert_eq!(fold(written), folded);
        }
        assert_eq!(patterns("Sutton surgery"), ["%sutton%", "%surgery%", "%", "%"]);
        assert_eq!(patterns(""), ["%", "%", "%", "%"]);
    }
}
