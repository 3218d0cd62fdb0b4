//! A browser without a screen: fetches a page, finds a form by where it sends to, fills it in by name or by the words
//! of a choice, and sends it as a browser would. It knows no route of the office, only what stands on a page.

use anyhow::{Context, Result, anyhow, bail};
use reqwest::Client;
use reqwest::multipart::{Form as Multipart, Part};
use scraper::{ElementRef, Html, Selector};
use std::time::Duration;

/// Somebody's browser, with their cookies.
#[derive(Clone, Debug)]
pub struct Browser {
    client: Client,
    address: String,
}

/// A page as it came.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its path, after every redirection.
    pub path: String,
    /// Its status code.
    pub status: u16,
    /// Its HTML.
    pub html: String,
}

/// A form of a page, being filled in.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    method: String,
    multipart: bool,
    fields: Vec<Field>,
    buttons: Vec<(String, String)>,
    file: Option<(String, String, Vec<u8>)>,
    sent: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Hidden,
    /// Value and words of each choice; several where it takes several.
    Choice(Vec<(String, String)>, bool),
}

fn selector(css: &str) -> Result<Selector> {
    Selector::parse(css).map_err(|e| anyhow!("{css}: {e}"))
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Browser {
    /// A new browser for the office at `address`, trusting `certificate` (PEM) where the office made its own.
    ///
    /// # Errors
    /// A certificate that is none.
    pub fn new(address: &str, certificate: Option<&[u8]>) -> Result<Self> {
        let mut builder = Client::builder().cookie_store(true).timeout(Duration::from_secs(120));
        if let Some(pem) = certificate {
            builder = builder.tls_certs_only([reqwest::Certificate::from_pem(pem)?]);
        }
        Ok(Self { client: builder.build()?, address: address.trim_end_matches('/').to_owned() })
    }

    /// The same person's browser, cookies and all, at another server of the same office.
    #[must_use]
    pub fn at(&self, address: &str) -> Self {
        Self { client: self.client.clone(), address: address.trim_end_matches('/').to_owned() }
    }

    /// Opens a page.
    ///
    /// # Errors
    /// No answer, or one that says that it went wrong.
    pub async fn open(&self, path: &str) -> Result<Page> {
        let url = format!("{}{path}", self.address);
        let answer = self.client.get(url).send().await.with_context(|| format!("opening {path}"))?;
        let page = Page::of(answer).await?;
        if page.status >= 400 {
            bail!("{path} answered {}: {}", page.status, page.told());
        }
        Ok(page)
    }

    /// Fetches what is no page: a file to keep.
    ///
    /// # Errors
    /// As [`Browser::open`].
    pub async fn download(&self, path: &str) -> Result<Vec<u8>> {
        let answer = self.client.get(format!("{}{path}", self.address)).send().await?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        if !status.is_success() {
            bail!("{path} answered {status}");
        }
        Ok(bytes.to_vec())
    }

    /// Sends a form and follows to the page that answers; a page that refuses is an answer as well.
    ///
    /// # Errors
    /// No answer.
    pub async fn send(&self, form: Form) -> Result<Page> {
        let url = if form.action.starts_with("http") {
            form.action.clone()
        } else {
            format!("{}{}", self.address, form.action)
        };
        let request = if form.method == "get" {
            let mut url = reqwest::Url::parse(&url)?;
            url.query_pairs_mut().extend_pairs(&form.sent);
            self.client.get(url)
        } else if form.multipart {
            let mut parts = Multipart::new();
            for (name, value) in form.sent {
                parts = parts.text(name, value);
            }
            if let Some((field, name, bytes)) = form.file {
                parts = parts.part(field, Part::bytes(bytes).file_name(name));
            }
            self.client.post(url).multipart(parts)
        } else {
            self.client.post(url).form(&form.sent)
        };
        let answer = request.send().await.with_context(|| format!("sending the form {}", form.action))?;
        Page::of(answer).await
    }
}

impl Page {
    async fn of(answer: reqwest::Response) -> Result<Self> {
        let (path, status) = (answer.url().path().to_owned(), answer.status().as_u16());
        Ok(Self { path, status, html: answer.text().await? })
    }

    /// The last piece of the page's path, which names the thing that it shows.
    #[must_use]
    pub fn id(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The page as text.
    #[must_use]
    pub fn text(&self) -> String {
        words(Html::parse_document(&self.html).root_element())
    }

    /// What the page says is wrong: the text of its alerts, or else of its main part.
    #[must_use]
    pub fn told(&self) -> String {
        let html = Html::parse_document(&self.html);
        for css in ["[role=alert]", ".problems", ".problem", "main"] {
            let found: Vec<String> = selector(css).map(|s| html.select(&s).map(words).collect()).unwrap_or_default();
            if !found.is_empty() {
                return found.join(" ").chars().take(600).collect();
            }
        }
        String::new()
    }

    /// The text of each element that a CSS selector finds.
    ///
    /// # Errors
    /// A selector that is none.
    pub fn each(&self, css: &str) -> Result<Vec<String>> {
        Ok(Html::parse_document(&self.html).select(&selector(css)?).map(words).collect())
    }

    /// The address of each link whose text or address holds `part`.
    ///
    /// # Errors
    /// None that a page can bring about.
    pub fn links(&self, part: &str) -> Result<Vec<(String, String)>> {
        let html = Html::parse_document(&self.html);
        let anchors = selector("a[href]")?;
        let all = html.select(&anchors).map(|a| (a.attr("href").unwrap_or_default().to_owned(), words(a)));
        Ok(all.filter(|(href, text)| href.contains(part) || text.contains(part)).collect())
    }

    /// Whether there is a form that sends to a path ending so.
    #[must_use]
    pub fn has_form(&self, action: &str) -> bool {
        self.form(action).is_ok()
    }

    /// The first form that sends to a path ending so; what the page filled in is kept.
    ///
    /// # Errors
    /// The page has no such form.
    pub fn form(&self, action: &str) -> Result<Form> {
        self.forms(action)?.into_iter().next().with_context(|| {
            format!("{} ({}) has no form that sends to …{action}: {}", self.path, self.status, self.told())
        })
    }

    /// Every form that sends to a path ending so.
    ///
    /// # Errors
    /// None that a page can bring about.
    pub fn forms(&self, action: &str) -> Result<Vec<Form>> {
        let html = Html::parse_document(&self.html);
        let mut found = Vec::new();
        for form in html.select(&selector("form")?) {
            let to = form.attr("action").unwrap_or(&self.path);
            let ends = to.split('?').next().unwrap_or(to).ends_with(action);
            if ends {
                found.push(Form::read(form, &html, to)?);
            }
        }
        Ok(found)
    }
}

impl Form {
    fn read(form: ElementRef<'_>, html: &Html, action: &str) -> Result<Self> {
        let mut read = Self {
            action: action.to_owned(),
            method: form.attr("method").unwrap_or("get").to_lowercase(),
            multipart: form.attr("enctype") == Some("multipart/form-data"),
            fields: Vec::new(),
            buttons: Vec::new(),
            file: None,
            sent: Vec::new(),
        };
        for control in form.select(&selector("input, select, textarea, button")?) {
            let Some(name) = control.attr("name").map(str::to_owned) else { continue };
            let value = control.attr("value").unwrap_or_default().to_owned();
            match (control.value().name(), control.attr("type").unwrap_or("text")) {
                ("button", _) | (_, "submit") => read.buttons.push((name, value)),
                ("input", kind @ ("radio" | "checkbox")) => {
                    let value = if control.attr("value").is_some() { value } else { "on".into() };
                    if control.attr("checked").is_some() {
                        read.sent.push((name.clone(), value.clone()));
                    }
                    read.choice(&name, (value, label_of(control, html)), kind == "checkbox");
                }
                ("select", _) => read.select(control, &name)?,
                ("textarea", _) => read.text(&name, control.text().collect(), false),
                ("input", "hidden") => read.text(&name, value, true),
                ("input", "file") => read.fields.push(Field { name, kind: Kind::Text }),
                _ => read.text(&name, value, false),
            }
        }
        Ok(read)
    }

    fn text(&mut self, name: &str, value: String, hidden: bool) {
        self.fields.push(Field { name: name.to_owned(), kind: if hidden { Kind::Hidden } else { Kind::Text } });
        self.sent.push((name.to_owned(), value));
    }

    fn choice(&mut self, name: &str, choice: (String, String), several: bool) {
        for field in &mut self.fields {
            if let Kind::Choice(choices, _) = &mut field.kind
                && field.name == name
            {
                choices.push(choice);
                return;
            }
        }
        self.fields.push(Field { name: name.to_owned(), kind: Kind::Choice(vec![choice], several) });
    }

    fn select(&mut self, control: ElementRef<'_>, name: &str) -> Result<()> {
        let several = control.attr("multiple").is_some();
        let mut chosen = Vec::new();
        let mut first = None;
        for option in control.select(&selector("option")?) {
            let value = option.attr("value").map_or_else(|| words(option), str::to_owned);
            first.get_or_insert_with(|| value.clone());
            if option.attr("selected").is_some() {
                chosen.push(value.clone());
            }
            self.choice(name, (value, words(option)), several);
        }
        if chosen.is_empty() && !several {
            chosen.extend(first);
        }
        self.sent.extend(chosen.into_iter().map(|value| (name.to_owned(), value)));
        Ok(())
    }

    /// Whether the form has a field of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|f| f.name == name)
    }

    /// The names of its fields.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|f| f.name.clone()).collect()
    }

    /// Where it sends to.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// What a hidden or filled-in field holds.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.sent.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Value and words of each choice of a field.
    #[must_use]
    pub fn choices(&self, name: &str) -> Vec<(String, String)> {
        let of_name = self.fields.iter().filter(|f| f.name == name);
        let all = of_name.filter_map(|f| if let Kind::Choice(c, _) = &f.kind { Some(c.clone()) } else { None });
        all.flatten().collect()
    }

    /// Types `value` into the field `name`.
    ///
    /// # Errors
    /// The form has no such field.
    pub fn fill(mut self, name: &str, value: impl Into<String>) -> Result<Self> {
        if !self.has(name) {
            let has: Vec<&str> = self.fields.iter().map(|f| f.name.as_str()).collect();
            bail!("the form {} has no field {name}; it has {}", self.action, has.join(", "));
        }
        self.sent.retain(|(n, _)| n != name);
        self.sent.push((name.to_owned(), value.into()));
        Ok(self)
    }

    /// Types `value` where the form has such a field, and where there is something to type.
    ///
    /// # Errors
    /// None; so that it reads like its neighbours.
    pub fn fill_if(self, name: &str, value: Option<impl Into<String>>) -> Result<Self> {
        match value {
            Some(value) if self.has(name) => self.fill(name, value),
            _ => Ok(self),
        }
    }

    /// Ticks or selects the choice of `name` whose value is `said`, or else whose words are or begin with it.
    ///
    /// # Errors
    /// There is no such choice.
    pub fn choose(mut self, name: &str, said: &str) -> Result<Self> {
        let choices = self.choices(name);
        let same = |text: &str| text.split_whitespace().eq(said.split_whitespace());
        let found = choices.iter().find(|(value, _)| value == said).or_else(|| {
            let exact = choices.iter().find(|(_, text)| same(text));
            exact.or_else(|| choices.iter().find(|(_, text)| text.starts_with(said)))
        });
        let Some((value, _)) = found else {
            let known: Vec<&str> = choices.iter().map(|(_, text)| text.as_str()).take(12).collect();
            bail!("the form {} offers no {name} “{said}”; it offers {}", self.action, known.join(" / "));
        };
        let value = value.clone();
        let several = self.fields.iter().any(|f| f.name == name && matches!(f.kind, Kind::Choice(_, true)));
        if !several {
            self.sent.retain(|(n, _)| n != name);
        }
        if !self.sent.contains(&(name.to_owned(), value.clone())) {
            self.sent.push((name.to_owned(), value));
        }
        Ok(self)
    }

    /// Sends `value` for `name` though the page never offered it, as somebody can who changes the page in their browser.
    #[must_use]
    pub fn forge(mut self, name: &str, value: &str) -> Self {
        self.sent.retain(|(n, _)| n != name);
        self.sent.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes every tick of `name` away.
    #[must_use]
    pub fn clear(mut self, name: &str) -> Self {
        self.sent.retain(|(n, _)| n != name);
        self
    }

    /// Puts a file into the field `name`.
    #[must_use]
    pub fn attach(mut self, name: &str, file: &str, bytes: Vec<u8>) -> Self {
        self.file = Some((name.to_owned(), file.to_owned(), bytes));
        self
    }

    /// Presses the button `name` with this value.
    ///
    /// # Errors
    /// There is no such button.
    pub fn press(mut self, name: &str, value: &str) -> Result<Self> {
        let button = (name.to_owned(), value.to_owned());
        if !self.buttons.contains(&button) {
            bail!("the form {} has no button {name}={value}; it has {:?}", self.action, self.buttons);
        }
        self.sent.push(button);
        Ok(self)
    }
}

/// The words beside a tick: of the label around it, or of the label for its id.
fn label_of(control: ElementRef<'_>, html: &Html) -> String {
    let around = control.ancestors().filter_map(ElementRef::wrap).find(|e| e.value().name() == "label");
    let beside = || {
        let id = control.attr("id")?;
        let all = selector("label[for]").ok()?;
        html.select(&all).find(|l| l.attr("for") == Some(id)).map(words)
    };
    around.map(words).or_else(beside).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn page(html: &str) -> Page {
        Page { path: "/office/visits/new".into(), status: 200, html: html.into() }
    }

    #[test]
    fn a_form_is_filled_by_names_and_by_the_words_of_its_choices() {
        let page = page(
            r#"<form method=post action="/office/visits/new"><input type=hidden name=csrf value=t>
            <label><input type=checkbox name=team value=7> Asha Patel</label>
            <input type=checkbox id=b name=team value=8><label for=b>Tom Okafor</label>
            <select name=place><option value="">None</option><option value=3>Hazel Court (care home)</option></select>
            <textarea name=purpose>old</textarea><button name=go value=yes>Go</button></form>"#,
        );
        let form = page
            .form("/visits/new")
            .unwrap()
            .choose("team", "Asha Patel")
            .unwrap()
            .choose("team", "Tom Okafor")
            .unwrap();
        let form = form
            .choose("place", "Hazel Court")
            .unwrap()
            .fill("purpose", "evenings")
            .unwrap()
            .press("go", "yes")
            .unwrap();
        let sent: Vec<_> = form.sent.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(sent, ["csrf=t", "team=7", "team=8", "place=3", "purpose=evenings", "go=yes"]);
        assert!(form.clone().choose("team", "Leon").is_err());
        assert!(form.fill("weather", "rain").is_err());
        assert!(page.form("/elsewhere").is_err());
    }
}
