//! QUIC: the two ends of a connection, which may be asked to go through a gate.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use quinn::congestion::BbrConfig;
use quinn::rustls::RootCertStore;
use quinn::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use quinn::{ClientConfig, Connection, Endpoint, ServerConfig, TransportConfig};

/// What a test of QUIC may fail with.
pub type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// The server's name in its certificate.
const NAME: &str = "localhost";

/// A server of QUIC that waits for one client.
#[derive(Debug)]
pub struct QuicServer {
    endpoint: Endpoint,
    certificate: CertificateDer<'static>,
}

/// The two ends of a connection.
#[derive(Debug)]
pub struct Quic {
    /// The client's.
    pub client: Connection,
    /// The server's.
    pub server: Connection,
    /// They end when these do.
    _endpoints: [Endpoint; 2],
}

impl QuicServer {
    /// A server on a free port, with a certificate that it has made itself.
    ///
    /// # Errors
    /// If there is none to be had.
    pub fn start() -> Result<Self, AnyError> {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned()])?;
        let certificate = CertificateDer::from(made.cert);
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let mut config = ServerConfig::with_single_cert(vec![certificate.clone()], key.into())?;
        config.transport_config(transport());
        let endpoint = Endpoint::server(config, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { endpoint, certificate })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// If its socket does not know.
    pub fn addr(&self) -> Result<SocketAddr, AnyError> {
        Ok(self.endpoint.local_addr()?)
    }

    /// A client connects to it at `addr`, which leads here.
    ///
    /// # Errors
    /// If they do not come together.
    pub async fn connect_by(self, addr: SocketAddr) -> Result<Quic, AnyError> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate)?;
        let mut config = ClientConfig::with_root_certificates(Arc::new(roots))?;
        config.transport_config(transport());
        let endpoint = Endpoint::client(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let client = endpoint.connect_with(config, addr, NAME)?;
        let server = async {
            let incoming = self.endpoint.accept().await.ok_or("the server has been closed")?;
            Ok::<_, AnyError>(incoming.await?)
        };
        let (client, server) = tokio::join!(client, server);
        let (client, server) = (client?, server?);
        Ok(Quic { client, server, _endpoints: [endpoint, self.endpoint] })
    }
}

/// What suits a path on which a loss is a loss, and does not tell of a queue that is full, and on
/// which jitter lets a datagram be overtaken by many. With the defaults 2 MiB took 20 s.
fn transport() -> Arc<TransportConfig> {
    let mut transport = TransportConfig::default();
    transport.congestion_controller_factory(Arc::new(BbrConfig::default()));
    transport.packet_threshold(50).time_threshold(1.5);
    Arc::new(transport)
}

/// Sends `content` from one end to the other, in a stream of its own, and gives what has come.
///
/// # Errors
/// If the connection ends before it is all there.
pub async fn transfer(
    from: &Connection,
    to: &Connection,
    content: &[u8],
) -> Result<Vec<u8>, AnyError> {
    let sending = async {
        let mut stream = from.open_uni().await?;
        stream.write_all(content).await?;
        stream.finish()?;
        Ok::<_, AnyError>(())
    };
    let receiving = async {
        let mut stream = to.accept_uni().await?;
        Ok::<_, AnyError>(stream.read_to_end(content.len() + 1).await?)
    };
    let (sent, received) = tokio::join!(sending, receiving);
    sent.and(received)
}
