//! How connections become requests. The library's own way is put together again from its parts, so that every connection is one
//! of ours (`connection.rs`), with TLS and without.

use std::future::ready;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_tls::accept::rustls_0_23::{Acceptor, TlsStream};
use actix_tls::accept::{TlsError, max_concurrent_tls_connect};
use actix_web::dev::{AppConfig, Server};
use actix_web::middleware::from_fn;
use actix_web::rt::net::ActixStream;
use actix_web::web::Data;
use tokio::sync::Notify;

use super::connection::Connection;
use super::paced::Paced;
use super::patience::Crowd;
use super::{api, gate, pages};
use crate::app::App;

/// How long requests under way may still take when the server stops, in seconds.
const STOP_TIMEOUT: u64 = 20;
/// Connections that wait in the system's queue until there is room, at most: it may allow fewer. Where the queue is full, whoever comes
/// tries again after one second, then two, then four, while others come in between.
const WAITING: i32 = 4096;
/// Bytes that TLS keeps of what a client does not take: as much as it seals at once.
const SEALED: usize = 16 << 10;
/// Bytes of answers from which on the library writes them before it takes more. Where a client takes only some, its buffer grows to
/// several times as much.
const WRITE_BUFFER: usize = 16 << 10;
/// How long the end of a connection may take.
const END_TIMEOUT: Duration = Duration::from_secs(1);

/// A server that accepts connections once it is polled.
pub(super) fn listen(
    app: Arc<App>,
    listener: TcpListener,
    tls: Option<rustls::ServerConfig>,
    stop: Arc<Notify>,
) -> io::Result<Server> {
    let workers = app.settings.cores.max(1);
    let connections = app.settings.connections.div_ceil(workers);
    let timeouts = app.settings.timeouts;
    let app = Data::from(app);
    // The standard library asks for a queue of 128.
    socket2::SockRef::from(&listener).listen(WAITING)?;
    let builder = Server::build()
        .workers(workers)
        .max_concurrent_connections(connections)
        .shutdown_timeout(STOP_TIMEOUT)
        .shutdown_signal(async move { stop.notified().await });
    let stopping = builder.graceful_shutdown_signal();
    let stopping = move || {
        let stopping = stopping.clone();
        async move { stopping.notified().await }
    };
    let builder = match tls {
        None => builder.listen("http", listener, move || {
            let requests = requests(app.clone(), stopping.clone());
            let crowd = Crowd::new(connections);
            fn_service(move |stream| ready(Ok(Connection::new(stream, timeouts, &crowd))))
                .map(|connection: Connection| {
                    let (patience, peer) = (connection.open(), connection.peer());
                    (Paced::new(connection, patience), peer)
                })
                .and_then(requests)
        })?,
        Some(config) => {
            // Shaking hands with many at once takes no more than serving them.
            max_concurrent_tls_connect(connections);
            builder.listen("https", listener, move || {
                let requests = requests(app.clone(), stopping.clone());
                let mut acceptor = Acceptor::new(config.clone());
                acceptor.set_handshake_timeout(timeouts.head);
                let crowd = Crowd::new(connections);
                fn_service(move |stream| ready(Ok(Connection::new(stream, timeouts, &crowd))))
                    .and_then(acceptor.map_err(TlsError::into_service_error))
                    .map(|mut stream: TlsStream<Connection>| {
                        let (connection, session) = stream.get_mut();
                        session.set_buffer_limit(Some(SEALED));
                        let (patience, peer) = (connection.open(), connection.peer());
                        (Paced::new(stream, patience), peer)
                    })
                    .and_then(requests.map_err(TlsError::Service))
            })?
        }
    };
    Ok(builder.run())
}

/// Takes requests from a connection and gives their answers.
fn requests<T: ActixStream + 'static, S: Future<Output = ()> + 'static>(
    app: Data<App>,
    stopping: impl Fn() -> S + 'static,
) -> impl ServiceFactory<
    (Paced<T>, Option<SocketAddr>),
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
> {
    let routes = actix_web::App::new()
        .app_data(app)
        .wrap(from_fn(gate::pass))
        .configure(api::register)
        .configure(pages::register)
        .into_factory();
    HttpService::build()
        .graceful_shutdown_signal(stopping)
        // The library's own limits are left out: `Connection` has them.
        .keep_alive(KeepAlive::Os)
        .client_request_timeout(Duration::ZERO)
        .client_disconnect_timeout(END_TIMEOUT)
        .h1_write_buffer_size(WRITE_BUFFER)
        .on_connect_ext(|stream: &Paced<T>, data| {
            data.insert(stream.patience());
        })
        .h1(map_config(routes, |()| AppConfig::default()))
}
