package dev.ocean.sandbox.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;

/** Sends every byte back, and remembers it. */
final class EchoServer implements AutoCloseable {

    private final ServerSocket listener;
    private final AtomicReference<String> received = new AtomicReference<>("");

    private EchoServer(ServerSocket listener) {
        this.listener = listener;
    }

    static EchoServer start() throws IOException {
        var server = new EchoServer(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(server::acceptAll);
        return server;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What came from all connections. */
    String received() {
        return received.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void acceptAll() {
        try {
            while (true) {
                var socket = listener.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            for (var letter = socket.getInputStream().read();
                    letter >= 0;
                    letter = socket.getInputStream().read()) {
                received.accumulateAndGet(Character.toString(letter), String::concat);
                socket.getOutputStream().write(letter);
            }
        } catch (IOException e) {
            // The proxy cut it.
        }
    }
}
