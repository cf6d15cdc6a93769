//! Server-sent events (WHATWG HTML, §9.2), as far as chat completions use them.

/// Cuts a stream into the data of its events.
#[derive(Default)]
pub(crate) struct Events {
    /// Bytes of a line that is not complete.
    rest: Vec<u8>,
    /// Data lines of an event that is not complete.
    data: String,
}

/// A line or event is longer than any model's answer has to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Overlong;

/// The longest line and the longest event, in bytes.
const LONGEST: usize = 1 << 20;

impl Events {
    /// Takes what came and gives the data of the events that it completes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, Overlong> {
        let mut out = Vec::new();
        self.rest.extend_from_slice(bytes);
        let mut start = 0;
        while let Some(at) = self.rest[start..].iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&self.rest[start..start + at]).into_owned();
            start += at + 1;
            self.line(line.strip_suffix('\r').unwrap_or(&line), &mut out);
        }
        self.rest.drain(..start);
        if self.rest.len() > LONGEST || self.data.len() > LONGEST { Err(Overlong) } else { Ok(out) }
    }

    /// The stream ended: an event whose blank line never came counts all the same.
    pub fn end(mut self) -> Option<String> {
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.rest)).into_owned();
        let mut out = Vec::new();
        self.line(&line, &mut out);
        self.line("", &mut out);
        out.pop()
    }

    fn line(&mut self, line: &str, out: &mut Vec<String>) {
        if line.is_empty() {
            if !self.data.is_empty() {
                out.push(std::mem::take(&mut self.data));
            }
        } else if let Some(data) = line.strip_prefix("data:") {
            if !self.data.is_empty() {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn comments_names_and_blank_lines_are_passed_over() {
        let mut events = Events::default();
        let got =
            events.push(b": ping\n\nevent: x\ndata: {\"a\":1}\r\n\r\ndata:two\ndata: lines\n\ndata: [DO").unwrap();
        assert_eq!(got, ["{\"a\":1}", "two\nlines"]);
        assert_eq!(events.push(b"NE]\n\n").unwrap(), ["[DONE]"]);
        assert_eq!(events.end(), None);
    }

    #[test]
    fn an_event_without_its_blank_line_counts_at_the_end() {
        let mut events = Events::default();
        assert!(events.push("data: 末".as_bytes()).unwrap().is_empty());
        assert_eq!(events.end().as_deref(), Some("末"));
    }

    #[test]
    fn a_line_without_an_end_is_refused() {
        let mut events = Events::default();
        let piece = vec![b'x'; 600_000];
        assert_eq!(events.push(&piece), Ok(Vec::new()));
        assert_eq!(events.push(&piece), Err(Overlong));
    }

    proptest! {
        #[test]
        fn events_are_the_same_however_the_stream_is_cut(cut in 1_usize..20) {
            let stream = "data: 退货🙂\n\n: hi\ndata: second\n\ndata: [DONE]\n\n".as_bytes();
            let mut events = Events::default();
            let mut got = Vec::new();
            for piece in stream.chunks(cut) {
                got.extend(events.push(piece).unwrap());
            }
            prop_assert_eq!(got, ["退货🙂", "second", "[DONE]"]);
        }
    }
}
