//! A small axum server with the timeouts that `axum::serve` does not set.

use axum::{Router, extract::ConnectInfo};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{io, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use tower::ServiceExt;

/// Listens on `PORT`, or on 3000; 0 is any free port.
pub(crate) async fn listen() -> io::Result<TcpListener> {
    let port = match std::env::var("PORT") {
        Ok(port) => port.parse().map_err(|_| io::Error::other("PORT must be a number from 0 to 65535"))?,
        Err(_) => 3000,
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(listener)
}

/// Serves `app` until the process ends.
pub(crate) async fn serve(listener: TcpListener, app: Router) -> io::Result<()> {
    loop {
        let (socket, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, or a client that gave up: neither is a reason to stop.
                eprintln!("accept: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // The layers ask for the peer's address; this is where axum's own `serve` puts it too.
        let app = app.clone().map_request(move |mut request: http::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            request.map(axum::body::Body::new)
        });
        tokio::spawn(async move {
            let mut server = Builder::new(TokioExecutor::new());
            server.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10));
            server.http2().timer(TokioTimer::new()).keep_alive_interval(Duration::from_secs(20));
            // A connection that breaks is the client's affair.
            let _ = server.serve_connection(TokioIo::new(socket), TowerToHyperService::new(app)).await;
        });
    }
}
