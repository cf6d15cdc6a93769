//! Bytes to text and lines.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030};

/// The lines of a text file with their numbers from 1; a byte order mark and line ends are cut.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.split(|&byte| byte == b'\n').zip(1..).map(|(line, number)| (number, line.strip_suffix(b"\r").unwrap_or(line)))
}

/// UTF-8, UTF-16 with a byte order mark, else GB18030 (GBK is part of it). The error says what is wrong.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return if damaged { Err(format!("broken {} text", encoding.name())) } else { Ok(text) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| "the text is neither UTF-8 nor GB18030".to_owned())
}
