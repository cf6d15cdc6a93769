//! `yingda chat`

mod link;
mod session;
mod show;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::time::{Instant, timeout_at};
use yingda_model::{Choice, Content, Event, EventBody, Message, SenderKind};

use self::link::{Link, News, Outgoing};
use self::session::{Door, Inbox, keep_token};
use crate::failure::{Failure, Outcome};
use crate::output::{Language, Output, harmless, print};

/// Talk with the running server as a customer would, over the same socket that the web chat uses.
///
/// A number picks one of the options offered. The conversation goes on where it was left: the visitor's token is kept in the
/// cache folder, or in --token-file. With --say, or when standard input is no terminal, each line is sent, its answer awaited
/// and printed.
#[derive(Args)]
#[command(after_help = "Examples:
  yingda chat
  yingda chat --url https://chat.example.com --inbox web-0123456789ab
  yingda chat --new --say 怎么退货 --say 1
  yingda chat --new --say 怎么退货 --json

Exit codes: 0 answered, 1 failed, 3 no answer came in time.")]
pub struct Chat {
    /// Address of the server
    #[arg(long, default_value = "http://127.0.0.1:8080", env = "YINGDA_URL")]
    url: String,
    /// Public key of the inbox to write to
    #[arg(long, value_name = "KEY", default_value = "demo-shop")]
    inbox: String,
    /// Send this, print the answer, and end; may be given again
    #[arg(long, value_name = "TEXT")]
    say: Vec<String>,
    /// Seconds to wait for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
    /// Where the visitor's token is kept
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Begin as a new visitor
    #[arg(long)]
    new: bool,
}

/// Longest wait for one answer of the network.
const PATIENCE: Duration = Duration::from_secs(10);
/// An answer may come in several messages: it is whole when this long nothing more came.
const SETTLED: Duration = Duration::from_millis(400);
/// How much of a conversation from before is shown, in events.
const HISTORY: u64 = 20;

impl Chat {
    pub async fn run(mut self, output: Output) -> Outcome {
        if self.say.is_empty() && (output == Output::Programs || !std::io::stdin().is_terminal()) {
            let mut lines = BufReader::new(stdin()).lines();
            while let Some(line) = lines.next_line().await? {
                self.say.push(line);
            }
        }
        self.say.retain(|text| !text.trim().is_empty());
        let door = Door::new(&self.url, &self.inbox)?;
        let file = self.token_file.clone().or_else(|| door.default_token_file());
        let known = file.as_ref().filter(|_| !self.new).and_then(|file| std::fs::read_to_string(file).ok());
        let session = door.enter(known.as_deref().map(str::trim).filter(|token| !token.is_empty())).await?;
        if let Some(file) = &file {
            keep_token(file, &session.token)?;
        }
        let scripted = !self.say.is_empty();
        let from = session.last_seq.saturating_sub(if scripted { 0 } else { HISTORY });
        let talk = Talk {
            link: Link::open(door, session.token, from),
            inbox: session.inbox,
            language: Language::of_terminal(),
            output,
            offered: Vec::new(),
            own: Vec::new(),
            state: State::Connected,
        };
        if scripted { talk.script(&self.say, Duration::from_secs(self.timeout)).await } else { talk.by_hand().await }
    }
}

struct Talk {
    link: Link,
    inbox: Inbox,
    language: Language,
    output: Output,
    /// The options offered last.
    offered: Vec<Choice>,
    /// Client keys of what was typed here, which is on the screen already.
    own: Vec<String>,
    state: State,
}

/// What people were told last about the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Connected,
    Lost,
}

impl Talk {
    async fn by_hand(mut self) -> Outcome {
        let greeting = self.language.choose(&self.inbox.greeting_zh, &self.inbox.greeting_en);
        let state = match self.inbox.open_now {
            true => self.language.choose("人工客服在线", "people are there"),
            false => self.language.choose("人工客服不在线", "people are away"),
        };
        let leave = self.language.choose("（按 Ctrl-D 离开）", "(leave with Ctrl-D)");
        self.line(&harmless(&format!("{} — {state} {leave}\n{greeting}", self.inbox.name)))?;
        let mut lines = BufReader::new(stdin()).lines();
        loop {
            tokio::select! {
                line = lines.next_line() => match line? {
                    None => return Ok(()),
                    Some(line) if line.trim().is_empty() => {}
                    Some(line) => drop(self.send(&line).await?),
                },
                news = self.link.news.recv() => match news {
                    Some(news) => self.tell(&news)?,
                    None => return Err(self.why_ended().await),
                },
                _ = tokio::signal::ctrl_c() => return Ok(()),
            }
        }
    }

