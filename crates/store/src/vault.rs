//! Keys and sealing.
//!
//! A master key (32 bytes, outside the database) wraps one data key for each contact and workspace. Data keys seal personal
//! data with AES-256-GCM (NIST SP 800-38D), a fresh random nonce for each value, bound to the row it belongs to. Deleting a
//! contact's wrapped key makes what it sealed unreadable. Values are looked up through HMAC-SHA-256 with a key derived from
//! the master key by HKDF (RFC 5869).

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use crate::StoreError;

/// Format of sealed bytes: version, nonce, ciphertext with tag.
const VERSION: u8 = 1;
/// Data keys held in memory; each takes about half a kilobyte.
const CACHED_KEYS: usize = 8_192;

/// The key that wraps all others. 32 random bytes.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A new random key.
    pub fn generate() -> Result<Self, StoreError> {
        let mut bytes = [0; 32];
        random(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads the form that [`MasterKey::to_text`] writes: 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        let bytes = (text.len() == 64 && text.is_ascii())
            .then(|| (0..32).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect::<Option<Vec<u8>>>())
            .flatten()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(Self).ok_or_else(|| {
            StoreError::Config(format!(
                "the master key must be 64 hexadecimal digits, got {} characters",
                text.chars().count()
            ))
        })
    }

    /// 64 hexadecimal digits.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Seals and opens.
pub struct Vault {
    wrap: LessSafeKey,
    lookup: hmac::Key,
    token: hmac::Key,
    random: SystemRandom,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    keys: HashMap<Uuid, CachedKey>,
    order: VecDeque<Uuid>,
    /// Owners that were erased. A reader that read the wrapped key just before must not bring it back.
    forgotten: HashSet<Uuid>,
}

struct CachedKey {
    /// Nobody else is given the key.
    workspace: Uuid,
    key: Arc<LessSafeKey>,
}

impl Vault {
    pub fn new(master: &MasterKey) -> Result<Self, StoreError> {
        Ok(Self {
            wrap: aead_key(&derive(master, b"yingda wrap v1")?)?,
            lookup: hmac::Key::new(hmac::HMAC_SHA256, &derive(master, b"yingda lookup v1")?),
            token: hmac::Key::new(hmac::HMAC_SHA256, &derive(master, b"yingda token v1")?),
            random: SystemRandom::new(),
            cache: Mutex::new(Cache::default()),
        })
    }

    /// Makes a data key for `owner` and returns it wrapped, to be stored. Call [`Vault::unwrap`] when it is: a key that could
    /// not be stored must not be used.
    pub(crate) fn new_data_key(&self, owner: Uuid) -> Result<Vec<u8>, StoreError> {
        let mut key = [0; 32];
        self.random.fill(&mut key).map_err(|_| no_randomness())?;
        self.seal_with(&self.wrap, owner, &key)
    }

    /// The data key of `owner`, a contact of `workspace` or the workspace itself, if it is in memory.
    pub(crate) fn cached(&self, workspace: Uuid, owner: Uuid) -> Option<Arc<LessSafeKey>> {
        let cache = self.cache.lock();
        cache.keys.get(&owner).filter(|cached| cached.workspace == workspace).map(|cached| cached.key.clone())
    }

    /// Unwraps a stored data key and keeps it in memory, in place of one that was there.
    pub(crate) fn unwrap(&self, workspace: Uuid, owner: Uuid, wrapped: &[u8]) -> Result<Arc<LessSafeKey>, StoreError> {
        let bytes = open_with(&self.wrap, owner, wrapped)?;
        let key = Arc::new(aead_key(&bytes)?);
        self.remember(owner, CachedKey { workspace, key: key.clone() });
        Ok(key)
    }

    /// Forgets a data key: called when its owner is erased. It is not kept in memory again.
    pub fn forget(&self, owner: Uuid) {
        let mut cache = self.cache.lock();
        cache.forgotten.insert(owner);
        cache.keys.remove(&owner);
    }

    fn remember(&self, owner: Uuid, key: CachedKey) {
        let mut cache = self.cache.lock();
        if cache.forgotten.contains(&owner) {
            return;
        }
        if cache.keys.insert(owner, key).is_none() {
            cache.order.push_back(owner);
        }
        while cache.order.len() > CACHED_KEYS {
            if let Some(oldest) = cache.order.pop_front() {
                cache.keys.remove(&oldest);
            }
        }
    }

    /// Seals `plain` with `key` for the row `id`.
    pub(crate) fn seal_with(&self, key: &LessSafeKey, id: Uuid, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| no_randomness())?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(id.as_bytes()),
                &mut sealed[1 + NONCE_LEN..],
            )
            .map_err(|_| StoreError::Unsealable)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Seals a known text with the master key, to recognise it later.
    pub(crate) fn key_check(&self) -> Result<Vec<u8>, StoreError> {
        self.seal_with(&self.wrap, Uuid::nil(), b"yingda")
    }

    /// Whether `check` was made with this master key.
    pub(crate) fn verify_key_check(&self, check: &[u8]) -> Result<(), StoreError> {
        open_with(&self.wrap, Uuid::nil(), check).map(|_| ()).map_err(|_| StoreError::WrongMasterKey)
    }

    /// Keyed hash to look a value up by equality, within one workspace and kind.
    pub(crate) fn lookup_hash(&self, workspace: Uuid, kind: &str, value: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.lookup);
        context.update(workspace.as_bytes());
        context.update(kind.as_bytes());
        context.update(&[0]);
        context.update(value.as_bytes());
        context.sign().as_ref().to_vec()
    }

    /// Signs `text` for a visitor token: HMAC-SHA-256, 32 bytes.
    pub fn sign(&self, text: &[u8]) -> Vec<u8> {
        hmac::sign(&self.token, text).as_ref().to_vec()
    }

    /// Checks a signature made by [`Vault::sign`], in constant time.
    pub fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.token, text, signature).is_ok()
    }
}

