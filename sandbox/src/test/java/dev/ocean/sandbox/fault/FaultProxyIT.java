package dev.ocean.sandbox.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class FaultProxyIT {

    private EchoServer server;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = EchoServer.start();
        proxy = FaultProxy.to("127.0.0.1", server.port());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void passesEverythingAtFirst() throws IOException {
        try (var socket = connect()) {
            assertThat(echo(socket, 'a')).isEqualTo('a');
            assertThat(echo(socket, 'b')).isEqualTo('b');
        }
        assertThat(proxy.acceptedConnections()).isEqualTo(1);
        await("the connection is over")
                .untilAsserted(() -> assertThat(proxy.openConnections()).isZero());
    }

    @Test
    void refusesNewConnectionsAndKeepsOldOnes() throws IOException {
        try (var old = connect()) {
            assertThat(echo(old, 'a')).isEqualTo('a');

            proxy.refuse();

            assertThatThrownBy(this::connectAndEcho).isInstanceOf(SocketException.class);
            assertThat(echo(old, 'b')).isEqualTo('b');
        }
        proxy.pass();
        connectAndEcho();
    }

    @Test
    void cutsConnectionsThatExist() throws IOException {
        try (var socket = connect()) {
            assertThat(echo(socket, 'a')).isEqualTo('a');

            proxy.cut();

            assertThatThrownBy(() -> echo(socket, 'b')).isInstanceOf(SocketException.class);
        }
        connectAndEcho();
    }

    @Test
    void swallowsWhatOldAndNewConnectionsSend() throws IOException {
        try (var old = connect()) {
            assertThat(echo(old, 'a')).isEqualTo('a');

            proxy.blackHole();

            assertThatThrownBy(() -> echo(old, 'b')).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(this::connectAndEcho).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(server.received()).isEqualTo("a");
    }

    @Test
    void delaysBothDirections() throws IOException {
        proxy.delay(Duration.ofMillis(100));
        try (var socket = connect()) {
            var begin = System.nanoTime();

            assertThat(echo(socket, 'a')).isEqualTo('a');

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void letsOneRequestBeServedWithoutAReply() throws IOException {
        try (var socket = connect()) {
            assertThat(echo(socket, 'a')).isEqualTo('a');

            proxy.cutAfterRequest();

            assertThatThrownBy(() -> echo(socket, 'b')).isInstanceOf(SocketException.class);
        }
        assertThat(server.received()).isEqualTo("ab");
        connectAndEcho();
    }

    @Test
    void breaksTheConnectionIfTheServerIsAway() throws IOException {
        server.close();

        assertThatThrownBy(this::connectAndEcho).isInstanceOf(SocketException.class);
    }

    private void connectAndEcho() throws IOException {
        try (var socket = connect()) {
            assertThat(echo(socket, 'x')).isEqualTo('x');
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(1_000);
        return socket;
    }

    private static int echo(Socket socket, char letter) throws IOException {
        socket.getOutputStream().write(letter);
        return socket.getInputStream().read();
    }
}