    fn tell(&mut self, news: &News) -> Outcome {
        match news {
            News::Acked { .. } => Ok(()),
            News::Connected => {
                if std::mem::replace(&mut self.state, State::Connected) == State::Lost {
                    self.output.note(self.language.choose("（已重新连接）", "(connected again)"));
                }
                Ok(())
            }
            News::Lost { reason } => {
                // Told once, however many tries it takes.
                if std::mem::replace(&mut self.state, State::Lost) == State::Connected {
                    let reason = harmless(reason);
                    self.output.note(match self.language {
                        Language::Chinese => format!("（连接中断，正在重连：{reason}）"),
                        Language::English => format!("(connection lost, trying again: {reason})"),
                    });
                }
                Ok(())
            }
            News::Refused { detail, .. } => {
                self.output.note(match self.language {
                    Language::Chinese => format!("（消息未被接收：{detail}）"),
                    Language::English => format!("(the message was refused: {detail})"),
                });
                Ok(())
            }
            News::Event(event) => {
                self.offered = show::offered(event).unwrap_or(std::mem::take(&mut self.offered));
                let on_screen = message(event)
                    .and_then(|message| message.client_key.as_ref())
                    .is_some_and(|key| self.own.contains(key));
                match show::event(event, &self.inbox, self.language).filter(|_| !on_screen) {
                    Some(text) => self.line(&text),
                    None => Ok(()),
                }
            }
        }
    }

    /// Sends each text, waits for its answer and prints it.
    async fn script(mut self, texts: &[String], patience: Duration) -> Outcome {
        let mut turns = Vec::new();
        let mut failed = None;
        for text in texts {
            match self.turn(text, patience).await {
                Ok(answers) => {
                    let answers: Vec<_> = answers
                        .iter()
                        .map(|answer| json!({"seq": answer.seq, "sender": answer.sender, "content": answer.content}))
                        .collect();
                    turns.push(json!({"said": text, "answers": answers}));
                }
                Err(failure) => {
                    failed = Some(failure);
                    break;
                }
            }
        }
        if self.output == Output::Programs {
            self.output.result(&json!({"turns": turns}), |_| Ok(()))?;
        }
        failed.map_or(Ok(()), Err)
    }

    async fn turn(&mut self, text: &str, patience: Duration) -> Result<Vec<Message>, Failure> {
        let deadline = Instant::now() + patience;
        let key = self.send(text).await?;
        let mut own_seq = None;
        let mut answers: Vec<Message> = Vec::new();
        let mut settled = deadline;
        loop {
            let whole = own_seq.is_some() && !answers.is_empty();
            let until = if whole { settled.min(deadline) } else { deadline };
            let news = match timeout_at(until, self.link.news.recv()).await {
                Err(_) if whole => return Ok(answers),
                Err(_) => {
                    let what = if own_seq.is_some() { "no answer came" } else { "the server did not take the message" };
                    return Err(Failure::refused(format!("{what} within {} s", patience.as_secs())));
                }
                Ok(None) => return Err(self.why_ended().await),
                Ok(Some(news)) => news,
            };
            settled = Instant::now() + SETTLED;
            match &news {
                News::Refused { client_key, detail } if *client_key == key => {
                    return Err(Failure::failed(format!("the message was refused: {detail}")));
                }
                News::Acked { client_key, seq } if *client_key == key => own_seq = Some(*seq),
                News::Event(event) => match message(event) {
                    // Its own message is heard as well, perhaps before the acknowledgement.
                    Some(message) if message.client_key.as_ref() == Some(&key) => own_seq = Some(message.seq),
                    Some(message) if own_seq.is_some() && message.sender != SenderKind::Customer => {
                        answers.push(message.clone());
                    }
                    _ => {}
                },
                _ => {}
            }
            match self.output {
                Output::People => self.tell(&news)?,
                Output::Programs => {
                    if let News::Event(event) = &news
                        && let Some(offered) = show::offered(event)
                    {
                        self.offered = offered;
                    }
                }
            }
        }
    }

    /// Sends what was typed; gives the key under which it is acknowledged.
    async fn send(&mut self, text: &str) -> Result<String, Failure> {
        let content: Content = show::typed(text, &self.offered);
        let client_key = uuid::Uuid::now_v7().to_string();
        self.own.push(client_key.clone());
        let outgoing = Outgoing { client_key: client_key.clone(), content };
        match self.link.outgoing.send(outgoing).await {
            Ok(()) => Ok(client_key),
            Err(_) => Err(self.why_ended().await),
        }
    }

    async fn why_ended(&mut self) -> Failure {
        match (&mut self.link.ended).await {
            Ok(failure) => failure,
            Err(error) => Failure::failed(error),
        }
    }

    fn line(&self, text: &str) -> Outcome {
        print(format!("{text}\n").as_bytes())
    }
}

fn message(event: &Event) -> Option<&Message> {
    match &event.body {
        EventBody::Message { message } => Some(message),
        _ => None,
    }
}

/// An error with the causes below it, which say what really happened.
pub fn cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = error.source();
    }
    text
}
