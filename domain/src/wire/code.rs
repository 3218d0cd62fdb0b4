//! The set-up code: the one thing that is carried to a new tablet by hand.

use std::{fmt, str::FromStr};

/// The code that sets up a tablet: where the office is, how to know it, and a secret that works once.
///
/// As text: `EV1~https://192.0.2.7:8443~FINGERPRINT~SECRET`; the fingerprint is the certificate's SHA-256 in
/// hexadecimal, or `-` where the address has a public name, or plain HTTP on loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentCode {
    /// `https://host:port`, or `http://127.0.0.1:port` on the same machine.
    pub address: String,
    /// SHA-256 of the server's certificate (DER), 64 hexadecimal digits.
    pub fingerprint: Option<String>,
    /// Works once; the server keeps only its hash.
    pub secret: String,
}

/// Text that is no set-up code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a set-up code; it begins with EV1 and is printed by the office")]
pub struct NotACode;

impl fmt::Display for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EV1~{}~{}~{}", self.address, self.fingerprint.as_deref().unwrap_or("-"), self.secret)
    }
}

impl FromStr for EnrolmentCode {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let mut parts = text.trim().split('~');
        let (Some("EV1"), Some(address), Some(fingerprint), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotACode);
        };
        let secure = address.starts_with("https://");
        let on_this_machine = address.starts_with("http://127.0.0.1:") || address.starts_with("http://localhost:");
        let fingerprint = (fingerprint != "-").then(|| fingerprint.to_ascii_lowercase());
        let known = fingerprint.as_ref().is_none_or(|f| f.len() == 64 && f.bytes().all(|b| b.is_ascii_hexdigit()));
        if !(secure || on_this_machine) || !known || secret.is_empty() {
            return Err(NotACode);
        }
        Ok(Self { address: address.trim_end_matches('/').to_owned(), fingerprint, secret: secret.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_set_up_code_reads_back_and_others_are_refused() {
        let code = EnrolmentCode {
            address: "https://192.0.2.7:8443".into(),
            fingerprint: Some("ab".repeat(32)),
            secret: "7KQM-2F9D".into(),
        };
        assert_eq!(code.to_string().parse::<EnrolmentCode>().unwrap(), code);
        for wrong in [
            "",
            "EV1~https://a~-~",
            "EV1~http://192.0.2.7:80~-~S",
            "EV2~https://a~-~S",
            "EV1~https://a~zz~S",
            "EV1~https://a~-~S~T",
        ] {
            assert_eq!(wrong.parse::<EnrolmentCode>(), Err(NotACode), "{wrong}");
        }
    }
}
