//! Who is trusted to vouch for a host.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::error::Error;

/// TLS by ring, with the roots of the operating system, or Mozilla's where it has none (an empty container), and `extra` ones: PEM
/// files with a certificate or more each, for a company's own authority.
///
/// The provider of cryptography is given here, so that nothing depends on what the program installs for the process.
///
/// # Errors
/// [`Error::Settings`] when an extra certificate cannot be read.
pub(crate) fn config(extra: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    let settings = |why: String| Error::Settings { why };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for pem in extra {
        let mut found = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate =
                certificate.map_err(|why| settings(format!("an extra certificate is no PEM file: {why}")))?;
            roots.add(certificate).map_err(|why| settings(format!("an extra certificate is not usable: {why}")))?;
            found += 1;
        }
        if found == 0 {
            return Err(settings(
                "a file of extra certificates has none: it must be PEM, with BEGIN CERTIFICATE".into(),
            ));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|why| settings(why.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn extra_certificates_that_are_none_are_named() {
        assert!(config(&[]).is_ok());
        assert_eq!(config(&[b"no certificate".to_vec()]).unwrap_err().code(), "settings");
    }
}
