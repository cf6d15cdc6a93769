//! `yingda flow try`

use std::io::{BufRead, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use yingda_dialogue::Lang;
use yingda_model::Choice;
use yingda_rehearsal::{Heard, Talk, TurnReport, Who};

use super::on_stage::{StageOptions, assistant};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, harmless};

/// Talk with the assistant of a folder, before anybody else does.
///
/// Write what a customer would write, or the number of an option. :why shows how the last turn was decided, :again begins
/// anew, :quit (or the end of the input) ends. Nothing is stored.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda flow try packs/ecommerce --demo
  yingda flow try packs/ecommerce --demo --lang en --as cust-0008
  echo 'where is my parcel?' | yingda flow try packs/ecommerce --demo --lang en --json")]
pub struct Try {
    /// The folder
    folder: PathBuf,
    /// The customer's language
    #[arg(long, default_value = "zh")]
    lang: Tongue,
    /// Be this customer, who has proved it: the company's own number; otherwise nobody knows you
    #[arg(long = "as", value_name = "ID")]
    customer: Option<String>,
    #[command(flatten)]
    stage: StageOptions,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tongue {
    Zh,
    En,
}

/// What a line asks for.
enum Line<'l> {
    Why,
    Again,
    Quit,
    /// The option with this number.
    Tap(Choice),
    Text(&'l str),
}

impl Try {
    pub async fn run(self, output: Output) -> Outcome {
        let open = self.stage.open().await?;
        let (brain, _) = assistant(&self.folder, &open.around, output)?;
        let who = Who { verified: self.customer.is_some(), external_id: self.customer, ..Who::default() };
        let lang = match self.lang {
            Tongue::Zh => Lang::Zh,
            Tongue::En => Lang::En,
        };
        let begin = |seed| Talk::new(&open.stage, &brain, &who, lang, seed);
        let mut seed = 1;
        let mut talk = begin(seed);
        let mut last: Option<TurnReport> = None;
        while let Some(line) = next_line(output)? {
            match meant(line.trim(), talk.shown()) {
                Line::Quit => break,
                Line::Again => {
                    seed += 1;
                    talk = begin(seed);
                    output.note("A new conversation.");
                }
                Line::Why => match &last {
                    Some(turn) => output.note(harmless(&turn.to_string())),
                    None => output.note("Nothing has been said yet."),
                },
                Line::Text("") => {}
                Line::Text(_) | Line::Tap(_) if talk.handed_over().is_some() => {
                    output.note("People have it now: the assistant is silent. :again begins anew.");
                }
                Line::Text(text) => last = Some(told(text.to_owned(), &talk.says(text).await?, &talk, output)?),
                Line::Tap(option) => {
                    let heard = talk.taps(&option).await?;
                    last = Some(told(format!("[{}]", option.label), &heard, &talk, output)?);
                }
            }
        }
        Ok(())
    }
}

/// A line of the input, if there is one more.
fn next_line(output: Output) -> Result<Option<String>, Failure> {
    if matches!(output, Output::People) {
        let mut err = std::io::stderr();
        write!(err, "you: ").and_then(|()| err.flush())?;
    }
    let mut line = String::new();
    // The shop's back end answers on other threads while this one waits for people.
    let read = tokio::task::block_in_place(|| std::io::stdin().lock().read_line(&mut line))?;
    Ok((read > 0).then_some(line))
}

fn meant<'l>(line: &'l str, shown: &[Choice]) -> Line<'l> {
    match line {
        ":why" => Line::Why,
        ":again" => Line::Again,
        ":quit" => Line::Quit,
        text => {
            let number = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            number.and_then(|at| shown.get(at)).map_or(Line::Text(text), |option| Line::Tap(option.clone()))
        }
    }
}

/// Shows what the bot said, and keeps how it came about.
fn told(customer: String, heard: &Heard, talk: &Talk<'_>, output: Output) -> Result<TurnReport, Failure> {
    let report = TurnReport::of(customer, heard, talk);
    output.result(&report, |out| {
        for said in &heard.said {
            writeln!(out, "bot: {}", harmless(&said.text).replace('\n', "\n     "))?;
        }
        for (number, option) in talk.shown().iter().enumerate() {
            writeln!(out, "     {}. {}", number + 1, harmless(&option.label))?;
        }
        if let Some(reason) = &report.handed_over {
            writeln!(out, "     (people take over: {reason})")?;
        }
        Ok(())
    })?;
    Ok(report)
}
