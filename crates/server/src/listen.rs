//! Accepting connections: with limits on how long a client may take, and a shutdown that lets requests finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tower_http::timeout::TimeoutBody;

/// Time for a client to send the head of a request: a connection that says nothing is closed.
const HEADER: Duration = Duration::from_secs(15);
/// A client that sends nothing of a body for this long is gone.
const BODY: Duration = Duration::from_secs(30);
/// Connections at once; further ones wait in the kernel.
const CONNECTIONS: usize = 60_000;
/// Time that requests under way have to finish when the server stops.
const FINISH: Duration = Duration::from_secs(10);

/// Serves `router` on `listener` until `stop`, then lets what is under way finish.
pub async fn serve(router: Router, listener: TcpListener, stop: CancellationToken) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER)
        .max_buf_size(64 * 1024)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .keep_alive_interval(Duration::from_secs(20))
        .max_header_list_size(64 * 1024);
    let builder = Arc::new(builder);
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let Ok(permit) = connections.clone().acquire_owned().await else { break };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: let some go before trying again.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let (builder, router, watcher) = (builder.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            if let Err(error) = connection(&builder, router, stream, peer, watcher).await {
                tracing::debug!(%error, "a connection ended badly");
            }
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(FINISH) => tracing::warn!("some requests did not finish in time"),
    }
}

async fn connection(
    builder: &Builder<TokioExecutor>,
    router: Router,
    stream: TcpStream,
    peer: SocketAddr,
    watcher: hyper_util::server::graceful::Watcher,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Messages are small and should leave at once.
    stream.set_nodelay(true)?;
    let spoke = CancellationToken::new();
    let heard = spoke.clone();
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        spoke.cancel();
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(|body| axum::body::Body::new(TimeoutBody::new(BODY, body))))
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let connection = watcher.watch(connection.into_owned());
    // The builder's own limit begins when it knows the version of HTTP: a client that never says so much is closed here.
    let silent = async {
        if tokio::time::timeout(HEADER, heard.cancelled()).await.is_ok() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = connection => ended,
        () = silent => Ok(()),
    }
}
