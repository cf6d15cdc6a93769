//! Who the customer is, as far as the instructions say.

use crate::Instructions;
use crate::pattern::pattern;

/// What the customer can say of himself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// `Yusuf`.
    pub first_name: Option<String>,
    /// `Rossi`.
    pub last_name: Option<String>,
    /// Zip codes, in the order in which they are tried.
    pub zips: Vec<String>,
    /// E-mail addresses, in the order in which they are tried.
    pub emails: Vec<String>,
    /// `yusuf_rossi_9620`.
    pub user_id: Option<String>,
    /// `1 Quay, Boston, MA, 02110`.
    pub address: Option<String>,
    /// What is known of others: `your daughter lives in Chicago`.
    pub others: Vec<String>,
}

/// Reads who the customer is.
pub(super) fn read(instructions: &Instructions) -> Identity {
    let known = instructions.known_info.clone().unwrap_or_default();
    let all = |expression: &'static str, text: &str| -> Vec<String> {
        let Some(pattern) = pattern(expression) else { return Vec::new() };
        pattern.find_iter(text).map(|found| found.as_str().to_owned()).collect()
    };
    let emails = all(r"[\w.+-]+@[\w-]+\.[a-z]+", &known);
    let user_id =
        all(r"\b[a-z]+_[a-z]+_\d{4}\b", &format!("{known} {}", instructions.reason_for_call)).into_iter().next();
    // The last number of five digits is the zip code: house numbers come before it.
    let mut zips: Vec<String> = all(r"\b\d{5}\b", &known).into_iter().next_back().into_iter().collect();
    let rules = instructions.task_instructions.to_lowercase();
    if rules.contains("zip") {
        let first: Vec<String> = all(r"\b\d{5}\b", &instructions.task_instructions);
        zips = first.into_iter().chain(zips).fold(Vec::new(), |mut zips, zip| {
            if !zips.contains(&zip) {
                zips.push(zip);
            }
            zips
        });
    }
    let address = all(r"\b\d+ [A-Z][^;]*?, [^;]*?\d{5}\b", &known).into_iter().next();
    let others = known.split([',', ';', '.']).map(|part| part.trim().trim_start_matches("and ").to_owned());
    let others =
        others.filter(|part| part.contains(" lives ") || part.contains(" live in ") && !part.contains("you")).collect();
    let mut identity = Identity { zips, emails, user_id, address, others, ..Identity::default() };
    let name = pattern(r"(?:[Yy]ou(?:r)? name is|[Yy]ou are|[Yy]ou're|called) ([A-Z][a-z]+)(?: ([A-Z][a-z]+))?\b");
    if let Some(found) = name.and_then(|name| name.captures(&known)) {
        identity.first_name = found.get(1).map(|it| it.as_str().to_owned());
        identity.last_name = found.get(2).map(|it| it.as_str().to_owned());
    } else if let Some(name) = pattern(r"\b([A-Z][a-z]+) ([A-Z][a-z]+), living")
        && let Some(found) = name.captures(&known)
    {
        identity.first_name = found.get(1).map(|it| it.as_str().to_owned());
        identity.last_name = found.get(2).map(|it| it.as_str().to_owned());
    }
    // Customers know what the names in their user id are.
    if let Some(user_id) = &identity.user_id {
        let mut parts =
            user_id.split('_').map(super::speech::sentence).map(|part| part.trim_end_matches('.').to_owned());
        identity.first_name = identity.first_name.or_else(|| parts.next());
        identity.last_name = identity.last_name.or_else(|| user_id.split('_').nth(1).map(capital));
    }
    // `You are Amelia … amelia.silva7872@example.com`.
    if identity.last_name.is_none() {
        let first = identity.first_name.clone().unwrap_or_default().to_lowercase();
        identity.last_name = identity.emails.iter().find_map(|email| {
            let (local, _) = email.split_once('@')?;
            let rest = local.strip_prefix(&first)?.trim_start_matches('.');
            Some(capital(rest.trim_end_matches(|char: char| char.is_ascii_digit()))).filter(|name| !name.is_empty())
        });
    }
    identity
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(known: &str, rules: &str) -> Identity {
        read(&Instructions {
            known_info: Some(known.to_owned()),
            task_instructions: rules.to_owned(),
            ..Instructions::default()
        })
    }

    #[test]
    fn name_and_zip_are_read() {
        let identity = who("You are Ann Lee. You live in Phoenix, AZ 85025.", "");
        assert_eq!(identity.first_name.as_deref(), Some("Ann"));
        assert_eq!(identity.last_name.as_deref(), Some("Lee"));
        assert_eq!(identity.zips, ["85025"]);
    }

    #[test]
    fn a_user_id_tells_the_name() {
        let identity = who("You are ann_lee_8020 living in zipcode 28236.", "");
        assert_eq!((identity.first_name.as_deref(), identity.last_name.as_deref()), (Some("Ann"), Some("Lee")));
    }

    #[test]
    fn wrong_zips_are_tried_first_when_told_so() {
        let identity = who("Your name is Ann Lee, 98187.", "If asked for your zip code, say 98178 first, then 98187.");
        assert_eq!(identity.zips, ["98178", "98187"]);
    }
}