/// Opens what [`Vault::seal_with`] sealed.
pub(crate) fn open_with(key: &LessSafeKey, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    if sealed.len() < 1 + NONCE_LEN || sealed[0] != VERSION {
        return Err(StoreError::Unsealable);
    }
    let nonce = Nonce::try_assume_unique_for_key(&sealed[1..=NONCE_LEN]).map_err(|_| StoreError::Unsealable)?;
    let mut bytes = sealed[1 + NONCE_LEN..].to_vec();
    let plain = key.open_in_place(nonce, Aad::from(id.as_bytes()), &mut bytes).map_err(|_| StoreError::Unsealable)?;
    let length = plain.len();
    bytes.truncate(length);
    Ok(bytes)
}

/// Fills `bytes` with randomness from the operating system.
pub fn random(bytes: &mut [u8]) -> Result<(), StoreError> {
    SystemRandom::new().fill(bytes).map_err(|_| no_randomness())
}

fn no_randomness() -> StoreError {
    StoreError::Config("the operating system gave no randomness".into())
}

fn aead_key(bytes: &[u8]) -> Result<LessSafeKey, StoreError> {
    UnboundKey::new(&AES_256_GCM, bytes).map(LessSafeKey::new).map_err(|_| StoreError::Unsealable)
}

struct Len32;
impl KeyType for Len32 {
    fn len(&self) -> usize {
        32
    }
}

fn derive(master: &MasterKey, purpose: &[u8]) -> Result<[u8; 32], StoreError> {
    let mut out = [0; 32];
    Salt::new(HKDF_SHA256, b"yingda")
        .extract(&master.0)
        .expand(&[purpose], Len32)
        .and_then(|okm| okm.fill(&mut out))
        .map_err(|_| StoreError::Config("the master key could not be expanded".into()))?;
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new(&MasterKey::generate().unwrap()).unwrap()
    }

    #[test]
    fn sealed_data_opens_only_for_its_own_row() {
        let vault = vault();
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = vault.seal_with(&vault.wrap, row, "张三".as_bytes()).unwrap();
        assert_eq!(open_with(&vault.wrap, row, &sealed).unwrap(), "张三".as_bytes());
        assert!(open_with(&vault.wrap, other, &sealed).is_err());
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let vault = vault();
        let row = Uuid::from_u128(1);
        let sealed = vault.seal_with(&vault.wrap, row, b"secret").unwrap();
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(open_with(&vault.wrap, row, &changed).is_err(), "byte {i}");
        }
        assert!(open_with(&vault.wrap, row, &[]).is_err());
    }

    #[test]
    fn a_master_key_survives_its_text_form_and_nonsense_is_refused() {
        let key = MasterKey::generate().unwrap();
        assert_eq!(MasterKey::parse(&key.to_text()).unwrap().0, key.0);
        assert!(MasterKey::parse("123").is_err());
        assert!(MasterKey::parse(&"é".repeat(32)).is_err());
    }

    #[test]
    fn the_key_check_tells_another_master_key() {
        let check = vault().key_check().unwrap();
        assert!(matches!(vault().verify_key_check(&check), Err(StoreError::WrongMasterKey)));
    }
}
