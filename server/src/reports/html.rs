//! The report as one HTML file that needs nothing else: style, fonts and photos are inside it, and no script is.
//! What stands on it is decided in `page`; how it looks is `templates/report/report.{html,css}`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use anyhow::{Context as _, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use super::fonts;
use super::model::Photos;
use super::page::Page;

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.add_filter("lines", lines);
    env.add_template("report.html", include_str!("../../templates/report/report.html"))?;
    Ok(env)
});

/// The page's HTML. Fails only on a fault in the template.
pub fn write(page: &Page, photos: &Photos) -> anyhow::Result<String> {
    let env = TEMPLATES.as_ref().map_err(|error| anyhow!("the report's page template is broken: {error:#}"))?;
    let pictures: BTreeMap<&str, Value> = photos
        .iter()
        .map(|(hash, bytes)| {
            let uri = format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes));
            (hash.as_str(), Value::from_safe_string(uri))
        })
        .collect();
    let style = Value::from_safe_string(style());
    let marks = Value::from(Serde(&page.marks));
    let page = Value::from(Serde(page));
    env.get_template("report.html")
        .and_then(|template| template.render(context! { page, pictures, style, marks }))
        .context("the report's page could not be written")
}

fn style() -> String {
    let face = |weight: u16, bytes: &[u8]| {
        let font = STANDARD.encode(bytes);
        format!(
            "@font-face{{font-family:\"Atkinson Hyperlegible\";font-weight:{weight};\
             src:url(data:font/woff2;base64,{font}) format(\"woff2\")}}\n"
        )
    };
    let faces = face(400, fonts::WEB_REGULAR) + &face(700, fonts::WEB_BOLD);
    faces + include_str!("../../templates/report/report.css")
}

/// Escapes the words and makes a line break of each `\n`.
fn lines(words: &str) -> Value {
    let lines: Vec<String> = words.split('\n').map(|line| minijinja::HtmlEscape(line).to_string()).collect();
    Value::from_safe_string(lines.join("<br>"))
}
