//! What crosses from Rust to the screens: failures as words, and the TypeScript that names every command and type.
//!
//! The list of commands is in [`crate::commands`]; this writes it down for the other side.

use domain::notebook::{Hash, Spot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::{Config, TS, TypeVisitor};

/// Why a command did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Failure {
    /// A short name that a screen may branch on.
    pub code: String,
    /// What happened, what is safe, what to do; for a person to read.
    pub message: String,
}

impl Failure {
    /// A failure that a screen may recognise by `code`.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// Where in a notebook a value stands, as a screen hands it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "{ summary: string } | { about: string } | { entry: [string, string] }")]
pub struct WhereItStands(pub Spot);

/// What a difference was read at ([`device::views::Difference::seen`]), as a screen hands it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string[]")]
pub struct Seen(pub Vec<Hash>);

/// Collects the declarations of types and what they are made of, each once, by name.
struct Declarations<'c> {
    config: &'c Config,
    found: BTreeMap<String, String>,
}

impl Declarations<'_> {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        T::visit_generics(self);
        if T::output_path().is_some() {
            let name = T::ident(self.config);
            if self.found.contains_key(&name) {
                return;
            }
            self.found.insert(name, T::decl(self.config));
        }
        T::visit_dependencies(self);
    }
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

/// Builds the text of `ui/src/lib/bridge/generated.ts`, one command after another.
pub struct TypeScript<'c> {
    types: Declarations<'c>,
    commands: String,
}

impl<'c> TypeScript<'c> {
    /// Begins with no command.
    #[must_use]
    pub fn new(config: &'c Config) -> Self {
        let mut types = Declarations { config, found: BTreeMap::new() };
        types.add::<Failure>();
        Self { types, commands: String::new() }
    }

    /// Makes a type known and says how TypeScript calls it.
    pub fn name_of<T: TS + 'static>(&mut self) -> String {
        self.types.add::<T>();
        T::name(self.types.config)
    }

    /// Writes one command: its name in Rust, its arguments with their types, what it answers.
    pub fn command(&mut self, name: &str, arguments: &[(&str, String)], answer: &str) {
        let pairs: Vec<_> = arguments.iter().map(|(n, t)| format!("{}: {t}", camel(n))).collect();
        let names: Vec<_> = arguments.iter().map(|(n, _)| camel(n)).collect();
        let passed = if names.is_empty() { String::new() } else { format!(", {{ {} }}", names.join(", ")) };
        self.commands.push_str(&format!(
            "export const {} = ({}) => ask<{answer}>(\"{name}\"{passed});\n",
            camel(name),
            pairs.join(", ")
        ));
    }

    /// The whole file.
    #[must_use]
    pub fn text(self) -> String {
        let mut out = String::from(
            "// Written from src-tauri/src/commands.rs; a test there fails when this is stale and says how to write it again.\n\
             import { ask } from \"./ask\";\n\n",
        );
        for declaration in self.types.found.values() {
            out.push_str("export ");
            out.push_str(declaration);
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.commands);
        out
    }
}

/// `save_draft` as `saveDraft`, as both Tauri and TypeScript have it.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut all, word| {
        let mut letters = word.chars();
        all.extend(letters.next().map(|l| l.to_ascii_uppercase()));
        all.push_str(letters.as_str());
        all
    })
}
