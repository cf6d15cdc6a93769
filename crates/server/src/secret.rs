//! Secrets that we hand out, and passwords that we are given.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use tokio::sync::Semaphore;
use yingda_store::StoreError;

use crate::Problem;

/// 32 random bytes as 43 URL-safe characters.
pub fn new_secret() -> Result<String, StoreError> {
    let mut bytes = [0; 32];
    yingda_store::random(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a secret: SHA-256. The secret has 256 random bits, so a slow hash would add nothing.
pub fn hash_secret(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// Shortest password.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// Longest password, so that hashing stays cheap.
const MAX_PASSWORD_BYTES: usize = 1_024;

/// Each hash takes 19 MB and a core for some 20 ms: two at a time are enough.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Argon2id (RFC 9106) with OWASP's parameters (19 MiB, 2 passes, 1 lane), in PHC string format.
pub async fn hash_password(password: String) -> Result<String, Problem> {
    let length = password.chars().count();
    if length < MIN_PASSWORD_CHARS || password.len() > MAX_PASSWORD_BYTES {
        return Err(Problem::invalid(
            "password",
            format!(
                "expected {MIN_PASSWORD_CHARS} characters or more (at most {MAX_PASSWORD_BYTES} bytes), got {length}"
            ),
        ));
    }
    let _turn = HASHING.acquire().await;
    tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    })
    .await
    .ok()
    .and_then(Result::ok)
    .ok_or_else(Problem::internal)
}

/// A hash to compare with when there is no such user, so that the answer takes as long.
static NOBODY: OnceLock<String> = OnceLock::new();

fn hash_of_nobody() -> String {
    Argon2::default().hash_password(b"nobody").map(|hash| hash.to_string()).unwrap_or_default()
}

/// Whether `password` is the one behind `hash`. Without a hash (no such user) it takes as long and says no.
pub async fn verify_password(password: String, hash: Option<String>) -> bool {
    if password.len() > MAX_PASSWORD_BYTES {
        return false;
    }
    let _turn = HASHING.acquire().await;
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.get_or_init(hash_of_nobody).clone());
        let right = PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        right && known
    })
    .await
    .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_verified_against_its_hash_only() {
        let hash = hash_password("correct horse".into()).await.ok();
        assert!(hash.as_deref().is_some_and(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")));
        assert!(verify_password("correct horse".into(), hash.clone()).await);
        assert!(!verify_password("wrong horse".into(), hash).await);
        assert!(!verify_password("correct horse".into(), None).await);
    }

    #[tokio::test]
    async fn a_short_password_is_refused() {
        assert!(hash_password("short".into()).await.is_err());
    }
}
