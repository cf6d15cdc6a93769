//! Uploaded files: the sealed bytes on disk, what they are found from the bytes themselves.

use std::io;
use std::path::PathBuf;

use tokio::fs;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;
use yingda_model::FileId;

/// Largest upload, in bytes.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;

/// A folder of sealed files.
pub struct Files {
    folder: PathBuf,
}

impl Files {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Two levels, by the random end of the id, so that no folder grows large.
    fn path(&self, id: FileId) -> PathBuf {
        let name = id.0.simple().to_string();
        self.folder.join(&name[name.len() - 2..]).join(name)
    }

    /// Stores bytes durably: after this they survive a power cut.
    pub async fn put(&self, id: FileId, sealed: &[u8]) -> io::Result<()> {
        let path = self.path(id);
        let folder = path.parent().unwrap_or(&self.folder).to_owned();
        fs::create_dir_all(&folder).await?;
        let part = folder.join(format!("{}.part", Uuid::now_v7().simple()));
        let mut file = fs::File::create(&part).await?;
        file.write_all(sealed).await?;
        file.sync_all().await?;
        fs::rename(&part, &path).await?;
        fs::File::open(&folder).await?.sync_all().await
    }

    /// Reads what [`Files::put`] stored.
    pub async fn get(&self, id: FileId) -> io::Result<Vec<u8>> {
        fs::read(self.path(id)).await
    }
}

/// The media type of a file, from its bytes. What the uploader says does not count: a page that claims to be a picture would
/// run in our origin. Everything that is not known to be harmless is plain bytes.
pub fn media_type(bytes: &[u8]) -> &'static str {
    match infer::get(bytes).map(|kind| kind.mime_type()) {
        Some("text/html" | "text/xml" | "application/xhtml+xml" | "image/svg+xml") => "application/octet-stream",
        Some("video/webm") if is_audio_webm(bytes) => "audio/webm",
        Some(known) => known,
        None => "application/octet-stream",
    }
}

/// Browsers record voice notes as WebM with sound only; the container's signature is that of a video.
fn is_audio_webm(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4_096)];
    let has = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    (has(b"A_OPUS") || has(b"A_VORBIS")) && !has(b"V_VP8") && !has(b"V_VP9") && !has(b"V_AV1")
}

/// Types that a browser may show inside a page. All others are only downloaded.
pub fn shown_inline(mime: &str) -> bool {
    matches!(
        mime,
        "image/png"
            | "image/jpeg"
            | "image/gif"
            | "image/webp"
            | "audio/mpeg"
            | "audio/ogg"
            | "audio/x-wav"
            | "audio/wav"
            | "audio/webm"
            | "audio/m4a"
            | "audio/aac"
    )
}

/// A name that is safe to show and to save under: no folders, no controls, at most 200 characters.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(200)
        .collect();
    let clean = clean.trim().trim_matches('.').trim();
    if clean.is_empty() { "file".into() } else { clean.into() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_claims_to_be_a_picture_is_plain_bytes() {
        assert_eq!(media_type(b"<!DOCTYPE html><script>alert(1)</script>"), "application/octet-stream");
        assert_eq!(
            media_type(br#"<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>"#),
            "application/octet-stream"
        );
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n"), "image/png");
        assert_eq!(media_type(b""), "application/octet-stream");
    }

    #[test]
    fn names_lose_folders_and_tricks() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\a\\发票.pdf"), "发票.pdf");
        assert_eq!(clean_name("photo\u{202e}gpj.exe"), "photogpj.exe");
        assert_eq!(clean_name("..\0"), "file");
    }

    #[tokio::test]
    async fn stored_bytes_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().join("files"));
        let id = Uuid::now_v7().into();
        files.put(id, b"sealed").await.unwrap();
        assert_eq!(files.get(id).await.unwrap(), b"sealed");
    }
}
