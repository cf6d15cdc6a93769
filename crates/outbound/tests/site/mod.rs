//! A site on this machine that says what it was asked.

#![allow(dead_code, clippy::unwrap_used)]

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request as Asked;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use yingda_outbound::{Client, Resolver, Settings, Url};

pub struct Site {
    pub port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Answers every request by `answer`, which sees the path with its query and the head of the request.
    pub async fn serve(answer: impl Fn(&str, &Asked) -> Response + Clone + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&log);
        let app = Router::new().fallback(move |asked: Asked| {
            let path = asked.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
            kept.lock().unwrap().push(path.clone());
            let response = answer(&path, &asked);
            async move { response }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { port, log }
    }

    /// The paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// As [`Site::asked`], forgetting them.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }

    pub fn url(&self, path: &str) -> Url {
        self.url_at("127.0.0.1", path)
    }

    pub fn url_at(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!("http://{host}:{}{path}", self.port)).unwrap()
    }

    /// A client that an administrator lets reach this site.
    pub fn client(&self) -> Client {
        self.client_with(settings())
    }

    pub fn client_with(&self, mut settings: Settings) -> Client {
        for host in ["127.0.0.1", "a.test", "b.test", "www.a.test"] {
            settings.allowed.push(format!("{host}:{}", self.port).parse().unwrap());
        }
        Client::new(settings).unwrap()
    }
}

/// Settings whose names all lead to this machine.
pub fn settings() -> Settings {
    Settings { resolver: Arc::new(Names::default()), whole: Duration::from_secs(10), ..Settings::default() }
}

/// Answers with what a name has in turn, the last for ever; a name that it does not have is this machine.
#[derive(Default)]
pub struct Names {
    pub answers: Mutex<HashMap<String, Vec<IpAddr>>>,
    pub asked: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl Resolver for Names {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let Some(answers) = answers.get_mut(name) else { return Ok(vec![[127, 0, 0, 1].into()]) };
        Ok(vec![if answers.len() > 1 { answers.remove(0) } else { answers[0] }])
    }
}

pub fn html(body: &str) -> Response {
    ([("content-type", "text/html; charset=utf-8")], body.to_owned()).into_response()
}

pub fn redirect(status: u16, to: &str) -> Response {
    (StatusCode::from_u16(status).unwrap(), [("location", to.to_owned())]).into_response()
}

pub fn status(status: u16) -> Response {
    StatusCode::from_u16(status).unwrap().into_response()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A body that begins and never ends.
pub fn endless(piece: &'static [u8], pause: Duration) -> Body {
    let (sender, receiver) = tokio::sync::mpsc::channel::<io::Result<&'static [u8]>>(1);
    tokio::spawn(async move {
        while sender.send(Ok(piece)).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    });
    Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(receiver))
}
