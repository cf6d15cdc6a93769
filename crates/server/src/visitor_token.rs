//! Tokens of visitors: who they are and in which inbox, signed, not stored.
//!
//! `yv1.` and the base64url of: workspace, inbox and contact ids (16 bytes each), then HMAC-SHA-256 over them. The token is as
//! good as a cookie: whoever has it can read and write that contact's thread, nothing else. It does not end by itself, since a
//! customer who comes back after months should find the thread; erasing or merging the contact is checked at every use.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;
use yingda_model::{ContactId, InboxId, WorkspaceId};
use yingda_store::Vault;

/// What a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VisitorToken {
    pub workspace: WorkspaceId,
    pub inbox: InboxId,
    pub contact: ContactId,
}

const PREFIX: &str = "yv1.";
const CLAIMS: usize = 48;

impl VisitorToken {
    /// The token as text, signed.
    pub fn sign(&self, vault: &Vault) -> String {
        let mut bytes = Vec::with_capacity(CLAIMS + 32);
        for id in [self.workspace.0, self.inbox.0, self.contact.0] {
            bytes.extend_from_slice(id.as_bytes());
        }
        let signature = vault.sign(&bytes);
        bytes.extend_from_slice(&signature);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token; `None` when it was not made here.
    pub fn verify(text: &str, vault: &Vault) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (claims, signature) = bytes.split_at_checked(CLAIMS)?;
        if !vault.verify(claims, signature) {
            return None;
        }
        let id = |i: usize| Uuid::from_slice(claims.get(16 * i..16 * (i + 1))?).ok();
        Some(Self { workspace: id(0)?.into(), inbox: id(1)?.into(), contact: id(2)?.into() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use yingda_store::MasterKey;

    #[test]
    fn a_token_is_believed_only_as_it_was_signed() {
        let vault = Vault::new(&MasterKey::generate().unwrap()).unwrap();
        let token = VisitorToken {
            workspace: Uuid::from_u128(1).into(),
            inbox: Uuid::from_u128(2).into(),
            contact: Uuid::from_u128(3).into(),
        };
        let text = token.sign(&vault);
        assert_eq!(VisitorToken::verify(&text, &vault), Some(token));
        let other = Vault::new(&MasterKey::generate().unwrap()).unwrap();
        assert_eq!(VisitorToken::verify(&text, &other), None);
        for nonsense in ["", "yv1.", "yv1.AAAA", "yv1.!!!", &text[..text.len() - 2]] {
            assert_eq!(VisitorToken::verify(nonsense, &vault), None, "{nonsense}");
        }
    }
}
