package dev.ocean.operator.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that ask after half a minute of silence whether the other side still lives; pgjdbc makes it by name, so it is public. Linux asks after two hours by default,
 * and a slow statement may wait for ten minutes.
 */
public final class LiveSocketFactory extends SocketFactory {

    private static final int IDLE_SECONDS = 15;
    private static final int INTERVAL_SECONDS = 5;
    private static final int PROBES = 3;

    /** Called by the driver. */
    public LiveSocketFactory() {}

    @Override
    public Socket createSocket() throws IOException {
        var socket = new Socket();
        socket.setKeepAlive(true);
        setIfKnown(socket, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
        setIfKnown(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
        setIfKnown(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
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

    private static void setIfKnown(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    /** These would connect without a time limit. */
    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("cannot connect without a time limit");
    }
}
