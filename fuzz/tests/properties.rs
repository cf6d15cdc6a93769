//! The fuzz targets' checks on bytes by chance: less than fuzzing, but with any compiler and in seconds.

use proptest::collection::vec;
use proptest::prelude::*;

/// Files that are edits of a whole one, and files that are anything.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let edits = vec(any::<u8>(), 0..80).prop_map(|edits| [vec![1], edits].concat());
    prop_oneof![3 => edits, 1 => vec(any::<u8>(), 0..500)]
}

/// What customers write, cut and mixed.
fn text() -> impl Strategy<Value = String> {
    let seeds = include_str!("../seeds/messages.txt");
    let lines: Vec<&'static str> = seeds.lines().collect();
    let piece = (prop::sample::select(lines), any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let piece = piece.prop_map(|(line, from, length)| {
        let chars: Vec<char> = line.chars().collect();
        let from = from.index(chars.len());
        chars[from..from + 1 + length.index(chars.len() - from)].iter().collect::<String>()
    });
    let any_text =
        prop_oneof![4 => piece, 1 => ".{0,12}", 1 => "[\\u{0}-\\u{2FF}]{0,12}", 1 => "[0-9+*() .:/年月日点-]{0,24}"];
    vec(any_text, 1..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_model_file_is_refused_or_works(bytes in file()) {
        yingda_fuzz::model_file(&bytes);
    }

    #[test]
    fn a_file_of_vectors_is_emptied_or_works(bytes in file()) {
        yingda_fuzz::vector_file(&bytes);
    }

    #[test]
    fn a_classifier_file_is_refused_or_works(bytes in file()) {
        yingda_fuzz::classifier_file(&bytes);
    }

    #[test]
    fn any_text_is_normalised(text in text()) {
        yingda_fuzz::normalise(text.as_bytes());
    }

    #[test]
    fn the_entities_of_any_text_lie_where_they_say(text in text()) {
        yingda_fuzz::entities(text.as_bytes());
    }

    #[test]
    fn the_moments_of_any_text_lie_where_they_say(when: u64, text in text()) {
        yingda_fuzz::moment(&[&when.to_le_bytes(), text.as_bytes()].concat());
    }
}

#[test]
fn untouched_files_work() {
    yingda_fuzz::model_file(&[1]);
    yingda_fuzz::vector_file(&[1]);
    yingda_fuzz::classifier_file(&[1]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_is_refused_or_becomes_plain_markdown(which in any::<u8>(), bytes in file()) {
        yingda_fuzz::document::file(&[vec![which], bytes].concat());
    }

    #[test]
    fn a_part_of_a_document_is_refused_or_read(
        which in any::<u8>(),
        part in "(<(w:)?(document|body|p|r|t|tbl|tr|tc|c r=\"A1\"|row r=\"9\"|sheetData|v)>|</(w:)?(p|r|t|tr|tc|c|v|row)>|[a-z0-9&;<>/ ]){0,60}",
    ) {
        yingda_fuzz::document::part(&[&[which], part.as_bytes()].concat());
    }

    #[test]
    fn a_page_or_text_becomes_plain_markdown(which in any::<u8>(), text in text(), markup in "([<>/!`~#*\\[\\]()&;\n -]|script|b|div|p|td|javascript:){0,60}") {
        yingda_fuzz::document::text(&[&[which], markup.as_bytes(), text.as_bytes(), markup.as_bytes()].concat());
    }
}
