package dev.ocean.operator.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS that trusts the given certificates and nothing else; pgjdbc makes it by name, so it is public. The driver's own factory takes certificates from files only, and
 * its check of the host name fails without a cause that could be told from other failures; here both fail in the handshake, by the JDK's rules.
 */
public final class VerifyingSocketFactory extends SSLSocketFactory {

    private final SSLSocketFactory delegate;
    private final boolean checksHost;

    /**
     * Called by the driver.
     *
     * @param argument of {@link #argument}
     */
    public VerifyingSocketFactory(String argument) throws GeneralSecurityException, IOException {
        var lineEnd = argument.indexOf('\n');
        checksHost = TlsMode.VERIFY_FULL.sslmode().equals(argument.substring(0, lineEnd));
        delegate = trusting(argument.substring(lineEnd + 1)).getSocketFactory();
    }

    static String argument(TlsMode mode, String caCertificate) {
        return mode.sslmode() + "\n" + caCertificate;
    }

    @Override
    public Socket createSocket(Socket plain, String host, int port, boolean autoClose) throws IOException {
        var socket = (SSLSocket) delegate.createSocket(plain, host, port, autoClose);
        if (checksHost) {
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unsupported();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unsupported();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unsupported();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unsupported();
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return delegate.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return delegate.getSupportedCipherSuites();
    }

    private static SSLContext trusting(String caCertificate) throws GeneralSecurityException, IOException {
        var roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        for (var root : TrustedRoots.parse(caCertificate)) {
            roots.setCertificateEntry("root-" + roots.size(), root);
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(roots);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** PostgreSQL begins in clear text, so TLS is always put over a socket that exists. */
    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("cannot open a TLS socket of its own");
    }
}
